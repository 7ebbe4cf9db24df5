"""What the application works with while a test runs: put in place, and looked at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import app
from chalicelib.cases.domain.links import Link, Strength
from chalicelib.core.wiring import Container
from chalicelib.wiring import Helpline


def in_use() -> Helpline:
    """What the application works with now."""
    return app.helpline


def strong_link(reference: str, serial: int = 0) -> str:
    """The token of the link that an SMS carries to a case's phone."""
    return in_use().cases.links.token(reference, Link(Strength.STRONG, serial))


@contextmanager
def using(*containers: Container) -> Iterator[Helpline]:
    """Replace the application's helpline by one with these parts until the end of the block.

    Of two containers of one class the later's parts win.
    """
    kept, app.helpline = app.helpline, Helpline(*containers)
    try:
        yield app.helpline
    finally:
        app.helpline = kept
