"""Cases: list, show and export them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import click

from helpline import deployment, showing
from helpline.api import Api
from helpline.commands.options import ONE_DAY, as_json, days, progress, the_api, today

STATUSES: Final = ("waiting", "deferred", "claimed", "completed", "closed")
_LISTED_DAYS: Final = timedelta(days=31)
_PAGE: Final = 100


@click.group()
def cases() -> None:
    """List, show and export cases."""


@cases.command("list")
@click.option("--status", type=click.Choice(STATUSES), default="waiting", show_default=True)
@click.option("--language", help="Only this language's, as hi.")
@days(None, None)
@as_json
def list_cases(
    status: str, language: str | None, start: date | None, end: date | None, *, wants_json: bool
) -> None:
    """List cases, nothing personal in them; the ended by their days, the last week's if none."""
    found = list(_cases(the_api(), status, language, start, end))
    if wants_json:
        showing.as_json(found)
        return
    columns = list(dict.fromkeys(name for each in found for name in each))
    showing.as_table(columns, ([each.get(name) for name in columns] for each in found))


@cases.command("show")
@click.argument("reference")
@as_json
def show_case(reference: str, *, wants_json: bool) -> None:
    """Show a case whole. That you did is recorded."""
    found = the_api().get(f"/admin/cases/{quote(reference, safe='')}")
    if wants_json:
        showing.as_json(found)
        return
    showing.as_tables(found)


@cases.command("export")
@click.option("--status", type=click.Choice(STATUSES), default="completed", show_default=True)
@click.option("--language", help="Only this language's, as hi.")
@days(None, None)
@click.option("--whole", is_flag=True, help="All that is known of each: recorded for each.")
@click.option("--output", type=click.Path(path_type=Path), help="A file, readable by you alone.")
@as_json
def export_cases(
    status: str,
    language: str | None,
    start: date | None,
    end: date | None,
    output: Path | None,
    *,
    whole: bool,
    wants_json: bool,
) -> None:
    """Export cases as CSV, safe to open in a spreadsheet, or as JSON."""
    if output and not output.parent.is_dir():
        raise click.BadParameter(f"there is no folder {output.parent}", param_hint="--output")
    api = the_api()
    found = list(_cases(api, status, language, start, end))
    if whole:
        with progress(len(found), "Reading") as bar:
            for place, each in enumerate(found):
                found[place] = api.get(f"/admin/cases/{each['reference']}")
                bar.update(1)
    text = (
        showing.json_text(found)
        if wants_json
        else showing.as_csv([showing.flat(each) for each in found])
    )
    if output is None:
        click.echo(text, nl=False)
        return
    deployment.write_private_text(output, text)
    click.echo(f"{len(found)} cases in {output}.", err=True)


def _cases(
    api: Api, status: str, language: str | None, start: date | None, end: date | None
) -> Iterator[dict[str, Any]]:
    """Read a list to its end; of many days, a month at a time, the latest first."""
    common = {"status": status, "language": language, "limit": _PAGE}
    if start is None and end is None:
        yield from api.pages("/admin/cases", "cases", **common)
        return
    end = end or today() + ONE_DAY
    first = start or end - _LISTED_DAYS
    while end > first:
        begin = max(first, end - _LISTED_DAYS)
        span = {"from": begin, "to": end}
        yield from api.pages("/admin/cases", "cases", **common, **span)
        end = begin
