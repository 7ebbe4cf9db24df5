"""Half-open spans, of minutes or of instants: what touches is joined, and holes are taken out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

T = TypeVar("T", int, datetime)


def join(spans: Iterable[tuple[T, T]]) -> list[tuple[T, T]]:
    """Return spans in order; those that touch or overlap are one."""
    joined: list[tuple[T, T]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def subtract(span: tuple[T, T], holes: Iterable[tuple[T, T]]) -> list[tuple[T, T]]:
    """Return the parts of a span that lie in none of the holes, in order."""
    parts = [span]
    for first, last in holes:
        parts = [
            (start, end)
            for part in parts
            for start, end in ((part[0], min(part[1], first)), (max(part[0], last), part[1]))
            if start < end
        ]
    return parts
