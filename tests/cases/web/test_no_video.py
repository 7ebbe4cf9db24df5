"""Without a place for video calls nobody is offered one, and nobody is told to wait for one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from chalice.test import HTTPResponse as Response

from chalicelib.cases.domain.answers import Mode
from chalicelib.cases.wiring import Cases
from chalicelib.core.wiring import Core
from tests.support.builders import a_case, some_settings
from tests.support.fakes import strong_token
from tests.support.helpline import in_use, using
from tests.support.web import Browser, Web

REFERENCE = "K7M240R59XK"
ASHA, MEERA = "oncologist:dr-asha", "admin:meera"
REQUEST = {"phone": "98123 45678", "consent": True, "mode": "video"}
FORM = {"phone": "98123 45678", "consent": "yes", "mode": "video"}


@pytest.fixture
def bare(web: Web) -> Iterator[Web]:
    """The helpline as it is deployed by default: no video."""
    with using(*web.parts(), Cases(offers_video=False, rooms=None)):
        yield web


def page_of(browser: Browser | Web, path: str) -> str:
    return browser.get(path).body.decode()


def correct(web: Web, change: dict[str, object]) -> Response:
    return web.call_json("PATCH", f"/admin/cases/{REFERENCE}", change, token=MEERA)


def test_the_default_of_a_deployment_offers_none() -> None:
    with using(Core(settings=some_settings())):
        assert not in_use().cases.offers_video
        assert in_use().cases.rooms is None
    with using(Core(settings=some_settings(video_kind="jaas"))):
        assert in_use().cases.offers_video


def test_the_form_offers_it_only_where_there_is_one(bare: Web) -> None:
    assert 'name="mode"' not in page_of(bare, "/request")
    with using(*bare.parts()):
        assert 'name="mode"' in page_of(bare, "/request")


def test_a_wish_for_it_becomes_a_phone_call_and_the_answer_says_so(bare: Web) -> None:
    answer = bare.post("/callbacks", {**REQUEST, "prefers_woman": True})

    assert answer.status_code == 201
    assert answer.json_body["wishes"] == ["prefers_woman"]
    assert bare.cases.cases[answer.json_body["reference"]].mode is Mode.PHONE


def test_a_repeated_request_does_not_change_the_call_into_one(bare: Web) -> None:
    bare.post("/callbacks", {**REQUEST, "mode": "phone"})
    again = bare.post("/callbacks", REQUEST).json_body

    assert (again["duplicate"], again["wishes"]) == (True, [])
    assert bare.cases.cases[again["reference"]].mode is Mode.PHONE


def test_a_form_of_before_is_taken_as_a_phone_call(bare: Web) -> None:
    assert bare.send("/request", FORM).status_code == 303
    (case,) = bare.cases.cases.values()

    assert case.mode is Mode.PHONE


def test_a_case_of_before_is_promised_a_phone_call(bare: Web) -> None:
    bare.cases.put(a_case(reference=REFERENCE, mode=Mode.VIDEO))
    page = page_of(bare, f"/c/{REFERENCE}?t={strong_token(REFERENCE)}")

    assert "When the doctor is ready" not in page
    assert "video" not in page.casefold()
    assert "camera" not in page.casefold()


def test_the_doctor_is_told_to_ring(bare: Web) -> None:
    bare.cases.put(a_case(reference=REFERENCE, mode=Mode.VIDEO))
    asha = bare.signed_in("oncologist", "dr-asha")
    asha.send("/desk/next")
    page = page_of(asha, "/desk")

    assert "there are none here. Please call by phone." in page
    assert f"desk/cases/{REFERENCE}/video" not in page


def test_nobody_corrects_a_case_into_one(bare: Web) -> None:
    case = bare.cases.put(a_case(reference=REFERENCE))
    change = {"mode": "video", "version": case.version}
    answer = correct(bare, change)

    assert answer.status_code == 422
    assert answer.json_body["error"]["fields"][0]["code"] == "video_not_offered"
    meera = bare.signed_in("admin", "meera")
    assert "How shall we talk?" not in page_of(meera, f"/console/cases/{REFERENCE}/correct")


def test_other_corrections_of_a_case_of_before_are_taken(bare: Web) -> None:
    case = bare.cases.put(a_case(reference=REFERENCE, mode=Mode.VIDEO))
    change = {"mode": "video", "city": "Indore", "version": case.version}
    answer = correct(bare, change)

    assert answer.status_code == 200
    assert bare.cases.cases[REFERENCE].details.city == "Indore"
