"""What a whole case costs in SMS: the segments of its texts at their widest, in each language."""

from __future__ import annotations

from typing import Final

from chalicelib.core.domain.language import COPY_LANGUAGES, Language
from chalicelib.messages.domain.sms_segments import count_segments
from chalicelib.messages.domain.templates import Template
from infra.sms_widths import widest
from infra.translations import compile_catalogues
from tests.benchmarks._figures import Row, row, show

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
            rows.append(row(name, whole, most))
    return rows


if __name__ == "__main__":
    show(run())
