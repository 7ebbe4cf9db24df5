"""What providers call with receipts."""

from __future__ import annotations

from chalicelib.core.web.routing import Site
from chalicelib.core.web.webhook_routes import webhook_routes


def register(site: Site) -> None:
    """Register them."""
    site.plain(*webhook_routes(receipt="messages.web.webhooks:receipt"))
