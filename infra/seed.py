"""Fills a local stack with the demo's people, rota and hours; safe to run at every start."""

import argparse
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from chalicelib.rota.domain.change_log import By
from chalicelib.rota.services.manage_rota import ManageRota
from chalicelib.wiring import Helpline
from infra import demo
from infra.local_stack import attach

SEED = By("seed")
GROUPS = {"admin": "administrators", "oncologist": "oncologists"}


class Pool(Protocol):
    """The user pool of a local stack, or of one in this process."""

    @property
    def client(self) -> Callable[[str], Any]:
        """What makes clients of AWS's services."""

    @property
    def outputs(self) -> Mapping[str, str]:
        """The stack's outputs: ``UserPoolId`` is the one that counts here."""


def put_user(stack: Pool, username: str, role: str) -> None:
    """Make a user with the demo's password in the role's group, unless it is there."""
    identity, pool = stack.client("cognito-idp"), stack.outputs["UserPoolId"]
    try:
        identity.admin_create_user(UserPoolId=pool, Username=username, MessageAction="SUPPRESS")
    except identity.exceptions.UsernameExistsException:
        return
    identity.admin_set_user_password(
        UserPoolId=pool, Username=username, Password=demo.PASSWORD, Permanent=True
    )
    identity.admin_add_user_to_group(UserPoolId=pool, Username=username, GroupName=GROUPS[role])


def put_users(stack: Pool) -> None:
    """Let the demo's people sign in."""
    put_user(stack, demo.ADMINISTRATOR, "admin")
    for oncologist in demo.ONCOLOGISTS:
        put_user(stack, oncologist.id, "oncologist")


def put_rota(manage: ManageRota, now: datetime) -> None:
    """Open the hours, and have a line on which everybody serves; what was edited is kept."""
    if not manage.hours().version:
        manage.put_hours(demo.ALWAYS_OPEN, 0, SEED, now)
    known = {stored.value.id for stored in manage.oncologists()}
    for oncologist in demo.ONCOLOGISTS:
        if oncologist.id not in known:
            manage.add_oncologist(oncologist, SEED, now)
    if not manage.lines().version:
        manage.put_lines(demo.LINES, 0, SEED, now)


def main() -> None:
    """Seed the stack at a port, in the environment that its functions have."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    put_users(attach(parser.parse_args().port))
    helpline = Helpline()
    now = helpline.core.now()
    put_rota(helpline.rota.manage_rota, now)
    helpline.rota.publish_rota(now)
    print("The demo's hours are open around the clock, and its doctors are always on duty.")


if __name__ == "__main__":
    main()
