"""Every route, in one place: its path, who may call it, and which handler answers.

A handler's module is imported when it is first called, with all that it needs: a cold start pays
for the route that is asked, and for no other.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Protocol

from chalicelib.core.domain.desk_errors import DoesNotSuit, MergeIntoEarlier
from chalicelib.core.domain.errors import (
    Blocked,
    CallFailed,
    CallsNotConfigured,
    Forbidden,
    HasOpenCase,
    IllegalTransition,
    InvalidInput,
    NotFound,
    NotOnDuty,
    TooManyFromAddress,
    TooManyOpenCases,
    TooManyRequests,
    VideoNotConfigured,
)
from chalicelib.core.web.authorisation import ADMINISTRATOR, ONCOLOGIST, SIGNED_IN
from chalicelib.core.web.blueprint import Handler, WebBlueprint
from chalicelib.core.web.request import FORM, JSON, LARGEST_PREVIEW
from chalicelib.core.web.route_spec import Takes
from chalicelib.rota.domain.errors import (
    AlreadyOffered,
    AlreadyThere,
    NotOfferedToYou,
    NotServing,
    NotYourOffer,
    NotYourShift,
    OfferClosed,
    OnAnotherLine,
    OnLeave,
    ShiftStarted,
)

if TYPE_CHECKING:
    from chalice.app import Chalice, ChaliceAuthorizer, Response

    from chalicelib.core.domain.errors import HelplineError
    from chalicelib.core.web.request import WebRequest

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
ANYTHING: Final = "/{proxy+}"
_TAKER: Final = (NotServing, OnLeave, OnAnotherLine)
_OFFERING: Final = (NotYourShift, ShiftStarted, AlreadyOffered, NotOfferedToYou, *_TAKER)
_TAKING: Final = (NotOfferedToYou, OfferClosed, ShiftStarted, NotYourShift, *_TAKER)
_DECLINING: Final = (NotOfferedToYou, OfferClosed)
_WITHDRAWING: Final = (NotYourOffer, OfferClosed)
_DROPPED: Final = {
    "body": "rota.web.schemas.rota_edits.DroppedSchema",
    "query": "rota.web.schemas.rota_edits.DroppedSchema",
    "refuses": (NotFound,),
}


def register(app: Chalice, authorise: ChaliceAuthorizer) -> None:
    """Register every blueprint; ``authorise`` stands before what is not for everybody."""
    app.register_blueprint(public())
    open_to_others = frozenset(app.routes)
    app.register_blueprint(desk(authorise))
    app.register_blueprint(administration(authorise))
    app.register_blueprint(cases_and_people(authorise))
    app.register_blueprint(own_rota(authorise))
    app.register_blueprint(rota_administration(authorise))
    app.register_blueprint(calendars())
    app.register_blueprint(rota_links())
    app.register_blueprint(webhooks())
    app.register_blueprint(pages())
    app.register_blueprint(sign_in())
    app.register_blueprint(rota_console())
    app.register_blueprint(desk_pages())
    app.register_blueprint(console())
    app.register_blueprint(static_files())
    known = {path: tuple(methods) for path, methods in app.routes.items()}
    app.register_blueprint(fallback(known, open_to_others))


def public() -> WebBlueprint:
    """Make the calls that are open to everybody, other sites' pages included."""
    routes = WebBlueprint(__name__, cors=True)
    routes.route("/callbacks", methods=["POST"], accepts=JSON)(
        later(
            "cases.web.public_api",
            "ask",
            body="cases.web.schemas.callbacks.CallbackSchema",
            refuses=(TooManyOpenCases, TooManyRequests, TooManyFromAddress, Blocked),
        )
    )
    routes.route("/callbacks/{reference}")(
        later("cases.web.public_api", "show", query="core.web.schemas.link_token.OwnSchema")
    )
    routes.route("/callbacks/{reference}/cancel", methods=["POST"], accepts=JSON)(
        later(
            "cases.web.public_api",
            "cancel",
            body="core.web.schemas.link_token.TokenSchema",
            query="core.web.schemas.link_token.OwnSchema",
            refuses=(IllegalTransition,),
        )
    )
    routes.route("/callbacks/{reference}/reschedule", methods=["POST"], accepts=JSON)(
        later(
            "cases.web.public_api",
            "reschedule",
            body="cases.web.schemas.own.RescheduleSchema",
            query="core.web.schemas.link_token.OwnSchema",
            refuses=(IllegalTransition,),
        )
    )
    routes.route(
        "/callbacks/{reference}/withdraw", methods=["POST"], accepts=JSON, audit="consent.withdraw"
    )(
        later(
            "privacy.web.privacy_api",
            "withdraw",
            body="core.web.schemas.link_token.TokenSchema",
            query="core.web.schemas.link_token.OwnSchema",
        )
    )
    routes.route("/callbacks/{reference}/data", audit="data.read")(
        later("privacy.web.privacy_api", "download", query="core.web.schemas.link_token.OwnSchema")
    )
    routes.route("/hours")(later("cases.web.public_api", "hours"))
    routes.route("/healthz")(later("core.web.health", "show"))
    routes.route("/openapi.json")(later("core.web.description_api", "show"))
    return routes


