"""Which language to answer in: what the caller chose, what we remember, what they accept."""

from __future__ import annotations

from typing import Final

from chalicelib.core.domain.language import COPY_LANGUAGES, Language

DEFAULT: Final = Language.EN.value
_MOST_RANGES: Final = 20


def first_written(*names: str) -> str | None:
    """Tell the first among the names of languages in which we write: ``hi-IN`` is ``hi``."""
    codes = (name.strip().lower().replace("_", "-").partition("-")[0] for name in names)
    return next((code for code in codes if code in COPY_LANGUAGES), None)


def accepted_languages(header: str) -> list[str]:
    """Sort the ranges of an Accept-Language header by their weight, leaving out the refused."""
    weighted = []
    for part in header.split(",")[:_MOST_RANGES]:
        name, _, weight = part.replace(" ", "").partition(";q=")
        try:
            weighted.append((-float(weight or 1), name))
        except ValueError:
            continue
    return [name for weight, name in sorted(weighted, key=lambda each: each[0]) if weight < 0]
