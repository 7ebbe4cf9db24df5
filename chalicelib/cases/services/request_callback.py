"""Ask for a callback: one service for every channel by which a request comes in."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Final

from chalicelib.cases.domain.answers import Asking, Channel, Consent, Details, Mode, Wishes
from chalicelib.cases.domain.case import Case, Status
from chalicelib.cases.domain.links import Link, Strength
from chalicelib.cases.domain.phone_limits import Intake, Opened, PhoneLimits
from chalicelib.cases.domain.queue import Line
from chalicelib.cases.domain.timeline import first_entry
from chalicelib.cases.services.links import CaseLinks
from chalicelib.cases.services.ports import CaseStore, ReferenceTaken
from chalicelib.cases.services.wait_estimate import Outlook
from chalicelib.core.component import component
from chalicelib.core.domain.datetimes import Window
from chalicelib.core.domain.errors import (
    Busy,
    InvalidField,
    InvalidInput,
    NotFound,
    RequestIdReused,
)
from chalicelib.core.domain.phone import Phone, refuse_own_number
from chalicelib.core.domain.reference import new_reference
from chalicelib.core.domain.text_matching import normal_name
from chalicelib.core.domain.working_hours import DayPart
from chalicelib.core.services.ports import READS, Secrets, Stale

TRIES = 3
FIRST: Final = Link(Strength.WEAK, serial=0)
"""The link that is shown at asking."""
_DIGEST_BYTES: Final = 8


@dataclass(frozen=True, slots=True)
class CallbackRequest:
    """A request for a callback, parsed and checked.

    ``request_id`` names this very asking: sent again, it is the same request. ``wishes`` are what
    was expressly asked for, in the words of the person: the rest is what is usual.
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
    wishes: Wishes = field(default_factory=Wishes)


@dataclass(frozen=True, slots=True)
class CallbackAnswer:
    """What the person is told; ``duplicate`` where they had an open case already.

    ``expected`` is None where nobody can say when: nobody serves the case on the published days,
    or it is a very old open case whose window is not at hand. ``link_token`` is the weak link's,
    and None for a duplicate: a stranger who knows a phone must not see its case.

    ``added``: all that was told is kept. ``granted`` names those of the request's own wishes that
    hold now, as fields of a case; of wishes that somebody else had it says nothing.
    """

    reference: str
    duplicate: bool
    expected: Window | None
    link_token: str | None
    added: bool = True
    granted: tuple[str, ...] = ()


