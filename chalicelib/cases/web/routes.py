"""The calls and pages of patients, of the doctor's desk, and of administrators about cases."""

from __future__ import annotations

from typing import Final

from chalicelib.core.domain.errors import (
    Blocked,
    CallFailed,
    CallsNotConfigured,
    DoesNotSuit,
    HasOpenCase,
    IllegalTransition,
    MergeIntoEarlier,
    NotFound,
    NotOnDuty,
    RequestIdReused,
    TooManyFromAddress,
    TooManyOpenCases,
    TooManyReleases,
    TooManyRequests,
    VideoNotConfigured,
)
from chalicelib.core.domain.roles import ADMINISTRATOR, ONCOLOGIST
from chalicelib.core.web.route_spec import NOTHING, Route
from chalicelib.core.web.routing import Site
from chalicelib.core.web.webhook_routes import webhook_routes

_PUBLIC: Final = (
    Route(
        "POST",
        "/callbacks",
        "cases.web.public_api:ask",
        body="cases.web.schemas.callbacks.CallbackSchema",
        refuses=(TooManyOpenCases, RequestIdReused, TooManyRequests, TooManyFromAddress, Blocked),
    ),
    Route(
        "GET",
        "/callbacks/{reference}",
        "cases.web.public_api:show",
        query="core.web.schemas.link_token.OwnSchema",
    ),
    Route(
        "POST",
        "/callbacks/{reference}/cancel",
        "cases.web.public_api:cancel",
        body="core.web.schemas.link_token.TokenSchema",
        query="core.web.schemas.link_token.OwnSchema",
        refuses=(IllegalTransition,),
    ),
    Route(
        "POST",
        "/callbacks/{reference}/reschedule",
        "cases.web.public_api:reschedule",
        body="cases.web.schemas.callbacks.RescheduleSchema",
        query="core.web.schemas.link_token.OwnSchema",
        refuses=(IllegalTransition,),
    ),
    Route(
        "POST",
        "/callbacks/{reference}/link",
        "cases.web.public_api:send_link",
        audit="link.send",
        body="core.web.schemas.link_token.TokenSchema",
        query="core.web.schemas.link_token.OwnSchema",
    ),
    Route("GET", "/hours", "cases.web.public_api:hours"),
)

_ONCOLOGIST_CALLS: Final = (
    Route("GET", "/duty", "cases.web.desk_api:duty", audit="duty.read"),
    Route(
        "POST",
        "/duty/next",
        "cases.web.desk_api:take_next",
        audit="case.claim",
        body=NOTHING,
        refuses=(NotOnDuty, HasOpenCase),
    ),
    Route(
        "POST",
        "/cases/{reference}/attempts",
        "cases.web.desk_api:attempt",
        audit="case.attempt",
        body="cases.web.schemas.desk.AttemptSchema",
        refuses=(IllegalTransition,),
    ),
    Route(
        "POST",
        "/cases/{reference}/call",
        "cases.web.desk_api:call",
        audit="case.call",
        body=NOTHING,
        refuses=(NotOnDuty, IllegalTransition, CallsNotConfigured, CallFailed),
    ),
    Route(
        "POST",
        "/cases/{reference}/video",
        "cases.web.desk_api:video",
        audit="case.video",
        body=NOTHING,
        refuses=(NotOnDuty, IllegalTransition, VideoNotConfigured),
    ),
    Route(
        "POST",
        "/cases/{reference}/release",
        "cases.web.desk_api:release",
        audit="case.release",
        body="cases.web.schemas.desk.ReleaseSchema",
        refuses=(IllegalTransition, TooManyReleases),
    ),
)

