"""What providers call with receipts."""

from __future__ import annotations

from typing import Final

from chalicelib.core.domain.errors import Forbidden
from chalicelib.core.web.route_spec import Route
from chalicelib.core.web.routing import Site

_PLAIN: Final = (
    Route(
        "POST",
        "/webhooks/twilio/receipts/{message}",
        "messages.web.webhooks:twilio_receipt",
        body="core.web.schemas.fields.AnythingSchema",
        refuses=(Forbidden,),
    ),
    Route(
        "POST",
        "/webhooks/exotel/{secret}/receipts/{message}",
        "messages.web.webhooks:exotel_receipt",
        body="core.web.schemas.fields.AnythingSchema",
    ),
)


def register(site: Site) -> None:
    """Register them."""
    site.plain(*_PLAIN)
