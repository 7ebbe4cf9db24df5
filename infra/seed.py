"""Fills a local stack with the demo's people, rota and hours; safe to run at every start."""

import argparse
from datetime import date, timedelta

from chalicelib import wiring
from chalicelib.domain.clock import IST
from chalicelib.services.ports import RotaStore
from infra import demo
from infra.local_stack import LocalStack, attach

DAYS_PUBLISHED = 28
GROUPS = {"admin": "administrators", "oncologist": "oncologists"}


def put_user(stack: LocalStack, username: str, role: str) -> None:
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


def put_users(stack: LocalStack) -> None:
    """Let the demo's people sign in."""
    put_user(stack, demo.ADMINISTRATOR, "admin")
    for oncologist in demo.ONCOLOGISTS:
        put_user(stack, oncologist.id, "oncologist")


def put_rota(rota: RotaStore, today: date) -> None:
    """Open the hours and publish duty days, only where nothing stands: edits are kept."""
    if rota.find_hours() is None:
        rota.put_hours(demo.ALWAYS_OPEN)
    for oncologist in demo.ONCOLOGISTS:
        if rota.find_oncologist(oncologist.id) is None:
            rota.put_oncologist(oncologist)
    end = today + timedelta(days=DAYS_PUBLISHED)
    published = {duty_day.day for duty_day in rota.find_duty_days(today, end)}
    for ahead in range(DAYS_PUBLISHED):
        day = today + timedelta(days=ahead)
        if day not in published:
            rota.put_duty_day(demo.duty_day(day))


def main() -> None:
    """Seed the stack at a port, in the environment that its functions have."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    put_users(attach(parser.parse_args().port))
    put_rota(wiring.rota_store(), wiring.now().astimezone(IST).date())
    print("The demo's hours are open around the clock, and its doctors are always on duty.")


if __name__ == "__main__":
    main()
