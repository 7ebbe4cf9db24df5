"""What patients may do about their own data: withdraw, have it, have it erased; and minors."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.cases.domain.answers import Channel, Consent, Details
from chalicelib.cases.domain.case import Status
from chalicelib.cases.domain.timeline import Result
from chalicelib.core.domain.consent_notices import notice
from chalicelib.core.domain.working_hours import DayPart
from chalicelib.privacy.services.patient_data import MOST_IN_AN_HOUR
from tests.support.builders import (
    HINDI_MESSAGE,
    NOON,
    a_case,
    a_message,
    an_asking,
    an_attempt,
    an_oncologist,
    with_attempt,
)
from tests.support.fakes import strong_token
from tests.support.helpline import in_use
from tests.support.web import told

REFERENCE = "K7M240R59XK"
TOKEN = strong_token(REFERENCE)
ADMIN = "admin:meera"
DOCTOR = "oncologist:dr-asha"


@pytest.fixture
def case(web):
    attempt = an_attempt(Result.ANSWERED, note="saw the reports", advice="go on")
    claimed = a_case().claim("dr-asha", NOON)
    return web.cases.put(with_attempt(claimed, attempt))


class TestWithdrawing:
    def test_nobody_calls_any_more_and_nothing_is_left_of_what_was_told(self, web):
        web.cases.put(a_case())
        answer = web.post(f"/callbacks/{REFERENCE}/withdraw", {"t": TOKEN})

        assert answer.status_code == 200
        assert answer.json_body["status"] == "closed"
        assert answer.json_body["closed_reason"] == "erased"
        left = web.cases.cases[REFERENCE]
        assert (left.status, left.is_erased, left.details) == (
            Status.CLOSED,
            True,
            Details(city="Indore"),
        )
        assert left.consent.withdrawn_at == NOON
        assert web.cases.waiting() == []
        assert REFERENCE in web.erasures.noted

    def test_the_token_may_stand_in_the_query_and_twice_is_once(self, web, case):
        for _ in range(2):
            answer = web.post(f"/callbacks/{REFERENCE}/withdraw?t={TOKEN}")
            assert (answer.status_code, answer.json_body["status"]) == (200, "completed")

        assert len(web.erasures.noted) == 1

    @pytest.mark.parametrize("call", ["withdraw", "data"])
    @pytest.mark.parametrize(
        ("reference", "token"),
        [(REFERENCE, "forged"), (REFERENCE, ""), ("K7M240R59XY", TOKEN), ("nonsense", TOKEN)],
    )
    def test_without_the_right_token_there_is_nothing(self, web, case, call, reference, token):
        method = "POST" if call == "withdraw" else "GET"
        answer = web.call(method, f"/callbacks/{reference}/{call}?t={token}")

        assert answer.status_code == 404
        assert web.cases.cases[REFERENCE] == case
        assert web.audit.entries == []

    def test_it_is_recorded_by_whom_and_of_what(self, web, case):
        web.post(f"/callbacks/{REFERENCE}/withdraw", {"t": TOKEN})

        (entry,) = web.audit.entries
        assert (entry.action, entry.who, entry.role) == ("consent.withdraw", "patient", "patients")
        assert entry.subject == f"own:{REFERENCE}"

    def test_whoever_withdrew_may_ask_again(self, web):
        first = web.ask().json_body
        token = strong_token(first["reference"])
        web.post(f"/callbacks/{first['reference']}/withdraw", {"t": token})
        second = web.ask()

        assert (second.status_code, second.json_body["duplicate"]) == (201, False)


class TestOwnRecord:
    def get(self, web):
        return web.get(f"/callbacks/{REFERENCE}/data?t={TOKEN}")

    def test_it_is_a_file_that_nobody_keeps_on_the_way(self, web, case):
        answer = self.get(web)

        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"] == (
            f'attachment; filename="helpline-{REFERENCE}.json"'
        )
        assert "no-store" in answer.headers["Cache-Control"]

    def test_it_holds_all_that_was_told_and_what_the_doctor_advised(self, web, case):
        record = self.get(web).json_body

        assert record["told"]["phone"] == case.phone
        assert record["told"]["name"] == "सुनीता"
        assert record["told"]["messages"] == [HINDI_MESSAGE]
        (call,) = record["calls"]
        assert (call["note"], call["advice"]) == ("saw the reports", "go on")
        assert (call["doctor"], call["registration"]) == ("Dr Asha Verma", "MPMC-12345")

    def test_it_repeats_the_notice_that_was_agreed_to_in_its_language(self, web, case):
        consent = self.get(web).json_body["consent"]

        words = notice("hi", "2026-11").with_number("9355520202")
        assert consent["version"] == "2026-11"
        assert consent["notice"] == [{"heading": each.heading, "text": each.text} for each in words]

    def test_it_tells_who_looked_at_it(self, web, case):
        web.get(f"/admin/cases/{REFERENCE}", token=ADMIN)
        readings = self.get(web).json_body["readings"]

        assert [(each["role"], each["action"]) for each in readings] == [
            ("administrators", "case.read")
        ]
        assert "meera" not in json.dumps(readings)
        assert web.audit.entries[-1].action == "data.read"

    def test_own_readings_push_nobodys_out(self, web, case):
        web.get(f"/admin/cases/{REFERENCE}", token=ADMIN)
        for _ in range(8):
            web.clock.now += timedelta(hours=1)
            for _ in range(MOST_IN_AN_HOUR):
                assert self.get(web).status_code == 200
            web.post(f"/callbacks/{REFERENCE}/withdraw", {"t": "forged"})

        web.clock.now += timedelta(hours=1)
        record = self.get(web).json_body
        assert [each["action"] for each in record["readings"]] == ["case.read"]
        assert [each["action"] for each in record["own_readings"]] == ["data.read"] * 10
        assert record["has_more_readings"] is False
        page = self.page(web)
        assert "Somebody who runs the helpline: read a case" in page
        assert page.count("read their own data") == 10

    def test_entries_from_before_own_ones_stood_apart_are_passed_over(self, web, case):
        web.get(f"/admin/cases/{REFERENCE}", token=ADMIN)
        [entry] = web.audit.entries
        for number in range(250):
            at = NOON + timedelta(minutes=number)
            own = {"role": "patients", "who": "patient", "action": "data.read"}
            id_ = f"{int(at.timestamp()) * 1_000_000:016d}-x"
            web.audit.entries.append(replace(entry, id=id_, at=at, request_id="", **own))
        web.clock.now = NOON + timedelta(hours=5)

        readings = self.get(web).json_body["readings"]

        assert [each["action"] for each in readings] == ["case.read"]

    def test_a_program_that_opens_it_all_the_time_is_asked_to_wait(self, web, case):
        for _ in range(MOST_IN_AN_HOUR):
            assert self.get(web).status_code == 200
        answer = self.get(web)

        assert (answer.status_code, answer.json_body["error"]["code"]) == (429, "too_many_readings")
        assert 0 < int(answer.headers["Retry-After"]) <= 3600
        assert len(web.audit.entries) == MOST_IN_AN_HOUR
        web.clock.now += timedelta(hours=1)
        assert self.get(web).status_code == 200

    def test_what_was_refused_is_told_as_refused(self, web, case):
        web.rota.put_oncologist(an_oncologist(id="dr-ravi"))
        stranger = "oncologist:dr-ravi"
        assert web.post(f"/cases/{REFERENCE}/call", {}, token=stranger).status_code in (404, 409)

        [reading] = self.get(web).json_body["readings"]
        assert (reading["action"], reading["outcome"]) == ("case.call", "refused")
        page = self.page(web)
        assert "called the patient: this was refused, nothing was shown or changed" in page

    def page(self, web, language="en"):
        answer = web.get(f"/c/{REFERENCE}/data?t={TOKEN}", accept_language=language)
        assert answer.status_code == 200
        return answer.body.decode()

    def test_as_a_page_it_is_read_without_a_computer(self, web, case):
        web.get(f"/admin/cases/{REFERENCE}", token=ADMIN)
        page = self.page(web)

        for kept in (case.phone, "सुनीता", HINDI_MESSAGE, "saw the reports", "go on", "Hindi"):
            assert kept in page
        assert "Dr Asha Verma, registration number MPMC-12345" in page
        assert "Somebody who runs the helpline: read a case" in page
        assert 'href="../../notice?version=2026-11"' in page
        assert f'href="../../callbacks/{REFERENCE}/data?t={TOKEN}"' in page
        assert web.audit.entries[-1].action == "data.read"

    def test_what_was_not_told_is_not_asked_on_the_page(self, web):
        web.cases.put(a_case(details=Details()))

        page = self.page(web)

        assert "Your phone number" in page
        for never_told in ("Patient&#39;s name", "Stage", "Our calls", "Our SMS", "Who has looked"):
            assert never_told not in page

    @pytest.mark.parametrize("language", ["en", "hi"])
    def test_after_an_erasure_the_page_holds_nothing_personal(self, web, case, language):
        web.post(f"/callbacks/{REFERENCE}/withdraw", {"t": TOKEN})
        page = self.page(web, language)

        for secret in (case.phone, "सुनीता", HINDI_MESSAGE, "saw the reports", "go on"):
            assert secret not in page

    def test_after_an_erasure_it_holds_nothing_personal(self, web, case):
        web.post(f"/callbacks/{REFERENCE}/withdraw", {"t": TOKEN})
        text = self.get(web).body.decode()

        for secret in (case.phone, "सुनीता", HINDI_MESSAGE, "saw the reports", "go on"):
            assert secret not in text
        assert json.loads(text)["erased_at"]


class TestAnAdministrator:
    def test_erases_for_whoever_asks_by_phone(self, web, case):
        answer = web.post(f"/admin/cases/{REFERENCE}/erase", {}, token=ADMIN)

        assert answer.status_code == 200
        left = web.cases.cases[REFERENCE]
        assert left.is_erased
        assert (left.timeline[-1].by, left.timeline[-1].detail) == ("meera", "asked")
        assert web.audit.actions() == ["case.erase"]

    def test_sees_what_is_left(self, web, case):
        web.post(f"/admin/cases/{REFERENCE}/erase", {}, token=ADMIN)
        shown = web.get(f"/admin/cases/{REFERENCE}", token=ADMIN)

        assert shown.status_code == 200
        assert (shown.json_body["status"], shown.json_body["phone"]) == ("completed", "")

    def test_erases_no_case_that_is_not_there(self, web):
        assert web.post(f"/admin/cases/{REFERENCE}/erase", {}, token=ADMIN).status_code == 404


class TestMinors:
    @pytest.mark.parametrize("language", ["en", "hi"])
    def test_an_adult_must_ask(self, web, language):
        answer = web.ask(age=17, language=language)

        assert told(answer) == {"asking_for": "adult_needed"}
        assert "18" in answer.json_body["error"]["fields"][0]["message"]

    @pytest.mark.parametrize("fields", [{"age": 17, "asking_for": "other"}, {"age": 18}, {}])
    def test_whoever_is_with_an_adult_or_is_one_is_taken(self, web, fields):
        assert web.ask(**fields).status_code == 201

    def test_the_form_says_so_at_its_field(self, web):
        answer = web.send("/request", {"phone": "9876543210", "age": "9", "consent": "yes"})

        assert answer.status_code == 422
        assert '<a href="#asking_for">' in answer.body.decode()

    def test_the_doctor_sees_it_and_notes_who_was_there(self, web):
        details = Details(age=9, asking_for="other")
        web.cases.put(a_case(details=details).claim("dr-asha", NOON))
        path = f"/cases/{REFERENCE}/attempts"
        assert web.get("/duty", token=DOCTOR).json_body["case"]["adult_needed"] is True
        refused = web.post(path, {"result": "answered"}, token=DOCTOR)
        missed = web.post(path, {"result": "answered", "note": "the mother"}, token=DOCTOR)

        assert told(refused) == {"note": "adult_needed"}
        assert missed.status_code == 200

    def test_a_call_that_nobody_answered_needs_no_adult(self, web):
        web.cases.put(a_case(details=Details(age=9)).claim("dr-asha", NOON))
        answer = web.post(f"/cases/{REFERENCE}/attempts", {"result": "busy"}, token=DOCTOR)

        assert answer.status_code == 200


def test_an_old_consent_s_words_can_be_shown_again(web):
    page = web.get("/notice?version=2026-11&lang=hi", accept="text/html")

    assert page.status_code == 200
    assert notice("hi", "2026-11").items[0].text in page.body.decode()
    assert web.get("/notice?version=2020-01", accept="text/html").status_code == 404


def test_a_consent_names_what_was_shown(web):
    reference = web.ask(language="hi").json_body["reference"]
    consent = web.cases.cases[reference].consent

    assert consent == Consent(in_use().cases.consent_version, "hi", NOON, Channel.API)
    assert notice(consent.language, consent.version).version == consent.version


def test_the_owner_reads_every_wish_that_counts_and_who_asked(web):
    case = a_case(details=Details(name="Ravi", asking_for="other"))
    web.cases.put(replace(case, part_of_day=DayPart.MORNING, prefers_woman=True))

    shown = web.get(f"/c/{REFERENCE}/data?t={TOKEN}&lang=en").body.decode()

    for each in ("For another person", "Morning", "I would rather talk to a woman doctor"):
        assert each in shown
    told = web.get(f"/callbacks/{REFERENCE}/data?t={TOKEN}").json_body["told"]
    assert (told["window"], told["prefers_woman"]) == ("morning", True)


def test_the_owner_reads_the_sms_in_the_order_of_time(web):
    web.cases.put(a_case())
    for id_, minutes in (("0.a", 0), ("1.b", 2), ("link.c", 1)):
        at = NOON + timedelta(minutes=minutes)
        web.messages.store_once(a_message(id=id_, owed_at=at), at)

    sent = web.get(f"/callbacks/{REFERENCE}/data?t={TOKEN}").json_body["sms"]

    times = [each["at"] for each in sent]
    assert (len(times), times) == (3, sorted(times))


def test_the_owner_reads_who_asked_for_the_phone_and_what_else_was_told(web):
    case = web.cases.put(a_case(details=Details(name="Ravi", age=61)))
    told = an_asking(details=Details(name="Sita", age=34, messages=("hers",)))
    case = case.ask_again(an_asking("empty", channel=Channel.API)).ask_again(told)
    web.cases.put(replace(case, not_counted=7))
    shown = web.get(f"/c/{REFERENCE}/data?t={TOKEN}&lang=en").body.decode()

    for each in (
        "Asked once more through another program, and told nothing new",
        "Asked once more on the web page",
        "Further requests that are not noted here: 7",
        "Also told on",
        "Sita, 34 years",
        "hers",
        "Ravi",
    ):
        assert each in shown
    file = web.get(f"/callbacks/{REFERENCE}/data?t={TOKEN}").json_body
    assert (file["told"]["name"], file["requests_not_noted"]) == ("Ravi", 7)
    (later,) = file["told_later"]
    assert (later["name"], later["channel"], later["messages"]) == ("Sita", "web", ["hers"])
    assert later["differs"] == ["name", "age"]
    assert [each["how"] for each in file["history"]] == ["web", "api", "web"]


def test_the_doctor_sees_both_people_of_one_phone(web):
    case = a_case(details=Details(name="Ravi", age=61, sex="male"))
    hers = Details(name="Sita", age=34, cancer_site="breast", stage="3", messages=("hers",))
    web.cases.put(case.ask_again(an_asking(details=hers)).claim("dr-asha", NOON))
    whole = web.signed_in("oncologist", "dr-asha").get("/desk").body.decode()
    assert "Ravi" in whole
    assert "Sita, 34 years, breast" in whole
    assert "61 years, Man" in whole
