"""Calls bridged by Exotel: the doctor's phone rings first, and neither sees the other's number.

Request: https://developer.exotel.com/api/outgoing-call-to-connect-two-numbers
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from chalicelib.core.gateways.http import HttpForms, Unanswered, Unreachable
from chalicelib.core.gateways.ssm_credentials import (
    CredentialsMissing,
    CredentialsUnread,
    SsmCredentials,
)
from chalicelib.messages.domain.telephony import CALL_LASTS
from chalicelib.messages.providers.exotel.credentials import (
    ACCOUNT_SID,
    ADDRESS,
    API_KEY,
    API_TOKEN,
    WEBHOOK_SECRET,
)
from chalicelib.messages.services.ports import BridgeUnconfigured, CallNotPlaced

log = logging.getLogger(__name__)

RING_SECONDS: Final = 30
_TIME_LIMIT: Final = int(CALL_LASTS.total_seconds())
_OK: Final = range(200, 300)
_SERVER: Final = range(500, 600)


class ExotelCalls:
    """Bridges; what becomes of a call goes to what ``callback_url`` gives for secret and name."""

    def __init__(
        self,
        credentials: SsmCredentials,
        *,
        caller_id: str,
        callback_url: Callable[[str, str], str],
        forms: HttpForms | None = None,
        address: str = ADDRESS,
    ) -> None:
        """Bind the account and the exophone, which is all that either phone shows."""
        self._credentials = credentials
        self._caller_id = caller_id
        self._callback_url = callback_url
        self._forms = forms or HttpForms()
        self._address = address

    def connect(self, doctor: str, patient: str, name: str) -> None:
        """Have both rung. Raises CallNotPlaced, BridgeUnconfigured."""
        account, key, token, secret = self._account()
        fields = {
            "From": doctor,
            "To": patient,
            "CallerId": self._caller_id,
            "CallType": "trans",
            "TimeLimit": str(_TIME_LIMIT),
            "TimeOut": str(RING_SECONDS),
            "CustomField": name,
        }
        callback = self._callback_url(secret, name)
        if callback:
            fields["StatusCallback"] = callback
            fields["StatusCallbackEvents[0]"] = "terminal"
            fields["StatusCallbackContentType"] = "application/json"
        url = f"{self._address}/v1/Accounts/{account}/Calls/connect.json"
        try:
            answer = self._forms.post(url, fields, user=key, password=token)
        except Unreachable:
            raise CallNotPlaced("not_reached") from None
        except Unanswered:
            log.warning("call_unanswered_by_provider")
            return
        if answer.status in _SERVER:
            # As without an answer: whoever broke down may have taken the call before.
            log.warning("call_unanswered_by_provider", extra={"status": answer.status})
        elif answer.status not in _OK:
            if answer.status == HTTPStatus.UNAUTHORIZED:
                self._credentials.forget()
            raise CallNotPlaced(f"exotel_{answer.status}")

    def _account(self) -> tuple[str, str, str, str]:
        names = (ACCOUNT_SID, API_KEY, API_TOKEN, WEBHOOK_SECRET)
        try:
            (account, *_), (key, *_), (token, *_), (secret, *_) = self._credentials.get(*names)
        except CredentialsMissing as missing:
            log.error("calls_not_configured", extra={"missing": list(missing.names)})  # noqa: TRY400
            raise BridgeUnconfigured from missing
        except CredentialsUnread as unread:
            raise CallNotPlaced("credentials_unread") from unread
        if not self._caller_id:
            log.error("calls_not_configured", extra={"missing": ["CALLER_ID"]})
            raise BridgeUnconfigured
        return account, key, token, secret


class LocalCalls:
    """Takes each call, and says so in the log."""

    def connect(self, doctor: str, patient: str, name: str) -> None:
        """Ring nobody, and keep nothing of it."""
        del doctor, patient, name
        log.info("call_bridged_locally")