_ADMINISTRATOR_CALLS: Final = (
    Route(
        "GET",
        "/admin/cases",
        "cases.web.case_desk_api:list_cases",
        query="cases.web.schemas.case_lists.CasesSchema",
    ),
    Route(
        "GET",
        "/admin/cases/{reference}",
        "cases.web.case_desk_api:show_case",
        audit="case.read",
    ),
    Route(
        "PATCH",
        "/admin/cases/{reference}",
        "cases.web.case_desk_api:correct",
        audit="case.correct",
        body="cases.web.schemas.case_desk.CorrectionSchema",
        edits=True,
        refuses=(IllegalTransition, TooManyOpenCases),
    ),
    Route(
        "GET",
        "/admin/cases/{reference}/fhir",
        "cases.web.fhir:export",
        audit="case.export",
    ),
    Route(
        "POST",
        "/admin/cases/{reference}/fhir",
        "cases.web.fhir:export_with_phone",
        audit="case.phone",
        body=NOTHING,
    ),
    Route(
        "POST",
        "/admin/cases/{reference}/phone",
        "cases.web.case_desk_api:show_phone",
        audit="case.phone",
        body=NOTHING,
    ),
    Route(
        "GET",
        "/admin/messages",
        "cases.web.messages_api:list_messages",
        audit="messages.list",
        query="cases.web.schemas.messages.MessagesSchema",
    ),
    Route(
        "POST",
        "/admin/messages/search",
        "cases.web.messages_api:search",
        audit="messages.search",
        body="cases.web.schemas.messages.SearchSchema",
    ),
    Route(
        "POST",
        "/admin/messages/{message}/retry",
        "cases.web.messages_api:retry",
        audit="message.retry",
        body=NOTHING,
        refuses=(IllegalTransition,),
    ),
    Route(
        "POST",
        "/admin/cases/search",
        "cases.web.case_desk_api:search",
        audit="case.search",
        body="cases.web.schemas.case_desk.CaseSearchSchema",
    ),
    Route(
        "POST",
        "/admin/cases/{reference}/assign",
        "cases.web.case_desk_api:assign",
        audit="case.assign",
        body="cases.web.schemas.case_desk.AssignSchema",
        refuses=(IllegalTransition, NotOnDuty, HasOpenCase, DoesNotSuit),
    ),
    Route(
        "POST",
        "/admin/cases/{reference}/close",
        "cases.web.case_desk_api:close",
        audit="case.close",
        body="cases.web.schemas.case_desk.CloseSchema",
        refuses=(IllegalTransition,),
    ),
    Route(
        "POST",
        "/admin/cases/{reference}/reopen",
        "cases.web.case_desk_api:reopen",
        audit="case.reopen",
        body="cases.web.schemas.case_desk.ReopenSchema",
        refuses=(IllegalTransition, TooManyOpenCases),
    ),
    Route(
        "POST",
        "/admin/cases/{reference}/merge",
        "cases.web.case_desk_api:merge",
        audit="case.merge",
        body="cases.web.schemas.case_desk.MergeSchema",
        refuses=(IllegalTransition, MergeIntoEarlier),
    ),
    Route("GET", "/admin/blocks", "cases.web.blocks_api:list_blocks", audit="blocks.list"),
    Route(
        "POST",
        "/admin/blocks",
        "cases.web.blocks_api:add",
        audit="block.add",
        body="cases.web.schemas.blocks.BlockSchema",
    ),
    Route(
        "DELETE",
        "/admin/blocks",
        "cases.web.blocks_api:lift",
        audit="block.lift",
        body="cases.web.schemas.blocks.LiftSchema",
        query="cases.web.schemas.blocks.LiftSchema",
        refuses=(NotFound,),
    ),
    Route(
        "GET",
        "/admin/rota/route",
        "cases.web.case_desk_api:route",
        query="cases.web.schemas.case_desk.CallSchema",
    ),
)

_PLAIN: Final = tuple(
    webhook_routes(
        sms="cases.web.webhooks:inbound_sms",
        missed_call="cases.web.webhooks:missed_call",
        call="cases.web.webhooks:call_ended",
    )
)

