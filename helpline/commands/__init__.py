"""The commands: each reads its arguments, calls the API, and prints what came of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import click

from helpline import deployment
from helpline.commands import access, cases, imports, reports, rota
from helpline.deployment import Deployment

DEFAULT_PORT: Final = 8000


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


for command in (
    access.configure,
    access.sign_in,
    access.sign_out,
    imports.people,
    imports.rosters,
    rota.publish,
    rota.on_duty,
    rota.rota,
    rota.gaps,
    cases.cases,
    reports.report,
    reports.rebuild_report,
):
    main.add_command(command)
