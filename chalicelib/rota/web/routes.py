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

_TAKER: Final = (NotServing, OnLeave, OnAnotherLine)
_OFFERING: Final = (NotYourShift, ShiftStarted, AlreadyOffered, NotOfferedToYou, *_TAKER)
_TAKING: Final = (NotOfferedToYou, OfferClosed, ShiftStarted, NotYourShift, *_TAKER)
_DECLINING: Final = (NotOfferedToYou, OfferClosed)
_WITHDRAWING: Final = (NotYourOffer, OfferClosed)

_ONCOLOGIST_CALLS: Final = (
    Route("GET", "/swaps", "rota.web.rota_api:list_offers"),
    Route(
        "POST",
        "/shifts/{shift}/swap",
        "rota.web.rota_api:offer",
        audit="swap.offer",
        body="rota.web.schemas.rota_edits.OfferSchema",
        refuses=_OFFERING,
    ),
    Route(
        "POST",
        "/swaps/{swap}/accept",
        "rota.web.rota_api:accept",
        audit="swap.accept",
        body=NOTHING,
        refuses=_TAKING,
    ),
    Route(
        "POST",
        "/swaps/{swap}/decline",
        "rota.web.rota_api:decline",
        audit="swap.decline",
        body=NOTHING,
        refuses=_DECLINING,
    ),
    Route(
        "POST",
        "/swaps/{swap}/withdraw",
        "rota.web.rota_api:withdraw",
        audit="swap.withdraw",
        body=NOTHING,
        refuses=_WITHDRAWING,
    ),
    Route(
        "POST",
        "/leave",
        "rota.web.rota_api:take_leave",
        audit="leave.take",
        body="rota.web.schemas.rota_edits.OwnLeaveSchema",
    ),
    Route(
        "DELETE",
        "/leave",
        "rota.web.rota_api:drop_leave",
        audit="leave.drop",
        body="rota.web.schemas.rota_edits.DroppedSchema",
        query="rota.web.schemas.rota_edits.DroppedSchema",
        refuses=(NotFound,),
    ),
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
        body="rota.web.schemas.rota_edits.LinesSchema",
        edits=True,
    ),
    Route(
        "GET",
        "/admin/overrides",
        "rota.web.rota_admin_api:list_overrides",
        query="rota.web.schemas.rota_queries.DaysSchema",
    ),
    Route(
        "POST",
        "/admin/overrides",
        "rota.web.rota_admin_api:add_override",
        audit="override.add",
        body="rota.web.schemas.rota_edits.ExceptionSchema",
    ),
    Route(
        "DELETE",
        "/admin/overrides",
        "rota.web.rota_admin_api:drop_override",
        audit="override.drop",
        body="rota.web.schemas.rota_edits.DroppedSchema",
        query="rota.web.schemas.rota_edits.DroppedSchema",
        refuses=(NotFound,),
    ),
    Route(
        "GET",
        "/admin/leave",
        "rota.web.rota_admin_api:list_leave",
        query="rota.web.schemas.rota_queries.DaysSchema",
    ),
    Route(
        "POST",
        "/admin/leave",
        "rota.web.rota_admin_api:add_leave",
        audit="leave.take",
        body="rota.web.schemas.rota_sources.LeaveSchema",
    ),
    Route(
        "DELETE",
        "/admin/leave",
        "rota.web.rota_admin_api:drop_leave",
        audit="leave.drop",
        body="rota.web.schemas.rota_edits.DroppedSchema",
        query="rota.web.schemas.rota_edits.DroppedSchema",
        refuses=(NotFound,),
    ),
    Route(
        "GET",
        "/admin/swaps",
        "rota.web.rota_admin_api:list_swaps",
        query="rota.web.schemas.rota_queries.DaysSchema",
    ),
    Route(
        "POST",
        "/admin/shifts/{shift}/swap",
        "rota.web.rota_admin_api:offer_for",
        audit="swap.offer",
        body="rota.web.schemas.rota_edits.OfferForSchema",
        refuses=_OFFERING,
    ),
    Route(
        "POST",
        "/admin/swaps/{swap}/accept",
        "rota.web.rota_admin_api:accept_for",
        audit="swap.accept",
        body="rota.web.schemas.rota_edits.ActingSchema",
        refuses=_TAKING,
    ),
    Route(
        "POST",
        "/admin/swaps/{swap}/decline",
        "rota.web.rota_admin_api:decline_for",
        audit="swap.decline",
        body="rota.web.schemas.rota_edits.ActingSchema",
        refuses=_DECLINING,
    ),
    Route(
        "POST",
        "/admin/swaps/{swap}/withdraw",
        "rota.web.rota_admin_api:withdraw_for",
        audit="swap.withdraw",
        body="rota.web.schemas.rota_edits.ActingSchema",
        refuses=_WITHDRAWING,
    ),
    Route(
        "GET",
        "/admin/rota",
        "rota.web.rota_admin_api:show_rota",
        query="rota.web.schemas.rota_queries.DaysSchema",
    ),
    Route(
        "GET",
        "/admin/rota/quality",
        "rota.web.rota_admin_api:show_quality",
        query="rota.web.schemas.rota_queries.DaysSchema",
    ),
    Route(
        "GET",
        "/admin/rota/gaps",
        "rota.web.rota_admin_api:show_gaps",
        query="rota.web.schemas.rota_queries.DaysSchema",
    ),
    Route(
        "GET",
        "/admin/rota/changes",
        "rota.web.rota_admin_api:show_changes",
        query="rota.web.schemas.rota_queries.DaysSchema",
    ),
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
        body="rota.web.schemas.rota_edits.RecipientsSchema",
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

_CONSOLE_PAGES: Final = (
    Route("GET", "/rota", "rota.web.console.rota:show_month"),
    Route("POST", "/rota/publish", "rota.web.console.rota:publish", audit="rota.publish"),
    Route("GET", "/rota/shift/{shift}", "rota.web.console.rota:show_shift"),
    Route(
        "POST",
        "/rota/shift/{shift}/override",
        "rota.web.console.rota:override",
        audit="override.add",
    ),
    Route("POST", "/rota/shift/{shift}/drop", "rota.web.console.rota:drop", audit="override.drop"),
    Route("POST", "/rota/shift/{shift}/offer", "rota.web.console.rota:offer", audit="swap.offer"),
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
    Route(
        "POST", "/rota/swaps/{swap}/accept", "rota.web.console.leave:accept", audit="swap.accept"
    ),
    Route(
        "POST", "/rota/swaps/{swap}/decline", "rota.web.console.leave:decline", audit="swap.decline"
    ),
    Route(
        "POST",
        "/rota/swaps/{swap}/withdraw",
        "rota.web.console.leave:withdraw",
        audit="swap.withdraw",
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
    Route(
        "POST",
        "/shifts/swaps/{swap}/accept",
        "rota.web.desk_shift_pages:accept",
        audit="swap.accept",
    ),
    Route(
        "POST",
        "/shifts/swaps/{swap}/decline",
        "rota.web.desk_shift_pages:decline",
        audit="swap.decline",
    ),
    Route(
        "POST",
        "/shifts/swaps/{swap}/withdraw",
        "rota.web.desk_shift_pages:withdraw",
        audit="swap.withdraw",
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
