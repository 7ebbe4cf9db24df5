"""What the commands print: tables for people, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click
from tabulate import tabulate

from chalicelib.web.spreadsheet import to_csv


def as_json(value: Any) -> None:  # noqa: ANN401  # what the API answered
    """Print JSON, its letters as they are."""
    click.echo(json_text(value))


def json_text(value: Any) -> str:  # noqa: ANN401  # as above
    """Write JSON."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def as_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table; or that there is nothing."""
    cells = [["" if cell is None else cell for cell in row] for row in rows]
    click.echo(tabulate(cells, columns, disable_numparse=[0]) if cells else "Nothing there.")


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
