"""All that a case owes and has not been stored: for changes whose stream record was no use."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from chalicelib.cases.domain.case import Case
from chalicelib.cases.domain.notifications import first_message_id, messages_owed
from chalicelib.cases.services.renew_promise import as_of_now
from chalicelib.cases.services.wait_estimate import Outlook
from chalicelib.core.component import component
from chalicelib.messages.domain.templates import OwedMessage
from chalicelib.messages.services.ports import MessageStore


@component
class OwedByCases:
    """Compares what cases owe, by all that ever happened to them, with what is stored."""

    messages: MessageStore
    outlook: Outlook

    def __call__(self, cases: Iterable[Case], now: datetime) -> list[OwedMessage]:
        """List the messages that are missing, in order of being owed."""
        hours = self.outlook.duty.hours(now)
        owed = [(message, case) for case in cases for message in messages_owed(None, case, hours)]
        standing = self.messages.standing([(message.subject, message.id) for message, _ in owed])
        return [
            as_of_now(message, case, self.outlook, now)
            for message, case in owed
            if (message.subject, message.id) not in standing
        ]

    def unanswered(self, references: Collection[str]) -> list[str]:
        """Tell for which cases not even the first message is stored, without reading them."""
        first = first_message_id()
        standing = self.messages.standing([(reference, first) for reference in references])
        return [reference for reference in references if (reference, first) not in standing]
