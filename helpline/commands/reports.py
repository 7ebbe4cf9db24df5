"""Reports: print them, count them again."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import click

from helpline import showing
from helpline.commands.options import ONE_DAY, as_json, days, progress, the_api

_MINUTES_OF_AN_HOUR: Final = 60


@click.command()
@days(None, None)
@click.option("--csv", "wants_csv", is_flag=True, help="Print CSV.")
@click.option("--for-publication", is_flag=True, help="Hide groups of fewer than five.")
@as_json
def report(
    start: date | None,
    end: date | None,
    *,
    wants_csv: bool,
    for_publication: bool,
    wants_json: bool,
) -> None:
    """Report over some days, this month's up to today unless you say otherwise."""
    if wants_csv and wants_json:
        raise click.UsageError("Choose one of --csv and --json.")
    query = {"from": start, "to": end, "for": "publication" if for_publication else None}
    api = the_api()
    if wants_csv:
        click.echo(api.text("/admin/reports", **query, format="csv"), nl=False)
        return
    found = api.get("/admin/reports", **query)
    if wants_json:
        showing.as_json(found)
        return
    _print_report(found)


@click.command("rebuild-report")
@days(None, None, required=True)
@as_json
def rebuild_report(start: date, end: date, *, wants_json: bool) -> None:
    """Count some days again from the cases themselves."""
    api = the_api()
    counted, changed, cursor, done = 0, 0, None, 0
    with progress(None, "Counting") as bar:
        while True:
            body = {"from": start.isoformat(), "to": end.isoformat(), "cursor": cursor}
            step = api.send("POST", "/admin/reports/rebuild", body)
            counted, changed = counted + step["counted"], changed + step["changed"]
            bar.length = step["of"]
            bar.update(max(0, step["done"] - done))
            done, cursor = step["done"], step["cursor"]
            if cursor is None:
                break
    if wants_json:
        showing.as_json({"counted": counted, "changed": changed})
    else:
        click.echo(f"{counted} cases counted, {changed} of them not as before.")


def _print_report(found: dict[str, Any]) -> None:
    waiting = found["waiting"]
    about = "" if found["callers_exact"] else "about "
    headline = [
        ("requests", _hidden(found["calls"])),
        ("callers", about + _hidden(found["callers"])),
        ("answered", _hidden(found["answered"])),
        ("missed", _hidden(found["missed"])),
        ("promises kept", _hidden(found["promises_kept"])),
        ("promises late", _hidden(found["promises_late"])),
        ("half waited up to", _long(waiting["median_minutes"])),
        ("nine in ten up to", _long(waiting["ninetieth_minutes"])),
    ]
    last = date.fromisoformat(found["to"]) - ONE_DAY
    click.echo(f"From {found['from']} to the end of {last}\n")
    showing.as_list(headline)
    for dimension, groups in found["groups"].items():
        if groups:
            click.echo()
            more = [] if found["for_publication"] else ["answered", "missed"]
            columns = [dimension, "requests", *more]
            names = ("name", "calls", "answered", "missed")[: len(columns)]
            showing.as_table(columns, ([group[name] for name in names] for group in groups))
    if found["oncologists"]:
        click.echo()
        rows = ([each["name"], each["calls"], each["answered"]] for each in found["oncologists"])
        showing.as_table(("oncologist", "calls", "answered"), rows)


def _hidden(count: int | None) -> str:
    return "hidden" if count is None else str(count)


def _long(minutes: int | None) -> str:
    if minutes is None:
        return "-"
    hours, rest = divmod(minutes, _MINUTES_OF_AN_HOUR)
    return f"{hours} h {rest:02} min" if hours else f"{rest} min"
