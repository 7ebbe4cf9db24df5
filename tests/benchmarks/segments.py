"""What a whole case costs in SMS: the segments of its texts at their widest, in each language."""

from __future__ import annotations

import sys
from typing import Final, TypeAlias

from chalicelib.core.domain.language import COPY_LANGUAGES, Language
from chalicelib.messages.domain.sms_segments import count_segments
from chalicelib.messages.domain.templates import Template
from infra.sms_widths import widest
from infra.translations import compile_catalogues

Row: TypeAlias = tuple[str, float, float, bool]
"""What was measured, its value, its budget, and whether it keeps it."""

MOST_SEGMENTS: Final = {Language.EN: 3, Language.HI: 4}
BEGINNINGS: Final = (Template.RECEIVED, Template.CLOSED_NOW, Template.MISSED_CALL)
ENDINGS: Final = (Template.FINISHED, Template.UNREACHABLE, Template.CANCELLED)


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
