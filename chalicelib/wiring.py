"""Binds stores and gateways to services, each at its first use and then kept.

Tests put their own in place with :func:`override`.
"""

from __future__ import annotations

import secrets as randomness
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from chalicelib import logs
from chalicelib.settings import Settings

if TYPE_CHECKING:
    from chalicelib.domain.case import Case
    from chalicelib.gateways.clock import Clock
    from chalicelib.gateways.credentials import SsmCredentials
    from chalicelib.gateways.identity import Identity
    from chalicelib.services.addresses import Addresses
    from chalicelib.services.cases import CaseList, OwnCase
    from chalicelib.services.change_rota import ChangeRota, TellChange
    from chalicelib.services.hand_over import HandOver
    from chalicelib.services.intake import RequestCallback
    from chalicelib.services.leave import TakeLeave
    from chalicelib.services.manage_rota import ManageRota
    from chalicelib.services.missed_call import ReceiveMissedCall
    from chalicelib.services.outbox_ports import OutboxStore, RecentCases
    from chalicelib.services.outlook import Outlook
    from chalicelib.services.owed_by_cases import OwedByCases
    from chalicelib.services.ports import CaseStore, MessageStore, RotaStore, Secrets, SmsGateway
    from chalicelib.services.publish_rota import PublishRota
    from chalicelib.services.receipts import NoteReceipt
    from chalicelib.services.receive_sms import ReceiveSms
    from chalicelib.services.registrations import Registrations
    from chalicelib.services.remind import Remind
    from chalicelib.services.retry_messages import MessageList, RetryMessages
    from chalicelib.services.rota_links import CalendarFeeds, ShiftLinks
    from chalicelib.services.rota_ports import RotaEdits, RotaLinks
    from chalicelib.services.rota_view import RotaView
    from chalicelib.services.send_messages import SendMessages
    from chalicelib.services.swaps import Swaps
    from chalicelib.services.sweep_unsent import SweepUnsent
    from chalicelib.services.tell_of_changes import TellOfChanges
    from chalicelib.services.upkeep import DueCases
    from chalicelib.services.watch_gaps import WatchGaps
    from chalicelib.services.watch_line import WatchLine
    from chalicelib.services.work_queue import WorkQueue
    from chalicelib.store.database import Database

# The imports stand inside the functions: a route that needs no database must not pay for one.

CONSENT_VERSION = "2026-11"
PRODUCTION = "prod"
T = TypeVar("T")
_bound: dict[str, Any] = {}


def _once(make: Callable[[], T]) -> Callable[[], T]:
    name = make.__name__

    @wraps(make)
    def get() -> T:
        if name not in _bound:
            _bound[name] = make()
        return _bound[name]  # type: ignore[no-any-return]  # what `make` of this name gave

    return get


@contextmanager
def override(**parts: Any) -> Iterator[None]:  # noqa: ANN401  # any part, by its name
    """Put parts in place by name, and forget all that was bound, before and after."""
    kept = dict(_bound)
    _bound.clear()
    _bound.update(parts)
    try:
        yield
    finally:
        _bound.clear()
        _bound.update(kept)


@_once
def settings() -> Settings:
    """Give the deployment's settings, and let the log speak from their level on."""
    found = Settings.from_env()
    logs.configure(found.log_level)
    return found


@_once
def clock() -> Clock:
    """Give the clock."""
    from chalicelib.gateways.clock import file_clock, system_clock

    path = settings().clock_file
    return file_clock(path) if path else system_clock


def now() -> datetime:
    """Tell the time, once for each thing that is done."""
    return clock()()


@_once
def database() -> Database:
    """Give DynamoDB."""
    from chalicelib.store.database import Database

    return Database(settings().region)


@_once
def case_store() -> CaseStore:
    """Give the cases table."""
    from chalicelib.store.cases import DynamoCases

    return DynamoCases(database(), settings().cases_table)


@_once
def rota_store() -> RotaStore:
    """Give the rota table."""
    from chalicelib.store.rota import DynamoRota

    return DynamoRota(database(), settings().rota_table)