def desk(authorise: ChaliceAuthorizer) -> WebBlueprint:
    """Make the oncologists' calls."""
    routes = WebBlueprint(__name__, authorise=authorise)
    routes.route("/duty", role=ONCOLOGIST, audit="duty.read")(later("cases.web.desk_api", "duty"))
    routes.route("/duty/next", methods=["POST"], accepts=JSON, role=ONCOLOGIST, audit="case.claim")(
        later(
            "cases.web.desk_api",
            "take_next",
            body="core.web.schemas.nothing.NothingSchema",
            refuses=(NotOnDuty, HasOpenCase),
        )
    )
    routes.route(
        "/cases/{reference}/attempts",
        methods=["POST"],
        accepts=JSON,
        role=ONCOLOGIST,
        audit="case.attempt",
    )(
        later(
            "cases.web.desk_api",
            "attempt",
            body="cases.web.schemas.desk.AttemptSchema",
            refuses=(IllegalTransition,),
        )
    )
    routes.route(
        "/cases/{reference}/call",
        methods=["POST"],
        accepts=JSON,
        role=ONCOLOGIST,
        audit="case.call",
    )(
        later(
            "cases.web.desk_api",
            "call",
            body="core.web.schemas.nothing.NothingSchema",
            refuses=(NotOnDuty, IllegalTransition, CallsNotConfigured, CallFailed),
        )
    )
    routes.route(
        "/cases/{reference}/video",
        methods=["POST"],
        accepts=JSON,
        role=ONCOLOGIST,
        audit="case.video",
    )(
        later(
            "cases.web.desk_api",
            "video",
            body="core.web.schemas.nothing.NothingSchema",
            refuses=(NotOnDuty, IllegalTransition, VideoNotConfigured),
        )
    )
    routes.route(
        "/cases/{reference}/release",
        methods=["POST"],
        accepts=JSON,
        role=ONCOLOGIST,
        audit="case.release",
    )(
        later(
            "cases.web.desk_api",
            "release",
            body="core.web.schemas.nothing.NothingSchema",
            refuses=(IllegalTransition,),
        )
    )
    return routes


