"""What an administrator calls to work on cases."""

from __future__ import annotations

from typing import TypedDict

from chalicelib.cases.domain.case import Case
from chalicelib.cases.web import case_acts, message_serializers
from chalicelib.cases.web.admin_serializers import AdminCase, FoundCases, admin_case, found_cases
from chalicelib.cases.web.case_lists import list_page
from chalicelib.cases.web.schemas.case_desk import (
    parse_call,
    parse_case_search,
)
from chalicelib.cases.web.schemas.case_lists import parse_listing
from chalicelib.cases.web.serializers import CasePage
from chalicelib.cases.wiring import Cases
from chalicelib.core.domain.datetimes import to_iso
from chalicelib.core.domain.errors import NotFound, VersionConflict
from chalicelib.core.web.etags import seen_version
from chalicelib.core.web.http_errors import NewerVersion, version_tag
from chalicelib.core.web.request import WebRequest, reference_in
from chalicelib.core.web.responses import Instant, Json, json_answer
from chalicelib.core.web.schemas.fields import refuse_any_field
from chalicelib.core.web.serializers import to_json
from chalicelib.rota.web.serializers import Colleague


def list_cases(request: WebRequest) -> Json[CasePage]:
    """List cases of one status, a page at a time, nothing personal in them."""
    listing = parse_listing(request.query, today=request.today())
    return json_answer(list_page(request.use(Cases).case_list, listing))


class CaseWithMessages(AdminCase):
    """A case, whole, with what became of its messages."""

    messages_sent: list[message_serializers.ShownMessage]


def show_case(request: WebRequest, reference: str) -> Json[CaseWithMessages]:
    """Show a case whole, with what became of its messages."""
    case = request.use(Cases).case_list.get(reference_in(reference))
    messages = [
        message_serializers.message(each)
        for each in request.use(Cases).message_list.of_case(case.reference)
    ]
    shown: CaseWithMessages = {**admin_case(case), "messages_sent": messages}
    return json_answer(shown, headers=version_tag(case.version))


class WholePhone(TypedDict):
    """The whole number of a case's patient, in E.164."""

    phone: str


def show_phone(request: WebRequest, reference: str) -> Json[WholePhone]:
    """Show the whole number of a case's patient, which every other answer masks."""
    refuse_any_field(request.json(required=False))
    case = request.use(Cases).case_list.get(reference_in(reference))
    if not case.phone:
        raise NotFound
    return json_answer({"phone": case.phone})


def search(request: WebRequest) -> Json[FoundCases]:
    """Find cases by phone or by name: in a body, because no address may hold either."""
    wanted = parse_case_search(request.json())
    find_cases = request.use(Cases).find_cases
    if wanted.phone is not None:
        page = find_cases.of_phone(wanted.phone, wanted.limit, wanted.cursor)
    else:
        page = find_cases.of_name(wanted.name, wanted.limit, wanted.cursor)
    by = "phone" if wanted.phone else "name"
    request.concerns(*(case.reference for case in page.items), by=by)
    return json_answer(found_cases(page.items, page.cursor))


def correct(request: WebRequest, reference: str) -> Json[AdminCase]:
    """Correct details of a case, in the version that the caller saw last."""
    known = reference_in(reference)
    body = request.json()
    version = seen_version(request, body)
    try:
        return _changed(case_acts.correct(request, known, body, version))
    except VersionConflict as error:
        newer = request.use(Cases).case_list.get(known)
        raise NewerVersion(admin_case(newer), newer.version) from error


def assign(request: WebRequest, reference: str) -> Json[AdminCase]:
    """Assign an open case, held by a colleague or not, to an oncologist who is on duty."""
    return _changed(case_acts.assign(request, reference_in(reference), request.json()))


def close(request: WebRequest, reference: str) -> Json[AdminCase]:
    """Close a case for a reason."""
    return _changed(case_acts.close(request, reference_in(reference), request.json()))


def reopen(request: WebRequest, reference: str) -> Json[AdminCase]:
    """Reopen a finished case: it waits in line again."""
    given = request.json(required=False)
    return _changed(case_acts.reopen(request, reference_in(reference), given))


def merge(request: WebRequest, reference: str) -> Json[AdminCase]:
    """Merge a duplicate into another case, and return that other case."""
    return _changed(case_acts.merge(request, reference_in(reference), request.json()))


def _changed(case: Case) -> Json[AdminCase]:
    return json_answer(admin_case(case), headers=version_tag(case.version))


class Routed(TypedDict):
    """Who would get a call; ``opens_at`` is null while we are open."""

    at: Instant
    oncologists: list[Colleague]
    opens_at: Instant | None


def route(request: WebRequest) -> Json[Routed]:
    """Return who would get a call."""
    asked = parse_call(request.query, now=request.now())
    routed = request.use(Cases).route_call(
        asked.language, asked.at, prefers_woman=asked.prefers_woman
    )
    return json_answer(
        {
            "at": to_iso(asked.at),
            "oncologists": [to_json(Colleague, each) for each in routed.oncologists],
            "opens_at": to_iso(routed.opens_at) if routed.opens_at else None,
        }
    )
