"""What providers of SMS that are called by HTTP have in common."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from chalicelib.core.gateways.http import HttpAnswer, HttpForms, Unanswered, Unreachable
from chalicelib.core.gateways.ssm_credentials import (
    CredentialsMissing,
    CredentialsUnread,
    SsmCredentials,
    Values,
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
from chalicelib.messages.services.ports import ANSWER_LOST, SendFailed

log = logging.getLogger(__name__)

Fields = Mapping[str, Any]

UNNAMED: Final = "unnamed"
_OK: Final = range(200, 300)
_SERVER: Final = range(500, 600)
# The message's own fault: it would be refused again. All else is the account's (its token, its
# balance, its address), which somebody can mend: until then the message is owed.
_MESSAGES_FAULT: Final = frozenset(
    {HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY}
)
_OWN_CODES: Final = frozenset({OPTED_OUT, INVALID_NUMBER})
_CODE: Final = re.compile(r"[0-9A-Za-z_.-]{1,40}", re.ASCII)


class HttpProvider:
    """One provider's account, and what its answers mean."""

    def __init__(
        self,
        name: str,
        credentials: SsmCredentials,
        forms: HttpForms | None = None,
        hand_over: HandOver | None = None,
    ) -> None:
        """Bind the name under which causes are told, and the means."""
        self._name = name
        self._credentials = credentials
        self._forms = forms or HttpForms()
        self._hand_over = hand_over or HandOver()

    def credentials(self, *names: str) -> tuple[Values, ...]:
        """Give each credential's values, the newest first. Raises SendFailed: nothing is lost."""
        try:
            return self._credentials.get(*names)
        except CredentialsMissing as missing:
            log.error("sms_not_configured", extra={"missing": list(missing.names)})  # noqa: TRY400
            raise SendFailed(NOT_CONFIGURED, temporary=True) from missing
        except CredentialsUnread as unread:
            raise SendFailed("credentials_unread", temporary=True) from unread

    def send(
        self,
        url: str,
        fields: Mapping[str, str],
        *,
        user: str,
        password: str,
        read_id: Callable[[Fields], str],
        read_cause: Callable[[Fields], str],
    ) -> str:
        """Hand a message over and return the provider's id. Raises SendFailed."""

        def once() -> str:
            try:
                answer = self._forms.post(url, fields, user=user, password=password)
            except Unreachable:
                raise NotTaken(NOT_REACHED) from None
            except Unanswered:
                raise SendFailed(ANSWER_LOST, temporary=True) from None
            if answer.status in _OK:
                # Taken, and paid for, even where it was not told under what name.
                return read_id(answer.fields) or UNNAMED
            raise self._failure(answer, read_cause(answer.fields))

        return self._hand_over(once)

    def _failure(self, answer: HttpAnswer, code: str) -> SendFailed:
        status = answer.status
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            return NotTaken(THROTTLED, answer.wait)
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            return NotTaken(UNAVAILABLE, answer.wait)
        if status in _SERVER:
            # Whoever broke down may have taken the message before.
            return SendFailed(ANSWER_LOST, temporary=True)
        if status == HTTPStatus.UNAUTHORIZED:
            self._credentials.forget()
        if status in _MESSAGES_FAULT and code in _OWN_CODES:
            return SendFailed(code, temporary=False)
        told = code if _CODE.fullmatch(code) else str(status)
        return SendFailed(f"{self._name}_{told}", temporary=status not in _MESSAGES_FAULT)


def text_of(fields: Fields, *path: str) -> str:
    """Read a text or a number below these names; nothing where there is none."""
    value: object = fields
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return str(value) if isinstance(value, str | int) else ""
