"""What the commands share: options, the API of who is signed in, the clock, progress."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeVar

import click

from chalicelib.core.domain.datetimes import IST
from helpline.api import Api
from helpline.deployment import Deployment
from helpline.signing_in import SignIn

ONE_DAY: Final = timedelta(days=1)
SHEET: Final = click.File("rb")
as_json: Final = click.option("--json", "wants_json", is_flag=True, help="Print JSON.")
Command = TypeVar("Command", bound=Callable[..., Any])


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
            return today()
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


def the_api() -> Api:
    """Give the API of the deployment that was chosen, as who is signed in there."""
    found: Deployment = click.get_current_context().obj()
    return Api(found, SignIn(found))


def today() -> date:
    """Tell the date at the helpline."""
    return now().date()


def now() -> datetime:
    """Tell the time, on the helpline's clock."""
    return datetime.now(IST)


def progress(length: int | None, label: str) -> Any:  # noqa: ANN401  # click's own has a private type
    """Show progress on the terminal, beside what is printed for programs."""
    return click.progressbar(length=length or 0, label=label, file=sys.stderr)