@component
class RequestCallback:
    """Turns a request into a case in line, or into more about the case that is in line already."""

    cases: CaseStore
    outlook: Outlook
    secrets: Secrets
    links: CaseLinks
    random_bytes: Callable[[int], bytes]
    """A source fit for secrets."""
    limits: PhoneLimits = PhoneLimits()
    own_numbers: Collection[str] = ()
    """The helpline's own phone numbers, as E.164."""

    def __call__(self, request: CallbackRequest, now: datetime) -> CallbackAnswer:
        """Store the request.

        Raises InvalidInput for a number of the helpline itself, RequestIdReused, Blocked,
        TooManyOpenCases, TooManyRequests, Busy.
        """
        try:
            refuse_own_number(request.phone, self.own_numbers)
        except InvalidField as problem:
            raise InvalidInput([problem]) from None
        digest = digest_of(request)
        key = name_key(self.secrets, request.details.name)
        request = replace(request, details=replace(request.details, name_key=key))
        for _ in range(TRIES):
            case, opened = self._open(request, digest, now)
            if opened.intake is not Intake.DUPLICATE:
                # Nobody knows yet whose phone was typed: what is shown now opens little.
                token = self.links.token(opened.reference, FIRST)
                return CallbackAnswer(
                    opened.reference,
                    duplicate=False,
                    expected=opened.expected,
                    link_token=token,
                    granted=_granted(request.wishes, case),
                )
            asking = self._asking(request, digest, now)
            try:
                case = self._note(opened.reference, asking, now)
            except NotFound:
                # The case was closed between the two writes: this is a new case after all.
                continue
            return CallbackAnswer(
                case.reference,
                duplicate=True,
                expected=case.expected,
                link_token=None,
                added=_is_added(case, asking),
                granted=_granted(request.wishes, case) if case.knows(asking.request_id) else (),
            )
        raise Busy

    def _note(self, reference: str, asking: Asking, now: datetime) -> Case:
        """Note a further request on the case that is in line. Raises NotFound, RequestIdReused.

        The first write needs no read. Where a wish differs from the case's, or there is no room,
        it brings the case back instead, for another one.
        """
        case = self.cases.add(reference, asking)
        for _ in range(READS):
            if case.is_reused(asking):
                raise RequestIdReused
            after = case.ask_again(asking, self._times(case, asking, now))
            if after == case:
                return case
            try:
                return self.cases.save(case, after, now)
            except Stale:
                case = self.cases.get(reference, consistent=True)
            if not case.status.is_open and not case.knows(asking.request_id):
                raise NotFound
        raise Busy

    def _times(
        self, case: Case, asking: Asking, now: datetime
    ) -> tuple[datetime, Window | None] | None:
        """Promise a time in another part of the day or another queue, if that is wished."""
        wishes = asking.wishes
        if case.status is not Status.WAITING or not case.is_moved_by(asking):
            return None
        woman = case.prefers_woman if wishes.prefers_woman is None else wishes.prefers_woman
        line = Line(wishes.language or case.language, woman)
        if wishes.part_of_day in (None, case.part_of_day):
            return self.outlook.promise(line, DayPart.ANY, now, not_before=case.not_before)
        return self.outlook.promise(line, wishes.part_of_day, now)

    def _asking(self, request: CallbackRequest, digest: str | None, now: datetime) -> Asking:
        wishes = request.wishes
        if wishes.language is not None:
            woman = bool(wishes.prefers_woman)
            queue = self.outlook.queue_for(wishes.language, now, prefers_woman=woman)
            wishes = replace(wishes, language=queue.language)
        return Asking(
            request.request_id,
            now,
            request.channel,
            request.details,
            wishes,
            _consent(request, now),
            digest,
        )

    def _open(
        self, request: CallbackRequest, digest: str | None, now: datetime
    ) -> tuple[Case, Opened]:
        while True:
            case = self._new_case(request, now)
            try:
                return case, self.cases.open(case, self.limits, digest)
            except ReferenceTaken:
                continue

    def _new_case(self, request: CallbackRequest, now: datetime) -> Case:
        line = self.outlook.queue_for(request.language, now, prefers_woman=request.prefers_woman)
        not_before, expected = self.outlook.promise(line, request.part_of_day, now)
        return Case(
            reference=new_reference(self.random_bytes),
            request_id=request.request_id,
            phone=request.phone.e164,
            phone_key=self.secrets.phone_key(request.phone.e164),
            language=line.language,
            channel=request.channel,
            requested_at=now,
            not_before=not_before,
            expected=expected,
            consent=_consent(request, now),
            details=request.details,
            another_person=request.another_person,
            mode=request.mode,
            part_of_day=request.part_of_day,
            prefers_woman=request.prefers_woman,
            timeline=(first_entry(request.channel, now),),
        )


def digest_of(request: CallbackRequest) -> str | None:
    """Return a short digest of a request's body, which tells it from another of the same id.

    None where the channel gives the id, and not the caller. What was not said is left out, so that
    a field that comes later does not change it.
    """
    if request.channel.is_own_phone:
        return None
    said = [
        request.request_id,
        request.phone.e164,
        *(name for name in ("another_person", "prefers_woman") if getattr(request, name)),
        request.mode.value,
        request.part_of_day.value,
        *sorted(f"{name}={value}" for name, value in request.wishes.named.items()),
        *sorted(f"{name}:{value}" for name, value in request.details.given.items()),
    ]
    digest = sha256(repr(said).encode()).digest()[:_DIGEST_BYTES]
    return urlsafe_b64encode(digest).decode().rstrip("=")


def _consent(request: CallbackRequest, now: datetime) -> Consent:
    return Consent(request.consent_version, request.language, now, request.channel)


def _is_added(case: Case, asking: Asking) -> bool:
    """Whether all that a request told is in the case."""
    if not asking.tells or asking.request_id == case.request_id:
        return True
    return any(each.source == asking.request_id and not each.is_merged for each in case.additions)


def _granted(wishes: Wishes, case: Case) -> tuple[str, ...]:
    """Name the wishes, as they were typed, that this case has."""
    return tuple(name for name, value in wishes.named.items() if getattr(case, name) == value)


def name_key(secrets: Secrets, name: str | None) -> str | None:
    """Return a name's key, the same however it was typed; None if it has no letter."""
    normal = normal_name(name or "")
    return secrets.name_key(normal) if normal else None
