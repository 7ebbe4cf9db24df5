"""The texts of the SMS at their widest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from itertools import product
from typing import Final

from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.language import Language
from chalicelib.messages.domain.sms_segments import count_segments, units
from chalicelib.messages.domain.templates import Template
from chalicelib.messages.services.sms_texts import LONGEST_VARIABLE, sms_pattern, sms_text

# The fixed part of an own page's address, as long as a deployment's may be: the rest is a variable.
LINK: Final = "https://helpline.example/c/"
REFERENCE: Final = "K7M240R59XK"
_DAYS: Final = 366
_SPANS: Final = (timedelta(minutes=15), timedelta(minutes=150), timedelta(days=1, minutes=135))
_FIRST: Final = datetime(2026, 1, 1, tzinfo=IST)
# A name and a number as long as a variable may be, in the letters of the language.
_LETTER: Final = {Language.EN: "W", Language.HI: "\N{DEVANAGARI LETTER KA}"}
_VARIABLE: Final = re.compile(r"%\((\w+)\)s")


@cache
def widest(template: Template, language: Language) -> str:
    """Write a template's text at its longest, over a year of days and all hours."""
    texts = (sms_text(template, language, each) for each in _variables(template, language))
    return max(texts, key=lambda text: (count_segments(text), units(text)))


def _variables(template: Template, language: Language) -> Iterator[dict[str, str]]:
    letters = _LETTER[language] * (LONGEST_VARIABLE + 9)
    wanted = {*_VARIABLE.findall(sms_pattern(template, language)), "reference"}
    for number, span in product(range(_DAYS), _SPANS):
        start = _FIRST + timedelta(days=number, minutes=15 * (number * 7 % 96))
        end = start + span
        if "day" in wanted:
            # A shift ends on its day, or at midnight.
            end = min(end, start.replace(hour=23, minute=45))
        given = {
            "reference": REFERENCE,
            "from": start.isoformat(),
            "opens": start.isoformat(),
            "to": end.isoformat(),
            "day": start.date().isoformat(),
            "link": LINK + "x" * LONGEST_VARIABLE,
            "doctor": letters,
            "registration": "W" * (LONGEST_VARIABLE + 9),
            "colleague": letters,
            "count": "9999",
        }
        yield {name: value for name, value in given.items() if name in wanted}