@_once
def rota_edits() -> RotaEdits:
    """Give the rota table, as what changes the rota sees it."""
    from chalicelib.store.rota_edits import DynamoRotaEdits

    return DynamoRotaEdits(database(), settings().rota_table)


@_once
def rota_links() -> RotaLinks:
    """Give the rota table, as links see it."""
    from chalicelib.store.rota_links import DynamoRotaLinks

    return DynamoRotaLinks(database(), settings().rota_table)


@_once
def message_store() -> MessageStore:
    """Give the messages table."""
    from chalicelib.store.messages import DynamoMessages

    return DynamoMessages(database(), settings().messages_table)


def case_from_image(image: Mapping[str, Any] | None) -> Case | None:
    """Read a case from a stream's image; None for an item that is none."""
    from chalicelib.store import codec

    return codec.case_from_image(image) if image and codec.is_case(image) else None


def reference_in_image(image: Mapping[str, Any] | None) -> str | None:
    """Read a case's reference from a stream's image; None for an item that is no case."""
    from chalicelib.store import codec, keys

    return keys.reference_in(image["pk"]["S"]) if image and codec.is_case(image) else None


@_once
def secrets() -> Secrets:
    """Give the deployment's own keys."""
    from chalicelib.gateways.aws import client
    from chalicelib.gateways.secrets import SsmSecrets

    return SsmSecrets(lambda: client("ssm", settings().region), settings().secrets_path)


@_once
def credentials() -> SsmCredentials:
    """Give what other companies gave us."""
    from chalicelib.gateways.aws import client
    from chalicelib.gateways.credentials import SsmCredentials

    return SsmCredentials(lambda: client("ssm", settings().region), settings().secrets_path)


@_once
def sms_gateway() -> SmsGateway:
    """Give the configured SMS gateway, with the day's caps around it."""
    from chalicelib.domain.segments import count_segments
    from chalicelib.services.spend import CappedSms, Caps
    from chalicelib.store.spend import DynamoSpend

    return CappedSms(
        sms_provider(),
        DynamoSpend(database(), settings().messages_table),
        caps=Caps(settings().sms_daily_cap, settings().sms_phone_daily_cap),
        phone_key=lambda e164: secrets().phone_key(e164),
        segments=count_segments,
        now=now,
    )


@_once
def sms_provider() -> SmsGateway:
    """Give the provider of SMS that is configured."""
    from chalicelib.gateways.aws import client

    chosen = settings()
    match chosen.sms_gateway:
        case "twilio":
            from chalicelib.gateways.sms_twilio import TwilioSms

            return TwilioSms(
                credentials(), sender=chosen.sms_sender_id, receipts_url=_receipts_url("twilio")
            )
        case "exotel":
            from chalicelib.gateways.sms_exotel import ExotelSms

            return ExotelSms(
                credentials(),
                sender_id=chosen.sms_sender_id,
                entity_id=chosen.sms_entity_id,
                receipts_url=_receipts_url("exotel"),
            )
        case "end_user_messaging":
            from chalicelib.gateways.sms_end_user_messaging import SERVICE, EndUserMessagingSms

            return EndUserMessagingSms(
                lambda: client(SERVICE, chosen.region, 1),
                sender_id=chosen.sms_sender_id,
                entity_id=chosen.sms_entity_id,
                max_price=chosen.sms_max_price,
                configuration_set=chosen.sms_configuration_set,
            )
    from chalicelib.gateways.sms_sns import SnsSms

    return SnsSms(
        lambda: client("sns", chosen.region, 1),
        sender_id=chosen.sms_sender_id,
        entity_id=chosen.sms_entity_id,
        max_price=chosen.sms_max_price,
    )


def _receipts_url(provider: str) -> Callable[..., str]:
    """Make what tells a provider where to send the receipts of a message, given last.

    What stands before it, if anything, is the secret of the provider's addresses. Without a public
    address there is no place to send them to.
    """
    from chalicelib.services.receipts import name_in_address

    def url(*parts: str) -> str:
        *secret, message_id = parts
        base = settings().public_url
        path = "/".join([provider, *secret, "receipts", name_in_address(message_id)])
        return f"{base}/webhooks/{path}" if base else ""

    return url


