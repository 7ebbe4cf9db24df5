"""The calls and pages of reports."""

from __future__ import annotations

from typing import Final

from chalicelib.core.domain.roles import ADMINISTRATOR
from chalicelib.core.web.route_spec import Route
from chalicelib.core.web.routing import Site

_ADMINISTRATOR_CALLS: Final = (
    Route(
        "GET",
        "/admin/reports",
        "reports.web.reports_api:show",
        query="reports.web.schemas.reports.ReportSchema",
    ),
    Route(
        "POST",
        "/admin/reports/rebuild",
        "reports.web.reports_api:rebuild",
        audit="reports.rebuild",
        body="reports.web.schemas.reports.RebuildSchema",
    ),
)

_CONSOLE_PAGES: Final = (
    Route("GET", "/reports", "reports.web.console.reports:show"),
    Route("GET", "/reports.csv", "reports.web.console.reports:download"),
)


def register(site: Site) -> None:
    """Register them."""
    site.calls(ADMINISTRATOR, *_ADMINISTRATOR_CALLS)
    site.staff_pages(ADMINISTRATOR, *_CONSOLE_PAGES, below="/console")