def administration(authorise: ChaliceAuthorizer) -> WebBlueprint:
    """Make the administrators' calls."""
    routes = WebBlueprint(__name__, authorise=authorise)
    routes.route("/admin/cases", role=ADMINISTRATOR)(
        later("cases.web.admin_api", "list_cases", query="cases.web.schemas.case_lists.CasesSchema")
    )
    routes.route("/admin/cases/{reference}", role=ADMINISTRATOR, audit="case.read")(
        later("cases.web.admin_api", "show_case")
    )
    routes.route("/admin/cases/{reference}/fhir", role=ADMINISTRATOR, audit="case.export")(
        later("cases.web.fhir_api", "export")
    )
    routes.route(
        "/admin/cases/{reference}/erase",
        methods=["POST"],
        accepts=JSON,
        role=ADMINISTRATOR,
        audit="case.erase",
    )(later("privacy.web.privacy_api", "erase", body="core.web.schemas.nothing.NothingSchema"))
    routes.route("/admin/audit", role=ADMINISTRATOR, audit="audit.read")(
        later("privacy.web.audit_api", "search", query="privacy.web.schemas.audit.AuditQuerySchema")
    )
    routes.route("/admin/reports", role=ADMINISTRATOR)(
        later("reports.web.reports_api", "show", query="reports.web.schemas.reports.ReportSchema")
    )
    routes.route(
        "/admin/reports/rebuild",
        methods=["POST"],
        accepts=JSON,
        role=ADMINISTRATOR,
        audit="reports.rebuild",
    )(later("reports.web.reports_api", "rebuild", body="reports.web.schemas.reports.RebuildSchema"))
    routes.route("/admin/messages", role=ADMINISTRATOR, audit="messages.list")(
        later(
            "cases.web.messages_api",
            "list_messages",
            query="cases.web.schemas.messages.MessagesSchema",
        )
    )
    routes.route(
        "/admin/messages/search",
        methods=["POST"],
        accepts=JSON,
        role=ADMINISTRATOR,
        audit="messages.search",
    )(later("cases.web.messages_api", "search", body="cases.web.schemas.messages.SearchSchema"))
    routes.route(
        "/admin/messages/{message}/retry",
        methods=["POST"],
        accepts=JSON,
        role=ADMINISTRATOR,
        audit="message.retry",
    )(
        later(
            "cases.web.messages_api",
            "retry",
            body="core.web.schemas.nothing.NothingSchema",
            refuses=(IllegalTransition,),
        )
    )
    return routes


def cases_and_people(authorise: ChaliceAuthorizer) -> WebBlueprint:
    """Make the calls by which administrators work on cases, block phones and keep people."""
    routes = WebBlueprint(__name__, authorise=authorise)

    def call(
        path: str,
        method: str,
        handler: Handler,
        audit: str,
    ) -> None:
        routes.route(
            f"/admin{path}", methods=[method], accepts=JSON, role=ADMINISTRATOR, audit=audit
        )(handler)

    def of_case(name: str, schema: str, *refuses: type[HelplineError]) -> None:
        call(
            f"/cases/{{reference}}/{name}",
            "POST",
            later(
                "cases.web.case_desk_api",
                name,
                body=f"cases.web.schemas.case_desk.{schema}",
                refuses=refuses,
            ),
            f"case.{name}",
        )

    call(
        "/cases/search",
        "POST",
        later(
            "cases.web.case_desk_api", "search", body="cases.web.schemas.case_desk.CaseSearchSchema"
        ),
        "case.search",
    )
    call(
        "/cases/{reference}",
        "PATCH",
        later(
            "cases.web.case_desk_api",
            "correct",
            body="cases.web.schemas.case_desk.CorrectionSchema",
            edits=True,
            refuses=(IllegalTransition, TooManyOpenCases),
        ),
        "case.correct",
    )
    of_case("assign", "AssignSchema", IllegalTransition, NotOnDuty, HasOpenCase, DoesNotSuit)
    of_case("close", "CloseSchema", IllegalTransition)
    of_case("reopen", "ReopenSchema", IllegalTransition, TooManyOpenCases)
    of_case("merge", "MergeSchema", IllegalTransition, MergeIntoEarlier)
    call("/blocks", "GET", later("cases.web.blocks_api", "list_blocks"), "blocks.list")
    call(
        "/blocks",
        "POST",
        later("cases.web.blocks_api", "add", body="cases.web.schemas.blocks.BlockSchema"),
        "block.add",
    )
    call(
        "/blocks",
        "DELETE",
        later(
            "cases.web.blocks_api",
            "lift",
            body="cases.web.schemas.blocks.LiftSchema",
            query="cases.web.schemas.blocks.LiftSchema",
            refuses=(NotFound,),
        ),
        "block.lift",
    )
    call("/oncologists", "GET", later("people.web.people_api", "list_people"), "oncologists.list")
    call(
        "/oncologists",
        "POST",
        later(
            "people.web.people_api",
            "add",
            body="people.web.schemas.people.PersonSchema",
            refuses=(AlreadyThere,),
        ),
        "oncologist.add",
    )
    call(
        "/oncologists/{oncologist}",
        "PATCH",
        later(
            "people.web.people_api",
            "change",
            body="people.web.schemas.people.PersonChangeSchema",
            edits=True,
        ),
        "oncologist.change",
    )
    return routes


