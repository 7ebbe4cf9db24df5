"""The rota: publish it, see it, see its gaps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import click

from chalicelib.core.domain.datetimes import IST
from helpline import showing
from helpline.api import Api
from helpline.commands import options
from helpline.commands.options import ONE_DAY, as_json, days, the_api


@click.command()
@as_json
def publish(*, wants_json: bool) -> None:
    """Publish duty days ahead, now."""
    told = the_api().send("POST", "/admin/rota/publish", {})
    if wants_json:
        showing.as_json(told)
        return
    click.echo(f"{told['days']} days published.")
    if told["through"]:
        last = date.fromisoformat(told["through"]) - ONE_DAY
        click.echo(f"The rota stands to the end of {last}.")
    if told["refused"]:
        click.echo(f"{told['refused']} changes made by hand could not stand.", err=True)


@click.command("on-duty")
@as_json
def on_duty(*, wants_json: bool) -> None:
    """Show who is on duty now."""
    api, at = the_api(), options.now()
    day = at.date()
    names = {each["id"]: each["name"] for each in api.get("/admin/oncologists")["oncologists"]}
    found = [
        {"id": who, "name": names.get(who, who), "line": shift["line"], "until": shift["end"]}
        for shift in _shifts(api, day - ONE_DAY, day + ONE_DAY)
        if datetime.fromisoformat(shift["start"]) <= at < datetime.fromisoformat(shift["end"])
        for who in shift["on"]
    ]
    if wants_json:
        showing.as_json(found)
    elif found:
        showing.as_table(("id", "name", "line", "until"), (list(each.values()) for each in found))
    else:
        click.echo("Nobody is on duty now.")


@click.command()
@days("today", None)
@as_json
def rota(start: date, end: date | None, *, wants_json: bool) -> None:
    """Show the published shifts, of the next four weeks unless you say otherwise."""
    found = list(_shifts(the_api(), start, end or start + timedelta(days=28)))
    if wants_json:
        showing.as_json(found)
        return
    rows = (
        (_when(shift["start"]), _when(shift["end"])[-5:], shift["line"], ", ".join(shift["on"]))
        for shift in found
    )
    showing.as_table(("from", "to", "line", "on"), rows)


@click.command()
@as_json
def gaps(*, wants_json: bool) -> None:
    """Show what stands open in the rota."""
    found = the_api().get("/admin/rota/gaps")["gaps"]
    if wants_json:
        showing.as_json(found)
        return
    rows = (
        (
            *(_when(gap["start"]), _when(gap["end"])[-5:], gap["line"]),
            *(gap["missing"] or None, ", ".join(gap["languages"])),
        )
        for gap in found
    )
    showing.as_table(("from", "to", "line", "missing", "nobody speaks"), rows)


def _shifts(api: Api, start: date, end: date) -> Iterator[dict[str, Any]]:
    for day in api.get("/admin/rota", **{"from": start, "to": end})["days"]:
        yield from day["shifts"]


def _when(instant: str) -> str:
    return datetime.fromisoformat(instant).astimezone(IST).strftime("%a %d %b %H:%M")
