"""A case as FHIR R4 says it, so that a hospital can take it over: pure mapping, no library.

A Bundle of type *collection*: a *document* would have to begin with a Composition that somebody
answers for, and a *transaction* would presume a server that takes it; this is what we know, to be
read as it stands. Each resource has a name that follows from the case's reference, the same at
every export; a reference names nothing that is not in the Bundle.

What patients told of themselves is marked as that: Observations are *preliminary*, their performer
is the patient. What has no code of its own here (why they ask, where the cancer is) is text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any, ClassVar, Final, Generic, Literal, TypedDict, TypeVar, assert_never
from uuid import UUID, uuid5

from chalice.app import Response

from chalicelib.cases.domain.answers import Mode
from chalicelib.cases.domain.case import DEFAULT_PRIORITY, Case, Status
from chalicelib.cases.domain.questionnaire import (
    QUESTIONS,
    ChoiceAnswer,
    NumberAnswer,
    Question,
    TextAnswer,
)
from chalicelib.cases.domain.timeline import Attempt, CloseReason, Happening, Result
from chalicelib.cases.wiring import Cases
from chalicelib.core.domain.datetimes import to_iso
from chalicelib.core.web.request import WebRequest, reference_in
from chalicelib.core.web.responses import Instant
from chalicelib.core.web.schemas.fields import refuse_any_field
from chalicelib.core.wiring import Core
from chalicelib.rota.domain.duty import Oncologist
from chalicelib.rota.wiring import Rota

Resource = dict[str, Any]

_NAMES: Final = UUID("5f0a8a2e-6a0c-4d8e-9a54-6a3a3a0f6d11")
_TERMINOLOGY: Final = "http://terminology.hl7.org/CodeSystem"
_LOINC: Final = "http://loinc.org"
_LANGUAGES: Final = "urn:ietf:bcp:47"
_UNITS: Final = "http://unitsofmeasure.org"
_HELPLINE: Final = "Free second opinion helpline"
_SEXES: Final = frozenset({"female", "male", "other"})

# A call that is still to come is wanted; one that nobody can make any more is not.
_REQUEST: Final[Mapping[CloseReason, str]] = {
    CloseReason.UNREACHABLE: "revoked",
    CloseReason.CANCELLED: "revoked",
    CloseReason.WRONG_NUMBER: "entered-in-error",
    CloseReason.ABUSIVE: "entered-in-error",
    CloseReason.DUPLICATE: "revoked",
    CloseReason.EXPIRED: "revoked",
    CloseReason.ERASED: "revoked",
}
_TASK: Final[Mapping[CloseReason, str]] = {
    CloseReason.UNREACHABLE: "failed",
    CloseReason.CANCELLED: "cancelled",
    CloseReason.WRONG_NUMBER: "failed",
    CloseReason.ABUSIVE: "rejected",
    CloseReason.DUPLICATE: "cancelled",
    CloseReason.EXPIRED: "failed",
    CloseReason.ERASED: "cancelled",
}
# https://hl7.org/fhir/R4/extension-data-absent-reason.html
_MASKED: Final[Mapping[str, Any]] = {
    "extension": [
        {
            "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
            "valueCode": "masked",
        }
    ]
}
T = TypeVar("T")


class BundleEntry(TypedDict):
    """A resource, and the name by which others refer to it."""

    fullUrl: str
    resource: dict[str, Any]


class Identified(TypedDict):
    """By what we know the case."""

    system: str
    value: str


class Bundle(TypedDict):
    """A case in FHIR R4: Patient, ServiceRequest, Task, Consent, Encounters, and who they name."""

    resourceType: Literal["Bundle"]
    type: Literal["collection"]
    identifier: Identified
    timestamp: Instant
    entry: list[BundleEntry]


class Fhir(Response, Generic[T]):
    """Resources of FHIR R4, as JSON."""

    status: ClassVar[int] = HTTPStatus.OK
    media_type: ClassVar[str] = "application/fhir+json"


def bundle(
    case: Case,
    people: Iterable[Oncologist],
    helpline_number: str,
    now: datetime,
    *,
    with_phone: bool = False,
) -> Bundle:
    """Write a case as a Bundle; of the ``people`` those appear who had to do with it.

    The patient's number is masked, by FHIR's own word for it, unless ``with_phone`` is true.
    """
    known = {each.id: each for each in people}
    resources = [
        _patient(case, with_phone=with_phone),
        _service_request(case),
        _task(case),
        _consent(case),
        *_observations(case),
        *(_encounter(case, number) for number in _answered(case)),
        *(_practitioner(case, each, known.get(each)) for each in _concerned(case)),
        _organization(case, helpline_number),
    ]
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": _name(case, "Bundle")},
        "timestamp": to_iso(now),
        "entry": [
            {"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource}
            for resource in resources
        ],
    }


def export(request: WebRequest, reference: str) -> Fhir[Bundle]:
    """Export a case as a FHIR R4 Bundle, the patient's number masked."""
    return _exported(request, reference, with_phone=False)


