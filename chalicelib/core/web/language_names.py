"""The languages by their names in the language of whoever reads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from chalicelib.core.domain.language import Language
from chalicelib.core.i18n import N_, Labels, label_of

_NAMES: Final[Labels] = {
    Language.EN: N_("English"),
    Language.HI: N_("Hindi"),
    Language.BN: N_("Bengali"),
    Language.TA: N_("Tamil"),
    Language.TE: N_("Telugu"),
    Language.MR: N_("Marathi"),
    Language.GU: N_("Gujarati"),
    Language.KN: N_("Kannada"),
    Language.ML: N_("Malayalam"),
    Language.PA: N_("Punjabi"),
    Language.OR: N_("Odia"),
    Language.UR: N_("Urdu"),
    Language.AS: N_("Assamese"),
}


def say_languages(codes: Iterable[str], language: str) -> str:
    """List languages by name; a code that is none of ours is told as it is."""
    return ", ".join(label_of(_NAMES, code, language) for code in codes)
