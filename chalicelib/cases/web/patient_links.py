"""The address of a patient's own page."""

from __future__ import annotations

from chalicelib.cases.services.patient_link import own_path
from chalicelib.core.web.request import WebRequest
from chalicelib.core.wiring import Core


def own_link(request: WebRequest, reference: str, token: str) -> str:
    """Give the address of a patient's own page, to be kept and sent on."""
    return f"{request.use(Core).settings.public_url or request.origin}/{own_path(reference, token)}"
