"""What administrators do to a case, whether by a call or by a form of the console.

Each reads what was given and returns the case as it is then. It raises InvalidInput or InvalidField
where what was given is wrong, and whatever the same method of ``case_desk`` raises. ``reference``
is that of a case, as :func:`reference_in` reads it.
"""

from __future__ import annotations

from typing import Any

from chalicelib.cases.domain.case import Case
from chalicelib.cases.web.schemas.case_desk import (
    parse_assignment,
    parse_closing,
    parse_correction,
    parse_merging,
    parse_reopening,
)
from chalicelib.cases.wiring import Cases
from chalicelib.core.domain.errors import InvalidField, NotFound
from chalicelib.core.web.authorisation import caller_id
from chalicelib.core.web.request import WebRequest, reference_in

Given = dict[str, Any]


def assign(request: WebRequest, reference: str, given: Given) -> Case:
    """Assign it to an oncologist on duty."""
    oncologist, anyway = parse_assignment(given)
    request.acts_for(oncologist)
    return request.use(Cases).case_desk.assign(
        reference, oncologist, caller_id(request), request.now(), anyway=anyway
    )


def close(request: WebRequest, reference: str, given: Given) -> Case:
    """Close it for a reason."""
    reason, note = parse_closing(given)
    return request.use(Cases).case_desk.close(
        reference, reason, caller_id(request), request.now(), note
    )


def reopen(request: WebRequest, reference: str, given: Given) -> Case:
    """Reopen it: it waits in line again."""
    another_person = parse_reopening(given)
    return request.use(Cases).case_desk.reopen(
        reference, caller_id(request), request.now(), another_person=another_person
    )


def merge(request: WebRequest, reference: str, given: Given) -> Case:
    """Merge it into another case, and return that one."""
    typed = parse_merging(given)
    try:
        into = reference_in(typed)
    except NotFound:
        raise InvalidField("into", "unknown") from None
    return request.use(Cases).case_desk.merge(reference, into, caller_id(request), request.now())


def correct(request: WebRequest, reference: str, given: Given, version: int) -> Case:
    """Correct what was noted wrong in the version that was seen. Raises VersionConflict."""
    changes = parse_correction(given)
    case = request.use(Cases).case_desk.correct(
        reference, changes, version, caller_id(request), request.now()
    )
    request.changes_fields(case.corrected_since(version))
    return case