def own_rota(authorise: ChaliceAuthorizer) -> WebBlueprint:
    """Make the oncologists' calls about their own rota."""
    routes = WebBlueprint(__name__, authorise=authorise)

    def call(
        path: str,
        method: str,
        name: str,
        audit: str | None = None,
        **takes: Any,  # noqa: ANN401  # later's own
    ) -> None:
        routes.route(path, methods=[method], accepts=JSON, role=ONCOLOGIST, audit=audit)(
            later("rota.web.rota_api", name, **takes)
        )

    call("/swaps", "GET", "list_offers")
    call(
        "/shifts/{shift}/swap",
        "POST",
        "offer",
        audit="swap.offer",
        body="rota.web.schemas.rota_edits.OfferSchema",
        refuses=_OFFERING,
    )
    call(
        "/swaps/{swap}/accept",
        "POST",
        "accept",
        audit="swap.accept",
        body="core.web.schemas.nothing.NothingSchema",
        refuses=_TAKING,
    )
    call(
        "/swaps/{swap}/decline",
        "POST",
        "decline",
        audit="swap.decline",
        body="core.web.schemas.nothing.NothingSchema",
        refuses=_DECLINING,
    )
    call(
        "/swaps/{swap}/withdraw",
        "POST",
        "withdraw",
        audit="swap.withdraw",
        body="core.web.schemas.nothing.NothingSchema",
        refuses=_WITHDRAWING,
    )
    call(
        "/leave",
        "POST",
        "take_leave",
        audit="leave.take",
        body="rota.web.schemas.rota_edits.OwnLeaveSchema",
    )
    call("/leave", "DELETE", "drop_leave", audit="leave.drop", **_DROPPED)
    call(
        "/rota/feed",
        "POST",
        "make_feed",
        audit="feed.make",
        body="core.web.schemas.nothing.NothingSchema",
        refuses=(NotFound,),
    )
    call(
        "/rota/feed",
        "DELETE",
        "revoke_feed",
        audit="feed.revoke",
        body="core.web.schemas.nothing.NothingSchema",
    )
    return routes


