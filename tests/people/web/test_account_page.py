"""One's own account: whatever changes the password or signs out everywhere ends all sessions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.core.domain.errors import Busy
from chalicelib.core.domain.roles import ADMINISTRATOR
from chalicelib.core.web.authorisation import GatewayUnauthorized
from chalicelib.people.services.ports import Asked
from chalicelib.people.services.sign_in import MOST_OF_A_PERSON
from tests.support.session_fakes import CODE, PASSWORD

NEW = "Another-one-2026"
FORM = {"password": PASSWORD, "new_password": NEW, "new_password_again": NEW}


def is_in(browser) -> bool:
    answer = browser.get("/account")
    return answer.status_code == 200


def actions(web) -> list[str]:
    return [entry.action for entry in web.audit.entries]


def test_a_changed_password_ends_all_sessions_of_the_person_at_once(web):
    here, phone = web.signed_in("admin", "meera"), web.signed_in("admin", "meera")
    other = web.signed_in("admin", "ravi")
    assert "Change your password" in here.get("/account").body.decode()

    answer = here.send("/account/password", FORM)

    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        "../sign-in?done=password_changed",
    )
    assert "Max-Age=0" in str(answer.headers["Set-Cookie"])
    assert (is_in(here), is_in(phone), is_in(other)) == (False, False, True)
    assert web.people.passwords["meera"] == NEW
    assert "password.change" in actions(web)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"password": "wrong"}, "This is not your password."),
        ({"password": ""}, "Enter your password."),
        ({"new_password": "short", "new_password_again": "short"}, "12 characters or more"),
        (
            {"new_password": PASSWORD, "new_password_again": PASSWORD},
            "The new password must differ from the one you have now.",
        ),
        ({"new_password_again": "Other-one-2026"}, "The two are not the same."),
        ({"new_password": "x" * 129}, "This is too long."),
    ],
)
def test_what_does_not_hold_changes_nothing_and_is_told(web, admin, changes, problem):
    answer = admin.send("/account/password", {**FORM, **changes})

    assert answer.status_code == 422
    assert problem in answer.body.decode()
    assert is_in(admin)
    assert web.people.passwords == {}
    assert PASSWORD not in answer.body.decode()


def test_who_has_an_authenticator_needs_its_code(web, admin):
    web.people.asks["meera"] = Asked.CODE

    assert "This code does not fit" in admin.send("/account/password", FORM).body.decode()
    assert admin.send("/account/password", {**FORM, "code": CODE}).status_code == 303


def test_a_change_counts_as_a_try_to_sign_in(admin):
    for _ in range(MOST_OF_A_PERSON):
        admin.send("/account/password", {**FORM, "password": "wrong"})

    answer = admin.send("/account/password", FORM)

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_signing_out_everywhere_ends_every_session_and_token(web):
    here, phone = web.signed_in("oncologist", "dr-asha"), web.signed_in("oncologist", "dr-asha")

    answer = here.send("/sign-out/everywhere")

    assert answer.headers["Location"] == "../sign-in?done=signed_out_everywhere"
    assert not is_in(here)
    assert not is_in(phone)
    assert web.accounts.signed_out == ["dr-asha"]
    assert "session.end_all" in actions(web)


def test_a_sign_out_in_the_user_pool_itself_ends_sessions_within_five_minutes(web):
    browser, other = web.signed_in("admin", "meera"), web.signed_in("admin", "ravi")
    web.people.sign_out_everywhere("meera")

    web.clock.now += timedelta(minutes=5)

    assert (is_in(browser), is_in(other)) == (False, True)


def test_a_password_changed_in_the_user_pool_itself_ends_sessions_within_five_minutes(web, admin):
    web.people.stamps["meera"] += 1

    web.clock.now += timedelta(minutes=5)

    assert not is_in(admin)


def test_a_session_that_is_in_no_list_is_over_at_the_next_check(web, admin):
    web.sessions.empty("SESSIONS#")

    web.clock.now += timedelta(minutes=5)

    assert not is_in(admin)


def test_a_session_from_before_sessions_were_listed_goes_on_and_is_listed(web, admin):
    web.sessions.empty("SESSIONS#")
    for key, session in web.sessions.sessions.items():
        web.sessions.put(key, replace(session, stamp=""), "")
    web.sessions.empty("SESSIONS#")
    web.clock.now += timedelta(minutes=5)
    assert is_in(admin)

    phone = web.signed_in()
    phone.send("/sign-out/everywhere")

    assert not is_in(admin)


def test_a_new_password_at_sign_in_ends_what_was_open_with_the_old_one(web, admin):
    web.people.put("meera", ADMINISTRATOR, asks=Asked.NEW_PASSWORD)
    answer = {
        "username": "meera",
        "asked": "new_password",
        "ticket": "the-session-ticket-of-meera",
        "new_password": NEW,
        "new_password_again": NEW,
    }

    assert web.send("/sign-in/next", answer, sec_fetch_site="same-origin").status_code == 303

    assert not is_in(admin)


def test_closing_a_sign_in_ends_the_doctors_sessions_at_once(web):
    browser = web.signed_in("oncologist", "dr-asha")
    web.accounts.may_sign_in["dr-asha"] = True

    web.post("/admin/oncologists/dr-asha/sign-in/close", {}, token="admin:meera")

    assert not is_in(browser)


def test_a_revoked_bearer_token_is_refused(web):
    assert web.get("/admin/oncologists", token="admin:meera").status_code == 200
    web.people.revoked.add("admin:meera")

    with pytest.raises(GatewayUnauthorized):
        web.get("/admin/oncologists", token="admin:meera")
    assert web.get("/duty", token="oncologist:dr-asha").status_code == 200


def test_while_the_user_pool_is_out_of_reach_nothing_is_half_done(web, admin):
    web.people.fail_next = [Busy()]

    assert admin.send("/account/password", FORM).status_code == 503
    assert is_in(admin)
    assert web.people.passwords == {}
