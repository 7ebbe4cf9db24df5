"""The rota's calls and pages."""

from __future__ import annotations

from typing import Final

from chalicelib.core.domain.errors import NotFound
from chalicelib.core.domain.roles import ADMINISTRATOR, ONCOLOGIST
from chalicelib.core.web.request import LARGEST_PREVIEW
from chalicelib.core.web.route_spec import NOTHING, Route
from chalicelib.core.web.routing import Site
from chalicelib.rota.domain.errors import (
    AlreadyOffered,
    NotOfferedToYou,
    NotServing,
    NotYourOffer,
    NotYourShift,
    OfferClosed,
    OnAnotherLine,
    OnLeave,
    ShiftStarted,
)

_EDITS: Final = "rota.web.schemas.rota_edits"
_DAYS: Final = "rota.web.schemas.rota_queries.DaysSchema"

_TAKER: Final = (NotServing, OnLeave, OnAnotherLine)
_OFFERING: Final = (NotYourShift, ShiftStarted, AlreadyOffered, NotOfferedToYou, *_TAKER)
_TAKING: Final = (NotOfferedToYou, OfferClosed, ShiftStarted, NotYourShift, *_TAKER)
_DECLINING: Final = (NotOfferedToYou, OfferClosed)
_WITHDRAWING: Final = (NotYourOffer, OfferClosed)


def _answers(path: str, accept: str, decline: str, withdraw: str, body: str = "") -> list[Route]:
    """List the routes that answer an offered shift: calls where they have a body, or pages."""
    return [
        Route(
            "POST",
            f"{path}/{{swap}}/{answer}",
            handler,
            audit=f"swap.{answer}",
            body=body,
            refuses=refuses if body else (),
        )
        for answer, handler, refuses in (
            ("accept", accept, _TAKING),
            ("decline", decline, _DECLINING),
            ("withdraw", withdraw, _WITHDRAWING),
        )
    ]


def _drop(path: str, handler: str, audit: str) -> Route:
    """Return the route that drops what a query, or a body, names."""
    dropped = f"{_EDITS}.DroppedSchema"
    refuses = (NotFound,)
    return Route("DELETE", path, handler, audit=audit, body=dropped, query=dropped, refuses=refuses)


_ONCOLOGIST_CALLS: Final = (
    Route("GET", "/swaps", "rota.web.rota_api:list_offers"),
    Route(
        "POST",
        "/shifts/{shift}/swap",
        "rota.web.rota_api:offer",
        audit="swap.offer",
        body=f"{_EDITS}.OfferSchema",
        refuses=_OFFERING,
    ),
    *_answers(
        "/swaps",
        "rota.web.rota_api:accept",
        "rota.web.rota_api:decline",
        "rota.web.rota_api:withdraw",
        body=NOTHING,
    ),
    Route(
        "POST",
        "/leave",
        "rota.web.rota_api:take_leave",
        audit="leave.take",
        body=f"{_EDITS}.OwnLeaveSchema",
    ),
    _drop("/leave", "rota.web.rota_api:drop_leave", audit="leave.drop"),
    Route(
        "POST",
        "/rota/feed",
        "rota.web.rota_api:make_feed",
        audit="feed.make",
        body=NOTHING,
        refuses=(NotFound,),
    ),
    Route(
        "DELETE", "/rota/feed", "rota.web.rota_api:revoke_feed", audit="feed.revoke", body=NOTHING
    ),
)

_ADMINISTRATOR_CALLS: Final = (
    Route("GET", "/admin/hours", "rota.web.rota_admin_api:show_hours"),
    Route(
        "PUT",
        "/admin/hours",
        "rota.web.rota_admin_api:put_hours",
        audit="hours.change",
        body="rota.web.schemas.rota_fields.OpeningHours",
        edits=True,
    ),
    Route("GET", "/admin/lines", "rota.web.rota_admin_api:show_lines"),
    Route(
        "PUT",
        "/admin/lines",
        "rota.web.rota_admin_api:put_lines",
        audit="lines.change",
        body=f"{_EDITS}.LinesSchema",
        edits=True,
    ),
    Route("GET", "/admin/overrides", "rota.web.rota_admin_api:list_overrides", query=_DAYS),
    Route(
        "POST",
        "/admin/overrides",
        "rota.web.rota_admin_api:add_override",
        audit="override.add",
        body=f"{_EDITS}.ExceptionSchema",
    ),
    _drop("/admin/overrides", "rota.web.rota_admin_api:drop_override", audit="override.drop"),
    Route("GET", "/admin/leave", "rota.web.rota_admin_api:list_leave", query=_DAYS),
    Route(
        "POST",
        "/admin/leave",
        "rota.web.rota_admin_api:add_leave",
        audit="leave.take",
        body="rota.web.schemas.rota_sources.LeaveSchema",
    ),
    _drop("/admin/leave", "rota.web.rota_admin_api:drop_leave", audit="leave.drop"),
    Route("GET", "/admin/swaps", "rota.web.rota_admin_api:list_swaps", query=_DAYS),
    Route(
        "POST",
        "/admin/shifts/{shift}/swap",
        "rota.web.rota_admin_api:offer_for",
        audit="swap.offer",
        body=f"{_EDITS}.OfferForSchema",
        refuses=_OFFERING,
    ),
    *_answers(
        "/admin/swaps",
        "rota.web.rota_admin_api:accept_for",
        "rota.web.rota_admin_api:decline_for",
        "rota.web.rota_admin_api:withdraw_for",
        body=f"{_EDITS}.ActingSchema",
    ),
    Route("GET", "/admin/rota", "rota.web.rota_admin_api:show_rota", query=_DAYS),
    Route("GET", "/admin/rota/quality", "rota.web.rota_admin_api:show_quality", query=_DAYS),
    Route("GET", "/admin/rota/gaps", "rota.web.rota_admin_api:show_gaps", query=_DAYS),
    Route("GET", "/admin/rota/changes", "rota.web.rota_admin_api:show_changes", query=_DAYS),
    Route(
        "GET",
        "/admin/rota/recipients",
        "rota.web.rota_admin_api:show_recipients",
        audit="recipients.read",
    ),
    Route(
        "PUT",
        "/admin/rota/recipients",
        "rota.web.rota_admin_api:put_recipients",
        audit="recipients.change",
        body=f"{_EDITS}.RecipientsSchema",
        edits=True,
    ),
    Route(
        "POST",
        "/admin/rota/publish",
        "rota.web.rota_admin_api:publish",
        audit="rota.publish",
        body=NOTHING,
    ),
    Route(
        "POST",
        "/admin/rota/preview",
        "rota.web.rota_admin_api:preview",
        body="rota.web.schemas.rota_preview.PreviewSchema",
        largest=LARGEST_PREVIEW,
    ),
)

