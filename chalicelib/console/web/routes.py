"""The dashboard."""

from __future__ import annotations

from typing import Final

from chalicelib.core.domain.roles import ADMINISTRATOR
from chalicelib.core.web.route_spec import Route
from chalicelib.core.web.routing import Site

_CONSOLE_PAGES: Final = (Route("GET", "", "console.web.dashboard:show"),)


def register(site: Site) -> None:
    """Register them."""
    site.staff_pages(ADMINISTRATOR, *_CONSOLE_PAGES, below="/console")
