"""A promise that is told late is made anew, or not told: nobody is told of a time that is past."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chalicelib.cases.domain.case import Case
from chalicelib.cases.domain.notifications import promised
from chalicelib.cases.domain.queue import line_of
from chalicelib.cases.services.wait_estimate import Outlook
from chalicelib.core.domain.working_hours import DayPart
from chalicelib.messages.domain.templates import OwedMessage


def is_late(message: OwedMessage, now: datetime) -> bool:
    """Tell whether a message about a case promises a call for a time that is past."""
    until = message.variables.get("to")
    return until is not None and datetime.fromisoformat(until) <= now


def promising_ahead(
    message: OwedMessage, case: Case, outlook: Outlook, now: datetime
) -> OwedMessage:
    """Give a message whose promise lies ahead, as long as somebody still waits for the call.

    The case keeps the promise that was made first: it counts as broken. Where nobody waits any
    more, the message is overtaken.
    """
    if not is_late(message, now):
        return message
    if not case.status.is_open:
        return replace(message, is_overtaken=True)
    _, ahead = outlook.promise(line_of(case), DayPart.ANY, now)
    anew = {**promised(case.reference, ahead), "opens": ahead.start.isoformat()}
    known = message.variables
    return replace(message, variables={name: anew.get(name, known[name]) for name in known})
