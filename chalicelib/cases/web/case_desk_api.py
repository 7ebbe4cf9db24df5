"""What an administrator calls to work on cases."""

from __future__ import annotations

from chalicelib.cases.web.admin_serializers import AdminCase, FoundCases, admin_case, found_cases
from chalicelib.cases.web.schemas.case_desk import (
    parse_assignment,
    parse_case_search,
    parse_closing,
    parse_correction,
    parse_merging,
    parse_reopening,
)
from chalicelib.cases.wiring import Cases
from chalicelib.core.domain.errors import InvalidField, NotFound, VersionConflict
from chalicelib.core.web.authorisation import caller_id
from chalicelib.core.web.etags import seen_version
from chalicelib.core.web.http_errors import NewerVersion, version_tag
from chalicelib.core.web.links import reference_in
from chalicelib.core.web.request import WebRequest
from chalicelib.core.web.responses import Json, json_answer


def search(request: WebRequest) -> Json[FoundCases]:
    """Find cases by phone or by name: in a body, because no address may hold either."""
    wanted = parse_case_search(request.json())
    if wanted.phone is not None:
        cases, cursor = tuple(request.use(Cases).find_cases.of_phone(wanted.phone)), None
    else:
        page = request.use(Cases).find_cases.of_name(wanted.name, wanted.limit, wanted.cursor)
        cases, cursor = page.items, page.cursor
    by = "phone" if wanted.phone else "name"
    request.concerns(*(case.reference for case in cases), by=by)
    return json_answer(found_cases(cases, cursor))


def correct(request: WebRequest, reference: str) -> Json[AdminCase]:
    """Put right what was noted wrong, as the caller saw it last."""
    known = reference_in(reference)
    body = request.json()
    version = seen_version(request, body)
    changes = parse_correction(body)
    try:
        case = request.use(Cases).case_desk.correct(
            known, changes, version, caller_id(request), request.now()
        )
    except VersionConflict as error:
        newer = request.use(Cases).case_list.get(known)
        raise NewerVersion(admin_case(newer), newer.version) from error
    return json_answer(admin_case(case), headers=version_tag(case.version))


def assign(request: WebRequest, reference: str) -> Json[AdminCase]:
    """Give a case to an oncologist who is on duty, whoever has it now."""
    known = reference_in(reference)
    oncologist, anyway = parse_assignment(request.json())
    case = request.use(Cases).case_desk.assign(
        known, oncologist, caller_id(request), request.now(), anyway=anyway
    )
    return json_answer(admin_case(case), headers=version_tag(case.version))


def close(request: WebRequest, reference: str) -> Json[AdminCase]:
    """Close a case for a reason."""
    known = reference_in(reference)
    reason, note = parse_closing(request.json())
    case = request.use(Cases).case_desk.close(
        known, reason, caller_id(request), request.now(), note
    )
    return json_answer(admin_case(case), headers=version_tag(case.version))


def reopen(request: WebRequest, reference: str) -> Json[AdminCase]:
    """Put a finished case back in line."""
    known = reference_in(reference)
    another_person = parse_reopening(request.json(required=False))
    case = request.use(Cases).case_desk.reopen(
        known, caller_id(request), request.now(), another_person=another_person
    )
    return json_answer(admin_case(case), headers=version_tag(case.version))


def merge(request: WebRequest, reference: str) -> Json[AdminCase]:
    """Let a duplicate go on in another case, and show that."""
    known = reference_in(reference)
    typed = parse_merging(request.json())
    try:
        into = reference_in(typed)
    except NotFound:
        raise InvalidField("into", "unknown") from None
    case = request.use(Cases).case_desk.merge(known, into, caller_id(request), request.now())
    return json_answer(admin_case(case), headers=version_tag(case.version))
