"""Providers that are called by HTTP: what sends by them, and what their answers mean."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import field
from http import HTTPStatus
from typing import Final

from chalicelib.core.component import component
from chalicelib.core.gateways.http import HttpAnswer, HttpForms, Unanswered, Unreachable
from chalicelib.core.gateways.ssm_credentials import (
    CredentialsMissing,
    CredentialsUnread,
    SsmCredentials,
)
from chalicelib.messages.providers.contract import (
    Account,
    CallProvider,
    FormPost,
    Sender,
    SmsProvider,
)
from chalicelib.messages.providers.send_retry import (
    INVALID_NUMBER,
    NOT_CONFIGURED,
    NOT_REACHED,
    OPTED_OUT,
    THROTTLED,
    UNAVAILABLE,
    HandOver,
    NotTaken,
)
from chalicelib.messages.services.ports import (
    ANSWER_LOST,
    BridgeUnconfigured,
    CallNotPlaced,
    OutgoingMessage,
    SendFailed,
)
from chalicelib.providers import Provider

log = logging.getLogger(__name__)

WebhookUrl = Callable[[str, str], str]
"""The address of a webhook for the secret in it, if it has one, and a message's or call's id."""

UNNAMED: Final = "unnamed"
_OK: Final = range(200, 300)
_SERVER: Final = range(500, 600)
# The message's own fault: it would be refused again. All else is the account's (its token, its
# balance, its address), which somebody can mend: until then the message is owed.
_MESSAGES_FAULT: Final = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    }
)
_OWN_CODES: Final = frozenset({OPTED_OUT, INVALID_NUMBER})
_CODE: Final = re.compile(r"[0-9A-Za-z_.-]{1,40}", re.ASCII)


@component
class _Line:
    """The way to one provider: its account, and forms."""

    provider: Provider
    names: tuple[str, ...]
    credentials: SsmCredentials
    forms: HttpForms

    def account(self) -> Account:
        """Return the newest value of each credential. Raises CredentialsMissing, -Unread."""
        found = self.credentials.get(*self.names)
        return {name: values[0] for name, values in zip(self.names, found, strict=True)}

    def secret(self, account: Account) -> str:
        """Return what stands in the addresses that the provider calls."""
        return account.get(self.provider.webhook_secret, "")

    def post(self, form: FormPost) -> HttpAnswer:
        """Post a form; a key that is refused is read anew. Raises Unreachable, Unanswered."""
        answer = self.forms.post(
            form.url, form.fields, user=form.user, password=form.password, headers=form.headers
        )
        if answer.status == HTTPStatus.UNAUTHORIZED:
            self.credentials.forget()
        return answer


@component
class HttpSms:
    """Sends SMS by a provider; the port MessageGateway."""

    provider: Provider
    package: SmsProvider
    credentials: SsmCredentials
    sender: Sender
    receipts_url: WebhookUrl
    forms: HttpForms = field(default_factory=HttpForms)
    hand_over: HandOver = field(default_factory=HandOver)

    def send(self, message: OutgoingMessage) -> str:
        """Send and return the provider's id. Raises SendFailed: nothing is lost."""
        line = _Line(self.provider, self.package.CREDENTIALS, self.credentials, self.forms)
        try:
            account = line.account()
        except CredentialsMissing as missing:
            log.error("sms_not_configured", extra={"missing": list(missing.names)})  # noqa: TRY400
            raise SendFailed(NOT_CONFIGURED, temporary=True) from missing
        except CredentialsUnread as unread:
            raise SendFailed("credentials_unread", temporary=True) from unread
        receipts = self.receipts_url(line.secret(account), message.message_id)
        form = self.package.send(message, account, self.sender, receipts)
        return self.hand_over(lambda: self._once(line, form))

    def _once(self, line: _Line, form: FormPost) -> str:
        try:
            answer = line.post(form)
        except Unreachable:
            raise NotTaken(NOT_REACHED) from None
        except Unanswered:
            raise SendFailed(ANSWER_LOST, temporary=True) from None
        if answer.status in _OK:
            # Taken, and paid for, even where it was not told under what name.
            return self.package.read_id(answer.fields) or UNNAMED
        raise self._failure(answer)

    def _failure(self, answer: HttpAnswer) -> SendFailed:
        status, code = answer.status, self.package.read_cause(answer.fields)
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            return NotTaken(THROTTLED, answer.wait)
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            return NotTaken(UNAVAILABLE, answer.wait)
        if status in _SERVER:
            # Whoever broke down may have taken the message before.
            return SendFailed(ANSWER_LOST, temporary=True)
        if status in _MESSAGES_FAULT and code in _OWN_CODES:
            return SendFailed(code, temporary=False)
        told = code if _CODE.fullmatch(code) else str(status)
        return SendFailed(f"{self.provider.name}_{told}", temporary=status not in _MESSAGES_FAULT)


@component
class HttpCalls:
    """Bridges calls by a provider; the port CallBridge."""

    provider: Provider
    package: CallProvider
    credentials: SsmCredentials
    caller_id: str
    calls_url: WebhookUrl
    forms: HttpForms = field(default_factory=HttpForms)

    def connect(self, doctor: str, patient: str, name: str) -> None:
        """Have both rung. Raises CallNotPlaced, BridgeUnconfigured."""
        line = _Line(self.provider, self.package.CREDENTIALS, self.credentials, self.forms)
        try:
            account = line.account()
        except CredentialsMissing as missing:
            log.error("calls_not_configured", extra={"missing": list(missing.names)})  # noqa: TRY400
            raise BridgeUnconfigured from missing
        except CredentialsUnread as unread:
            raise CallNotPlaced("credentials_unread") from unread
        if not self.caller_id:
            log.error("calls_not_configured", extra={"missing": ["CALLER_ID"]})
            raise BridgeUnconfigured
        told = self.calls_url(line.secret(account), name)
        form = self.package.connect(doctor, patient, name, account, self.caller_id, told)
        try:
            answer = line.post(form)
        except Unreachable:
            raise CallNotPlaced(NOT_REACHED) from None
        except Unanswered:
            log.warning("call_unanswered_by_provider")
            return
        if answer.status in _SERVER:
            # As without an answer: whoever broke down may have taken the call before.
            log.warning("call_unanswered_by_provider", extra={"status": answer.status})
        elif answer.status not in _OK:
            raise CallNotPlaced(f"{self.provider.name}_{answer.status}")


class LocalCalls:
    """Takes each call, and says so in the log."""

    def connect(self, doctor: str, patient: str, name: str) -> None:
        """Ring nobody, and keep nothing of it."""
        del doctor, patient, name
        log.info("call_bridged_locally")
