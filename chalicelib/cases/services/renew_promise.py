"""A promise that is told late is made anew, or not told: nobody is told of a time that is past."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from chalicelib.cases.domain.case import Case
from chalicelib.cases.domain.notifications import moment_holds, promised
from chalicelib.cases.domain.queue import line_of
from chalicelib.cases.services.wait_estimate import Outlook
from chalicelib.core.domain.working_hours import DayPart
from chalicelib.messages.domain.templates import MessageClass, OwedMessage

# A stream's record comes within seconds: until then nobody has to look whether it still holds.
_MOMENT_PASSES_AFTER: Final = timedelta(minutes=2)


def is_late(message: OwedMessage, now: datetime) -> bool:
    """Whether a message about a case has to be checked against the case before it is sent.

    It promises a call for a time that is past, or tells of a moment that may have passed.
    """
    if message.template.message_class is MessageClass.MOMENT:
        return now - message.owed_at >= _MOMENT_PASSES_AFTER
    until = message.variables.get("to")
    return until is not None and datetime.fromisoformat(until) <= now


def as_of_now(message: OwedMessage, case: Case, outlook: Outlook, now: datetime) -> OwedMessage:
    """Return a message that is first sent late, as it holds now, or marked as overtaken."""
    if not moment_holds(message, case, now):
        return replace(message, is_overtaken=True)
    return promising_ahead(message, case, outlook, now)


def promising_ahead(
    message: OwedMessage, case: Case, outlook: Outlook, now: datetime
) -> OwedMessage:
    """Give a message whose promise lies ahead, as long as somebody still waits for the call.

    The case keeps the promise that was made first: it counts as broken. Where nobody waits any
    more, the message is overtaken.
    """
    until = message.variables.get("to")
    if until is None or datetime.fromisoformat(until) > now:
        return message
    if not case.status.is_open:
        return replace(message, is_overtaken=True)
    _, ahead = outlook.promise(line_of(case), DayPart.ANY, now)
    anew = {**promised(case.reference, ahead), "opens": ahead.start.isoformat()}
    known = message.variables
    return replace(message, variables={name: anew.get(name, known[name]) for name in known})