@_once
def identity() -> Identity:
    """Give the verifier of bearer tokens."""
    from chalicelib.gateways.identity import Identity

    return Identity(
        issuer=settings().token_issuer,
        client_id=settings().user_pool_client_id,
        keys_url=settings().token_keys_url,
    )


@_once
def outlook() -> Outlook:
    """Give what the helpline knows of itself."""
    from chalicelib.services.outlook import Outlook

    return Outlook(case_store(), rota_store())


@_once
def request_callback() -> RequestCallback:
    """Ask for a callback."""
    from chalicelib.services.intake import RequestCallback

    return RequestCallback(case_store(), outlook(), secrets(), randomness.token_bytes)


@_once
def work_queue() -> WorkQueue:
    """Work through the line."""
    from chalicelib.services.work_queue import WorkQueue

    return WorkQueue(case_store(), rota_store(), outlook())


@_once
def own_case() -> OwnCase:
    """Show a patient their own case."""
    from chalicelib.services.cases import OwnCase

    return OwnCase(case_store(), secrets())


@_once
def case_list() -> CaseList:
    """Show administrators the cases."""
    from chalicelib.services.cases import CaseList

    return CaseList(case_store())


@_once
def send_messages() -> SendMessages:
    """Send what is owed."""
    from chalicelib.services.send_messages import SendMessages
    from chalicelib.services.sms_words import SmsWords
    from chalicelib.wording import sms_text

    return SendMessages(
        message_store(),
        sms_gateway(),
        SmsWords(rota_store(), sms_text, _own_link, _shift_link),
        registrations(),
    )


def _shift_link(shift: str, oncologist: str) -> str:
    from chalicelib.services.rota_links import shift_path

    base = settings().public_url
    return f"{base}/{shift_path(secrets(), shift, oncologist)}" if base else ""


def _own_link(reference: str) -> str:
    from chalicelib.services.own_path import own_path

    base = settings().public_url
    return f"{base}/{own_path(reference, secrets().link_token(reference))}" if base else ""


@_once
def registrations() -> Registrations:
    """Give the DLT's ids of the templates. Raises NotRegistered where one is missing."""
    from chalicelib.services.registrations import Registrations
    from chalicelib.wording import sms_pattern

    chosen = settings()
    required = chosen.stage == PRODUCTION
    return Registrations.read(chosen.dlt_template_ids, sms_pattern, required=required)


@_once
def outbox_store() -> OutboxStore:
    """Give the messages table, as those who watch over it see it."""
    from chalicelib.store.outbox import DynamoOutbox

    return DynamoOutbox(database(), settings().messages_table)


@_once
def recent_cases() -> RecentCases:
    """Give what became of cases of late."""
    from chalicelib.store.recent import DynamoRecent

    return DynamoRecent(database(), settings().cases_table)


@_once
def owed_by_cases() -> OwedByCases:
    """Tell what cases owe and nobody has stored."""
    from chalicelib.services.owed_by_cases import OwedByCases

    return OwedByCases(message_store(), outlook())


@_once
def tell_of_changes() -> TellOfChanges:
    """Send what changes of cases owe."""
    from chalicelib.services.tell_of_changes import TellOfChanges

    return TellOfChanges(send_messages(), outbox_store(), outlook())


@_once
def sweep_unsent() -> SweepUnsent:
    """Send what is owed and unsent, and find what nobody stored."""
    from chalicelib.domain.language import Language
    from chalicelib.services.sweep_unsent import SweepUnsent

    return SweepUnsent(
        case_store(),
        recent_cases(),
        outbox_store(),
        owed_by_cases(),
        send_messages(),
        tuple(Language),
    )


@_once
def message_list() -> MessageList:
    """Show administrators the messages."""
    from chalicelib.services.retry_messages import MessageList

    return MessageList(case_store(), message_store(), outbox_store())


