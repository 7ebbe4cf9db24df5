"""What the commands print: tables for people, JSON for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import click
from tabulate import tabulate

from chalicelib.core.domain.datetimes import IST
from chalicelib.core.web.csv_export import to_csv

_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?[+-]\d\d:\d\d")


def as_json(value: Any) -> None:  # noqa: ANN401  # what the API answered
    """Print JSON, its letters as they are."""
    click.echo(json_text(value))


def json_text(value: Any) -> str:  # noqa: ANN401  # as above
    """Write JSON."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def as_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table; or that there is nothing."""
    cells = [[_said(cell) for cell in row] for row in rows]
    click.echo(tabulate(cells, columns, disable_numparse=[0]) if cells else "Nothing there.")


def as_tables(value: Mapping[str, Any]) -> None:
    """Print a record: its fields, and then what it has several of, each as a table of its own."""
    fields = [(name, each) for name, each in flat(value).items() if each not in (None, "")]
    several = {
        name: each
        for name, each in value.items()
        if isinstance(each, list) and any(isinstance(item, Mapping) for item in each)
    }
    as_table(("field", "value"), (field for field in fields if field[0] not in several))
    for name, rows in several.items():
        click.echo(f"\n{name}")
        columns = list(dict.fromkeys(column for row in rows for column in row))
        as_table(columns, ([row.get(column) for column in columns] for row in rows))


def when(instant: str) -> str:
    """Say an instant as the helpline's clocks show it."""
    return datetime.fromisoformat(instant).astimezone(IST).strftime("%Y-%m-%d %H:%M")


def _said(cell: object) -> object:
    """Say what stands in a cell to a person."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return when(cell) if isinstance(cell, str) and _INSTANT.fullmatch(cell) else cell


def as_list(rows: Iterable[tuple[str, str]]) -> None:
    """Print names with their values."""
    click.echo(tabulate(list(rows), tablefmt="plain", disable_numparse=True))


def as_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """Write rows as CSV that is safe to open: every column that any of them has."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    return to_csv(columns, ([row.get(name) for name in columns] for row in rows))


def flat(value: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """Lay nested fields side by side, ``details.city``; lists are joined, or counted."""
    laid: dict[str, Any] = {}
    for name, each in value.items():
        if isinstance(each, Mapping):
            laid.update(flat(each, f"{before}{name}."))
        elif isinstance(each, list) and any(isinstance(item, Mapping) for item in each):
            laid[before + name] = len(each)
        elif isinstance(each, list):
            laid[before + name] = ", ".join(map(str, each))
        else:
            laid[before + name] = each
    return laid