def export_with_phone(request: WebRequest, reference: str) -> Fhir[Bundle]:
    """Export a case as a FHIR R4 Bundle, with the patient's whole number."""
    refuse_any_field(request.json(required=False))
    return _exported(request, reference, with_phone=True)


def _exported(request: WebRequest, reference: str, *, with_phone: bool) -> Fhir[Bundle]:
    case = request.use(Cases).case_list.get(reference_in(reference))
    people = request.use(Rota).store.oncologists()
    number = request.use(Core).settings.helpline_number
    found = bundle(case, people, number, request.now(), with_phone=with_phone)
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    return Fhir(text, {"Content-Type": Fhir.media_type}, HTTPStatus.OK)


def _telecom(case: Case, *, with_phone: bool) -> list[dict[str, Any]] | None:
    if not case.phone:
        return None
    value: dict[str, Any] = {"value": case.phone} if with_phone else {"_value": _MASKED}
    return [{"system": "phone", **value, "use": "mobile"}]


def _patient(case: Case, *, with_phone: bool) -> Resource:
    details = case.answers
    return _resource(
        case,
        "Patient",
        name=[{"text": details.name}] if details.name else None,
        telecom=_telecom(case, with_phone=with_phone),
        gender=details.sex if details.sex in _SEXES else "unknown",
        address=[{"city": details.city, "country": "IN"}] if details.city else None,
        communication=[{"language": _language(case.language), "preferred": True}],
        managingOrganization=_to(case, "Organization"),
    )


def _service_request(case: Case) -> Resource:
    details = case.answers
    return _resource(
        case,
        "ServiceRequest",
        identifier=[
            {"use": "official", "value": case.reference, "assigner": {"display": _HELPLINE}}
        ],
        status=_request_status(case),
        intent="order",
        priority="urgent" if case.priority < DEFAULT_PRIORITY else "routine",
        code={"text": f"Second opinion of an oncologist by {case.mode.value}"},
        subject=_to(case, "Patient"),
        requester=_to(case, "Patient"),
        authoredOn=to_iso(case.requested_at),
        occurrencePeriod=_promised(case),
        performerType={"text": "Oncologist, a woman" if case.prefers_woman else "Oncologist"},
        performer=[_to(case, "Practitioner", case.owner)] if case.owner else None,
        reasonCode=[{"text": reason} for reason in details.reasons],
        bodySite=[{"text": details.cancer_site}] if details.cancer_site else None,
        note=[{"text": text} for text in (*details.messages, *_also_told(case))],
        supportingInfo=[
            _to(case, each["resourceType"], each["code"]["coding"][0]["code"])
            for each in _observations(case)
        ],
    )


