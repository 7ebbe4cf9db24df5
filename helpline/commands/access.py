"""Which helpline to speak to, and as whom."""

from __future__ import annotations

import os
from typing import Any

import click

from helpline import deployment
from helpline.deployment import Deployment
from helpline.signing_in import PASSWORD, SignIn


@click.command()
@click.option("--url", prompt="The helpline's address (https://...)", help="Its address.")
@click.option("--client-id", prompt="The user pool client's id", help="Of the user pool's client.")
@click.option("--region", default="ap-south-1", show_default=True, help="Of the user pool.")
def configure(url: str, client_id: str, region: str) -> None:
    """Remember which helpline to speak to: the stack's outputs say what is asked."""
    found = Deployment(url.rstrip("/"), client_id, deployment.pool_url(region))
    click.echo(f"Kept in {deployment.keep(found)}. Next: helpline sign-in")


@click.command("sign-in")
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


@click.command("sign-out")
@click.pass_obj
def sign_out(chosen: Any) -> None:  # noqa: ANN401  # main's own
    """Sign out, and forget the tokens."""
    SignIn(chosen()).sign_out()
    click.echo("Signed out.")
