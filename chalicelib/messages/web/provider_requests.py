"""Who calls us: requests of providers are verified here, and their parameters read.

Each is refused where what verifies it is not configured.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from chalicelib.core.domain.errors import Busy, Forbidden, NotFound
from chalicelib.core.gateways.ssm_credentials import (
    CredentialsMissing,
    CredentialsUnread,
    SsmCredentials,
    Values,
)
from chalicelib.core.web.request import JSON, WebRequest
from chalicelib.core.wiring import Core
from chalicelib.messages.providers.exotel.credentials import WEBHOOK_SECRET
from chalicelib.messages.providers.exotel.signature import is_secret
from chalicelib.messages.providers.twilio.credentials import ACCOUNT_SID, AUTH_TOKEN
from chalicelib.messages.providers.twilio.signature import is_signed

log = logging.getLogger(__name__)


def told(request: WebRequest) -> dict[str, str]:
    """Read what stands in the address, and in a body of either kind."""
    if request.header("content-type").startswith(JSON):
        given = {
            name: text
            for name, text in request.json(required=False).items()
            if isinstance(text, str)
        }
    else:
        given = last_of_each(request.form())
    return {**request.query, **given}


def from_twilio(request: WebRequest) -> dict[str, str]:
    """Return the parameters of a request that Twilio has signed. Raises Forbidden, Busy."""
    form = request.form()
    base = request.use(Core).settings.public_url
    if not base:
        log.warning("webhook_not_configured", extra={"missing": ["PUBLIC_URL"]})
        raise Forbidden
    url, given = f"{base}{request.path}", request.header("x-twilio-signature")

    def holds(_: Values, tokens: Values) -> bool:
        return is_signed(given, tokens, url, form)

    # Read with the account, as the gateway does, so that both come by one call.
    if not _verified(request.use(Core).credentials, holds, ACCOUNT_SID, AUTH_TOKEN):
        log.warning("webhook_refused", extra={"provider": "twilio"})
        raise Forbidden
    return last_of_each(form)


def from_exotel(request: WebRequest, given: str) -> None:
    """Compare the secret in the address, in constant time. Raises NotFound, Busy."""

    def holds(secrets: Values) -> bool:
        return is_secret(given, secrets)

    if not _verified(request.use(Core).credentials, holds, WEBHOOK_SECRET):
        log.warning("webhook_refused", extra={"provider": "exotel"})
        raise NotFound


def _verified(credentials: SsmCredentials, holds: Callable[..., bool], *names: str) -> bool:
    """Return whether a configured credential fits; if none does, read them anew. Raises Busy."""
    found = _configured(credentials, *names)
    if found is None:
        return False
    if holds(*found):
        return True
    anew = credentials.renewed(*names)
    return anew is not None and holds(*anew)


def _configured(credentials: SsmCredentials, *names: str) -> tuple[Values, ...] | None:
    try:
        return credentials.get(*names)
    except CredentialsMissing as missing:
        # No error: anybody can call what is not in use here.
        log.warning("webhook_not_configured", extra={"missing": list(missing.names)})
        return None
    except CredentialsUnread as unread:
        raise Busy from unread


def last_of_each(form: dict[str, list[str]]) -> dict[str, str]:
    """Return each parameter with its last value."""
    return {name: values[-1] for name, values in form.items()}