def rota_administration(authorise: ChaliceAuthorizer) -> WebBlueprint:
    """Make the administrators' calls about the rota."""
    routes = WebBlueprint(__name__, authorise=authorise)

    def call(
        path: str,
        method: str,
        name: str,
        audit: str | None = None,
        **takes: Any,  # noqa: ANN401  # later's own
    ) -> None:
        routes.route(
            f"/admin{path}", methods=[method], accepts=JSON, role=ADMINISTRATOR, audit=audit
        )(later("rota.web.rota_admin_api", name, **takes))

    call("/hours", "GET", "show_hours")
    call(
        "/hours",
        "PUT",
        "put_hours",
        audit="hours.change",
        body="rota.web.schemas.rota_fields.OpeningHours",
        edits=True,
    )
    call("/lines", "GET", "show_lines")
    call(
        "/lines",
        "PUT",
        "put_lines",
        audit="lines.change",
        body="rota.web.schemas.rota_edits.LinesSchema",
        edits=True,
    )
    call("/overrides", "GET", "list_overrides", query="rota.web.schemas.rota_queries.DaysSchema")
    call(
        "/overrides",
        "POST",
        "add_override",
        audit="override.add",
        body="rota.web.schemas.rota_edits.ExceptionSchema",
    )
    call("/overrides", "DELETE", "drop_override", audit="override.drop", **_DROPPED)
    call("/leave", "GET", "list_leave", query="rota.web.schemas.rota_queries.DaysSchema")
    call(
        "/leave",
        "POST",
        "add_leave",
        audit="leave.take",
        body="rota.web.schemas.rota_sources.LeaveSchema",
    )
    call("/leave", "DELETE", "drop_leave", audit="leave.drop", **_DROPPED)
    call("/swaps", "GET", "list_swaps", query="rota.web.schemas.rota_queries.DaysSchema")
    call(
        "/shifts/{shift}/swap",
        "POST",
        "offer_for",
        audit="swap.offer",
        body="rota.web.schemas.rota_edits.OfferForSchema",
        refuses=_OFFERING,
    )
    call(
        "/swaps/{swap}/accept",
        "POST",
        "accept_for",
        audit="swap.accept",
        body="rota.web.schemas.rota_edits.ActingSchema",
        refuses=_TAKING,
    )
    call(
        "/swaps/{swap}/decline",
        "POST",
        "decline_for",
        audit="swap.decline",
        body="rota.web.schemas.rota_edits.ActingSchema",
        refuses=_DECLINING,
    )
    call(
        "/swaps/{swap}/withdraw",
        "POST",
        "withdraw_for",
        audit="swap.withdraw",
        body="rota.web.schemas.rota_edits.ActingSchema",
        refuses=_WITHDRAWING,
    )
    call("/rota", "GET", "show_rota", query="rota.web.schemas.rota_queries.DaysSchema")
    call("/rota/quality", "GET", "show_quality", query="rota.web.schemas.rota_queries.DaysSchema")
    call("/rota/gaps", "GET", "show_gaps", query="rota.web.schemas.rota_queries.DaysSchema")
    call("/rota/changes", "GET", "show_changes", query="rota.web.schemas.rota_queries.DaysSchema")
    call("/rota/recipients", "GET", "show_recipients", audit="recipients.read")
    call(
        "/rota/recipients",
        "PUT",
        "put_recipients",
        audit="recipients.change",
        body="rota.web.schemas.rota_edits.RecipientsSchema",
        edits=True,
    )
    call(
        "/rota/publish",
        "POST",
        "publish",
        audit="rota.publish",
        body="core.web.schemas.nothing.NothingSchema",
    )
    routes.route("/admin/rota/route", accepts=JSON, role=ADMINISTRATOR)(
        later("cases.web.call_route_api", "route", query="cases.web.schemas.call_route.CallSchema")
    )
    routes.route(
        "/admin/rota/preview",
        methods=["POST"],
        accepts=JSON,
        role=ADMINISTRATOR,
        largest=LARGEST_PREVIEW,
    )(later("rota.web.preview_api", "preview", body="rota.web.schemas.rota_preview.PreviewSchema"))
    return routes


def calendars() -> WebBlueprint:
    """Make the calendars: ``{secret}`` is the whole name, with its ``.ics``."""
    routes = WebBlueprint(__name__)
    routes.route("/rota/{secret}", methods=["GET", "HEAD"])(later("rota.web.calendar_feed", "show"))
    return routes


def rota_links() -> WebBlueprint:
    """Make the page that a reminder's link opens."""
    routes = WebBlueprint(__name__, is_page=_is_page)
    routes.route("/s/{token}")(later("rota.web.reminder_page", "show"))
    routes.route("/s/{token}/confirm", methods=["POST"], accepts=FORM)(
        later("rota.web.reminder_page", "confirm")
    )
    routes.route("/s/{token}/offer", methods=["POST"], accepts=FORM)(
        later("rota.web.reminder_page", "offer")
    )
    return routes


