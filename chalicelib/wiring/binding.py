"""Binds each part at its first use, and keeps it; tests put their own in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar

T = TypeVar("T")
_bound: dict[str, Any] = {}


def once(make: Callable[[], T]) -> Callable[[], T]:
    """Make a part when it is first asked for, by the name under which tests override it."""
    name = make.__name__

    @wraps(make)
    def get() -> T:
        if name not in _bound:
            _bound[name] = make()
        return _bound[name]  # type: ignore[no-any-return]  # what `make` of this name gave

    return get


@contextmanager
def override(**parts: Any) -> Iterator[None]:  # noqa: ANN401  # any part, by its name
    """Put parts in place by name, and forget all that was bound, before and after."""
    kept = dict(_bound)
    _bound.clear()
    _bound.update(parts)
    try:
        yield
    finally:
        _bound.clear()
        _bound.update(kept)
