"""What a patient may ask about their own data, and what an administrator does for one who calls."""

from __future__ import annotations

from chalicelib.cases.web.serializers import CaseState, OwnCase, case_state, own_case
from chalicelib.core.web.authorisation import caller_id
from chalicelib.core.web.request import WebRequest, reference_in
from chalicelib.core.web.responses import Json, json_answer
from chalicelib.core.wiring import Core
from chalicelib.privacy.domain.erasure import Why
from chalicelib.privacy.web import patient_data_serializers, serializers
from chalicelib.privacy.web.schemas.audit import parse_audit
from chalicelib.privacy.wiring import Privacy


def withdraw(request: WebRequest, reference: str) -> Json[OwnCase]:
    """Withdraw the consent, and erase; the token stands in the body or the query."""
    from chalicelib.core.web.schemas.link_token import parse_token

    token = parse_token(request.json(required=False)) or request.query.get("t", "")
    case = request.use(Privacy).withdraw_consent(reference_in(reference), token, request.now())
    request.concerns(case.reference)
    return json_answer(own_case(case))


def download(request: WebRequest, reference: str) -> Json[patient_data_serializers.OwnFile]:
    """Send a patient everything that we keep of their case, as a file."""
    now = request.now()
    record = request.use(Privacy).own_data(reference_in(reference), request.query.get("t", ""), now)
    request.concerns(record.case.reference)
    name = f"helpline-{record.case.reference}.json"
    return json_answer(
        patient_data_serializers.own_file(record, request.use(Core).settings.helpline_number, now),
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def erase(request: WebRequest, reference: str) -> Json[CaseState]:
    """Erase a case for whoever asks for it by phone, and tell what is left."""
    from chalicelib.core.web.schemas.fields import refuse_any_field

    refuse_any_field(request.json(required=False))
    case = request.use(Privacy).erase(
        reference_in(reference), Why.ASKED, caller_id(request), request.now()
    )
    return json_answer(case_state(case))


def search(request: WebRequest) -> Json[serializers.AuditPage]:
    """List entries of a case, another subject, a person or a day, the latest first."""
    wanted = parse_audit(request.query, today=request.today())
    found = request.use(Core).audit_log.search(wanted)
    if wanted.subject is not None and found.items:
        # What nobody ever did anything to is only what somebody typed.
        request.concerns(wanted.subject)
    return json_answer(serializers.audit_page(found))
