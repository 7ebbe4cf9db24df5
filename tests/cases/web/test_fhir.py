"""A case as FHIR R4 has it: valid in every state, and whole.

fhir.resources has R4B for R4: the two differ in resources of which none is used here.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from fhir.resources.R4B import get_fhir_model_class
from fhir.resources.R4B.bundle import Bundle
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.cases.domain.answers import Channel, Details, Mode
from chalicelib.cases.domain.case import Status
from chalicelib.cases.domain.timeline import Attempt, CloseReason, Result
from chalicelib.cases.web import fhir
from tests.support.builders import NOON, a_case, an_oncologist, with_attempt

DOCTORS = ("dr-asha", "dr-balu", "dr-who-has-left")
PEOPLE = [an_oncologist(), an_oncologist(id="dr-balu", registration="", gender="", languages=())]
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30).filter(
    lambda text: text.strip()
)
OPTIONAL = st.none() | TEXT

details = st.builds(
    Details,
    name=OPTIONAL,
    age=st.none() | st.integers(0, 120),
    sex=st.sampled_from([None, "female", "male", "other"]),
    cancer_site=OPTIONAL,
    stage=st.sampled_from([None, "1", "3-4", "unknown"]),
    city=OPTIONAL,
    reasons=st.lists(st.sampled_from(["cost", "other"]), unique=True).map(tuple),
    messages=st.lists(TEXT, max_size=3).map(tuple),
)


@st.composite
def cases(draw):
    """A case, and what may have become of it: tried, answered, closed, in hand, begun anew."""
    case = a_case(
        details=draw(details),
        language=draw(st.sampled_from(["hi", "en", "ta"])),
        mode=draw(st.sampled_from(Mode)),
        prefers_woman=draw(st.booleans()),
        priority=draw(st.integers(1, 9)),
    )
    given_by = draw(st.sampled_from(Channel))
    withdrawn_at = draw(st.sampled_from([None, NOON]))
    consent = replace(case.consent, given_by=given_by, withdrawn_at=withdrawn_at)
    case, now = replace(case, consent=consent), NOON
    for step in draw(st.lists(st.sampled_from(["claim", "try", "close", "reopen"]), max_size=8)):
        now += timedelta(minutes=7)
        doctor = draw(st.sampled_from(DOCTORS))
        if step == "claim" and case.status is Status.WAITING:
            case = case.claim(doctor, now)
        elif step == "try" and case.status is Status.CLAIMED:
            tried = Attempt(
                at=now, by=case.owner, result=draw(st.sampled_from(Result)), advice=draw(OPTIONAL)
            )
            case = with_attempt(case, tried)
        elif step == "close" and case.status.is_open:
            case = case.close(draw(st.sampled_from(CloseReason)), "admin", now)
        elif step == "reopen" and not case.status.is_open:
            case = case.reopen("admin", now, case.expected)
    return case


def exported(case):
    return json.loads(json.dumps(fhir.bundle(case, PEOPLE, "9355520202", NOON)))


def resources(bundle, kind):
    found = [entry["resource"] for entry in bundle["entry"]]
    return [resource for resource in found if resource["resourceType"] == kind]


def references(part):
    if isinstance(part, dict):
        yield from [part["reference"]] if "reference" in part else []
        part = list(part.values())
    if isinstance(part, list):
        for each in part:
            yield from references(each)


def codes_of(kind):
    """The elements that take one of some codes, where the library knows them all."""
    found = {
        name: (field.json_schema_extra or {}).get("enum_values", ["+"])
        for name, field in kind.model_fields.items()
    }
    return {name: among for name, among in found.items() if "+" not in among}


@given(cases())
def test_every_case_is_valid_and_no_reference_dangles(case):
    bundle = exported(case)

    Bundle.model_validate(bundle)
    for entry in bundle["entry"]:
        kind = get_fhir_model_class(entry["resource"]["resourceType"])
        kind.model_validate(entry["resource"])
        for name, among in codes_of(kind).items():
            assert entry["resource"].get(name, among[0]) in among
    names = [entry["fullUrl"] for entry in bundle["entry"]]
    assert len(names) == len(set(names))
    assert set(references(bundle)) <= set(names)


@given(cases())
def test_each_conversation_is_a_virtual_encounter_with_its_doctor(case):
    bundle = exported(case)
    doctors = {each["id"]: each for each in resources(bundle, "Practitioner")}
    answered = [each for each in case.attempts if each.result is Result.ANSWERED]
    encounters = resources(bundle, "Encounter")

    assert [each["class"]["code"] for each in encounters] == ["VR"] * len(answered)
    for attempt, encounter in zip(answered, encounters, strict=True):
        who = encounter["participant"][0]["individual"]["reference"].removeprefix("urn:uuid:")
        expected = {"dr-asha": "Dr Asha Verma", "dr-balu": "Dr Asha Verma"}
        assert doctors[who]["name"] == [{"text": expected.get(attempt.by, attempt.by)}]


def in_hand(case):
    return case.claim("dr-asha", NOON)


def after(*results):
    def became(case):
        for number, result in enumerate(results):
            now = NOON + timedelta(hours=number)
            tried = Attempt(at=now, by="dr-asha", result=result, advice="See a surgeon.")
            case = case.claim("dr-asha", now)
            case = with_attempt(case, tried)
        return case

    return became


def closed(reason):
    return lambda case: case.close(reason, "admin", NOON)


@pytest.mark.parametrize(
    ("became", "request_is", "task_is"),
    [
        (lambda case: case, "active", "requested"),
        (in_hand, "active", "in-progress"),
        (after(Result.BUSY), "active", "ready"),
        (after(Result.ANSWERED), "completed", "completed"),
        (after(Result.WRONG_NUMBER), "entered-in-error", "failed"),
        (after(*[Result.NO_ANSWER] * 3), "revoked", "failed"),
        (closed(CloseReason.CANCELLED), "revoked", "cancelled"),
        (closed(CloseReason.EXPIRED), "revoked", "failed"),
        (closed(CloseReason.DUPLICATE), "revoked", "cancelled"),
        (closed(CloseReason.ABUSIVE), "entered-in-error", "rejected"),
    ],
    ids=[
        "in line",
        "in hand",
        "tried",
        "answered",
        "wrong number",
        "unreachable",
        "cancelled",
        "expired",
        "duplicate",
        "abusive",
    ],
)
def test_where_a_case_stands(became, request_is, task_is):
    bundle = exported(became(a_case()))

    assert [each["status"] for each in resources(bundle, "ServiceRequest")] == [request_is]
    assert [each["status"] for each in resources(bundle, "Task")] == [task_is]


def test_what_is_known_of_the_patient_and_the_doctor():
    told = Details(name="सुनीता", age=52, sex="female", stage="3-4", city="इंदौर", reasons=("cost",))
    bundle = exported(after(Result.ANSWERED)(a_case(details=told)))
    (patient,), (doctor,) = resources(bundle, "Patient"), resources(bundle, "Practitioner")
    (request,), (task,) = resources(bundle, "ServiceRequest"), resources(bundle, "Task")
    age, stage = resources(bundle, "Observation")

    assert patient["name"] == [{"text": "सुनीता"}]
    [masked] = patient["telecom"]
    assert masked["_value"]["extension"][0]["valueCode"] == "masked"
    assert "9812345678" not in str(bundle)
    assert (patient["gender"], patient["address"][0]["city"]) == ("female", "इंदौर")
    assert doctor["identifier"][0]["value"] == "MPMC-12345"
    assert request["identifier"][0]["value"] == "K7M240R59XK"
    assert request["reasonCode"] == [{"text": "cost"}]
    assert age["valueQuantity"]["value"] == 52
    assert stage["valueCodeableConcept"] == {"text": "3-4"}
    assert task["output"] == [{"type": {"text": "Advice"}, "valueString": "See a surgeon."}]


@pytest.mark.parametrize(
    ("channel", "withdrawn_at", "status"),
    [
        (Channel.WEB, None, "active"),
        (Channel.MISSED_CALL, None, "proposed"),
        (Channel.WEB, NOON, "inactive"),
    ],
)
def test_the_consent(channel, withdrawn_at, status):
    case = a_case()
    consent = replace(case.consent, given_by=channel, withdrawn_at=withdrawn_at)
    (shown,) = resources(exported(replace(case, consent=consent)), "Consent")

    assert shown["status"] == status


def test_nothing_personal_is_left_of_an_erased_case():
    case = a_case().erase(Details(age=52), "withdrawn", "patient", NOON)
    bundle = exported(case)
    text = json.dumps(bundle, ensure_ascii=False)

    assert "सुनीता" not in text
    assert "9812345678" not in text
    assert resources(bundle, "Consent")[0]["status"] == "inactive"
    Bundle.model_validate(bundle)


def test_an_administrator_exports_a_case(web):
    reference = web.ask().json_body["reference"]
    answer = web.get(f"/admin/cases/{reference}/fhir", token="admin:meera")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/fhir+json"
    bundle = json.loads(answer.body)
    assert resources(bundle, "ServiceRequest")[0]["identifier"][0]["value"] == reference


def test_a_case_that_is_not_there(web):
    answer = web.get("/admin/cases/K7M240R59XK/fhir", token="admin:meera")

    assert answer.status_code == 404
