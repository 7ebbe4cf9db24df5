"""What sending messages is made of."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

from chalicelib.core.wiring import Container
from chalicelib.providers import BY_HAND, LOCAL, provider_of

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.core.dynamodb.table import Table
    from chalicelib.messages.domain.templates import OwedMessage
    from chalicelib.messages.services.delivery_receipts import NoteReceipt
    from chalicelib.messages.services.dlt_registrations import Registrations
    from chalicelib.messages.services.ports import (
        CallBridge,
        MessageGateway,
        MessageStore,
        OutboxStore,
    )
    from chalicelib.messages.services.send_messages import SendMessages
    from chalicelib.providers import Provider

PRODUCTION: Final = "prod"
# What the paths of webhooks call the name of what they are about.
_NAMED: Final = ("message", "call")


class Messages(Container):
    """The outbox, what sends it, and who bridges calls."""

    @cached_property
    def table(self) -> Table:
        """The messages table, by its name."""
        return self.core.table(self.core.settings.messages_table)

    @cached_property
    def store(self) -> MessageStore:
        """The messages table."""
        from chalicelib.messages.store.messages import DynamoMessages

        return DynamoMessages(self.table)

    @cached_property
    def outbox(self) -> OutboxStore:
        """The messages table, as those who watch over it see it."""
        from chalicelib.messages.store.outbox import DynamoOutbox

        return DynamoOutbox(self.table)

    @cached_property
    def words(self) -> Callable[[OwedMessage], str]:
        """What writes a message's text: it knows cases and shifts, so the helpline gives it."""
        raise NotImplementedError

    @cached_property
    def current_message(self) -> Callable[[OwedMessage, datetime], OwedMessage]:
        """What returns a message as it holds now: it knows cases and shifts, as ``words`` do."""
        raise NotImplementedError

    @cached_property
    def send_messages(self) -> SendMessages:
        """Sends what is owed."""
        from chalicelib.messages.services.send_messages import SendMessages

        return SendMessages(
            self.store, self.gateway, self.words, self.registrations, self.current_message
        )

    @cached_property
    def registrations(self) -> Registrations:
        """The DLT's ids of the templates. Raises NotRegistered where one is missing."""
        from chalicelib.messages.services.dlt_registrations import Registrations
        from chalicelib.messages.services.sms_texts import sms_pattern

        settings = self.core.settings
        required = settings.stage == PRODUCTION
        return Registrations.read(settings.dlt_template_ids, sms_pattern, required=required)

    @cached_property
    def note_receipt(self) -> NoteReceipt:
        """Notes what became of a message."""
        from chalicelib.messages.services.delivery_receipts import NoteReceipt

        return NoteReceipt(self.store)

    @cached_property
    def gateway(self) -> MessageGateway:
        """The configured provider of SMS, with the day's caps around it."""
        from chalicelib.messages.domain.sms_segments import count_segments
        from chalicelib.messages.services.sms_budget import BudgetedSms, Caps
        from chalicelib.messages.store.sms_budget import DynamoSpend

        core = self.core
        return BudgetedSms(
            self.provider,
            DynamoSpend(self.table),
            caps=Caps(core.settings.sms_daily_cap, core.settings.sms_phone_daily_cap),
            phone_key=core.secrets.phone_key,
            segments=count_segments,
            now=core.now,
        )

    @cached_property
    def provider(self) -> MessageGateway:
        """The provider of SMS that is configured."""
        from chalicelib.messages.providers import contract

        core, settings = self.core, self.core.settings
        chosen = provider_of(settings.sms_gateway)
        sender = contract.Sender(
            header=settings.sms_sender_id,
            entity_id=settings.sms_entity_id,
            max_price=settings.sms_max_price,
            configuration_set=settings.sms_configuration_set,
        )
        if chosen.by_aws:
            from chalicelib.messages.providers.aws.gateway import AwsSms

            package = contract.aws_sms_provider(chosen)
            return AwsSms(chosen.name, package, lambda: core.client(package.SERVICE, 1), sender)
        from chalicelib.messages.providers.http_gateway import HttpSms

        return HttpSms(
            chosen,
            contract.sms_provider(chosen),
            core.credentials,
            sender,
            partial(self.webhook_url, chosen, "receipt"),
        )

    @cached_property
    def call_bridge(self) -> CallBridge | None:
        """Who bridges calls; None where doctors dial."""
        name = self.core.settings.calls_gateway
        if name == BY_HAND:
            return None
        from chalicelib.messages.providers.contract import call_provider
        from chalicelib.messages.providers.http_gateway import HttpCalls, LocalCalls

        if name == LOCAL:
            return LocalCalls()
        chosen = provider_of(name)
        return HttpCalls(
            chosen,
            call_provider(chosen),
            self.core.credentials,
            self.core.settings.caller_id,
            partial(self.webhook_url, chosen, "call"),
        )

    def webhook_url(self, provider: Provider, kind: str, secret: str, name: str) -> str:
        """Return the address that a provider is told to call about a message, or a call.

        Empty without a public address, and where the provider tells nothing of the kind.
        """
        from chalicelib.messages.services.delivery_receipts import name_in_address

        base, names = self.core.settings.public_url, dict.fromkeys(_NAMED, name_in_address(name))
        for webhook in provider.webhooks():
            if base and webhook.kind == kind:
                return base + webhook.path.format(secret=secret, **names)
        return ""
