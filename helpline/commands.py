"""The commands: each reads its arguments, calls the API, and prints what came of it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeVar
from urllib.parse import quote

import click

from chalicelib.domain.clock import IST
from helpline import deployment, oncologists, roster, showing
from helpline.api import Api, Refused
from helpline.deployment import Deployment
from helpline.sheets import read_sheet
from helpline.signing_in import PASSWORD, SignIn

DEFAULT_PORT: Final = 8000
STATUSES: Final = ("waiting", "deferred", "claimed", "completed", "closed")
_LISTED_DAYS: Final = timedelta(days=31)
_PAGE: Final = 100
_DAY: Final = timedelta(days=1)
_MINUTES_OF_AN_HOUR: Final = 60

Command = TypeVar("Command", bound=Callable[..., Any])
Call = tuple[str, str, dict[str, Any]]
SHEET: Final = click.File("rb")
as_json: Final = click.option("--json", "wants_json", is_flag=True, help="Print JSON.")


class Day(click.ParamType[date]):
    """A date."""

    name = "date"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """Read it."""
        if isinstance(value, date):
            return value
        if value == "today":
            return _today()
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value} is not a date like 2026-11-23", param, ctx)


def days(
    start: str | None, end: str | None, *, required: bool = False
) -> Callable[[Command], Command]:
    """Let a command take ``--from`` and ``--to``."""

    def decorate(command: Command) -> Command:
        later = click.option(
            "--to", "end", type=Day(), default=end, required=required, help="The first day after."
        )
        first = click.option(
            "--from", "start", type=Day(), default=start, required=required, help="The first day."
        )
        return first(later(command))

    return decorate


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--url", help="The helpline's address, in place of the configured one.")
@click.option("--local", is_flag=True, help="The helpline of `make run` on this machine.")
@click.option("--port", type=int, default=DEFAULT_PORT, show_default=True, help="Where it runs.")
@click.pass_context
def main(context: click.Context, url: str | None, *, local: bool, port: int) -> None:
    """Keep the helpline from a terminal: people, rosters, cases and reports."""

    def chosen() -> Deployment:
        found = deployment.local(port) if local else deployment.find()
        return replace(found, url=url.rstrip("/")) if url else found

    context.obj = chosen


def _api() -> Api:
    found: Deployment = click.get_current_context().obj()
    return Api(found, SignIn(found))


# -- Where, and who ------------------------------------------------------------------------------


@main.command()
@click.option("--url", prompt="The helpline's address (https://...)", help="Its address.")
@click.option("--client-id", prompt="The user pool client's id", help="Of the user pool's client.")
@click.option("--region", default="ap-south-1", show_default=True, help="Of the user pool.")
def configure(url: str, client_id: str, region: str) -> None:
    """Remember which helpline to speak to: the stack's outputs say what is asked."""
    found = Deployment(url.rstrip("/"), client_id, deployment.pool_url(region))
    click.echo(f"Kept in {deployment.keep(found)}. Next: helpline sign-in")


@main.command("sign-in")
@click.option("--name", prompt="User name", help="Your user name.")
@click.pass_obj
def sign_in(chosen: Any, name: str) -> None:  # noqa: ANN401  # main's own
    """Sign in; the password is asked for, or taken from HELPLINE_PASSWORD."""
    password = os.environ.get(PASSWORD) or click.prompt("Password", hide_input=True)

    def ask(question: str) -> str:
        secret = "password" in question
        return str(click.prompt(question, hide_input=secret, confirmation_prompt=secret))

    SignIn(chosen()).sign_in(name, password, ask)
    click.echo(f"Signed in as {name}.")


@main.command("sign-out")
@click.pass_obj
def sign_out(chosen: Any) -> None:  # noqa: ANN401  # main's own
    """Sign out, and forget the tokens."""
    SignIn(chosen()).sign_out()
    click.echo("Signed out.")


# -- People and rosters --------------------------------------------------------------------------


@main.group("oncologists")
def people() -> None:
    """List the oncologists, or import them from a spreadsheet."""


@people.command("list")
@as_json
def list_people(*, wants_json: bool) -> None:
    """List everybody, those who have left too."""
    found = _api().get("/admin/oncologists")["oncologists"]
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
    api = _api()
    rows = read_sheet(sheet, oncologists.COLUMNS, oncologists.NEEDED)
    known = api.get("/admin/oncologists")["oncologists"]
    planned = oncologists.plan(rows, known, update=update)
    calls = [(each.row, each.call) for each in planned if each.call]
    if not check:
        _store(api, calls)
    _imported(len(calls), len(planned) - len(calls), check=check, wants_json=wants_json)


