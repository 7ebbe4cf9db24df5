"""CSV that a spreadsheet opens as what it is: text and numbers, and never a formula.

Excel takes a file for UTF-8 by the mark at its beginning, and runs a cell that begins like a
formula, whoever typed it: such a cell gets an apostrophe before it. Where it parts cells by
semicolons or tabs, as in some countries, one begins within the text too, quoted or not.

Programs that read line by line end a line at more than a line feed (U+2028, NEL, a form feed): in a
cell each of these is a line feed, for which the cell is quoted, so that a row stays one.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final

from chalicelib.core.domain.plain_text import visible_text

MARK: Final = "\ufeff"
CSV_TYPE: Final = "text/csv; charset=utf-8"
# Where a cell may begin, blanks and quotes, and what makes a formula, in full width too.
_FORMULA: Final = re.compile(r'(^|[;\t\r\n])((?:[^\S\t\r\n]|")*)(?=[=+\-@＝＋－＠])')  # noqa: RUF001


def to_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a table; None is an empty cell."""
    text = io.StringIO()
    text.write(MARK)
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: object) -> object:
    if value is None:
        return ""
    if not isinstance(value, str):
        return value
    shown = "\t".join(visible_text(part, lines=True) for part in value.split("\t"))
    return _FORMULA.sub(r"\1'\2", shown)
