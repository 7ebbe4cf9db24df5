"""The console's people, messages, blocked phones and audit."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.messages.domain.delivery import MessageState
from chalicelib.messages.domain.templates import OwedMessage, Template
from chalicelib.messages.services.ports import Parked
from tests.support.builders import NOON, a_case, an_oncologist
from tests.support.helpline import in_use
from tests.support.page_text import done, said
from tests.support.rota_world import MONDAY

PHONE = "+919812345678"


def a_person(**changes) -> dict[str, object]:
    return {
        "id": "chitra",
        "name": "Dr Chitra Sen",
        "registration": "WBMC-77",
        "phone": "98300 12345",
        "gender": "female",
        "languages": ["bn", "hi"],
        "sites": "breast, lung",
        "joined": "2026-12-01",
        **changes,
    }


def test_a_doctors_number_that_sent_stop_is_shown_with_what_it_means(web, admin):
    for path in ("/console/people", "/console/people/dr-asha"):
        assert "sent STOP" not in said(admin.get(path))
    web.messages.opt_out(web.secrets.phone_key(an_oncologist().phone), NOON)

    for path in ("/console/people", "/console/people/dr-asha"):
        assert "the mobile operator may block them" in said(admin.get(path))
    listed = web.get("/admin/oncologists", token="admin:meera").json_body["oncologists"]
    assert {each["id"]: each["sent_stop"] for each in listed}["dr-asha"] is True


def test_people_are_listed_with_their_phones_masked(web, admin):
    web.rota.put_oncologist(
        an_oncologist(id="gone", name="Dr Before", left=date(2026, 1, 1), phone="+919812300000")
    )
    page = said(admin.get("/console/people"))

    assert page.index("Dr Asha Verma") < page.index("Dr Before")
    assert "left on Thu 1 Jan" in page
    assert "+91 ••••• •9898" in page
    assert "+919898989898" not in page


def test_adding_a_doctor_and_inviting_them(web, admin):
    answer = admin.send("/console/people", a_person(email="chitra@example.org"))

    assert done(answer) == "console/people?done=person_invited"
    kept = web.rota.find_oncologist("chitra")
    assert (kept.phone, kept.languages, kept.sites) == (
        "+919830012345",
        ("bn", "hi"),
        ("breast", "lung"),
    )
    assert kept.joined == date(2026, 12, 1)
    entry = web.audit.entries[-1]
    assert (entry.action, entry.subject) == ("oncologist.add", "oncologist:chitra")


def test_a_doctor_with_mistakes_loses_nothing(web, admin):
    form = a_person(id="Chitra Sen", phone="12", languages=[], name="Dr <Chitra>")
    answer = admin.send("/console/people", form)

    page = answer.body.decode()
    assert answer.status_code == 422
    for field in ("id", "phone", "languages"):
        assert f'<a href="#{field}">' in page
        assert f'id="{field}' in page
    assert "Dr &lt;Chitra&gt;" in page
    assert 'value="2026-12-01"' in page
    assert web.rota.find_oncologist("Chitra Sen") is None


def test_a_user_name_that_is_taken(admin):
    page = said(admin.send("/console/people", a_person(id="dr-asha")), 409)

    assert page.count("There is one with this id already.") == 2


def noted(admin, who="dr-asha") -> dict[str, object]:
    page = admin.get(f"/console/people/{who}").body.decode()
    fields = dict(re.findall(r'<input[^>]*? name="(\w+)"[^>]*? value="([^"]*)"', page))
    fields.pop("languages", None)
    languages = re.findall(r'name="languages" value="(\w+)" checked', page)
    gender = re.search(r'<option value="(\w+)" selected', page)[1]
    fields.pop("csrf")
    return {**fields, "gender": gender, "languages": languages}


def test_changing_a_doctor_changes_what_was_changed(web, admin):
    web.rota_edits.somebody_writes()
    before = web.rota.find_oncologist("dr-asha")
    form = noted(admin)
    assert done(admin.send("/console/people/dr-asha", form)).endswith("person_kept")
    assert web.rota.find_oncologist("dr-asha") == before

    form = {**noted(admin), "left": "2026-12-31", "languages": ["hi", "mr"]}
    assert done(admin.send("/console/people/dr-asha", form)).endswith("person_kept")

    assert web.rota.find_oncologist("dr-asha") == replace(
        before, left=date(2026, 12, 31), languages=("hi", "mr")
    )


def test_a_day_gone_that_costs_shifts_is_asked_about_first(rota_web):
    admin = rota_web.signed_in("admin", "meera")
    shift = in_use().rota.view.days(MONDAY, MONDAY + timedelta(days=1))[0].shifts[0]
    (who, *_) = shift.on
    form = {**noted(admin, who), "left": MONDAY.isoformat(), "languages": ["hi", "mr"]}

    page = admin.send(f"/console/people/{who}", form)

    assert "leaves on Mon 23 Nov" in said(page)
    assert "Shifts that are given up" in said(page)
    assert page.body.decode().count('name="languages" value=') == 2
    assert in_use().people.manage.get(who).value.left is None

    sure = {**form, "sure": "yes"}
    assert done(admin.send(f"/console/people/{who}", sure)).endswith("person_kept")
    assert in_use().people.manage.get(who).value.left == MONDAY


def test_a_change_upon_an_older_version_is_shown_again(admin):
    form = noted(admin)
    assert done(admin.send("/console/people/dr-asha", {**form, "name": "Dr A. Verma"}))
    refused = admin.send("/console/people/dr-asha", {**form, "registration": "NEW-1"})

    page = refused.body.decode()
    assert refused.status_code == 409
    assert "Somebody else has changed this" in page
    assert 'value="NEW-1"' in page


@pytest.mark.parametrize("path", ["/console/people/nobody", "/console/people/%2e%2e"])
def test_somebody_who_is_not_there(admin, path):
    assert admin.get(path).status_code == 404


def a_message(**changes) -> OwedMessage:
    message = OwedMessage(
        subject=a_case().reference,
        id="0.requested.patient",
        template=Template.RECEIVED,
        phone=PHONE,
        phone_key="key",
        language="hi",
        owed_at=NOON,
        variables={},
    )
    return replace(message, **changes)


def failed(web) -> OwedMessage:
    message = a_message()
    web.messages.store_once(message, NOON)
    web.messages.mark_failed(message, "InvalidParameter", NOON)
    return message


def test_messages_are_listed_without_text_and_with_masked_phones(web, admin):
    failed(web)
    page = said(admin.get("/console/messages?status=&from=&to="))

    for text in ("Your request has come", "+91 ••••• •5678", "failed", "InvalidParameter"):
        assert text in page
    assert PHONE not in page


def test_sending_a_failed_message_again(web, admin):
    message = failed(web)
    page = admin.get("/console/messages?status=failed").body.decode()
    action = re.search(r'action="([^"]+/retry)"', page)[1].replace("../", "/")

    assert done(admin.send(f"/{action.lstrip('/')}")) == "console/messages?done=message_again"

    stored = web.messages.messages[message.subject, message.id]
    assert stored.state is MessageState.OWED
    assert admin.send(f"/{action.lstrip('/')}").status_code == 409
    assert admin.send("/console/messages/nonsense/retry").status_code == 404


def test_what_is_stuck(web, admin):
    change = Parked("sequence-1", a_case().reference, "KeyError codec.py:96", NOON)
    web.outbox.park(change)
    page = said(admin.get("/console/messages?status=parked&from=2026-11-01"))

    assert "stuck" in page
    assert "KeyError codec.py:96" in page
    assert "Send again" in page


def test_what_a_phone_was_sent(web, admin):
    web.messages.opt_out(web.secrets.phone_key(PHONE), NOON)
    page = said(admin.send("/console/messages/search", {"phone": "98123 45678"}))
    assert "This phone has sent STOP" in page
    assert "45678" not in page.replace("98123 45678", "")

    wrong = admin.send("/console/messages/search", {"phone": "123"})

    assert '<a href="#phone">' in wrong.body.decode()
    assert not any("98123 45678" in str(each) for each in web.audit.entries)


def test_blocking_a_phone_and_lifting_the_block(web, admin):
    wrong = admin.send("/console/blocks", {"phone": PHONE, "reason": "x", "until": "2026-01-01"})
    assert '<a href="#until">' in wrong.body.decode()
    form = {"phone": PHONE, "reason": "Rings all night", "until": "2026-12-24"}
    assert done(admin.send("/console/blocks", form)) == "console/blocks?done=phone_blocked"
    page = admin.get("/console/blocks").body.decode()
    assert "Thu 24 Dec" in page
    assert PHONE not in page

    id_ = re.search(r'name="id" value="([^"]+)"', page)[1]
    assert done(admin.send("/console/blocks/lift", {"id": id_})).endswith("block_lifted")

    assert "No number is blocked." in said(admin.get("/console/blocks"))
    assert admin.send("/console/blocks/lift", {"id": id_}).status_code == 404


def test_a_blocked_phones_open_cases_are_named(web, admin):
    case = a_case(phone=PHONE)
    web.cases.put(replace(case, phone_key=web.secrets.phone_key(PHONE)))
    form = {"phone": PHONE, "reason": "Rings all night", "until": "2026-12-24"}

    assert "K7M2-40R5-9XK" in said(admin.send("/console/blocks", form))


def test_the_audit_tells_who_did_what(web, case, admin):
    admin.get("/console/cases/K7M240R59XK")
    for query in ("", "?case=k7m2-40r5-9xk", "?person=meera", "?case=&person=&day=2026-11-23"):
        page = said(admin.get(f"/console/audit{query}"))
        assert "meera read a case K7M2-40R5-9XK" in page, query
    for query in ("?day=2026-11-22", "?person=meera&day=2026-11-22"):
        assert "There are none." in said(admin.get(f"/console/audit{query}"))
    narrowed = said(admin.get("/console/audit?person=meera&day=2026-11-23"))
    assert "meera read a case K7M2-40R5-9XK" in narrowed
    assert "searched the audit" in said(admin.get("/console/audit"))


@pytest.mark.parametrize(
    "query",
    [
        "?case=nothing",
        "?day=soon",
        "?person=meera&day=9999-12-31",
        "?case=K7M240R59XK&person=meera",
    ],
)
def test_a_search_of_the_audit_that_cannot_be(admin, query):
    page = admin.get(f"/console/audit{query}")

    assert "There is a problem" in said(page, 422)


def test_signing_in_and_out_stands_in_the_audit(web):
    from tests.support.session_fakes import PASSWORD

    web.people.put("meera", "administrators")
    form = {"username": "meera", "password": PASSWORD}
    web.send("/sign-in", form, sec_fetch_site="same-origin")
    browser = web.signed_in("admin", "meera")
    browser.send("/sign-out")

    actions = [(each.who, each.action, each.address) for each in web.audit.entries]
    assert actions == [
        ("meera", "session.begin", "127.0.0.1"),
        ("meera", "session.end", "127.0.0.1"),
    ]


@pytest.mark.parametrize("path", ["people", "people/new", "people/dr-asha", "messages", "blocks"])
def test_the_pages_in_hindi(admin, path):
    answer = admin.get(f"/console/{path}", cookie=f"{admin.cookie}; lang=hi")

    assert '<html lang="hi" dir="ltr">' in answer.body.decode()
    assert answer.status_code == 200


def test_a_doctors_sign_in_is_closed_and_opened_on_their_page(web, admin):
    admin.send("/console/people", a_person(email="chitra@hospital.example"))
    page = said(admin.get("/console/people/chitra"))
    assert "This doctor can sign in." in page

    assert done(admin.send("/console/people/chitra/sign-in/close")).endswith("done=sign_in_closed")
    web.accounts.may_sign_in["chitra"] = False
    admin.send("/console/people/chitra", a_person(id="", version="1", name="Dr C. Sen"))

    page = said(admin.get("/console/people/chitra"))
    assert "Dr C. Sen" in page
    assert "Sign-in is closed. Saving this page does not open it." in page
    assert done(admin.send("/console/people/chitra/sign-in/open")).endswith("done=sign_in_opened")
    assert web.accounts.may_sign_in["chitra"] is True


def test_a_page_of_a_doctor_opens_while_the_user_pool_is_out_of_reach(web, admin):
    admin.send("/console/people", a_person())
    web.accounts.broken = 1

    page = said(admin.get("/console/people/chitra"))

    assert "Dr Chitra Sen" in page
    assert "This doctor was not invited yet." not in page
    web.accounts.broken = 0
    assert "never invited" in said(admin.send("/console/people/chitra/sign-in/open"), 409)