def webhooks() -> WebBlueprint:
    """Make what providers call; each verifies its caller by itself."""
    routes = WebBlueprint(__name__)
    twilio, exotel = "/webhooks/twilio", "/webhooks/exotel/{secret}"
    routes.route(f"{twilio}/sms", methods=["POST"], accepts=FORM)(
        later(
            "cases.web.webhooks",
            "twilio_sms",
            body="core.web.schemas.anything.AnythingSchema",
            refuses=(InvalidInput, Forbidden),
        )
    )
    routes.route(f"{twilio}/receipts/{{message}}", methods=["POST"], accepts=FORM)(
        later(
            "messages.web.webhooks",
            "twilio_receipt",
            body="core.web.schemas.anything.AnythingSchema",
            refuses=(Forbidden,),
        )
    )
    routes.route(f"{exotel}/sms", methods=["GET", "HEAD"])(
        later("cases.web.webhooks", "exotel_sms", query="core.web.schemas.anything.AnythingSchema")
    )
    routes.route(f"{exotel}/missed-call", methods=["GET", "HEAD"])(
        later(
            "cases.web.webhooks",
            "exotel_missed_call",
            query="core.web.schemas.anything.AnythingSchema",
        )
    )
    routes.route(f"{exotel}/calls/{{call}}", methods=["GET", "POST"])(
        later("cases.web.webhooks", "exotel_call", query="core.web.schemas.anything.AnythingSchema")
    )
    routes.route(f"{exotel}/receipts/{{message}}", methods=["POST"], accepts=FORM)(
        later(
            "messages.web.webhooks",
            "exotel_receipt",
            body="core.web.schemas.anything.AnythingSchema",
        )
    )
    return routes


def pages() -> WebBlueprint:
    """Make the patients' pages."""
    routes = WebBlueprint(__name__, is_page=_is_page)
    routes.route("/")(later("cases.web.start_page", "start"))
    routes.route("/request")(later("cases.web.request_form_page", "show_form"))
    routes.route("/request", methods=["POST"], accepts=FORM)(
        later("cases.web.request_form_page", "send_form")
    )
    routes.route("/c/{reference}")(later("cases.web.patient_pages", "show"))
    routes.route("/v/{reference}")(later("cases.web.video_page", "show"))
    routes.route("/c/{reference}/cancel", methods=["POST"], accepts=FORM)(
        later("cases.web.patient_pages", "cancel")
    )
    routes.route("/c/{reference}/reschedule", methods=["POST"], accepts=FORM)(
        later("cases.web.patient_pages", "reschedule")
    )
    routes.route("/c/{reference}/data", audit="data.read")(
        later("privacy.web.patient_data_page", "show")
    )
    routes.route("/c/{reference}/withdraw")(later("privacy.web.withdraw_page", "ask_to_withdraw"))
    routes.route(
        "/c/{reference}/withdraw", methods=["POST"], accepts=FORM, audit="consent.withdraw"
    )(later("privacy.web.withdraw_page", "withdraw"))
    routes.route("/notice")(later("cases.web.start_page", "show_notice"))
    return routes


def sign_in() -> WebBlueprint:
    """Make the pages by which those who work here sign in, and out."""
    routes = WebBlueprint(__name__, by_session=True, error_page=staff_error_page)
    routes.route("/sign-in")(later("people.web.sign_in_pages", "show"))
    routes.route("/sign-in", methods=["POST"], accepts=FORM)(
        later("people.web.sign_in_pages", "send")
    )
    routes.route("/sign-in/next", methods=["POST"], accepts=FORM)(
        later("people.web.sign_in_pages", "answer")
    )
    routes.route("/sign-out", methods=["POST"], accepts=FORM, role=SIGNED_IN)(
        later("people.web.sign_in_pages", "sign_out")
    )
    routes.route("/welcome", role=SIGNED_IN)(later("people.web.sign_in_pages", "welcome"))
    return routes