_PLAIN: Final = (Route("GET", "/rota/{secret}", "rota.web.calendar_feed:show"),)

_PAGES: Final = (
    Route("GET", "/s/{token}", "rota.web.reminder_page:show"),
    Route("POST", "/s/{token}/confirm", "rota.web.reminder_page:confirm"),
    Route("POST", "/s/{token}/offer", "rota.web.reminder_page:offer"),
)

_SHIFT: Final = "/rota/shift/{shift}"
_CONSOLE_PAGES: Final = (
    Route("GET", "/rota", "rota.web.console.rota:show_month"),
    Route("POST", "/rota/publish", "rota.web.console.rota:publish", audit="rota.publish"),
    Route("GET", _SHIFT, "rota.web.console.rota:show_shift"),
    Route("POST", f"{_SHIFT}/override", "rota.web.console.rota:override", audit="override.add"),
    Route("POST", f"{_SHIFT}/drop", "rota.web.console.rota:drop", audit="override.drop"),
    Route("POST", f"{_SHIFT}/offer", "rota.web.console.rota:offer", audit="swap.offer"),
    Route("GET", "/rota/lines", "rota.web.console.lines:show_lines"),
    Route("GET", "/rota/line", "rota.web.console.lines:show_line"),
    Route("POST", "/rota/line", "rota.web.console.lines:send_line", audit="lines.change"),
    Route("GET", "/rota/hours", "rota.web.console.hours:show_hours"),
    Route("POST", "/rota/hours", "rota.web.console.hours:send_hours", audit="hours.change"),
    Route(
        "GET", "/rota/recipients", "rota.web.console.hours:show_recipients", audit="recipients.read"
    ),
    Route(
        "POST",
        "/rota/recipients",
        "rota.web.console.hours:send_recipients",
        audit="recipients.change",
    ),
    Route("GET", "/rota/leave", "rota.web.console.leave:show_leave"),
    Route("POST", "/rota/leave", "rota.web.console.leave:send_leave", audit="leave.take"),
    Route("POST", "/rota/leave/drop", "rota.web.console.leave:drop_leave", audit="leave.drop"),
    Route("GET", "/rota/swaps", "rota.web.console.leave:show_swaps"),
    *_answers(
        "/rota/swaps",
        "rota.web.console.leave:accept",
        "rota.web.console.leave:decline",
        "rota.web.console.leave:withdraw",
    ),
)

_DESK_PAGES: Final = (
    Route("GET", "/shifts", "rota.web.desk_shift_pages:show"),
    Route(
        "POST",
        "/shifts/{shift}/confirm",
        "rota.web.desk_shift_pages:confirm",
        audit="shift.confirm",
    ),
    Route("POST", "/shifts/{shift}/offer", "rota.web.desk_shift_pages:offer", audit="swap.offer"),
    *_answers(
        "/shifts/swaps",
        "rota.web.desk_shift_pages:accept",
        "rota.web.desk_shift_pages:decline",
        "rota.web.desk_shift_pages:withdraw",
    ),
    Route("POST", "/shifts/leave", "rota.web.desk_shift_pages:take_leave", audit="leave.take"),
    Route(
        "POST",
        "/shifts/leave/{leave}/drop",
        "rota.web.desk_shift_pages:drop_leave",
        audit="leave.drop",
    ),
    Route("POST", "/shifts/feed", "rota.web.desk_shift_pages:make_feed", audit="feed.make"),
    Route(
        "POST", "/shifts/feed/revoke", "rota.web.desk_shift_pages:revoke_feed", audit="feed.revoke"
    ),
)


def register(site: Site) -> None:
    """Register them."""
    site.calls(ONCOLOGIST, *_ONCOLOGIST_CALLS)
    site.calls(ADMINISTRATOR, *_ADMINISTRATOR_CALLS)
    site.plain(*_PLAIN)
    site.pages(*_PAGES)
    site.staff_pages(ADMINISTRATOR, *_CONSOLE_PAGES, below="/console")
    site.staff_pages(ONCOLOGIST, *_DESK_PAGES, below="/desk")
