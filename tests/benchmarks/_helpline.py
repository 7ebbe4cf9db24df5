"""The helpline on a made-up AWS, with two oncologists on duty: what the benches ask and count."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

import boto3
from botocore.config import Config
from moto import mock_aws

from chalicelib.cases.domain.answers import Channel, Consent
from chalicelib.cases.domain.case import Case
from chalicelib.cases.domain.timeline import first_entry
from chalicelib.cases.store.case_mapping import case_to_item
from chalicelib.core.domain.datetimes import IST, Window
from chalicelib.core.domain.reference import new_reference
from chalicelib.core.domain.roles import ROLES, Principal
from chalicelib.core.dynamodb import schema
from chalicelib.core.dynamodb.client import TRIES
from chalicelib.core.gateways import aws
from chalicelib.core.wiring import Container, Core
from chalicelib.people.wiring import Staff
from chalicelib.rota.domain.duty import DutyDay, Oncologist, Shift
from chalicelib.settings import Settings
from infra.dev.moto_database import InTurn, inserts
from tests.support.helpline import in_use, using

REGION: Final = "ap-south-1"
# A Tuesday, noon in India; to the microsecond, as clocks tell: whole seconds would weigh less.
NOON: Final = datetime(2026, 12, 1, 6, 30, 0, 123457, tzinfo=UTC)
ASHA: Final = "asha"
_SECRETS: Final = "/helpline/bench"
_ENVIRONMENT: Final = {
    "STAGE": "bench",
    "SECRETS_PATH": _SECRETS,
    "USER_POOL_CLIENT_ID": "client",
    "TOKEN_ISSUER": "https://issuer.example",
    "TOKEN_KEYS_URL": "https://issuer.example/keys",
    "PUBLIC_URL": "https://helpline.example",
    "LOG_LEVEL": "CRITICAL",
    # All who ask here come from one address, and more of them than in any day.
    "ADDRESS_DAILY_ASKS": "0",
    "AWS_REGION": REGION,
    "AWS_DEFAULT_REGION": REGION,
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",  # pragma: allowlist secret
    "AWS_EC2_METADATA_DISABLED": "true",
}


@dataclass
class StoppedClock:
    """A clock that goes when it is told to."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now

    def go(self, **span: float) -> datetime:
        """Move on."""
        self.now += timedelta(**span)
        return self.now


class Counted(InTurn):
    """A database that knows which calls were made beside others, and so took no time of their own.

    ``rounds`` is how many calls followed one another.
    """

    def __init__(self, region: str) -> None:
        """Bind the region."""
        super().__init__(region)
        self.rounds = 0
        self._aside = 0

    def beside(self, work: Callable[[], Any]) -> Future[Any]:
        """Do it now, as something that is done beside what follows."""
        self._aside += 1
        try:
            return super().beside(work)
        finally:
            self._aside -= 1

    def call(self, operation: str, request: dict[str, Any], tries: int = TRIES) -> dict[str, Any]:
        """Make one call."""
        self.rounds += not self._aside
        return super().call(operation, request, tries)


class EverybodyOfBoth:
    """Takes any token for that of an oncologist who is an administrator too."""

    def verify(self, token: str) -> Principal:
        """Tell who it is: the token is the name."""
        return Principal(id=token, roles=ROLES, expires=4_000_000_000)

    def holds(self, token: str) -> bool:
        """Revoke nothing."""
        return bool(token)


def tables() -> dict[str, schema.Schema]:
    """Name every table of the settings, with its schema: ``cases_table`` is ``CASES``."""
    names = [each.name.removesuffix("_table") for each in fields(Settings)]
    return {name: getattr(schema, name.upper()) for name in names if hasattr(schema, name.upper())}


@contextmanager
def helpline(
    *containers: Container,
    database: InTurn | None = None,
    oncologists: Sequence[str] = (ASHA, "bharat"),
) -> Iterator[StoppedClock]:
    """Open the helpline, with its clock; nothing of it outlives the block."""
    kept = dict(os.environ)
    names = {f"{name.upper()}_TABLE": name for name in tables()}
    os.environ.update({**_ENVIRONMENT, **names})
    clock = StoppedClock()
    # Clients are kept for the process's life, and know their AWS: none of before or after is ours.
    aws.client.cache_clear()
    try:
        with (
            mock_aws(),
            inserts(),
            using(
                Core(clock=clock, database=database or Counted(REGION)),
                Staff(identity=EverybodyOfBoth(), token_check=EverybodyOfBoth()),
                *containers,
            ),
        ):
            _furnish(oncologists)
            yield clock
    finally:
        aws.client.cache_clear()
        os.environ.clear()
        os.environ.update(kept)


def client(service: str = "dynamodb", config: Config | None = None) -> Any:  # noqa: ANN401
    """Make a plain client of the made-up AWS; botocore makes their classes late."""
    return boto3.client(service, region_name=REGION, config=config)


def create_table(name: str, table: schema.Schema) -> None:
    """Make a table."""
    client().create_table(TableName=name, BillingMode="PAY_PER_REQUEST", **table.definition())


def an_ordinary_case(number: int, at: datetime = NOON, **changes: Any) -> Case:  # noqa: ANN401
    """Make a case as most are: a phone, a language, a first promise, and nothing more told."""
    case = Case(
        reference=new_reference(Random(number).randbytes),  # noqa: S311  # the same each time
        request_id=f"3f0c2a52-8f5e-4a3e-9d43-{number:012d}",
        phone=f"+9198{number:08d}",
        phone_key=f"{number:024d}",
        language="hi",
        channel=Channel.WEB,
        requested_at=at,
        not_before=at,
        expected=Window(at, at + timedelta(hours=1)),
        consent=Consent("2026-11", "hi", at, Channel.WEB),
        timeline=(first_entry(Channel.WEB, at),),
    )
    return replace(case, **changes)


def put_waiting(numbers: range) -> None:
    """Let cases wait, an hour's worth of seconds apart, straight into the table."""
    writer = client()
    for number in numbers:
        asked = NOON - timedelta(hours=1) + timedelta(milliseconds=number)
        item = case_to_item(an_ordinary_case(number, asked), NOON).serialize()
        writer.put_item(TableName="cases", Item=item)


def _furnish(oncologists: Sequence[str]) -> None:
    for name, table in tables().items():
        create_table(name, table)
    keys = client("ssm")
    for name in ("phone-key", "link-key"):
        keys.put_parameter(Name=f"{_SECRETS}/{name}", Value="a2V5a2V5", Type="SecureString")
    rota = in_use().rota.store
    doctors = tuple(_doctor(name) for name in oncologists)
    for doctor in doctors:
        rota.put_oncologist(doctor)
    today = NOON.astimezone(IST).date()
    for day in (today + timedelta(days=number) for number in range(2)):
        start = datetime.combine(day, datetime.min.time(), tzinfo=IST).astimezone(UTC)
        shift = Shift(
            id=f"{day.isoformat()}.1",
            line="all",
            start=start,
            end=start + timedelta(days=1),
            on=tuple(doctor.id for doctor in doctors),
        )
        rota.put_duty_day(DutyDay(day, (shift,)))


def _doctor(name: str) -> Oncologist:
    return Oncologist(
        id=name,
        name=f"Dr {name.title()}",
        registration="BENCH-1",
        phone="+919000000001",
        languages=("hi", "en"),
        gender="female",
    )