@main.group("roster")
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
    api = _api()
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
    with _progress(len(calls), "Storing") as bar:
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


# -- The rota ------------------------------------------------------------------------------------


@main.command()
@as_json
def publish(*, wants_json: bool) -> None:
    """Publish duty days ahead, now."""
    told = _api().send("POST", "/admin/rota/publish", {})
    if wants_json:
        showing.as_json(told)
        return
    click.echo(f"{told['days']} days published.")
    if told["through"]:
        last = date.fromisoformat(told["through"]) - _DAY
        click.echo(f"The rota stands to the end of {last}.")
    if told["refused"]:
        click.echo(f"{told['refused']} changes made by hand could not stand.", err=True)


@main.command("on-duty")
@as_json
def on_duty(*, wants_json: bool) -> None:
    """Show who is on duty now."""
    api, now, today = _api(), _now(), _today()
    names = {each["id"]: each["name"] for each in api.get("/admin/oncologists")["oncologists"]}
    found = [
        {"id": who, "name": names.get(who, who), "line": shift["line"], "until": shift["end"]}
        for shift in _shifts(api, today - _DAY, today + _DAY)
        if datetime.fromisoformat(shift["start"]) <= now < datetime.fromisoformat(shift["end"])
        for who in shift["on"]
    ]
    if wants_json:
        showing.as_json(found)
    elif found:
        showing.as_table(("id", "name", "line", "until"), (list(each.values()) for each in found))
    else:
        click.echo("Nobody is on duty now.")


@main.command()
@days("today", None)
@as_json
def rota(start: date, end: date | None, *, wants_json: bool) -> None:
    """Show the published shifts, of the next four weeks unless you say otherwise."""
    found = list(_shifts(_api(), start, end or start + timedelta(days=28)))
    if wants_json:
        showing.as_json(found)
        return
    rows = (
        (_when(shift["start"]), _when(shift["end"])[-5:], shift["line"], ", ".join(shift["on"]))
        for shift in found
    )
    showing.as_table(("from", "to", "line", "on"), rows)


@main.command()
@as_json
def gaps(*, wants_json: bool) -> None:
    """Show what stands open in the rota."""
    found = _api().get("/admin/rota/gaps")["gaps"]
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


# -- Cases ---------------------------------------------------------------------------------------


@main.group()
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
    found = list(_cases(_api(), status, language, start, end))
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
    found = _api().get(f"/admin/cases/{quote(reference, safe='')}")
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
    api = _api()
    found = list(_cases(api, status, language, start, end))
    if whole:
        with _progress(len(found), "Reading") as bar:
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
    end = end or _today() + _DAY
    first = start or end - _LISTED_DAYS
    while end > first:
        begin = max(first, end - _LISTED_DAYS)
        span = {"from": begin, "to": end}
        yield from api.pages("/admin/cases", "cases", **common, **span)
        end = begin


# -- Reports -------------------------------------------------------------------------------------


@main.command()
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
    api = _api()
    if wants_csv:
        click.echo(api.text("/admin/reports", **query, format="csv"), nl=False)
        return
    found = api.get("/admin/reports", **query)
    if wants_json:
        showing.as_json(found)
        return
    _print_report(found)


@main.command("rebuild-report")
@days(None, None, required=True)
@as_json
def rebuild_report(start: date, end: date, *, wants_json: bool) -> None:
    """Count some days again from the cases themselves."""
    api = _api()
    counted, changed, cursor, done = 0, 0, None, 0
    with _progress(None, "Counting") as bar:
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
    last = date.fromisoformat(found["to"]) - _DAY
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


def _when(instant: str) -> str:
    return datetime.fromisoformat(instant).astimezone(IST).strftime("%a %d %b %H:%M")


def _today() -> date:
    return _now().date()


def _now() -> datetime:
    return datetime.now(IST)


def _progress(length: int | None, label: str) -> Any:  # noqa: ANN401  # click's own has a private type
    """Show progress on the terminal, beside what is printed for programs."""
    return click.progressbar(length=length or 0, label=label, file=sys.stderr)
