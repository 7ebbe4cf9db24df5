"""The boxes and buttons of forms that mean yes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

TICKED: Final = "yes"
"""The value that our own boxes and buttons send. Anything else, "no" too, means no."""


def is_ticked(form: Mapping[str, Sequence[str]], name: str) -> bool:
    """Whether the form has this box ticked: its last value counts, and only our own."""
    return form.get(name, ("",))[-1] == TICKED
