"""The two strengths of a patient's link: what each opens, and when it ends."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.cases.domain.answers import Mode
from chalicelib.cases.domain.case import Case
from chalicelib.cases.domain.notifications import messages_owed
from chalicelib.cases.domain.timeline import CloseReason, Result
from chalicelib.core.domain.working_hours import DEFAULT_HOURS
from chalicelib.messages.domain.templates import Template
from tests.support.builders import NOON, a_case, an_attempt, with_attempt
from tests.support.fakes import strong_token, weak_token
from tests.support.helpline import in_use

REFERENCE = "K7M240R59XK"
ADMIN, ASHA = "admin:meera", "oncologist:dr-asha"
CALLS, PAGES = f"/callbacks/{REFERENCE}", f"/c/{REFERENCE}"
OPENS_ALL = [
    ("GET", f"{CALLS}/data"),
    ("POST", f"{CALLS}/withdraw"),
    ("GET", f"{PAGES}/data"),
    ("GET", f"{PAGES}/withdraw"),
    ("POST", f"{PAGES}/withdraw"),
    ("GET", f"/v/{REFERENCE}"),
]
OPENS = [
    ("GET", CALLS),
    ("POST", f"{CALLS}/cancel"),
    ("POST", f"{CALLS}/link"),
    ("GET", PAGES),
    ("POST", f"{PAGES}/cancel"),
    ("POST", f"{PAGES}/link"),
    *OPENS_ALL,
]
NOTHING = {
    "error": {
        "code": "not_found",
        "message": "There is nothing here. Please check the link or the number.",
        "fields": [],
    }
}
OTHER_PHONE = "98123 45670"


def ask(web, method, path, token, **headers):
    if method == "GET" or not path.startswith("/c/"):
        return web.call(method, f"{path}?t={token}", **headers)
    form = {"content_type": "application/x-www-form-urlencoded", **headers}
    return web.call(method, path, body=f"t={token}".encode(), **form)


def correct_phone(web, phone=OTHER_PHONE, version=None) -> None:
    version = version or web.cases.cases[REFERENCE].version
    body = {"phone": phone, "version": version}
    answer = web.call_json("PATCH", f"/admin/cases/{REFERENCE}", body, token=ADMIN)
    assert answer.status_code == 200


def wrong_number(case: Case) -> Case:
    return with_attempt(case.claim("dr-asha", NOON), an_attempt(Result.WRONG_NUMBER))


def sent_to(web, phone="+919812345678") -> list[str]:
    gateway = in_use().messages.gateway
    return [text for to, text in gateway.sent if to == phone]


class TestWeak:
    def test_what_is_shown_at_asking_is_the_weak_one(self, web):
        asked = web.ask().json_body

        assert asked["manage_url"].endswith(f"?t={weak_token(asked['reference'])}")
        assert weak_token("R") != strong_token("R")

    def test_a_link_from_before_there_were_two_is_weak(self, web, case):
        assert weak_token(REFERENCE) == f"token-of-{REFERENCE}"

    def test_it_opens_how_the_request_stands_and_lets_it_be_changed(self, web, case):
        token = weak_token(REFERENCE)

        assert web.get(f"{CALLS}?t={token}").status_code == 200
        assert web.get(f"{PAGES}?t={token}").status_code == 200
        moved = web.post(f"{CALLS}/reschedule", {"t": token, "window": "afternoon"})
        assert moved.status_code == 200
        assert web.post(f"{CALLS}/cancel", {"t": token}).status_code == 200

    @pytest.mark.parametrize(("method", "path"), OPENS_ALL)
    def test_it_opens_nothing_that_was_told_and_withdraws_nothing(self, web, case, method, path):
        answer = ask(web, method, path, weak_token(REFERENCE), accept="application/json")

        assert (answer.status_code, answer.json_body) == (404, NOTHING)
        assert web.cases.cases[REFERENCE] == case
        assert web.audit.entries == []

    @pytest.mark.parametrize(
        ("method", "path"), [each for each in OPENS_ALL if CALLS not in each[1]]
    )
    def test_a_page_explains_it_and_offers_the_link_by_sms(self, web, case, method, path):
        answer = ask(web, method, path, weak_token(REFERENCE), accept="text/html")
        page = answer.body.decode()

        assert answer.status_code == 404
        assert "This needs the link from our SMS" in page
        assert f'/c/{REFERENCE}/link"' in page
        assert "सुनीता" not in page

    def test_a_landline_is_offered_no_sms(self, web):
        web.cases.put(a_case(phone="+911123456789"))

        page = web.get(f"{PAGES}/data?t={weak_token(REFERENCE)}", accept="text/html").body.decode()

        assert "by SMS" not in page
        assert "our SMS" not in page
        assert "tel:+919355520202" in page

    def test_the_own_page_shows_no_way_into_the_room(self, web):
        web.cases.put(a_case(mode=Mode.VIDEO))

        page = web.get(f"{PAGES}?t={weak_token(REFERENCE)}").body.decode()

        assert f"/v/{REFERENCE}" not in page
        assert "goes by SMS to the phone of this request" in page


class TestAnothersPhoneTypedIn:
    """Somebody asks in another's name first, and the owner of the phone asks after them."""

    def test_the_first_reads_nothing_that_the_owner_adds(self, web):
        asked = web.ask(name="Guess").json_body
        weak = asked["manage_url"].partition("?t=")[2]
        web.ask(name="Sunita Devi", cancer_site="breast", message="please call after five")

        assert web.get(f"/callbacks/{asked['reference']}/data?t={weak}").status_code == 404
        page = web.get(f"/c/{asked['reference']}?t={weak}").body.decode()
        assert "Sunita" not in page
        assert "after five" not in page