def desk_pages() -> WebBlueprint:
    """Make the oncologists' pages."""
    routes = WebBlueprint(__name__, by_session=True, error_page=staff_error_page)
    show, send = _pages_of(routes, "/desk", ONCOLOGIST)
    show("", "cases.web.desk_pages", "show", "duty.read")
    send("/next", "cases.web.desk_pages", "take_next", "case.claim")
    send("/cases/{reference}/keep", "cases.web.desk_pages", "keep", "case.keep")
    send("/cases/{reference}/call", "cases.web.desk_pages", "call", "case.call")
    send("/cases/{reference}/video", "cases.web.desk_pages", "video", "case.video")
    send("/cases/{reference}/outcome", "cases.web.desk_pages", "outcome", "case.attempt")
    send("/cases/{reference}/release", "cases.web.desk_pages", "release", "case.release")
    show("/shifts", "rota.web.desk_shift_pages", "show")
    send("/shifts/{shift}/confirm", "rota.web.desk_shift_pages", "confirm", "shift.confirm")
    send("/shifts/{shift}/offer", "rota.web.desk_shift_pages", "offer", "swap.offer")
    send("/shifts/swaps/{swap}/accept", "rota.web.desk_shift_pages", "accept", "swap.accept")
    send("/shifts/swaps/{swap}/decline", "rota.web.desk_shift_pages", "decline", "swap.decline")
    send("/shifts/swaps/{swap}/withdraw", "rota.web.desk_shift_pages", "withdraw", "swap.withdraw")
    send("/shifts/leave", "rota.web.desk_shift_pages", "take_leave", "leave.take")
    send("/shifts/leave/{leave}/drop", "rota.web.desk_shift_pages", "drop_leave", "leave.drop")
    send("/shifts/feed", "rota.web.desk_shift_pages", "make_feed", "feed.make")
    send("/shifts/feed/revoke", "rota.web.desk_shift_pages", "revoke_feed", "feed.revoke")
    return routes


def rota_console() -> WebBlueprint:
    """Make the console's pages about the rota, and its reports."""
    routes = WebBlueprint(__name__, by_session=True, error_page=staff_error_page)
    show, send = _pages_of(routes, "/console", ADMINISTRATOR)
    shift = "/rota/shift/{shift}"
    show("/rota", "rota.web.console.rota", "show_month")
    send("/rota/publish", "rota.web.console.rota", "publish", "rota.publish")
    show(shift, "rota.web.console.rota", "show_shift")
    send(f"{shift}/override", "rota.web.console.rota", "override", "override.add")
    send(f"{shift}/drop", "rota.web.console.rota", "drop", "override.drop")
    send(f"{shift}/offer", "rota.web.console.rota", "offer", "swap.offer")
    show("/rota/lines", "rota.web.console.lines", "show_lines")
    show("/rota/line", "rota.web.console.lines", "show_line")
    send("/rota/line", "rota.web.console.lines", "send_line", "lines.change")
    show("/rota/hours", "rota.web.console.hours", "show_hours")
    send("/rota/hours", "rota.web.console.hours", "send_hours", "hours.change")
    show("/rota/recipients", "rota.web.console.hours", "show_recipients", "recipients.read")
    send("/rota/recipients", "rota.web.console.hours", "send_recipients", "recipients.change")
    show("/rota/leave", "rota.web.console.leave", "show_leave")
    send("/rota/leave", "rota.web.console.leave", "send_leave", "leave.take")
    send("/rota/leave/drop", "rota.web.console.leave", "drop_leave", "leave.drop")
    show("/rota/swaps", "rota.web.console.leave", "show_swaps")
    send("/rota/swaps/{swap}/accept", "rota.web.console.leave", "accept", "swap.accept")
    send("/rota/swaps/{swap}/decline", "rota.web.console.leave", "decline", "swap.decline")
    send("/rota/swaps/{swap}/withdraw", "rota.web.console.leave", "withdraw", "swap.withdraw")
    show("/reports", "reports.web.console.reports", "show")
    show("/reports.csv", "reports.web.console.reports", "download")
    return routes


