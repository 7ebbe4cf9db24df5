"""The words by which an SMS rules over every other flow: STOP, START, HELP and STATUS.

The English stop words are those on which carriers act; CANCEL is one of them, and therefore no
way to cancel a callback. A word rules only when it is the whole of the message: "please stop the
pain" asks for a callback.
"""

from __future__ import annotations

import unicodedata
from enum import Enum


class Keyword(Enum):
    """What the sender wants of us, other than a callback."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    STATUS = "status"


_WORDS: dict[Keyword, str] = {
    Keyword.STOP: (
        "stop stopp stp stopall arret cancel end opt-out optout quit remove td unsubscribe "
        "band bandh bund बंद बन्द रोकें रोको रुको स्टॉप स्टाप"
    ),
    Keyword.START: "start strat unstop subscribe shuru shuroo chalu शुरू शुरु चालू स्टार्ट",
    Keyword.HELP: "help halp info madad maddad sahayata मदद सहायता हेल्प",
    Keyword.STATUS: "status staus sthiti स्थिति स्टेटस",
}
_KEYWORDS = {
    unicodedata.normalize("NFC", word): keyword
    for keyword, words in _WORDS.items()
    for word in words.split()
}
_EDGES = " \t\r\n.,!?;:'\"()[]{}*#\u0964\u0965\u200b\u200c\u200d\ufeff\u00a0"


def keyword_of(text: str) -> Keyword | None:
    """Tell which ruling word the message is, or None where it asks for a callback."""
    word = unicodedata.normalize("NFC", text).strip(_EDGES).casefold()
    return _KEYWORDS.get(word)