class TestStrong:
    @pytest.mark.parametrize(("method", "path"), OPENS)
    def test_it_opens_everything(self, web, case, method, path):
        answer = ask(web, method, path, strong_token(REFERENCE))

        assert answer.status_code < 400

    def test_the_sms_carries_it(self, web, case):
        assert (
            in_use().cases.own_link(case.reference, 0, 0).endswith(f"?t={strong_token(REFERENCE)}")
        )
        assert (
            in_use()
            .cases.video_link(case.reference, 0, 0)
            .endswith(f"?t={strong_token(REFERENCE)}")
        )


class TestAPhoneThatIsNotTheirs:
    @pytest.mark.parametrize(("method", "path"), OPENS)
    @pytest.mark.parametrize("token", [weak_token(REFERENCE), strong_token(REFERENCE)])
    def test_both_end_when_the_phone_is_corrected(self, web, case, method, path, token):
        correct_phone(web)

        answer = ask(web, method, path, token, accept="application/json")

        assert (answer.status_code, answer.json_body) == (404, NOTHING)

    @pytest.mark.parametrize("token", [weak_token(REFERENCE), strong_token(REFERENCE)])
    def test_they_do_not_come_back_with_the_phone(self, web, case, token):
        correct_phone(web)
        correct_phone(web, case.phone[3:])

        assert web.cases.cases[REFERENCE].phone == case.phone
        assert web.get(f"{CALLS}?t={token}").status_code == 404
        assert web.get(f"{CALLS}/data?t={strong_token(REFERENCE, 2)}").status_code == 200

    @pytest.mark.parametrize("token", [weak_token(REFERENCE), strong_token(REFERENCE)])
    @pytest.mark.parametrize(
        "ended",
        [wrong_number, lambda case: case.close(CloseReason.WRONG_NUMBER, "meera", NOON)],
        ids=["told by the doctor", "closed by an administrator"],
    )
    def test_both_end_when_the_number_is_wrong_also_once_it_is_open_again(self, web, ended, token):
        web.cases.put(ended(a_case()))
        assert web.get(f"{CALLS}?t={token}").status_code == 404

        web.post(f"/admin/cases/{REFERENCE}/reopen", token=ADMIN)
        assert web.cases.cases[REFERENCE].status.is_open
        assert web.get(f"{CALLS}?t={token}").status_code == 404
        assert web.get(f"{CALLS}/data?t={token}").status_code == 404

    def test_another_correction_ends_nothing(self, web, case):
        body = {"age": 44, "version": case.version}
        web.call_json("PATCH", f"/admin/cases/{REFERENCE}", body, token=ADMIN)

        assert web.get(f"{CALLS}/data?t={strong_token(REFERENCE)}").status_code == 200

    def test_the_page_of_a_dead_link_says_what_may_have_happened(self, web, case):
        correct_phone(web)

        dead = web.get(f"{PAGES}?t={strong_token(REFERENCE)}", accept="text/html").body.decode()
        wrong = web.get(f"{PAGES}?t=wrong", accept="text/html").body.decode()

        assert "the phone number of the request was changed since" in dead
        assert dead.replace(strong_token(REFERENCE), "wrong") == wrong


