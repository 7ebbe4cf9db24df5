"""Routes of what providers call: a row for each webhook of the table of providers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from chalicelib.core.domain.errors import Forbidden, HelplineError, InvalidInput
from chalicelib.core.web.route_spec import Route
from chalicelib.providers import PROVIDERS, Provider

ANYTHING: Final = "core.web.schemas.fields.AnythingSchema"


def webhook_routes(**handlers: str) -> Iterator[Route]:
    """Return a route for each webhook of the kinds that ``handlers`` names.

    Parameters are in the query or in a form; what may be called both ways takes JSON too.
    """
    for provider in PROVIDERS:
        for webhook in provider.webhooks():
            if handler := handlers.get(webhook.kind):
                is_form = webhook.methods == "POST"
                yield Route(
                    webhook.methods,
                    webhook.path,
                    handler,
                    body=ANYTHING if is_form else "",
                    query="" if is_form else ANYTHING,
                    refuses=tuple(_refusals(provider, webhook.kind)),
                    any_body=not is_form and "POST" in webhook.methods,
                )


def _refusals(provider: Provider, kind: str) -> Iterator[type[HelplineError]]:
    if kind == "sms":
        yield InvalidInput
    if provider.signs:
        yield Forbidden
