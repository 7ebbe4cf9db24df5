"""Domain objects with defaults: a test overrides only what matters to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from chalicelib.cases.domain.answers import Asking, Channel, Consent, Details, Wishes
from chalicelib.cases.domain.case import Case
from chalicelib.cases.domain.retry_policy import RetryPolicy
from chalicelib.cases.domain.timeline import Attempt, Result, first_entry
from chalicelib.core.domain.datetimes import Window
from chalicelib.core.domain.working_hours import DEFAULT_HOURS
from chalicelib.messages.domain.templates import OwedMessage, Template
from chalicelib.rota.domain.duty import DutyDay, Oncologist, Shift
from chalicelib.settings import Settings

NOON = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
"""Monday 23 November 2026, 12:00 in India: an open hour."""

HINDI_MESSAGE = "मेरी माँ की रिपोर्ट के बारे में दूसरी राय चाहिए, कृपया फोन करें"


def a_case(*, details: Details | None = None, **changes: object) -> Case:
    """A case in line since NOON; its phone key follows from its phone."""
    phone = str(changes.get("phone", "+919812345678"))
    requested_at = changes.get("requested_at", NOON)
    language = changes.get("language", "hi")
    case = Case(
        reference="K7M240R59XK",
        request_id="3f0c2a52-8f5e-4a3e-9d43-0f6a3b1f7c11",
        phone=phone,
        phone_key=f"key-of-{phone[1:]}".ljust(22, "="),
        language=language,
        channel=Channel.WEB,
        requested_at=requested_at,
        not_before=requested_at,
        expected=Window(requested_at + timedelta(minutes=30), requested_at + timedelta(hours=2)),
        consent=Consent("2026-11", language, requested_at, Channel.WEB),
        details=details or Details(name="सुनीता", city="इंदौर", messages=(HINDI_MESSAGE,)),
        timeline=(first_entry(Channel.WEB, requested_at),),
    )
    return replace(case, **changes)


def an_asking(request_id: str = "again", **changes: object) -> Asking:
    """A further request by the web form, five minutes after NOON, that tells nothing."""
    at = changes.get("at", NOON + timedelta(minutes=5))
    channel = changes.get("channel", Channel.WEB)
    asking = Asking(
        request_id, at, channel, Details(), Wishes(), Consent("2026-11", "hi", at, channel)
    )
    return replace(asking, **changes)


def an_attempt(result: Result = Result.NO_ANSWER, **changes: object) -> Attempt:
    """An attempt of dr-asha's at NOON."""
    return replace(Attempt(at=NOON, by="dr-asha", result=result), **changes)


def with_attempt(case: Case, attempt: Attempt) -> Case:
    """The case after an attempt, under the rules of an ordinary deployment."""
    return case.record(attempt, retries=RetryPolicy(), hours=DEFAULT_HOURS)


def a_message(**changes: object) -> OwedMessage:
    """A patient's first confirmation, owed since NOON."""
    message = OwedMessage(
        subject="K7M240R59XK",
        id="0.requested.patient",
        template=Template.RECEIVED,
        phone="+919812345678",
        phone_key="key",
        language="hi",
        owed_at=NOON,
        variables={},
    )
    return replace(message, **changes)


def an_oncologist(**changes: object) -> Oncologist:
    """Dr Asha, who speaks Hindi and English."""
    oncologist = Oncologist(
        id="dr-asha",
        name="Dr Asha Verma",
        registration="MPMC-12345",
        phone="+919898989898",
        languages=("hi", "en"),
        gender="female",
        sites=("breast",),
        joined=date(2026, 1, 1),
    )
    return replace(oncologist, **changes)


def a_shift(**changes: object) -> Shift:
    """The morning of NOON's day, with dr-asha on."""
    shift = Shift(
        id="2026-11-23.morning",
        line="morning",
        start=NOON - timedelta(hours=2),
        end=NOON + timedelta(hours=2),
        on=("dr-asha",),
    )
    return replace(shift, **changes)


def a_duty_day(**changes: object) -> DutyDay:
    """NOON's day with its one shift."""
    return replace(DutyDay(day=date(2026, 11, 23), shifts=(a_shift(),)), **changes)


def duty_days(
    on: Sequence[str] = ("dr-asha",), days: int = 28, first: date = date(2026, 11, 23)
) -> list[DutyDay]:
    """Published days from NOON's on, each with one shift that lasts all opening hours."""
    return [
        DutyDay(
            day=day,
            shifts=tuple(
                Shift(f"{day}.{number}", "all-day", opening.start, opening.end, tuple(on))
                for number, opening in enumerate(DEFAULT_HOURS.openings_on(day))
            ),
        )
        for day in (first + timedelta(days=ahead) for ahead in range(days))
    ]


def some_settings(**changes: object) -> Settings:
    """A deployment's settings, with an address for links."""
    settings = Settings(
        stage="dev",
        region="ap-south-1",
        cases_table="cases",
        rota_table="rota",
        messages_table="messages",
        audit_table="audit",
        reports_table="reports",
        secrets_path="/helpline/dev",
        user_pool_client_id="client",
        token_issuer="https://issuer.example",
        token_keys_url="https://issuer.example/keys",
        public_url="https://helpline.example",
    )
    return replace(settings, **changes)
