"""The notices to which people consent, word for word, version by version.

Each consent names the version and the language that it was given to, so that what somebody agreed
to can be shown again however the helpline speaks by then. The words of a released version never
change: other words are another version.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Final

from chalicelib.core.domain.errors import NotFound

DEFAULT_LANGUAGE: Final = "en"


@dataclass(frozen=True, slots=True)
class NoticeItem:
    """One item of a notice: what is kept, and why; or a right, and how to use it."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as it is read before consent; ``%(number)s`` stands for the helpline's number."""

    version: str
    language: str
    title: str
    items: tuple[NoticeItem, ...]

    def changed(self, version: str, heading: str, text: str) -> Notice:
        """Return the next version, in which the item of this heading has another text."""
        items = (NoticeItem(heading, text) if it.heading == heading else it for it in self.items)
        return replace(self, version=version, items=tuple(items))

    def with_number(self, number: str) -> tuple[NoticeItem, ...]:
        """Return the items with the helpline's number in its place."""
        return tuple(
            NoticeItem(each.heading, each.text.replace("%(number)s", number)) for each in self.items
        )


@dataclass(frozen=True, slots=True)
class Version:
    """A version, and since when it is shown: ``texts`` are its notices by their languages."""

    name: str
    since: date
    texts: Mapping[str, Notice]


def _version(since: date, *notices: Notice) -> Version:
    texts = {each.language: each for each in notices}
    return Version(notices[0].version, since, MappingProxyType(texts))


_ENGLISH: Final = Notice(
    "2026-11",
    "en",
    "What we do with what you tell us",
    (
        NoticeItem("Your phone number", "So that an oncologist can call you."),
        NoticeItem(
            "What you tell us of the patient and the illness, if you do",
            "So that the doctor knows what it is about and can advise you.",
        ),
        NoticeItem(
            "When we called, and what the doctor notes about it",
            "Because the rules for doctors ask for a record.",
        ),
        NoticeItem(
            "Who sees it",
            "The doctor who calls you and the people who run this helpline. Nobody else. "
            "We count calls without names and numbers.",
        ),
        NoticeItem(
            "How long",
            "Until you withdraw your consent, and for three years at the most. A record "
            "without name and number stays for at least one year, because the law asks for "
            "it.",
        ),
        NoticeItem(
            "If you change your mind",
            "You can withdraw your consent with one button, on the page of your request. "
            "The link to it is on the next page and in our SMS.",
        ),
        NoticeItem(
            "Your rights",
            "To see or correct what we keep, to have it erased, or to complain, call "
            "%(number)s. If our answer does not help, you can complain to the Data "
            "Protection Board of India.",
        ),
    ),
)
_HINDI: Final = Notice(
    "2026-11",
    "hi",
    "आप जो बताते हैं, उसका हम क्या करते हैं",
    (
        NoticeItem("आपका फ़ोन नंबर", "ताकि कैंसर के डॉक्टर आपको फ़ोन कर सकें।"),
        NoticeItem(
            "मरीज़ और बीमारी के बारे में आप जो बताएँ, अगर बताना चाहें",
            "ताकि डॉक्टर समझ सकें कि बात क्या है और आपको सलाह दे सकें।",
        ),
        NoticeItem(
            "हमने कब फ़ोन किया, और डॉक्टर ने उसके बारे में क्या लिखा",
            "क्योंकि डॉक्टरों के नियमों में लिखित रिकॉर्ड रखना ज़रूरी है।",
        ),
        NoticeItem(
            "कौन देखता है",
            "आपको फ़ोन करने वाले डॉक्टर और यह हेल्पलाइन चलाने वाले लोग। और कोई नहीं। हम "
            "कॉलों की गिनती बिना नाम और बिना नंबर के करते हैं।",
        ),
        NoticeItem(
            "कब तक",
            "जब तक आप अपनी सहमति वापस न लें, और ज़्यादा से ज़्यादा तीन साल। बिना नाम और "
            "बिना नंबर का रिकॉर्ड कम से कम एक साल रहता है, क्योंकि कानून यही कहता है।",
        ),
        NoticeItem(
            "अगर आपका मन बदल जाए",
            "आप अपने अनुरोध के पेज पर एक बटन दबाकर अपनी सहमति वापस ले सकते हैं। उसका लिंक "
            "अगले पेज पर और हमारे SMS में है।",
        ),
        NoticeItem(
            "आपके अधिकार",
            "हमारे पास आपकी जो जानकारी है उसे देखने, ठीक करवाने या मिटवाने के लिए, या "
            "शिकायत करने के लिए %(number)s पर फ़ोन करें। अगर हमारे जवाब से बात न बने, तो "
            "आप भारत के डेटा संरक्षण बोर्ड से शिकायत कर सकते हैं।",
        ),
    ),
)

RELEASED: Final = (
    _version(date(2026, 11, 1), _ENGLISH, _HINDI),
    _version(
        date(2026, 12, 1),
        _ENGLISH.changed(
            "2026-12",
            "If you change your mind",
            "You can withdraw your consent with one button, on the page that the link in our SMS "
            "opens. If you get no SMS from us, call %(number)s.",
        ),
        _HINDI.changed(
            "2026-12",
            "अगर आपका मन बदल जाए",
            "हमारे SMS का लिंक जो पेज खोलता है, उस पर एक बटन दबाकर आप अपनी सहमति वापस ले सकते "
            "हैं। अगर आपको हमारे SMS नहीं मिलते, तो %(number)s पर फ़ोन करें।",
        ),
    ),
)
"""Every version that was ever shown, the first one first."""

CURRENT: Final = RELEASED[-1]


def notice(language: str, version: str | None = None) -> Notice:
    """Return a notice, the current one unless another is named; in English where it has no other.

    Raises NotFound for a version that never was.
    """
    named = CURRENT.name if version is None else version
    for released in RELEASED:
        if released.name == named:
            return released.texts.get(language) or released.texts[DEFAULT_LANGUAGE]
    raise NotFound
