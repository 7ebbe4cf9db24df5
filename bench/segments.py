"""What a whole case costs in SMS: the segments of its texts at their widest, in each language."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from itertools import product
from typing import Final, TypeAlias

from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.language import COPY_LANGUAGES, Language
from chalicelib.messages.domain.sms_segments import count_segments, units
from chalicelib.messages.domain.templates import Template
from chalicelib.messages.services.sms_texts import LONGEST_VARIABLE, sms_pattern, sms_text
from infra.catalogues import compile_catalogues

Row: TypeAlias = tuple[str, float, float, bool]
"""What was measured, its value, its budget, and whether it keeps it."""

MOST_SEGMENTS: Final = {Language.EN: 3, Language.HI: 4}
BEGINNINGS: Final = (Template.RECEIVED, Template.CLOSED_NOW, Template.MISSED_CALL)
ENDINGS: Final = (Template.FINISHED, Template.UNREACHABLE, Template.CANCELLED)
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


def run() -> list[Row]:
    """Count, and hold the budgets."""
    compile_catalogues()
    for template in Template:
        counts = {each: count_segments(widest(template, each)) for each in COPY_LANGUAGES}
        told = "  ".join(f"{language} {count}" for language, count in counts.items())
        print(f"  {template.value:20} {told}")
    rows: list[Row] = []
    for language, most in MOST_SEGMENTS.items():
        for ending in ENDINGS:
            whole = max(
                count_segments(widest(beginning, language))
                + count_segments(widest(ending, language))
                for beginning in BEGINNINGS
            )
            name = f"segments of a case, {language.value}, {ending.value}"
            rows.append((name, whole, most, whole <= most))
    return rows


def main() -> None:
    """Print the figures; exit with 1 on a shortfall."""
    rows = run()
    for name, value, budget, ok in rows:
        print(f"{'ok   ' if ok else 'SHORT'} {name:48} {value:8} <= {budget}")
    sys.exit(not all(ok for *_, ok in rows))


if __name__ == "__main__":
    main()
