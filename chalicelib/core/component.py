"""The decorator of classes that only store what they work with: use cases, stores, gateways."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, eq_default=False, field_specifiers=(field,))
def component(cls: type[T]) -> type[T]:
    """Return the class with a constructor that stores its fields; mypy refuses to change them.

    It has no comparison and no repr, and isn't frozen while it runs: a third of the time at import.
    """
    return dataclass(eq=False, repr=False, match_args=False)(cls)
