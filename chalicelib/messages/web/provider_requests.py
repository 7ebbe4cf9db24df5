"""Who calls us: requests of providers are verified here, and their parameters read.

Each is refused where what verifies it is not configured: by 403, or, where the address has a
secret, by 404.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable, Iterable
from typing import Final

from chalicelib.core.domain.errors import Busy, Forbidden, NotFound
from chalicelib.core.gateways.ssm_credentials import (
    CredentialsMissing,
    CredentialsUnread,
    SsmCredentials,
    Values,
)
from chalicelib.core.web.request import JSON, WebRequest
from chalicelib.core.wiring import Core
from chalicelib.messages.providers.contract import SignedRequest, SmsProvider, sms_provider
from chalicelib.providers import provider_at

log = logging.getLogger(__name__)

SHORTEST_SECRET: Final = 16


def verified_provider(request: WebRequest, secret: str) -> SmsProvider:
    """Return the package of the provider that calls, by its signature or by the secret.

    Raises Forbidden, NotFound, Busy.
    """
    provider, credentials = provider_at(request.pattern), request.use(Core).credentials
    package = sms_provider(provider)
    if provider.signs:
        signed = _signed(request)
        # All of the account's are read, as the gateway does, so that both come by one call.
        names = package.CREDENTIALS
        verified = _verified(
            credentials,
            lambda *found: package.verify(signed, dict(zip(names, found, strict=True))),
            *names,
        )
    else:
        name = provider.webhook_secret
        verified = _verified(credentials, lambda secrets: is_secret(secret, secrets), name)
    if not verified:
        log.warning("webhook_refused", extra={"provider": provider.name})
        raise Forbidden if provider.signs else NotFound
    return package


def is_secret(given: str, secrets: Iterable[str]) -> bool:
    """Whether one of the secrets was given, compared in constant time; a short one never counts."""
    held = [
        hmac.compare_digest(secret.encode(), given.encode())
        for secret in secrets
        if len(secret) >= SHORTEST_SECRET
    ]
    return any(held)


def parameters_of(request: WebRequest) -> dict[str, str]:
    """Read the parameters from where the method has them: the query, or a form."""
    return _last_of_each(request.form()) if request.method == "POST" else request.query


def all_parameters_of(request: WebRequest) -> dict[str, str]:
    """Read what is in the address, and in a body of either kind."""
    if request.header("content-type").startswith(JSON):
        given = {
            name: text
            for name, text in request.json(required=False).items()
            if isinstance(text, str)
        }
    else:
        given = _last_of_each(request.form())
    return {**request.query, **given}


def _signed(request: WebRequest) -> SignedRequest:
    """Return what a provider may have signed: the address is ours, never one from the request."""
    form, base = request.form(), request.use(Core).settings.public_url
    if not base:
        log.warning("webhook_not_configured", extra={"missing": ["PUBLIC_URL"]})
        raise Forbidden
    return SignedRequest(f"{base}{request.path}", request.header, form)


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


def _last_of_each(form: dict[str, list[str]]) -> dict[str, str]:
    """Return each parameter with its last value."""
    return {name: values[-1] for name, values in form.items()}
