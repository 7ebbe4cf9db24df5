"""Where a patient's own page is."""

from __future__ import annotations

from urllib.parse import quote


def own_path(reference: str, token: str) -> str:
    """Give the path of a patient's own page, below the stage's root.

    Behind ``c/`` it is 30 characters long: the variable tail of a registered address.
    """
    return f"c/{quote(reference, safe='')}?t={quote(token, safe='')}"
