"""Calls bridged by Exotel: the doctor's phone rings first, and neither sees the other's number.

Request: https://developer.exotel.com/api/outgoing-call-to-connect-two-numbers
"""

from __future__ import annotations

from typing import Final

from chalicelib.messages.domain.telephony import CALL_LASTS, CallState, MissedCall
from chalicelib.messages.providers import fields
from chalicelib.messages.providers.contract import Account, FormPost, Parameters
from chalicelib.messages.providers.exotel import sms

CREDENTIALS: Final = sms.CREDENTIALS
RING_SECONDS: Final = 30
_TIME_LIMIT: Final = int(CALL_LASTS.total_seconds())
_NOUGHT: Final = frozenset({"", "0"})
# https://developer.exotel.com/api/statuscallback
_STATES: Final = {
    "completed": CallState.COMPLETED,
    "no-answer": CallState.NO_ANSWER,
    "busy": CallState.BUSY,
    "failed": CallState.FAILED,
    "canceled": CallState.FAILED,
}


def connect(
    doctor: str, patient: str, name: str, account: Account, caller_id: str, told: str
) -> FormPost:
    """Ring both; the exophone is all that either phone shows."""
    asked = {
        "From": doctor,
        "To": patient,
        "CallerId": caller_id,
        "CallType": "trans",
        "TimeLimit": str(_TIME_LIMIT),
        "TimeOut": str(RING_SECONDS),
        "CustomField": name,
    }
    if told:
        asked["StatusCallback"] = told
        asked["StatusCallbackEvents[0]"] = "terminal"
        asked["StatusCallbackContentType"] = "application/json"
    return FormPost(
        f"{sms.ADDRESS}/v1/Accounts/{account[sms.ACCOUNT_SID]}/Calls/connect.json",
        asked,
        user=account[sms.API_KEY],
        password=account[sms.API_TOKEN],
    )


def parse_missed_call(given: Parameters) -> MissedCall:
    """Read a call to our number. Raises InvalidInput.

    The caller stands in ``CallFrom`` or in ``From``, as the account is set up. A call that we made,
    or that somebody took, is none that was missed.
    """
    ours = given.get("Direction", "").lower().startswith("out")
    taken = given.get("CallType", "").lower() == "completed"
    spoke = given.get("DialCallDuration", "").strip() not in _NOUGHT
    return MissedCall(
        call_id=fields.id_in(given, "CallSid"),
        caller=fields.sender_in(given, "CallFrom") or fields.sender_in(given, "From"),
        answered=ours or (taken and spoke),
    )


def parse_call_ended(given: Parameters) -> CallState | None:
    """Read what became of a call; None for one that is still under way."""
    return _STATES.get(given.get("Status", "").lower())
