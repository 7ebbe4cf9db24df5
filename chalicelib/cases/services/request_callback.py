"""Ask for a callback: one service for every channel by which a request comes in."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from chalicelib.cases.domain.case import (
    PATIENT,
    Case,
    Channel,
    Consent,
    Details,
    Entry,
    Happening,
    Mode,
    first_entry,
)
from chalicelib.cases.domain.links import Link, Strength
from chalicelib.cases.domain.queue import Line
from chalicelib.cases.services.links import CaseLinks
from chalicelib.cases.services.ports import CaseStore, Intake, Opened, PhoneLimits, ReferenceTaken
from chalicelib.cases.services.wait_estimate import Outlook
from chalicelib.core.domain.datetimes import Window
from chalicelib.core.domain.errors import Busy, InvalidField, InvalidInput, NotFound
from chalicelib.core.domain.phone import Phone, refuse_own_number
from chalicelib.core.domain.reference import new_reference
from chalicelib.core.domain.text_matching import normal_name
from chalicelib.core.domain.working_hours import DayPart
from chalicelib.core.services.ports import Secrets

TRIES = 3
FIRST: Final = Link(Strength.WEAK, serial=0)
"""The link that is shown at asking."""


@dataclass(frozen=True, slots=True)
class CallbackRequest:
    """A request for a callback, parsed and checked.

    ``request_id`` names this very asking: sent again, it is the same request.
    """

    phone: Phone
    request_id: str
    language: str
    channel: Channel
    consent_version: str
    details: Details = Details()
    another_person: bool = False
    mode: Mode = Mode.PHONE
    part_of_day: DayPart = DayPart.ANY
    prefers_woman: bool = False


@dataclass(frozen=True, slots=True)
class CallbackAnswer:
    """What the person is told; ``duplicate`` where they had an open case already.

    ``expected`` is None only where a very old open case's window is not at hand. ``link_token`` is
    the weak link's, and None for a duplicate: whoever knows a phone is not shown its case.
    """

    reference: str
    duplicate: bool
    expected: Window | None
    link_token: str | None


class RequestCallback:
    """Turns a request into a case in line, or into more about the case that is in line already."""

    def __init__(
        self,
        cases: CaseStore,
        outlook: Outlook,
        secrets: Secrets,
        random_bytes: Callable[[int], bytes],
        limits: PhoneLimits | None = None,
        own_numbers: Collection[str] = (),
    ) -> None:
        """Bind what the service works with; ``random_bytes`` is a source fit for secrets.

        ``own_numbers`` are the helpline's own, as E.164.
        """
        self._cases = cases
        self._outlook = outlook
        self._secrets = secrets
        self._links = CaseLinks(secrets)
        self._random_bytes = random_bytes
        self._limits = limits or PhoneLimits()
        self._own_numbers = own_numbers

    def __call__(self, request: CallbackRequest, now: datetime) -> CallbackAnswer:
        """Store the request.

        Raises InvalidInput for a number of the helpline itself, Blocked, TooManyOpenCases,
        TooManyRequests, Busy.
        """
        try:
            refuse_own_number(request.phone, self._own_numbers)
        except InvalidField as problem:
            raise InvalidInput([problem]) from None
        key = name_key(self._secrets, request.details.name)
        request = replace(request, details=replace(request.details, name_key=key))
        for _ in range(TRIES):
            opened = self._open(request, now)
            try:
                expected = self._tell_more(opened, request, now)
            except NotFound:
                # The case was closed between the two writes: this is a new case after all.
                continue
            duplicate, reference = opened.intake is Intake.DUPLICATE, opened.reference
            # Nobody knows yet whose phone was typed: what is shown now opens little.
            token = None if duplicate else self._links.token(reference, FIRST)
            return CallbackAnswer(reference, duplicate, expected, token)
        raise Busy

    def _tell_more(self, opened: Opened, request: CallbackRequest, now: datetime) -> Window | None:
        """Add what a further asking tells to the case that is in line; raises NotFound."""
        if opened.intake is not Intake.DUPLICATE or request.details.is_empty():
            return opened.expected
        entry = Entry(now, PATIENT, Happening.ASKED_AGAIN, request.channel.value)
        case = self._cases.add(opened.reference, request.request_id, request.details, entry)
        return case.expected

    def _open(self, request: CallbackRequest, now: datetime) -> Opened:
        while True:
            case = self._new_case(request, now)
            try:
                return self._cases.open(case, self._limits)
            except ReferenceTaken:
                continue

    def _new_case(self, request: CallbackRequest, now: datetime) -> Case:
        language = self._outlook.served_language(request.language, now)
        line = Line(language, request.prefers_woman)
        not_before, expected = self._outlook.promise(line, request.part_of_day, now)
        return Case(
            reference=new_reference(self._random_bytes),
            request_id=request.request_id,
            phone=request.phone.e164,
            phone_key=self._secrets.phone_key(request.phone.e164),
            language=language,
            channel=request.channel,
            requested_at=now,
            not_before=not_before,
            expected=expected,
            consent=Consent(request.consent_version, request.language, now, request.channel),
            details=request.details,
            another_person=request.another_person,
            mode=request.mode,
            prefers_woman=request.prefers_woman,
            timeline=(first_entry(request.channel, now),),
        )


def name_key(secrets: Secrets, name: str | None) -> str | None:
    """Return a name's key, the same however it was typed; None if it has no letter."""
    normal = normal_name(name or "")
    return secrets.name_key(normal) if normal else None
