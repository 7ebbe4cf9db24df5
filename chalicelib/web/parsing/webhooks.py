"""What providers tell us: the few parameters that count, any number of others beside them.

Nobody is there to correct a form, so that only what nothing can be done without is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from chalicelib.core.web.schemas.fields import INCLUDE, QuerySchema
from chalicelib.domain.errors import InvalidField, InvalidInput
from chalicelib.messages.domain.telephony import CallState, InboundSms, MissedCall
from chalicelib.messages.services.ports import Receipt

Parameters = Mapping[str, str]

REQUIRED: Final = "required"
NOT_TEXT: Final = "not_text"
LONGEST_SENDER: Final = 200
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_CODE: Final = re.compile(r"[A-Za-z0-9_-]{1,40}", re.ASCII)
_NOUGHT: Final = frozenset({"", "0"})

# https://www.twilio.com/docs/messaging/api/message-resource#message-status-values
_TWILIO: Final = {
    "delivered": True,
    "read": True,
    "undelivered": False,
    "failed": False,
    "canceled": False,
}
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


class AnythingSchema(QuerySchema):
    """A provider's own parameters, of which the few that count are read."""

    class Meta:
        """There may be any number."""

        unknown = INCLUDE


def twilio_sms(given: Parameters) -> InboundSms:
    """Read an SMS. Raises InvalidInput."""
    return InboundSms(
        message_id=f"twilio:{_id(given, 'MessageSid', 'SmsSid')}",
        sender=_text(given, "From")[:LONGEST_SENDER],
        text=_text(given, "Body"),
    )


def exotel_sms(given: Parameters) -> InboundSms:
    """Read an SMS. Raises InvalidInput."""
    return InboundSms(
        message_id=f"exotel:{_id(given, 'SmsSid')}",
        sender=_text(given, "From")[:LONGEST_SENDER],
        text=_text(given, "Body"),
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
        call_id=_id(given, "CallSid"),
        caller=(_text(given, "CallFrom") or _text(given, "From"))[:LONGEST_SENDER],
        answered=ours or (taken and spoke),
    )


def twilio_receipt(given: Parameters) -> Receipt | None:
    """Read a receipt; None for a message that is still on its way."""
    status = given.get("MessageStatus") or given.get("SmsStatus") or ""
    if status not in _TWILIO:
        return None
    code, name = given.get("ErrorCode", ""), given.get("MessageSid", "")
    return _receipt("twilio", code, name, delivered=_TWILIO[status])


def exotel_receipt(given: Parameters) -> Receipt | None:
    """Read a receipt; None for a message that is still on its way."""
    status = given.get("Status", "").lower().replace("-", "_")
    if status not in _EXOTEL:
        return None
    code, name = given.get("DetailedStatusCode", ""), given.get("SmsSid", "")
    return _receipt("exotel", code, name, delivered=_EXOTEL[status])


def exotel_call_ended(given: Parameters) -> CallState | None:
    """Read what became of a call; None for one that is still under way."""
    return _CALLS.get(given.get("Status", "").lower())


def _receipt(provider: str, code: str, provider_id: str, *, delivered: bool) -> Receipt:
    why = code if _CODE.fullmatch(code) else "undelivered"
    return Receipt(
        delivered=delivered,
        cause="" if delivered else f"{provider}_{why}",
        provider_id=provider_id if _ID.fullmatch(provider_id) else "",
    )


def _id(given: Parameters, *names: str) -> str:
    """Read by what name a provider knows it: without one, a repetition could not be told."""
    found = next((given[name] for name in names if given.get(name)), "")
    if not found:
        raise InvalidInput([InvalidField(names[0], REQUIRED)])
    if not _ID.fullmatch(found):
        raise InvalidInput([InvalidField(names[0], NOT_TEXT)])
    return found


def _text(given: Parameters, name: str) -> str:
    """Read what somebody wrote, whatever it is; half a letter becomes a sign for one."""
    return given.get(name, "").encode(errors="replace").decode()
