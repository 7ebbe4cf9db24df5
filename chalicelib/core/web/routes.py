"""What belongs to no feature: health, the description, static files."""

from __future__ import annotations

from typing import Final

from chalicelib.core.web.route_spec import Route
from chalicelib.core.web.routing import Site

_PUBLIC: Final = (
    Route("GET", "/healthz", "core.web.health:show"),
    Route("GET", "/openapi.json", "core.web.health:describe"),
)

_PLAIN: Final = (Route("GET", "/static/{name}", "core.web.static_files:serve"),)


def register(site: Site) -> None:
    """Register them."""
    site.public(*_PUBLIC)
    site.plain(*_PLAIN)
