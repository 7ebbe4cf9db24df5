"""The calls and pages of consent, erasure, a patient's own data, and the audit."""

from __future__ import annotations

from typing import Final

from chalicelib.core.domain.errors import TooManyReadings
from chalicelib.core.domain.roles import ADMINISTRATOR
from chalicelib.core.web.route_spec import NOTHING, Route
from chalicelib.core.web.routing import Site

_PUBLIC: Final = (
    Route(
        "POST",
        "/callbacks/{reference}/withdraw",
        "privacy.web.privacy_api:withdraw",
        audit="consent.withdraw",
        body="core.web.schemas.link_token.TokenSchema",
        query="core.web.schemas.link_token.OwnSchema",
    ),
    Route(
        "GET",
        "/callbacks/{reference}/data",
        "privacy.web.privacy_api:download",
        audit="data.read",
        refuses=(TooManyReadings,),
        query="core.web.schemas.link_token.OwnSchema",
    ),
)

_ADMINISTRATOR_CALLS: Final = (
    Route(
        "POST",
        "/admin/cases/{reference}/erase",
        "privacy.web.privacy_api:erase",
        audit="case.erase",
        body=NOTHING,
    ),
    Route(
        "GET",
        "/admin/audit",
        "privacy.web.privacy_api:search",
        audit="audit.read",
        query="privacy.web.schemas.audit.AuditQuerySchema",
    ),
)

_PAGES: Final = (
    Route("GET", "/c/{reference}/data", "privacy.web.patient_data_page:show", audit="data.read"),
    Route("GET", "/c/{reference}/withdraw", "privacy.web.withdraw_page:ask_to_withdraw"),
    Route(
        "POST",
        "/c/{reference}/withdraw",
        "privacy.web.withdraw_page:withdraw",
        audit="consent.withdraw",
    ),
)

_CONSOLE_PAGES: Final = (
    Route("GET", "/cases/{reference}/erase", "privacy.web.console.erase:ask_to_erase"),
    Route(
        "POST", "/cases/{reference}/erase", "privacy.web.console.erase:erase", audit="case.erase"
    ),
    Route("GET", "/audit", "privacy.web.console.audit:show", audit="audit.read"),
)


def register(site: Site) -> None:
    """Register them."""
    site.public(*_PUBLIC)
    site.calls(ADMINISTRATOR, *_ADMINISTRATOR_CALLS)
    site.pages(*_PAGES)
    site.staff_pages(ADMINISTRATOR, *_CONSOLE_PAGES, below="/console")
