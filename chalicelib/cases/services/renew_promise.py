"""Renew a promise that cannot hold, so that no message states a past or a closed time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from chalicelib.cases.domain.case import Case, Status
from chalicelib.cases.domain.notifications import (
    is_for_its_phone,
    link_variables,
    moment_holds,
    promised,
)
from chalicelib.cases.domain.queue import line_of
from chalicelib.cases.services.wait_estimate import Outlook
from chalicelib.core.domain.working_hours import DayPart, WorkingHours
from chalicelib.messages.domain.templates import MessageClass, OwedMessage, Template

_TICK: Final = timedelta(microseconds=1)
# A stream's record comes within seconds: until then nobody has to look whether it still holds.
_MOMENT_PASSES_AFTER: Final = timedelta(minutes=2)


def is_outdated(message: OwedMessage, hours: WorkingHours, now: datetime) -> bool:
    """Whether a message about a case has to be checked against the case before it is sent.

    It promises a call for a time that is past, or closed by now, or tells of a moment that may have
    passed.
    """
    if message.template.message_class is MessageClass.MOMENT:
        return now - message.owed_at >= _MOMENT_PASSES_AFTER
    return _promises_in_vain(message, hours, now)


def _promises_in_vain(message: OwedMessage, hours: WorkingHours, now: datetime) -> bool:
    """Whether the promise in a message is past or ends in closed time.

    A promise ends in opening hours. One that does not was made before the hours changed, and would
    contradict the time at which we open, which the same message may tell.
    """
    until = message.variables.get("to")
    if until is None:
        return False
    end = datetime.fromisoformat(until)
    return end <= now or not hours.is_open(end - _TICK)


def as_of_now(message: OwedMessage, case: Case, outlook: Outlook, now: datetime) -> OwedMessage:
    """Return a message that is first sent late, as it holds now, or marked as overtaken."""
    if not (is_for_its_phone(message, case) and moment_holds(message, case, now)):
        return replace(message, is_overtaken=True)
    return promising_ahead(message, case, outlook, now)


def promising_ahead(
    message: OwedMessage, case: Case, outlook: Outlook, now: datetime
) -> OwedMessage:
    """Return a message whose promise lies ahead, as long as somebody still waits for the call.

    The case keeps the promise that was made first: it counts as broken. Where nobody waits any
    more, the message is overtaken. Where nobody can say when, the message tells that.
    """
    if not _promises_in_vain(message, outlook.duty.hours(now), now):
        return message
    if not case.status.is_open:
        return replace(message, is_overtaken=True)
    _, ahead = outlook.promise(line_of(case), DayPart.ANY, now)
    if ahead is None:
        # By this message's own phone: the case may have another by now.
        variables = {"reference": case.reference, **link_variables(message)}
        return replace(message, template=Template.NO_TIME_YET, variables=variables)
    anew = {**promised(case.reference, ahead), "opens": ahead.start.isoformat()}
    known = message.variables
    return replace(message, variables={name: anew.get(name, known[name]) for name in known})


def in_its_queue(before: Case, after: Case, outlook: Outlook, now: datetime) -> Case:
    """Return a changed case with the promise of the queue into which the change has moved it."""
    if after.status is not Status.WAITING or line_of(before) == line_of(after):
        return after
    _, expected = outlook.promise(line_of(after), DayPart.ANY, now)
    return after.promise_again(expected, now)
