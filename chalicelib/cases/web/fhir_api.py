"""A case for another hospital's system."""

from __future__ import annotations

import json
from typing import ClassVar, Generic, TypeVar

from chalice.app import Response

from chalicelib.cases.web import fhir
from chalicelib.cases.wiring import Cases
from chalicelib.core.web.links import reference_in
from chalicelib.core.web.request import WebRequest
from chalicelib.core.wiring import Core
from chalicelib.rota.wiring import Rota

T = TypeVar("T")


class Fhir(Response, Generic[T]):
    """Resources of FHIR R4, as JSON."""

    status: ClassVar[int] = 200
    media_type: ClassVar[str] = "application/fhir+json"


def export(request: WebRequest, reference: str) -> Fhir[fhir.Bundle]:
    """Export a case as a FHIR R4 Bundle, with everything that is known of it."""
    case = request.use(Cases).case_list.get(reference_in(reference))
    people = request.use(Rota).store.oncologists()
    found = fhir.bundle(case, people, request.use(Core).settings.helpline_number, request.now())
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    return Fhir(text, {"Content-Type": Fhir.media_type}, 200)
