"""Spreadsheets that come in: rows by their numbers, and everything that is wrong with them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

import click

_FIRST_ROW: Final = 2
_SEPARATOR: Final = re.compile(r"sep=.")


@dataclass(frozen=True, order=True)
class Bad:
    """What is wrong with a cell."""

    row: int
    column: str
    what: str


@dataclass(frozen=True)
class Row:
    """A row: its number as a spreadsheet shows it, and its filled cells by their columns.

    ``bad`` is what is wrong with it as a row; what its cells say is for others to judge.
    """

    number: int
    cells: dict[str, str]
    bad: tuple[Bad, ...] = ()


class BadSheet(click.ClickException):
    """A spreadsheet of which nothing is stored, and why: every bad cell by its row and column."""

    def __init__(self, bad: Iterable[Bad]) -> None:
        """List what is wrong, in the order of the rows."""
        lines = [f"  row {each.row}, {each.column}: {each.what}" for each in sorted(set(bad))]
        super().__init__("\n".join(["Nothing was stored. Please put these right:", *lines]))


def read_sheet(file: BinaryIO, columns: Collection[str], needed: Collection[str]) -> list[Row]:
    """Read a CSV file of UTF-8, as Excel writes it too; empty rows count for nothing.

    Its first row names the columns, in any order and case. Raises ClickException, BadSheet.
    """
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise click.ClickException(
            f"{file.name} is not UTF-8: save it as “CSV UTF-8” in your spreadsheet"
        ) from None
    # A row ends where a spreadsheet ends it: not at U+2028 and the like, within a cell.
    lines = list(io.StringIO(text, newline=""))
    if lines and _SEPARATOR.fullmatch(lines[0].strip()):
        # Excel keeps this line for itself: to whoever looks at the sheet, the next is the first.
        del lines[0]
    reader = csv.reader(lines, delimiter=_delimiter(lines))
    try:
        names = [name.strip().casefold().replace(" ", "_") for name in next(reader, [])]
        cells = list(reader)
    except csv.Error as error:
        raise click.ClickException(f"{file.name} is no table of cells: {error}") from None
    wrong = [
        Bad(1, name or "?", "there is no such column") for name in names if name not in columns
    ]
    wrong += [Bad(1, name, "this column is missing") for name in needed if name not in names]
    wrong += [Bad(1, name, "this column is there twice") for name in names if names.count(name) > 1]
    if wrong:
        raise BadSheet(wrong)
    return list(_rows(cells, names))


def _rows(rows: Iterable[list[str]], names: list[str]) -> Iterator[Row]:
    for number, row in enumerate(rows, start=_FIRST_ROW):
        cells = [cell.strip() for cell in row]
        filled = {name: cell for name, cell in zip(names, cells, strict=False) if cell}
        beyond = any(cells[len(names) :])
        if filled or beyond:
            bad = [Bad(number, "?", "there are more cells than columns")] if beyond else []
            yield Row(number, filled, tuple(bad))


def _delimiter(lines: list[str]) -> str:
    """Tell what parts the cells: spreadsheets of some countries write semicolons."""
    return max(",;\t", key=lines[0].count) if lines else ","


def several(cell: str) -> list[str]:
    """Read a cell that holds several words or names."""
    return [
        part.strip() for part in cell.replace(";", ",").replace("/", ",").split(",") if part.strip()
    ]
