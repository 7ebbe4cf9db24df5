"""A message as it holds when it is sent late: some are of a moment, and the moment passes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from chalicelib.cases.domain.notifications import link_variables, promised, still_holds
from chalicelib.cases.domain.queue import line_of
from chalicelib.cases.services.ports import CaseStore
from chalicelib.cases.services.renew_promise import promising_ahead
from chalicelib.cases.services.wait_estimate import Outlook
from chalicelib.core.component import component
from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.errors import NotFound
from chalicelib.core.domain.working_hours import DayPart
from chalicelib.messages.domain.templates import MessageClass, OwedMessage, Template
from chalicelib.messages.services.ports import MessageStore
from chalicelib.rota.domain.notifications import is_overtaken, shift_of_reminder
from chalicelib.rota.services.duty_ports import RotaStore

_ONE_DAY: Final = timedelta(days=1)


@component
class CurrentMessage:
    """Checks a message against its case, or its shift, before it is sent late or again."""

    cases: CaseStore
    messages: MessageStore
    rota: RotaStore
    outlook: Outlook

    def __call__(self, message: OwedMessage, now: datetime) -> OwedMessage:
        """Return the message with a promise that lies ahead, or marked as overtaken.

        ``now`` is aware. Raises Busy.
        """
        if message.template.message_class is MessageClass.STAFF:
            holds = not is_overtaken(message, now) and self._serves(message)
        elif "reference" in message.variables:
            return self._about_a_case(message, now)
        else:
            holds = self._answers(message)
        return message if holds else replace(message, is_overtaken=True)

    def _about_a_case(self, message: OwedMessage, now: datetime) -> OwedMessage:
        try:
            case = self.cases.get(message.variables["reference"], consistent=True)
        except NotFound:
            return replace(message, is_overtaken=True)
        if not still_holds(message, case, now):
            return replace(message, is_overtaken=True)
        current = promising_ahead(message, case, self.outlook, now)
        opens = message.variables.get("opens")
        if opens is None or datetime.fromisoformat(opens) > now:
            return current
        # The opening that it names has passed.
        window = case.expected
        if window is None or window.end <= now:
            _, window = self.outlook.promise(line_of(case), DayPart.ANY, now)
        if window is None:
            return current
        variables = {**promised(case.reference, window), **link_variables(message)}
        return replace(message, template=Template.RECEIVED, variables=variables)

    def _serves(self, message: OwedMessage) -> bool:
        """Whether a reminder's doctor is still on its shift; True for any other message."""
        reminded = shift_of_reminder(message)
        if reminded is None:
            return True
        shift, who, start = reminded
        day = start.astimezone(IST).date()
        days = self.rota.find_duty_days(day, day + _ONE_DAY)
        return any(each.id == shift and who in each.on for known in days for each in known.shifts)

    def _answers(self, message: OwedMessage) -> bool:
        """Whether the answer to STOP or START is still true."""
        if message.template not in (Template.OPTED_OUT, Template.OPTED_IN):
            return True
        stopped = self.messages.is_opted_out(message.phone_key)
        return stopped is (message.template is Template.OPTED_OUT)