def console() -> WebBlueprint:
    """Make the console's pages about cases, people and messages."""
    routes = WebBlueprint(__name__, by_session=True, error_page=staff_error_page)
    show, send = _pages_of(routes, "/console", ADMINISTRATOR)
    case = "/cases/{reference}"
    show("", "console.web.dashboard", "show")
    show("/cases", "cases.web.console.cases", "show_list")
    send("/cases/search", "cases.web.console.cases", "search", "case.search")
    show(case, "cases.web.console.case", "show", "case.read")
    for name in ("assign", "close", "reopen", "merge"):
        send(f"{case}/{name}", "cases.web.console.case", name, f"case.{name}")
    send(f"{case}/block", "cases.web.console.case", "block", "block.add")
    show(f"{case}/correct", "cases.web.console.case", "show_correction", "case.read")
    send(f"{case}/correct", "cases.web.console.case", "correct", "case.correct")
    show(f"{case}/erase", "privacy.web.console.erase", "ask_to_erase")
    send(f"{case}/erase", "privacy.web.console.erase", "erase", "case.erase")
    show("/people", "people.web.console.people", "show_list", "oncologists.list")
    send("/people", "people.web.console.people", "add", "oncologist.add")
    show("/people/new", "people.web.console.people", "show_new")
    show("/people/{oncologist}", "people.web.console.people", "show_one", "oncologists.list")
    send("/people/{oncologist}", "people.web.console.people", "change", "oncologist.change")
    show("/messages", "cases.web.console.messages", "show_list", "messages.list")
    send("/messages/search", "cases.web.console.messages", "search", "messages.search")
    send("/messages/{message}/retry", "cases.web.console.messages", "retry", "message.retry")
    show("/blocks", "cases.web.console.blocks", "show", "blocks.list")
    send("/blocks", "cases.web.console.blocks", "add", "block.add")
    send("/blocks/lift", "cases.web.console.blocks", "lift", "block.lift")
    show("/audit", "privacy.web.console.audit", "show", "audit.read")
    return routes


def staff_error_page(error: HelplineError, request: WebRequest) -> Response:
    """Answer an error on a page for those who work here; who is signed out is asked to sign in."""
    from chalicelib.people.web.sign_in_pages import refused

    return refused(error, request)


class _Page(Protocol):
    def __call__(self, path: str, module: str, name: str, audit: str | None = None, /) -> None: ...


def _pages_of(routes: WebBlueprint, below: str, role: str) -> tuple[_Page, _Page]:
    """Make what adds a role's pages below a path: those that are shown, and forms that are sent."""

    def show(path: str, module: str, name: str, audit: str | None = None) -> None:
        routes.route(f"{below}{path}", role=role, audit=audit)(later(module, name))

    def send(path: str, module: str, name: str, audit: str | None = None) -> None:
        routes.route(f"{below}{path}", methods=["POST"], accepts=FORM, role=role, audit=audit)(
            later(module, name)
        )

    return show, send


def static_files() -> WebBlueprint:
    """Make the one route of the style sheet and the icon."""
    routes = WebBlueprint(__name__)
    routes.route("/static/{name}")(later("core.web.static_files", "serve"))
    return routes


def fallback(known: dict[str, tuple[str, ...]], open_to_others: frozenset[str]) -> WebBlueprint:
    """Make what stands behind all other routes.

    API Gateway hands a request to the catch-all when nothing fits its path and method together;
    only the root itself lies beside that, and names its other methods.
    """
    routes = WebBlueprint(__name__, is_page=lambda request: request.wants_html)

    def refuse(request: WebRequest) -> Response:
        """Tell that there is nothing, or nothing by this method."""
        from chalicelib.core.web import fallback

        return fallback.refuse(request, known, open_to_others)

    routes.route(ANYTHING, methods=METHODS)(refuse)
    routes.route("/", methods=[method for method in METHODS if method not in known["/"]])(refuse)
    return routes


def later(
    module: str,
    name: str,
    *,
    body: str = "",
    query: str = "",
    edits: bool = False,
    refuses: tuple[type[HelplineError], ...] = (),
) -> Handler:
    """Stand in for a handler until it is called; the rest says what it takes and may refuse."""

    def handler(request: WebRequest, **variables: str) -> Response:
        found: Callable[..., Response] = getattr(import_module(f"chalicelib.{module}"), name)
        return found(request, **variables)

    handler.__name__ = name
    handler.takes = Takes(module, name, body, query, edits, refuses)  # type: ignore[attr-defined]
    return handler


def _is_page(request: WebRequest) -> bool:
    return request.wants_html or "application/json" not in request.header("accept")