class TestAfterTheEnd:
    @pytest.fixture
    def ended(self, web):
        attempt = an_attempt(Result.ANSWERED, advice="go on")
        case = a_case().claim("dr-asha", NOON)
        return web.cases.put(with_attempt(case, attempt))

    def test_it_opens_the_case_for_90_days(self, web, ended):
        web.clock.now = NOON + timedelta(days=90) - timedelta(seconds=1)
        assert web.get(f"{CALLS}/data?t={strong_token(REFERENCE)}").status_code == 200

        web.clock.now = NOON + timedelta(days=90)
        assert web.get(f"{CALLS}/data?t={strong_token(REFERENCE)}").status_code == 404

    def test_an_open_case_ends_no_link(self, web, case):
        web.clock.now = NOON + timedelta(days=400)

        assert web.get(f"{CALLS}/data?t={strong_token(REFERENCE)}").status_code == 200

    @pytest.mark.parametrize(
        ("method", "path"), [each for each in OPENS if not each[1].endswith("/link")]
    )
    def test_then_it_shows_nothing_but_that(self, web, ended, method, path):
        web.clock.now = NOON + timedelta(days=91)

        answer = ask(web, method, path, strong_token(REFERENCE), accept="application/json")

        assert (answer.status_code, answer.json_body) == (404, NOTHING)
        assert web.cases.cases[REFERENCE] == ended

    @pytest.mark.parametrize("path", [PAGES, f"{PAGES}/data", f"/v/{REFERENCE}"])
    def test_its_page_says_so_and_offers_a_new_one(self, web, ended, path):
        web.clock.now = NOON + timedelta(days=91)

        page = web.get(f"{path}?t={strong_token(REFERENCE)}", accept="text/html").body.decode()

        assert "This link has ended" in page
        assert f'/c/{REFERENCE}/link"' in page
        assert "go on" not in page
        assert "Your call has taken place" not in page

    def test_a_new_one_opens_it_for_90_days_more_at_least(self, web, ended):
        asked_at = NOON + timedelta(days=179)
        web.clock.now = asked_at
        web.post(f"{CALLS}/link", {"t": strong_token(REFERENCE)})

        (text,) = sent_to(web)
        assert strong_token(REFERENCE, term=2) in text
        for days, status in ((0, 200), (90, 200), (91, 404)):
            web.clock.now = asked_at + timedelta(days=days)
            path = f"{CALLS}/data?t={strong_token(REFERENCE, term=2)}"
            assert web.get(path).status_code == status, days

    def test_a_new_one_opens_a_case_that_is_open_again(self, web, ended):
        web.clock.now = NOON + timedelta(days=200)
        web.post(f"/admin/cases/{REFERENCE}/reopen", token=ADMIN)

        for term in (0, 3):
            path = f"{CALLS}/data?t={strong_token(REFERENCE, term=term)}"
            assert web.get(path).status_code == 200

    def test_the_weak_one_goes_on_saying_how_it_ended(self, web, ended):
        web.clock.now = NOON + timedelta(days=91)

        answer = web.get(f"{CALLS}?t={weak_token(REFERENCE)}")
        assert answer.json_body["status"] == "completed"