@_once
def retry_messages() -> RetryMessages:
    """Owe messages again."""
    from chalicelib.services.retry_messages import RetryMessages

    return RetryMessages(case_store(), message_store(), outbox_store(), owed_by_cases())


@_once
def receive_sms() -> ReceiveSms:
    """Take an SMS."""
    from chalicelib.services.receive_sms import ReceiveSms

    return ReceiveSms(
        request_callback(),
        case_store(),
        message_store(),
        send_messages(),
        secrets(),
        CONSENT_VERSION,
    )


@_once
def receive_missed_call() -> ReceiveMissedCall:
    """Take a missed call."""
    from chalicelib.services.missed_call import ReceiveMissedCall

    return ReceiveMissedCall(
        request_callback(), case_store(), message_store(), secrets(), CONSENT_VERSION
    )


@_once
def note_receipt() -> NoteReceipt:
    """Note what became of a message."""
    from chalicelib.services.receipts import NoteReceipt

    return NoteReceipt(message_store())


@_once
def due_cases() -> DueCases:
    """Do what is due."""
    from chalicelib.domain.language import Language
    from chalicelib.services.upkeep import DueCases

    return DueCases(case_store(), outlook(), tuple(Language))


@_once
def watch_line() -> WatchLine:
    """Tell how the line stands."""
    from chalicelib.domain.language import Language
    from chalicelib.services.watch_line import WatchLine

    return WatchLine(case_store(), message_store(), outlook(), tuple(Language))


@_once
def addresses() -> Addresses:
    """Look up where the rota's messages go."""
    from chalicelib.services.addresses import Addresses

    return Addresses(rota_store(), secrets())


@_once
def tell_change() -> TellChange:
    """Tell those whom a change of the rota moves."""
    from chalicelib.services.change_rota import TellChange

    return TellChange(rota_edits(), addresses(), send_messages())


@_once
def change_rota() -> ChangeRota:
    """Change the rota."""
    from chalicelib.services.change_rota import ChangeRota

    return ChangeRota(rota_edits(), tell_change(), lambda: randomness.token_hex(5))


@_once
def manage_rota() -> ManageRota:
    """Edit the rota's sources."""
    from chalicelib.services.manage_rota import ManageRota

    return ManageRota(rota_edits(), change_rota(), outlook())


@_once
def take_leave() -> TakeLeave:
    """Take leave."""
    from chalicelib.services.leave import TakeLeave

    return TakeLeave(rota_edits(), change_rota(), outlook())


@_once
def swaps() -> Swaps:
    """Offer shifts and take them."""
    from chalicelib.services.swaps import Swaps

    return Swaps(rota_edits(), change_rota(), outlook())


@_once
def publish_rota() -> PublishRota:
    """Publish duty days."""
    from chalicelib.services.publish_rota import PublishRota

    return PublishRota(rota_edits())


@_once
def hand_over() -> HandOver:
    """Turn the shifts."""
    from chalicelib.services.hand_over import HandOver

    return HandOver(case_store(), rota_store(), rota_edits(), addresses(), send_messages())


@_once
def watch_gaps() -> WatchGaps:
    """Watch for gaps."""
    from chalicelib.services.watch_gaps import WatchGaps

    return WatchGaps(rota_store(), rota_edits(), addresses(), send_messages())


@_once
def remind() -> Remind:
    """Remind of shifts."""
    from chalicelib.services.remind import Remind

    return Remind(
        rota_store(), rota_links(), shift_links(), addresses(), send_messages(), tell_change()
    )


@_once
def rota_view() -> RotaView:
    """Show the rota."""
    from chalicelib.services.rota_view import RotaView

    return RotaView(rota_store(), rota_edits(), rota_links())


@_once
def shift_links() -> ShiftLinks:
    """Open the links of reminders."""
    from chalicelib.services.rota_links import ShiftLinks

    return ShiftLinks(rota_store(), rota_edits(), rota_links(), swaps(), secrets())


@_once
def calendar_feeds() -> CalendarFeeds:
    """Open calendars."""
    from chalicelib.services.rota_links import CalendarFeeds

    return CalendarFeeds(rota_store(), rota_links(), randomness.token_bytes)
