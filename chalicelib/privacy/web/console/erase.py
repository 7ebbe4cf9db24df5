"""The console's page on which an administrator erases a case."""

from __future__ import annotations

from chalice.app import Response

from chalicelib.cases.wiring import Cases
from chalicelib.core.domain.reference import spoken
from chalicelib.core.web.authorisation import caller_id
from chalicelib.core.web.rendering import redirect, render
from chalicelib.core.web.request import WebRequest, reference_in
from chalicelib.privacy.domain.erasure import Why
from chalicelib.privacy.wiring import Privacy


def ask_to_erase(request: WebRequest, reference: str) -> Response:
    """Say what is erased and what the law keeps, before anything is."""
    case = request.use(Cases).case_list.get(reference_in(reference))
    return render(request, "console/erase.html", case=case, title=spoken(case.reference))


def erase(request: WebRequest, reference: str) -> Response:
    """Erase what is personal in it, at the person's wish, and show what is left."""
    known = reference_in(reference)
    request.use(Privacy).erase(known, Why.ASKED, caller_id(request), request.now())
    return redirect(request, f"console/cases/{known}?done=case_erased")