def _also_told(case: Case) -> Iterator[str]:
    """Write the answers that differ from the Patient's and the Observations', by who told them."""
    for each in case.also_told:
        answers = "; ".join(
            f"{name} {', '.join(value) if isinstance(value, tuple) else value}"
            for name, value in each.details.given.items()
        )
        yield f"Also told at {to_iso(each.at)} by {each.channel.value}: {answers}"


def _promised(case: Case) -> dict[str, str] | None:
    return _period(case.expected.start, case.expected.end) if case.expected else None


def _task(case: Case) -> Resource:
    return _resource(
        case,
        "Task",
        "",
        basedOn=[_to(case, "ServiceRequest")],
        status=_task_status(case),
        statusReason={"text": case.closed_reason.value} if case.closed_reason else None,
        businessStatus={"text": case.status.value},
        intent="order",
        priority="urgent" if case.priority < DEFAULT_PRIORITY else "routine",
        code={"text": "Call the patient back"},
        focus=_to(case, "ServiceRequest"),
        **{"for": _to(case, "Patient")},
        encounter=_to(case, "Encounter", str(_answered(case)[-1])) if _answered(case) else None,
        executionPeriod=_period(case.claimed_at, case.finished_at),
        authoredOn=to_iso(case.requested_at),
        lastModified=to_iso(case.timeline[-1].at if case.timeline else case.requested_at),
        requester=_to(case, "Patient"),
        owner=_to(case, "Practitioner", case.owner) if case.owner else None,
        note=[_tried(case, attempt) for attempt in case.attempts],
        restriction={"period": _promised(case)} if case.expected else None,
        output=[
            {"type": {"text": kind}, "valueString": text}
            for attempt in case.attempts
            for kind, text in _written(attempt)
        ],
    )


def _consent(case: Case) -> Resource:
    consent = case.consent
    given = "active" if consent.is_confirmed else "proposed"
    ended = consent.withdrawn_at is not None or case.is_erased
    return _resource(
        case,
        "Consent",
        status="inactive" if ended else given,
        scope=_coded("consentscope", "patient-privacy", "Privacy Consent"),
        category=[_loinc("59284-0", "Consent Document")],
        patient=_to(case, "Patient"),
        dateTime=to_iso(consent.at),
        organization=[_to(case, "Organization")],
        policyRule={
            "text": f"Notice of the helpline, version {consent.version}, in {consent.language}"
        },
        provision={"period": _period(consent.at, consent.withdrawn_at)},
    )


def _observations(case: Case) -> list[Resource]:
    told = case.answers.given
    return [
        _observation(case, question.loinc, _value(question, told[name]))
        for name, question in QUESTIONS.items()
        if question.loinc and name in told
    ]


def _value(question: Question, answer: object) -> Resource:
    match question.answer:
        case NumberAnswer(unit=unit, ucum=code):
            quantity = {"value": answer, "unit": unit, "system": _UNITS, "code": code}
            return {"valueQuantity": quantity}
        case TextAnswer() | ChoiceAnswer():
            texts = answer if isinstance(answer, tuple) else (answer,)
            return {"valueCodeableConcept": {"text": ", ".join(map(str, texts))}}
        case _:
            assert_never(question.answer)


def _observation(case: Case, loinc: tuple[str, str], value: Resource) -> Resource:
    return _resource(
        case,
        "Observation",
        loinc[0],
        status="preliminary",
        code=_loinc(*loinc),
        subject=_to(case, "Patient"),
        effectiveDateTime=to_iso(case.requested_at),
        performer=[_to(case, "Patient")],
        **value,
    )


def _encounter(case: Case, number: int) -> Resource:
    attempt = case.attempts[number]
    taken = [
        entry.at
        for entry in case.timeline
        if entry.what in (Happening.CLAIMED, Happening.ASSIGNED) and entry.at <= attempt.at
    ]
    encounter = _resource(
        case,
        "Encounter",
        str(number),
        status="finished",
        subject=_to(case, "Patient"),
        basedOn=[_to(case, "ServiceRequest")],
        participant=[{"individual": _to(case, "Practitioner", attempt.by)}],
        type=[{"text": "Video call" if case.mode is Mode.VIDEO else "Phone call"}],
        period=_period(taken[-1] if taken else None, attempt.at),
        serviceProvider=_to(case, "Organization"),
    )
    virtual = {"system": f"{_TERMINOLOGY}/v3-ActCode", "code": "VR", "display": "virtual"}
    return {**encounter, "class": virtual}


