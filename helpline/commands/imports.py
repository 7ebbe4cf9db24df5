"""People and rosters, from spreadsheets."""

from __future__ import annotations

from typing import Any, BinaryIO

import click

from helpline import oncologists, roster, showing
from helpline.api import Api, Refused
from helpline.commands.options import SHEET, as_json, progress, the_api
from helpline.sheets import read_sheet

Call = tuple[str, str, dict[str, Any]]


@click.group("oncologists")
def people() -> None:
    """List the oncologists, or import them from a spreadsheet."""


@people.command("list")
@as_json
def list_people(*, wants_json: bool) -> None:
    """List everybody, those who have left too."""
    found = the_api().get("/admin/oncologists")["oncologists"]
    if wants_json:
        showing.as_json(found)
        return
    columns = ("id", "name", "languages", "gender", "joined", "left")
    showing.as_table(columns, ([showing.flat(each)[name] for name in columns] for each in found))


@people.command("import")
@click.argument("sheet", type=SHEET)
@click.option("--update", is_flag=True, help="Change those who are there and differ.")
@click.option("--check", is_flag=True, help="Only check.")
@as_json
def import_people(sheet: BinaryIO, *, update: bool, check: bool, wants_json: bool) -> None:
    """Import oncologists from a CSV file: all of it is checked before any of it is stored.

    Columns: id, name, registration, phone, languages, gender, and if you like sites, joined, left
    and email (which is invited to sign in).
    """
    api = the_api()
    rows = read_sheet(sheet, oncologists.COLUMNS, oncologists.NEEDED)
    known = api.get("/admin/oncologists")["oncologists"]
    planned = oncologists.plan(rows, known, update=update)
    calls = [(each.row, each.call) for each in planned if each.call]
    if not check:
        _store(api, calls)
    _imported(len(calls), len(planned) - len(calls), check=check, wants_json=wants_json)


@click.group("roster")
def rosters() -> None:
    """Import a roster from a spreadsheet."""


@rosters.command("import")
@click.argument("sheet", type=SHEET)
@click.option("--check", is_flag=True, help="Only check.")
@as_json
def import_roster(sheet: BinaryIO, *, check: bool, wants_json: bool) -> None:
    """Import who is on which line on which date: all of it is checked before any of it is stored.

    Columns: date, line, oncologists (ids or names, with commas between), and if you like from and
    to where a shift's times are not the line's. What an earlier import stored is passed over.
    """
    api = the_api()
    rows = read_sheet(sheet, roster.COLUMNS, roster.NEEDED)
    stored = roster.Stored.read(api)
    wanted = roster.shifts(rows, stored)
    fresh = roster.new_ones(api, wanted) if wanted else []
    gaps = roster.check(api, fresh, stored) if fresh else []
    for gap in gaps:
        click.echo(f"A gap stays open: {gap}", err=True)
    if not check:
        _store(api, [(each.row, ("POST", "/admin/overrides", each.body())) for each in fresh])
    _imported(len(fresh), len(wanted) - len(fresh), check=check, wants_json=wants_json)


def _store(api: Api, calls: list[tuple[int, Call]]) -> None:
    """Make the calls of some rows; name the one that is refused after all."""
    if not calls:
        return
    with progress(len(calls), "Storing") as bar:
        for row, call in calls:
            try:
                api.send(*call)
            except Refused as refused:
                raise click.ClickException(
                    f"row {row}: {refused.message}\n"
                    "The rows before it are stored. Put it right, and run the same command again."
                ) from None
            except KeyboardInterrupt:
                raise click.ClickException(
                    f"Stopped at row {row}; {bar.pos} of {len(calls)} are stored. "
                    "The same command again goes on from there."
                ) from None
            bar.update(1)


def _imported(stored: int, there: int, *, check: bool, wants_json: bool) -> None:
    if wants_json:
        showing.as_json({"stored": 0 if check else stored, "right": stored, "there_already": there})
    elif check:
        click.echo(f"All is right: {stored} to store, {there} there already.")
    else:
        click.echo(f"{stored} stored, {there} there already.")
