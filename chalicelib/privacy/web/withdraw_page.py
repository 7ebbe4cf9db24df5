"""The page on which patients withdraw their consent."""

from __future__ import annotations

from chalice.app import Response

from chalicelib.cases.domain.links import Strength
from chalicelib.cases.services.cases import own_path
from chalicelib.cases.wiring import Cases
from chalicelib.core.web.rendering import redirect, render, said_reference
from chalicelib.core.web.request import WebRequest, reference_in
from chalicelib.privacy.wiring import Privacy


def ask_to_withdraw(request: WebRequest, reference: str) -> Response:
    """Say what is erased and what the law keeps, before anything is."""
    token = request.query.get("t", "")
    own = request.use(Cases).own_case.get(
        reference_in(reference), token, request.now(), Strength.STRONG
    )
    case = own.case
    request.prefer_language(case.written_in)
    return render(
        request,
        "patient/withdraw.html",
        case=case,
        spoken=said_reference(case.reference),
        token=token,
        own=own_path(case.reference, token),
    )


def withdraw(request: WebRequest, reference: str) -> Response:
    """Withdraw the consent, and show that it is withdrawn."""
    token = request.form().get("t", [""])[-1]
    case = request.use(Privacy).withdraw_consent(reference_in(reference), token, request.now())
    request.concerns(case.reference)
    return redirect(request, own_path(case.reference, token))