def _practitioner(case: Case, who: str, known: Oncologist | None) -> Resource:
    if known is None:
        return _resource(case, "Practitioner", who, name=[{"text": who}])
    licence = _coded("v2-0203", "MD", "Medical License number")
    return _resource(
        case,
        "Practitioner",
        who,
        identifier=[{"type": licence, "value": known.registration}] if known.registration else None,
        name=[{"text": known.name or who}],
        gender=known.gender if known.gender in _SEXES else None,
        communication=[_language(each) for each in known.languages],
    )


def _organization(case: Case, number: str) -> Resource:
    phone = {"system": "phone", "value": f"+91{number}", "use": "work"}
    return _resource(case, "Organization", active=True, name=_HELPLINE, telecom=[phone])


def _request_status(case: Case) -> str:
    if case.status.is_open:
        return "active"
    return _REQUEST[case.closed_reason] if case.closed_reason else "completed"


def _task_status(case: Case) -> str:
    match case.status:
        case Status.WAITING:
            # Once tried, it waits for its next time.
            return "ready" if case.attempts else "requested"
        case Status.CLAIMED:
            return "in-progress"
        case Status.COMPLETED | Status.CLOSED:
            return _TASK[case.closed_reason] if case.closed_reason else "completed"
        case _:
            assert_never(case.status)


def _answered(case: Case) -> list[int]:
    """Tell which of the attempts were conversations."""
    return [
        number for number, attempt in enumerate(case.attempts) if attempt.result is Result.ANSWERED
    ]


def _concerned(case: Case) -> list[str]:
    """Name who holds the case, and who spoke or tried to speak with the patient."""
    owner = [case.owner] if case.owner else []
    return list(dict.fromkeys([*owner, *(attempt.by for attempt in case.attempts)]))


def _tried(case: Case, attempt: Attempt) -> Resource:
    return {
        "authorReference": _to(case, "Practitioner", attempt.by),
        "time": to_iso(attempt.at),
        "text": attempt.result.value,
    }


def _written(attempt: Attempt) -> Iterator[tuple[str, str]]:
    written = {"Note": attempt.note, "Advice": attempt.advice, "Follow-up": attempt.follow_up}
    yield from ((kind, text) for kind, text in written.items() if text)


def _name(case: Case, kind: str, which: str = "") -> str:
    return f"urn:uuid:{_id(case, kind, which)}"


def _id(case: Case, kind: str, which: str) -> str:
    return str(uuid5(_NAMES, f"{case.reference}/{kind}/{which}"))


def _to(case: Case, kind: str, which: str = "") -> Resource:
    return {"reference": _name(case, kind, which), "type": kind}


def _resource(case: Case, kind: str, which: str = "", **elements: object) -> Resource:
    """Make a resource of the elements that have something in them: FHIR knows no empty ones."""
    filled = {name: value for name, value in elements.items() if value not in (None, [], {})}
    return {"resourceType": kind, "id": _id(case, kind, which), **filled}


def _period(start: datetime | None, end: datetime | None) -> Resource:
    bounds = {"start": start, "end": end}
    return {name: to_iso(at) for name, at in bounds.items() if at is not None}


def _language(code: str) -> Resource:
    return {"coding": [{"system": _LANGUAGES, "code": code}]}


def _loinc(code: str, display: str) -> Resource:
    return {"coding": [{"system": _LOINC, "code": code, "display": display}]}


def _coded(system: str, code: str, display: str) -> Resource:
    coding = {"system": f"{_TERMINOLOGY}/{system}", "code": code, "display": display}
    return {"coding": [coding]}
