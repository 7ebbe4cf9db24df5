"""What a request leaves in the audit: made from the route and the request, stored before an answer.

Where the path names the subject, the entry is there whatever the handler does: a change waits until
it is stored, a reading has it stored beside. Elsewhere the handler says whom it concerned, and the
answer waits. Without the entry there is no answer: Busy.

An entry can't be changed. Where a call is refused, or there is more to tell of what was done (the
names of changed fields, for whom somebody acted), a second entry of the same request has the
outcome. An entry without one stands for what was done.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from chalicelib.core.domain.errors import HelplineError, NotFound
from chalicelib.core.web.http_errors import status_of
from chalicelib.core.web.request import WebRequest
from chalicelib.core.wiring import Core

if TYPE_CHECKING:
    from chalicelib.core.services.audit_log import Deed

log = logging.getLogger(__name__)

READS: Final = frozenset({"GET", "HEAD"})
_REFERENCE: Final = "reference"
_PATIENT: Final = "patient"
# Names of whose making only their handlers know; secrets among them.
_OPAQUE: Final = frozenset({"message", "secret", "token"})
_ID: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_PRODUCT: Final = re.compile(r"(Edg|OPR|Firefox|Chrome|Version|curl|python-requests)/([0-9]{1,4})")
_PLATFORM: Final = re.compile(r"Android|iPhone|iPad|Windows|Macintosh|Linux(?!; Android)")


class Outcome:
    """What came of a call: the status of its answer."""

    status: int = HTTPStatus.OK

    @property
    def is_refusal(self) -> bool:
        """Whether the answer is a refusal, and no fault of ours."""
        return HTTPStatus.BAD_REQUEST <= self.status < HTTPStatus.INTERNAL_SERVER_ERROR


@contextmanager
def audited(
    request: WebRequest, action: str | None, role: str | None, variables: Mapping[str, str]
) -> Iterator[Outcome]:
    """Record what is done within, under ``action``; the caller fills in the answer's status.

    Raises Busy where that failed.
    """
    outcome = Outcome()
    if action is None:
        yield outcome
        return
    named = subject_named(variables) if role is not None else None
    if named is None:
        yield from _after(request, action, role, outcome)
        return
    assert role is not None  # noqa: S101  # or no subject was named
    stored = _begin(request, action, role, named)
    if request.method not in READS:
        stored()
    try:
        yield outcome
    except HelplineError as error:
        stored()
        outcome.status = status_of(error)
        if outcome.is_refusal and outcome.status != HTTPStatus.FORBIDDEN:
            _record_outcome(request, action, role, named, _refusal(error.code))
        raise
    finally:
        stored()
    if outcome.is_refusal:
        _record_outcome(request, action, role, named, _refusal(str(outcome.status)))
    elif request.noted:
        _record_outcome(request, action, role, named, {"outcome": "done", **request.noted})


def _refusal(code: str) -> dict[str, str]:
    return {"outcome": "refused", "code": code}


def _record_outcome(
    request: WebRequest, action: str, role: str, subject: str, detail: Mapping[str, str]
) -> None:
    """Record what came of a call whose entry stands; where that fails, that entry is left."""
    try:
        _begin(request, action, role, subject, detail)()
    except Exception as fault:  # noqa: BLE001  # the entry stands
        log.error("outcome_unrecorded", extra={"error": type(fault).__name__})  # noqa: TRY400  # a
        # traceback may quote values


def record_denial(request: WebRequest, action: str, role: str) -> None:
    """Record that somebody known was refused; where that fails there is nothing to withhold."""
    try:
        _begin(request, action, role, None, {"refused": "forbidden"})()
    except Exception as fault:  # noqa: BLE001  # the denial stands
        log.error("denial_unrecorded", extra={"error": type(fault).__name__})  # noqa: TRY400  # a
        # traceback may quote values


def record_also(
    request: WebRequest, action: str, role: str, subject: str, detail: Mapping[str, str]
) -> None:
    """Record one more entry about a request, before what it tells of is done. Raises Busy."""
    _begin(request, action, role, subject, detail)()


def subject_named(variables: Mapping[str, str]) -> str | None:
    """Tell the subject that a path's variables name: a case by its reference, others by kind."""
    from chalicelib.core.web.request import id_in, reference_in

    for name, value in variables.items():
        if name == _REFERENCE:
            try:
                return reference_in(value)
            except NotFound:
                return None
        known = id_in(value)
        if name not in _OPAQUE and _ID.fullmatch(known):
            return f"{name}:{known}"
    return None


def short_agent(text: str) -> str:
    """Tell a browser and its platform by their names: ``Chrome/130 Android``."""
    product, platform = _PRODUCT.search(text), _PLATFORM.search(text)
    parts = [f"{product[1]}/{product[2]}"] if product else []
    return " ".join([*parts, *([platform[0]] if platform else [])])


def _after(
    request: WebRequest, action: str, role: str | None, outcome: Outcome
) -> Iterator[Outcome]:
    try:
        yield outcome
    except HelplineError as error:
        # A refusal shows and changes nothing; of a fault nobody knows what it left behind.
        if status_of(error) >= HTTPStatus.INTERNAL_SERVER_ERROR:
            _record_concerned(request, action, role)
        raise
    except Exception:
        _record_concerned(request, action, role)
        raise
    if outcome.is_refusal:
        # A page that tells what is wrong with a form.
        request.noted.update(_refusal(str(outcome.status)))
    _record_concerned(request, action, role)


def _record_concerned(request: WebRequest, action: str, role: str | None) -> None:
    subjects: tuple[str | None, ...] | None = request.concerned
    if subjects is None:
        # Whoever has no role has shown no right to anything before the handler says so.
        subjects = (None,) if role is not None else ()
    elif role is None:
        from chalicelib.core.domain.audit import own_subject

        subjects = tuple(own_subject(each) for each in subjects if each is not None)
    begun = [_begin(request, action, role, each, request.noted) for each in subjects]
    for stored in begun:
        stored()


def _begin(
    request: WebRequest,
    action: str,
    role: str | None,
    subject: str | None,
    detail: Mapping[str, str] | None = None,
) -> Callable[[], None]:

    return request.use(Core).audit_log.begin(
        _deed(request, action, role, subject, detail or {}), request.now()
    )


def _deed(
    request: WebRequest,
    action: str,
    role: str | None,
    subject: str | None,
    detail: Mapping[str, str],
) -> Deed:
    from chalicelib.core.domain.audit import PATIENTS
    from chalicelib.core.services.audit_log import Deed

    return Deed(
        who=str(request.authorizer.get("id") or _PATIENT) if role else _PATIENT,
        role=role or PATIENTS,
        action=action,
        subject=subject,
        address=request.source,
        agent=short_agent(request.header("user-agent")),
        request_id=request.request_id,
        detail=detail,
    )
