"""The administrators' search of the audit, which is itself recorded there."""

from __future__ import annotations

from chalicelib.core.domain.datetimes import IST
from chalicelib.core.web.request import WebRequest
from chalicelib.core.web.responses import Json, json_answer
from chalicelib.core.wiring import Core
from chalicelib.privacy.web import serializers
from chalicelib.privacy.web.schemas.audit import parse_audit


def search(request: WebRequest) -> Json[serializers.AuditPage]:
    """List entries of a case, another subject, a person or a day, the latest first."""
    wanted = parse_audit(request.query, today=request.now().astimezone(IST).date())
    found = request.use(Core).audit_log.search(wanted)
    if wanted.subject is not None and found.items:
        # What nobody ever did anything to is only what somebody typed.
        request.concerns(wanted.subject)
    return json_answer(serializers.audit_page(found))
