"""What sending messages is made of."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.core.wiring import Container

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.core.dynamodb.table import Table
    from chalicelib.messages.domain.templates import OwedMessage
    from chalicelib.messages.services.delivery_receipts import NoteReceipt
    from chalicelib.messages.services.dlt_registrations import Registrations
    from chalicelib.messages.services.ports import CallBridge, MessageStore, OutboxStore, SmsGateway
    from chalicelib.messages.services.send_messages import SendMessages

PRODUCTION = "prod"


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
    def gateway(self) -> SmsGateway:
        """The configured provider of SMS, with the day's caps around it."""
        from chalicelib.messages.domain.sms_segments import count_segments
        from chalicelib.messages.services.sms_budget import CappedSms, Caps
        from chalicelib.messages.store.sms_budget import DynamoSpend

        core = self.core
        return CappedSms(
            self.provider,
            DynamoSpend(self.table),
            caps=Caps(core.settings.sms_daily_cap, core.settings.sms_phone_daily_cap),
            phone_key=core.secrets.phone_key,
            segments=count_segments,
            now=core.now,
        )

    @cached_property
    def provider(self) -> SmsGateway:
        """The provider of SMS that is configured."""
        core, settings = self.core, self.core.settings
        match settings.sms_gateway:
            case "twilio":
                from chalicelib.messages.providers.twilio.client import TwilioSms

                return TwilioSms(
                    core.credentials,
                    sender=settings.sms_sender_id,
                    receipts_url=self.twilio_receipts_url,
                )
            case "exotel":
                from chalicelib.messages.providers.exotel.client import ExotelSms

                return ExotelSms(
                    core.credentials,
                    sender_id=settings.sms_sender_id,
                    entity_id=settings.sms_entity_id,
                    receipts_url=self.exotel_receipts_url,
                )
            case "end_user_messaging":
                from chalicelib.messages.providers.aws.end_user_messaging import (
                    SERVICE,
                    EndUserMessagingSms,
                )

                return EndUserMessagingSms(
                    lambda: core.client(SERVICE, 1),
                    sender_id=settings.sms_sender_id,
                    entity_id=settings.sms_entity_id,
                    max_price=settings.sms_max_price,
                    configuration_set=settings.sms_configuration_set,
                )
        from chalicelib.messages.providers.aws.sns import SnsSms

        return SnsSms(
            lambda: core.client("sns", 1),
            sender_id=settings.sms_sender_id,
            entity_id=settings.sms_entity_id,
            max_price=settings.sms_max_price,
        )

    @cached_property
    def call_bridge(self) -> CallBridge | None:
        """Who bridges calls; None where doctors dial."""
        match self.core.settings.calls_gateway:
            case "exotel":
                from chalicelib.messages.providers.exotel.calls import ExotelCalls

                return ExotelCalls(
                    self.core.credentials,
                    caller_id=self.core.settings.caller_id,
                    callback_url=self.exotel_calls_url,
                )
            case "local":
                from chalicelib.messages.providers.exotel.calls import LocalCalls

                return LocalCalls()
        return None

    def twilio_receipts_url(self, message_id: str) -> str:
        """Return the address for receipts of a message; empty without a public one."""
        return self._webhook("twilio/receipts", message_id)

    def exotel_receipts_url(self, secret: str, message_id: str) -> str:
        """Return the address for receipts of a message; empty without a public one."""
        return self._webhook(f"exotel/{secret}/receipts", message_id)

    def exotel_calls_url(self, secret: str, name: str) -> str:
        """Return the address for what becomes of a call; empty without a public one."""
        return self._webhook(f"exotel/{secret}/calls", name)

    def _webhook(self, path: str, name: str) -> str:
        from chalicelib.messages.services.delivery_receipts import name_in_address

        base = self.core.settings.public_url
        return f"{base}/webhooks/{path}/{name_in_address(name)}" if base else ""
