"""What Exotel tells us: SMS and calls that come in, receipts, and how bridged calls ended."""

from __future__ import annotations

from typing import Final

from chalicelib.messages.domain.delivery import Receipt
from chalicelib.messages.domain.telephony import CallState, InboundSms, MissedCall
from chalicelib.messages.providers.webhook_fields import (
    LONGEST_SENDER,
    Parameters,
    id_of,
    receipt_of,
    text_in,
)

_NOUGHT: Final = frozenset({"", "0"})
# Exotel's "sent": the handset has it. https://developer.exotel.com/api/sms
_EXOTEL: Final = {"sent": True, "failed": False, "failed_dnd": False}


# https://developer.exotel.com/api/statuscallback
_CALLS: Final = {
    "completed": CallState.COMPLETED,
    "no-answer": CallState.NO_ANSWER,
    "busy": CallState.BUSY,
    "failed": CallState.FAILED,
    "canceled": CallState.FAILED,
}


def exotel_sms(given: Parameters) -> InboundSms:
    """Read an SMS. Raises InvalidInput."""
    return InboundSms(
        message_id=f"exotel:{id_of(given, 'SmsSid')}",
        sender=text_in(given, "From")[:LONGEST_SENDER],
        text=text_in(given, "Body"),
    )


def exotel_call(given: Parameters) -> MissedCall:
    """Read a call to our number. Raises InvalidInput.

    The caller stands in ``CallFrom`` or in ``From``, as the account is set up. A call that we made,
    or that somebody took, is none that was missed.
    """
    ours = given.get("Direction", "").lower().startswith("out")
    taken = given.get("CallType", "").lower() == "completed"
    spoke = given.get("DialCallDuration", "").strip() not in _NOUGHT
    return MissedCall(
        call_id=id_of(given, "CallSid"),
        caller=(text_in(given, "CallFrom") or text_in(given, "From"))[:LONGEST_SENDER],
        answered=ours or (taken and spoke),
    )


def exotel_receipt(given: Parameters) -> Receipt | None:
    """Read a receipt; None for a message that is still on its way."""
    status = given.get("Status", "").lower().replace("-", "_")
    if status not in _EXOTEL:
        return None
    code, name = given.get("DetailedStatusCode", ""), given.get("SmsSid", "")
    return receipt_of("exotel", code, name, delivered=_EXOTEL[status])


def exotel_call_ended(given: Parameters) -> CallState | None:
    """Read what became of a call; None for one that is still under way."""
    return _CALLS.get(given.get("Status", "").lower())