_PAGES: Final = (
    Route("GET", "/", "cases.web.start_page:start"),
    Route("GET", "/request", "cases.web.request_form_page:show_form"),
    Route("POST", "/request", "cases.web.request_form_page:send_form", from_other_sites=True),
    Route("GET", "/c/{reference}", "cases.web.patient_pages:show"),
    Route("GET", "/v/{reference}", "cases.web.patient_pages:show_video"),
    Route("POST", "/c/{reference}/cancel", "cases.web.patient_pages:cancel"),
    Route("POST", "/c/{reference}/reschedule", "cases.web.patient_pages:reschedule"),
    Route("POST", "/c/{reference}/link", "cases.web.patient_pages:send_link", audit="link.send"),
    Route("GET", "/notice", "cases.web.start_page:show_notice"),
)

_DESK_PAGES: Final = (
    Route("GET", "", "cases.web.desk_pages:show", audit="duty.read"),
    Route("POST", "/next", "cases.web.desk_pages:take_next", audit="case.claim"),
    Route("POST", "/cases/{reference}/keep", "cases.web.desk_pages:keep", audit="case.keep"),
    Route("POST", "/cases/{reference}/call", "cases.web.desk_pages:call", audit="case.call"),
    Route("POST", "/cases/{reference}/video", "cases.web.desk_pages:video", audit="case.video"),
    Route(
        "POST", "/cases/{reference}/outcome", "cases.web.desk_pages:outcome", audit="case.attempt"
    ),
    Route(
        "POST", "/cases/{reference}/release", "cases.web.desk_pages:release", audit="case.release"
    ),
)

_CONSOLE_PAGES: Final = (
    Route("GET", "/cases", "cases.web.console.cases:show_list"),
    Route("POST", "/cases/search", "cases.web.console.cases:search", audit="case.search"),
    Route("GET", "/cases/{reference}", "cases.web.console.case:show", audit="case.read"),
    Route(
        "POST", "/cases/{reference}/phone", "cases.web.console.case:show_phone", audit="case.phone"
    ),
    Route(
        "POST", "/cases/{reference}/assign", "cases.web.console.case:assign", audit="case.assign"
    ),
    Route("POST", "/cases/{reference}/close", "cases.web.console.case:close", audit="case.close"),
    Route(
        "POST", "/cases/{reference}/reopen", "cases.web.console.case:reopen", audit="case.reopen"
    ),
    Route("POST", "/cases/{reference}/merge", "cases.web.console.case:merge", audit="case.merge"),
    Route("POST", "/cases/{reference}/block", "cases.web.console.case:block", audit="block.add"),
    Route(
        "GET",
        "/cases/{reference}/correct",
        "cases.web.console.case:show_correction",
        audit="case.read",
    ),
    Route(
        "POST", "/cases/{reference}/correct", "cases.web.console.case:correct", audit="case.correct"
    ),
    Route("GET", "/messages", "cases.web.console.messages:show_list", audit="messages.list"),
    Route("POST", "/messages/search", "cases.web.console.messages:search", audit="messages.search"),
    Route(
        "POST",
        "/messages/{message}/retry",
        "cases.web.console.messages:retry",
        audit="message.retry",
    ),
    Route("GET", "/blocks", "cases.web.console.blocks:show", audit="blocks.list"),
    Route("POST", "/blocks", "cases.web.console.blocks:add", audit="block.add"),
    Route("POST", "/blocks/lift", "cases.web.console.blocks:lift", audit="block.lift"),
)


def register(site: Site) -> None:
    """Register them."""
    site.public(*_PUBLIC)
    site.calls(ONCOLOGIST, *_ONCOLOGIST_CALLS)
    site.calls(ADMINISTRATOR, *_ADMINISTRATOR_CALLS)
    site.plain(*_PLAIN)
    site.pages(*_PAGES)
    site.staff_pages(ONCOLOGIST, *_DESK_PAGES, below="/desk")
    site.staff_pages(ADMINISTRATOR, *_CONSOLE_PAGES, below="/console")
