"""The words by which an SMS rules over every other flow: STOP, START, HELP and STATUS.

The English stop words are those on which carriers act; CANCEL is one of them, and therefore no
way to cancel a callback. A word rules only when it is the whole of the message: "please stop the
pain" asks for a callback.
"""

from __future__ import annotations

import unicodedata
from enum import Enum
from typing import Final

from chalicelib.core.domain.language import Language


class Keyword(Enum):
    """What the sender wants of us, other than a callback."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    STATUS = "status"


# Carriers' own words, which every language types: they tell nothing of their sender's.
_EVERYBODYS: Final[dict[Keyword, str]] = {
    Keyword.STOP: (
        "stop, stopp, stp, stoop, sotp, stpo, stop it, stopall, stop all, stop sms, stop message,"
        " stop messages, arret, cancel, end, opt-out, optout, opt out, quit, remove, td,"
        " unsubscribe, unsubcribe, unsubscibe"
    ),
    Keyword.START: "start, strat, strt, starrt, unstop, subscribe, start again",
    Keyword.HELP: "help, halp, hlep, hepl, info",
    Keyword.STATUS: "status, staus, satus, stauts, statas, stats, sttus, my status",
}
_HINDI: Final[dict[Keyword, str]] = {
    Keyword.STOP: (
        "band, bandh, bund, band karo, band kare, band karen, band kijiye, mat bhejo, roko, ruko,"
        " बंद, बन्द, बंद करो, बंद करें, बन्द करो, बन्द करें, बंद कीजिए, संदेश बंद, मत भेजो, मत भेजिए,"
        " रोकें, रोको, रुको, स्टॉप, स्टाप, स्टोप"
    ),
    Keyword.START: (
        "shuru, shuroo, suru, shuru karo, shuru kare, chalu, chaloo, chalu karo, शुरू, शुरु, सुरू,"
        " शुरू करो, शुरू करें, चालू, चालु, चालू करो, चालू करें, स्टार्ट"
    ),
    Keyword.HELP: ("madad, maddad, madat, sahayata, sahayta, मदद, मद्द, सहायता, सहायत, हेल्प, हैल्प"),
    Keyword.STATUS: "sthiti, stithi, sthithi, स्थिति, स्थिती, स्तिथि, स्टेटस, स्टेट्स, स्टैटस",
}


def _spellings(words: str) -> frozenset[str]:
    return frozenset(unicodedata.normalize("NFC", words).split(", "))


def _spelt(words: dict[Keyword, str]) -> dict[str, Keyword]:
    return {word: keyword for keyword, several in words.items() for word in _spellings(several)}


# What HELP asks to be sent. It rules over nothing: any other text asks for a call as well.
_CALL: Final = (
    "call, cal, call me, call back, callback, please call, please call me, call karo, call kare,"
    " call karen, phone, phone karo, phone kare, phone karen, कॉल, काल, कॉल करो, कॉल करें,"
    " कॉल कीजिए, फोन, फ़ोन, फोन करो, फ़ोन करो, फोन करें, फ़ोन करें, फ़ोन कीजिए"
)
_HINDI_KEYWORDS: Final = _spelt(_HINDI)
_CALL_WORDS: Final = _spellings(_CALL)
_KEYWORDS: Final = _spelt(_EVERYBODYS) | _HINDI_KEYWORDS
_EDGES: Final = " \t\r\n.,!?;:'\"()[]{}*#\u0964\u0965\u200b\u200c\u200d\ufeff\u00a0"


def keyword_of(text: str) -> Keyword | None:
    """Tell which ruling word the message is, or None where it asks for a callback."""
    return _KEYWORDS.get(_word(text))


def asks_for_call(text: str) -> bool:
    """Whether the message is the word by which HELP asks for a callback, and nothing else."""
    return _word(text) in _CALL_WORDS


def language_of_keyword(text: str) -> Language | None:
    """Tell the language of a ruling word; None for those that everybody types."""
    return Language.HI if _word(text) in _HINDI_KEYWORDS else None


def _word(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).strip(_EDGES).casefold().split())