class TestANewOneBySms:
    @pytest.mark.parametrize("token", [weak_token(REFERENCE), strong_token(REFERENCE)])
    def test_it_goes_to_the_phone_and_opens_everything(self, web, case, token):
        answer = web.post(f"{CALLS}/link", {"t": token})

        assert (answer.status_code, answer.json_body) == (202, {"by_sms": True})
        (text,) = sent_to(web, case.phone)
        assert f"/c/{REFERENCE}?t={strong_token(REFERENCE)}" in text
        assert web.audit.entries[-1].action == "link.send"

    def test_pressing_again_sends_nothing_more_for_some_hours(self, web, case):
        for _ in range(5):
            answer = web.post(f"{CALLS}/link", {"t": weak_token(REFERENCE)})
            assert (answer.status_code, answer.json_body) == (202, {"by_sms": True})

        assert len(sent_to(web)) == 1
        assert [each.action for each in web.audit.entries] == ["link.send"]

        web.clock.advance(timedelta(hours=6))
        web.post(f"{CALLS}/link", {"t": weak_token(REFERENCE)})
        assert len(sent_to(web)) == 2

    def test_on_a_page(self, web, case):
        page = web.send(f"{PAGES}/link", {"t": weak_token(REFERENCE)}).body.decode()

        assert "The link is on its way" in page
        assert len(sent_to(web)) == 1

    @pytest.mark.parametrize("token", ["", "wrong", weak_token("4286W85667F")])
    def test_nobody_else_has_it_sent(self, web, case, token):
        assert web.post(f"{CALLS}/link", {"t": token}).status_code == 404
        assert sent_to(web) == []

    def test_a_phone_that_sent_stop_is_told_to_ring(self, web, case):
        web.messages.opt_out(case.phone_key, NOON)

        answer = web.post(f"{CALLS}/link", {"t": weak_token(REFERENCE)})
        page = web.send(f"{PAGES}/link", {"t": weak_token(REFERENCE)}).body.decode()

        assert (answer.status_code, answer.json_body) == (202, {"by_sms": False})
        assert "This phone gets no SMS from us" in page
        assert sent_to(web) == []
        assert web.messages.messages == {}

    def test_a_landline_too(self, web):
        web.cases.put(a_case(phone="+911123456789"))

        answer = web.post(f"{CALLS}/link", {"t": weak_token(REFERENCE)})

        assert answer.json_body == {"by_sms": False}
        assert web.messages.messages == {}

    def test_after_a_correction_it_goes_to_the_right_phone_with_its_link(self, web, case):
        web.post(f"{CALLS}/link", {"t": weak_token(REFERENCE)})
        correct_phone(web)

        web.post(f"{CALLS}/link", {"t": weak_token(REFERENCE, 1)})

        (text,) = sent_to(web, "+919812345670")
        assert strong_token(REFERENCE, 1) in text


class TestSentLate:
    """A message that was owed to a phone before it was corrected, and goes out afterwards."""

    @pytest.mark.parametrize("changed", ["corrected", "wrong number"])
    def test_its_link_opens_nothing(self, web, case, changed):
        (owed,) = messages_owed(None, case, DEFAULT_HOURS)
        if changed == "corrected":
            correct_phone(web)
        else:
            web.cases.put(wrong_number(case))
        in_use().messages.send_messages([owed], NOON)

        (text,) = sent_to(web, case.phone)
        link = text.partition("helpline.example")[2].split()[0].rstrip(".")
        assert link.startswith(f"/c/{REFERENCE}?t=")
        assert web.get(link).status_code == 404

    def test_one_stored_without_a_serial_has_that_of_the_first_phone(self, web, case):
        (owed,) = messages_owed(None, case, DEFAULT_HOURS)
        assert "serial" not in owed.variables
        in_use().messages.send_messages([owed], NOON)

        (text,) = sent_to(web)
        assert strong_token(REFERENCE) in text

    def test_the_right_phone_gets_a_link_that_opens(self, web, case):
        correct_phone(web)

        (owed,) = messages_owed(case, web.cases.cases[REFERENCE], DEFAULT_HOURS)
        in_use().messages.send_messages([owed], NOON)

        (text,) = sent_to(web, "+919812345670")
        assert owed.template is Template.RECEIVED
        assert strong_token(REFERENCE, 1) in text
        assert web.get(f"{CALLS}/data?t={strong_token(REFERENCE, 1)}").status_code == 200

    def test_nothing_of_before_is_owed_to_a_phone_that_came_later_or_is_wrong(self, web):
        case = a_case()
        moved = case.correct({"phone": "+919812345670", "phone_key": "k"}, "meera", NOON)

        assert [each.id for each in messages_owed(None, moved, DEFAULT_HOURS)] == [
            "1.corrected.patient"
        ]
        assert messages_owed(None, wrong_number(case), DEFAULT_HOURS) == []
        again = wrong_number(case).reopen("meera", NOON, case.expected)
        assert [each.id for each in messages_owed(None, again, DEFAULT_HOURS)] == [
            "3.reopened.patient"
        ]


def test_an_old_case_without_a_timeline_has_its_first_links():
    assert replace(a_case(), timeline=()).link_serial == 0
