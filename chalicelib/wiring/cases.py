"""What is done with cases and messages."""

from __future__ import annotations

import secrets as randomness
from typing import TYPE_CHECKING

from chalicelib.wiring.binding import once
from chalicelib.wiring.world import (
    case_store,
    message_store,
    outbox_store,
    recent_cases,
    rota_store,
    secrets,
    settings,
    sms_gateway,
)

if TYPE_CHECKING:
    from chalicelib.cases.services.cases import CaseList, OwnCase
    from chalicelib.cases.services.missing_notifications import OwedByCases
    from chalicelib.cases.services.notify_case_changes import TellOfChanges
    from chalicelib.cases.services.process_due_cases import DueCases
    from chalicelib.cases.services.queue_metrics import WatchLine
    from chalicelib.cases.services.receive_missed_call import ReceiveMissedCall
    from chalicelib.cases.services.receive_sms import ReceiveSms
    from chalicelib.cases.services.request_callback import RequestCallback
    from chalicelib.cases.services.retry_messages import MessageList, RetryMessages
    from chalicelib.cases.services.sweep_unsent import SweepUnsent
    from chalicelib.cases.services.wait_estimate import Outlook
    from chalicelib.cases.services.work_queue import WorkQueue
    from chalicelib.messages.services.delivery_receipts import NoteReceipt
    from chalicelib.messages.services.dlt_registrations import Registrations
    from chalicelib.messages.services.send_messages import SendMessages
    from chalicelib.rota.services.duty_view import DutyView
    from chalicelib.rota.services.recipients import Addresses

PRODUCTION = "prod"


@once
def consent_version() -> str:
    """Name the notice to which people consent now."""
    from chalicelib.core.domain.consent_notices import CURRENT

    return CURRENT.name


@once
def duty_view() -> DutyView:
    """Give who is on duty, and when we are open."""
    from chalicelib.rota.services.duty_view import DutyView

    return DutyView(rota_store())


@once
def outlook() -> Outlook:
    """Give how long somebody waits."""
    from chalicelib.cases.services.wait_estimate import Outlook

    return Outlook(case_store(), duty_view())


@once
def request_callback() -> RequestCallback:
    """Ask for a callback."""
    from chalicelib.cases.services.request_callback import RequestCallback

    return RequestCallback(case_store(), outlook(), secrets(), randomness.token_bytes)


@once
def work_queue() -> WorkQueue:
    """Work through the line."""
    from chalicelib.cases.services.work_queue import WorkQueue

    return WorkQueue(case_store(), rota_store(), outlook())


@once
def own_case() -> OwnCase:
    """Show a patient their own case."""
    from chalicelib.cases.services.cases import OwnCase

    return OwnCase(case_store(), secrets(), outlook())


@once
def case_list() -> CaseList:
    """Show administrators the cases."""
    from chalicelib.cases.services.cases import CaseList

    return CaseList(case_store())


@once
def send_messages() -> SendMessages:
    """Send what is owed."""
    from chalicelib.messages.services.render_sms import SmsWords
    from chalicelib.messages.services.send_messages import SendMessages
    from chalicelib.messages.services.sms_texts import sms_text

    return SendMessages(
        message_store(),
        sms_gateway(),
        SmsWords(rota_store(), sms_text, _own_link, _shift_link, _video_link),
        registrations(),
    )


def _shift_link(shift: str, oncologist: str) -> str:
    from chalicelib.rota.services.shift_links import shift_path

    base = settings().public_url
    return f"{base}/{shift_path(secrets(), shift, oncologist)}" if base else ""


def _own_link(reference: str) -> str:
    from chalicelib.cases.services.patient_link import own_path

    base = settings().public_url
    return f"{base}/{own_path(reference, secrets().link_token(reference))}" if base else ""


def _video_link(reference: str) -> str:
    from chalicelib.cases.services.video import video_path

    base = settings().public_url
    return f"{base}/{video_path(reference, secrets().link_token(reference))}" if base else ""


@once
def registrations() -> Registrations:
    """Give the DLT's ids of the templates. Raises NotRegistered where one is missing."""
    from chalicelib.messages.services.dlt_registrations import Registrations
    from chalicelib.messages.services.sms_texts import sms_pattern

    chosen = settings()
    required = chosen.stage == PRODUCTION
    return Registrations.read(chosen.dlt_template_ids, sms_pattern, required=required)


@once
def owed_by_cases() -> OwedByCases:
    """Tell what cases owe and nobody has stored."""
    from chalicelib.cases.services.missing_notifications import OwedByCases

    return OwedByCases(message_store(), outlook())


@once
def tell_of_changes() -> TellOfChanges:
    """Send what changes of cases owe."""
    from chalicelib.cases.services.notify_case_changes import TellOfChanges

    return TellOfChanges(send_messages(), case_store(), outbox_store(), outlook())


@once
def sweep_unsent() -> SweepUnsent:
    """Send what is owed and unsent, and find what nobody stored."""
    from chalicelib.cases.services.sweep_unsent import SweepUnsent
    from chalicelib.core.domain.language import Language

    return SweepUnsent(
        case_store(),
        recent_cases(),
        outbox_store(),
        owed_by_cases(),
        send_messages(),
        tuple(Language),
    )


@once
def message_list() -> MessageList:
    """Show administrators the messages."""
    from chalicelib.cases.services.retry_messages import MessageList

    return MessageList(case_store(), message_store(), outbox_store())


@once
def retry_messages() -> RetryMessages:
    """Owe messages again."""
    from chalicelib.cases.services.retry_messages import RetryMessages

    return RetryMessages(case_store(), message_store(), outbox_store(), owed_by_cases())


@once
def receive_sms() -> ReceiveSms:
    """Take an SMS."""
    from chalicelib.cases.services.receive_sms import ReceiveSms

    return ReceiveSms(
        request_callback(),
        case_store(),
        message_store(),
        send_messages(),
        secrets(),
        consent_version(),
    )


@once
def receive_missed_call() -> ReceiveMissedCall:
    """Take a missed call."""
    from chalicelib.cases.services.receive_missed_call import ReceiveMissedCall

    return ReceiveMissedCall(
        request_callback(), case_store(), message_store(), secrets(), consent_version()
    )


@once
def note_receipt() -> NoteReceipt:
    """Note what became of a message."""
    from chalicelib.messages.services.delivery_receipts import NoteReceipt

    return NoteReceipt(message_store())


@once
def due_cases() -> DueCases:
    """Do what is due."""
    from chalicelib.cases.services.process_due_cases import DueCases
    from chalicelib.core.domain.language import Language

    return DueCases(case_store(), outlook(), tuple(Language))


@once
def watch_line() -> WatchLine:
    """Tell how the line stands."""
    from chalicelib.cases.services.queue_metrics import WatchLine
    from chalicelib.core.domain.language import Language

    return WatchLine(case_store(), message_store(), outlook(), tuple(Language))


@once
def addresses() -> Addresses:
    """Look up where the rota's messages go."""
    from chalicelib.rota.services.recipients import Addresses

    return Addresses(rota_store(), secrets())
