"""Sessions on pages: who gets in, with which cookie, for how long, and which forms are taken."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from chalicelib.core.domain.errors import Busy
from chalicelib.core.domain.roles import ADMINISTRATOR, ONCOLOGIST
from chalicelib.core.web.navigation import SECTIONS
from chalicelib.core.web.request import WebRequest
from chalicelib.core.web.session import form_token, own_page
from chalicelib.people.services.ports import Asked
from chalicelib.people.services.sign_in import (
    MOST_OF_A_PERSON,
    MOST_OF_AN_ADDRESS,
    MOST_OF_STRANGERS,
)
from tests.support.builders import an_oncologist
from tests.support.helpline import in_use
from tests.support.session_fakes import CODE, DEVICE_KEY, PASSWORD
from tests.support.web import Web

HERE = {"sec_fetch_site": "same-origin"}
OPAQUE = {"origin": "null"}
ROLE_NAMES = {ONCOLOGIST: "oncologist", ADMINISTRATOR: "admin", "signed in": "oncologist"}


def pages() -> list[tuple[str, str, str]]:
    """Every page that asks the session for a role, with something in its path's places.

    HEAD is left out: each asks it as GET in ``tests/contract/access_matrix.py``.
    """
    return [
        (method, re.sub(r"\{\w+\}", "K7M240R59XK", path), role)
        for path, methods in Web().app.routes.items()
        for method, entry in methods.items()
        if method != "HEAD" and (role := getattr(entry.view_function, "role_by_session", None))
    ]


@pytest.fixture
def meera(web) -> None:
    """An administrator, who can sign in."""
    web.people.put("meera", ADMINISTRATOR)


def sign_in(web, person="meera", password=PASSWORD, **headers):
    form = {"username": person, "password": password, "next": headers.pop("wanted", "")}
    return web.send("/sign-in", form, **{**HERE, **headers})


def cookies(answer) -> list[str]:
    return [
        value
        for name, values in answer.headers.items()
        if name.lower() == "set-cookie"
        for value in ([values] if isinstance(values, str) else values)
    ]


def token_in(answer) -> str:
    (cookie,) = [each for each in cookies(answer) if "session=" in each]
    return re.search(r"session=([\w-]+);", cookie)[1]


@pytest.mark.parametrize(("method", "path", "role"), pages())
def test_each_page_sends_the_signed_out_to_sign_in(web, method, path, role):
    for cookie in ("", "session=", "session=forged", f"session={'x' * 43}", "session=हि"):
        answer = web.call(method, path, accept="text/html", cookie=cookie)
        if method == "GET":
            assert answer.status_code == 303
            assert "/sign-in" in f"/{answer.headers['Location']}"
        else:
            assert answer.status_code == 401
        assert answer.headers["Cache-Control"] == "no-store"
    assert web.cases.calls == []


@pytest.mark.parametrize(
    ("path", "role"), [(path, role) for method, path, role in pages() if method != "GET"]
)
def test_each_form_needs_the_sessions_own_token(web, path, role):
    browser = web.signed_in(ROLE_NAMES[role])
    for form in ({}, {"csrf": ""}, {"csrf": "forged"}, {"csrf": "हि"}):
        answer = web.send(path, form, cookie=browser.cookie)
        assert answer.status_code == 403
        assert "open too long" in answer.body.decode()
    for told in ({"sec_fetch_site": "cross-site"}, {"sec_fetch_site": "same-site"}, OPAQUE):
        assert browser.send(path, {}, **told).status_code == 403

    assert web.cases.calls == []
    assert len(web.sessions.sessions) == 1


def test_another_sessions_token_is_none(web):
    mine, theirs = web.signed_in("admin", "meera"), web.signed_in("admin", "ravi")

    assert mine.send("/sign-out", {"csrf": theirs.form_token}).status_code == 403
    assert mine.send("/sign-out").status_code == 303


@pytest.mark.parametrize(("role", "path"), [(role, path) for role, path, _ in SECTIONS])
def test_signing_in_leads_to_where_one_works(web, role, path):
    web.people.put("meera", role)
    answer = sign_in(web)
    assert (answer.status_code, answer.headers["Location"]) == (303, "welcome")

    welcome = web.get("/welcome", cookie=f"session={token_in(answer)}", accept="text/html")

    assert (welcome.status_code, welcome.headers["Location"]) == (303, path[1:])


def test_who_may_work_in_two_places_is_asked(web):
    page = web.signed_in("admin oncologist").get("/welcome").body.decode()

    assert 'href="console"' in page
    assert 'href="desk"' in page


def test_the_cookie_by_tls_is_the_hosts_own(web, meera):
    answer = sign_in(web, x_forwarded_proto="https")

    cookie, device = cookies(answer)
    assert re.fullmatch(
        r"__Host-device=[\w.=-]+; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=15552000", device
    )
    assert cookie == (f"__Host-session={token_in(answer)}; Path=/; HttpOnly; SameSite=Lax; Secure")
    assert len(token_in(answer)) == 43
    # What a neighbour without TLS could have set counts for nothing.
    named = f"session={token_in(answer)}"
    assert web.get("/welcome", cookie=named, x_forwarded_proto="https").status_code == 303
    assert (
        "sign-in"
        in web.get("/welcome", cookie=named, x_forwarded_proto="https").headers["Location"]
    )
    named = f"__Host-{named}"
    location = web.get("/welcome", cookie=named, x_forwarded_proto="https").headers["Location"]
    assert location == "console"


def test_the_cookie_without_tls(web, meera):
    cookie, device = cookies(sign_in(web))

    assert cookie.endswith("; Path=/; HttpOnly; SameSite=Lax")
    assert device.endswith("; Path=/; HttpOnly; SameSite=Lax; Max-Age=15552000")


def test_the_language_is_remembered_beside_the_session(web, meera):
    form = {"username": "meera", "password": PASSWORD}
    answer = web.send("/sign-in?lang=hi", form, **HERE)

    assert len(cookies(answer)) == 3
    assert answer.headers["Location"] == "welcome?lang=hi"


def test_only_the_tokens_hash_is_stored(web, meera):
    token = token_in(sign_in(web))

    (key,) = web.sessions.sessions
    assert token not in (key, str(web.sessions.sessions))
    assert re.fullmatch("[0-9a-f]{64}", key)
    assert form_token(token) not in (token, key)


def test_every_sign_in_makes_a_new_token_and_ends_the_old(web, meera):
    planted = "p" * 43
    first = token_in(sign_in(web, cookie=f"session={planted}"))
    second = token_in(sign_in(web, cookie=f"session={first}"))

    assert len({planted, first, second}) == 3
    assert len(web.sessions.sessions) == 1
    assert "sign-in" in web.get("/welcome", cookie=f"session={first}").headers["Location"]


def test_signing_out_ends_the_session_and_the_cookie(web, admin):
    answer = admin.send("/sign-out")

    assert answer.headers["Location"] == "sign-in?done=signed_out"
    assert cookies(answer) == ["session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"]
    assert web.sessions.sessions == {}
    assert "sign-in" in admin.get("/welcome").headers["Location"]


def is_in(browser, **headers) -> bool:
    return browser.get("/welcome", **headers).headers["Location"] == "console"


def test_a_session_ends_when_nobody_was_there_for_an_hour(web, admin):
    web.clock.now += timedelta(minutes=59)
    assert is_in(admin)
    web.clock.now += timedelta(minutes=59)
    assert is_in(admin)
    web.clock.now += timedelta(minutes=60)
    assert not is_in(admin)


def test_a_page_that_refreshes_itself_keeps_nobody_signed_in(web, admin):
    for _ in range(3):
        web.clock.now += timedelta(minutes=19)
        assert is_in(admin, x_refresh="1")
    web.clock.now += timedelta(minutes=3)
    answer = admin.get("/welcome", x_refresh="1")
    assert answer.status_code == 401


def test_a_session_ends_after_twelve_hours_whoever_is_there(web, admin):
    for _ in range(23):
        web.clock.now += timedelta(minutes=30)
        assert is_in(admin)
    web.clock.now += timedelta(minutes=30)
    assert not is_in(admin)


def test_a_page_costs_one_read_and_seldom_more(web, admin):
    web.sessions.calls.clear()
    web.people.calls.clear()
    for minute in range(11):
        assert is_in(admin), minute
        web.clock.now += timedelta(minutes=1)

    assert web.sessions.calls.count("find") == 11
    assert web.sessions.calls.count("renew") == 2
    assert web.people.calls == ["account_of", "grant_holds"] * 2


@pytest.mark.parametrize("roles", [(), (ONCOLOGIST,)])
def test_who_lost_the_role_is_out_within_minutes(web, roles):
    browser = web.signed_in("admin", "dr-asha")
    web.people.put("dr-asha", *roles)
    web.clock.now += timedelta(minutes=5)

    assert not is_in(browser)
    assert len(web.sessions.sessions) == len(roles)


def test_who_left_the_rota_is_out_within_minutes(web):
    browser = web.signed_in("oncologist", "dr-asha")
    assert browser.get("/welcome").headers["Location"] == "desk"
    web.rota.put_oncologist(an_oncologist(left=date(2026, 1, 1)))
    web.clock.now += timedelta(minutes=5)

    assert "sign-in" in browser.get("/welcome").headers["Location"]


def test_while_nobody_tells_the_roles_those_known_hold_for_half_an_hour(web, admin):
    web.clock.now += timedelta(minutes=29)
    web.people.fail_next = [Busy(), Busy()]
    assert is_in(admin)
    web.clock.now += timedelta(minutes=1)
    assert admin.get("/welcome").status_code == 503
    assert is_in(admin)


def test_a_session_that_ended_meanwhile_is_not_brought_back(web, admin):
    renew = web.sessions.renew

    def too_late(*args):
        web.sessions.empty()
        renew(*args)

    web.sessions.renew = too_late
    web.clock.now += timedelta(minutes=6)
    admin.get("/welcome")

    assert web.sessions.sessions == {}


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/console", "console"),
        ("/desk/shifts", "desk/shifts"),
        ("/console/cases?status=closed&cursor=ab-c_d", "console/cases?status=closed&cursor=ab-c_d"),
        ("", None),
        ("/", None),
        ("/sign-out", None),
        ("//evil.example/console", None),
        ("/\\evil.example", None),
        ("https://evil.example/console", None),
        ("/console//evil.example", None),
        ("/console@evil.example", None),
        ("/consoles", None),
        ("/desk\r\nSet-Cookie: a=b", None),
        ("/desk/%2F%2Fevil", None),
        ("/desk?next=//evil.example", None),
        ("/desk/" + "x" * 500, None),
        ("javascript:alert(1)", None),
    ],
)
def test_signing_in_leads_nowhere_else(web, path, leads_to):
    assert own_page(path) == leads_to
    web.people.put("meera", ADMINISTRATOR)

    assert sign_in(web, wanted=path).headers["Location"] == (leads_to or "welcome")
    shown = web.get("/sign-in", accept="text/html").body.decode()
    assert "evil" not in shown


def test_a_reader_comes_back_to_where_they_wanted_to_go(web):
    answer = web.get("/console?status=closed&lang=hi", accept="text/html")
    assert answer.headers["Location"] == "sign-in?next=%2Fconsole%3Fstatus%3Dclosed&lang=hi"

    page = web.get(f"/{answer.headers['Location']}", accept="text/html").body.decode()

    assert 'name="next" value="/console?status=closed"' in page


def test_what_a_writer_typed_comes_back_to_be_copied(web):
    note = "The biopsy should be <repeated>."
    answer = web.send("/sign-out", {"note": note, "csrf": "c" * 64, "short": "x"})

    page = answer.body.decode()
    assert answer.status_code == 401
    assert "The biopsy should be &lt;repeated&gt;." in page
    assert "c" * 64 not in page


@pytest.mark.parametrize("path", ["/account/password", "/sign-out"])
def test_a_password_never_comes_back_on_a_page(web, path):
    passwords = {"password": "Long-enough-to-keep-1", "new_password": "Long-enough-to-keep-2"}
    answer = web.send(path, {**passwords, "note": "a note that is long enough"})

    assert answer.status_code == 401
    assert "Long-enough-to-keep" not in answer.body.decode()


@pytest.mark.parametrize(
    ("person", "password"),
    [
        ("meera", "Not-this-one-1"),
        ("nobody", PASSWORD),
        ("nobody", "Not-this-one-1"),
        ("m" * 200, PASSWORD),
    ],
)
def test_nobody_learns_who_exists(web, meera, person, password, caplog):
    answer = sign_in(web, person, password)

    page = answer.body.decode().replace(person[:128], "")
    assert answer.status_code == 422
    assert page.count("do not go together") == 2
    assert password not in page
    assert not cookies(answer)
    assert person not in caplog.text
    assert password not in caplog.text
    assert web.sessions.sessions == {}


def test_a_form_with_nothing_in_it_tries_nothing(web):
    page = sign_in(web, "", "").body.decode()

    assert 'href="#username"' in page
    assert 'href="#password"' in page
    assert web.people.calls == []
    assert web.tries.calls == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec_fetch_site": "cross-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec_fetch_site": "same-site", "origin": "https://helpline.example"},
    ],
)
def test_nobody_is_signed_in_by_another_site(web, meera, headers):
    answer = web.send("/sign-in", {"username": "meera", "password": PASSWORD}, **headers)

    assert answer.status_code == 403
    assert web.people.calls == []


@pytest.mark.parametrize("origin", ["https://helpline.example", "http://localhost"])
def test_the_origin_is_ours_by_its_public_name_and_by_the_one_that_was_asked(web, meera, origin):
    form = {"username": "meera", "password": PASSWORD}

    assert web.send("/sign-in", form, origin=origin, host="localhost").status_code == 303


def test_tries_of_a_person_are_counted_also_with_the_right_password(web, meera):
    for _ in range(MOST_OF_A_PERSON):
        assert sign_in(web, "MEERA", "wrong").status_code == 422
    answer = sign_in(web)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) <= 15 * 60
    assert web.people.calls == ["password"] * MOST_OF_A_PERSON
    assert not any("meera" in str(each).lower() for each in web.tries.counted)

    web.clock.now += timedelta(minutes=15)
    assert sign_in(web).status_code == 303


def device_in(answer) -> str:
    """Return the cookie by which a browser is known, as the browser sends it."""
    (cookie,) = [each for each in cookies(answer) if each.startswith("device=")]
    return cookie.partition(";")[0]


@pytest.fixture
def try_from(web, monkeypatch):
    """Try a password from an address."""

    def send(address, password="wrong", person="meera", **headers):
        monkeypatch.setattr(WebRequest, "source", property(lambda _: address))
        answer = sign_in(web, person, password, **headers)
        monkeypatch.undo()
        return answer

    return send


def test_a_stranger_who_tries_a_name_does_not_lock_its_person_out(web, meera, try_from):
    for _ in range(MOST_OF_A_PERSON):
        assert try_from("203.0.113.9").status_code == 422
    assert try_from("203.0.113.9").status_code == 429

    assert try_from("198.51.100.7", PASSWORD).status_code == 303


def test_strangers_at_many_addresses_guess_no_more_together(web, meera, try_from):
    statuses = [try_from(f"203.0.113.{number}").status_code for number in range(40)]

    assert statuses.count(422) == MOST_OF_STRANGERS
    assert web.people.calls.count("password") == MOST_OF_STRANGERS


def test_a_browser_that_was_signed_in_before_is_counted_apart(web, meera, try_from):
    known = device_in(sign_in(web))
    for number in range(40):
        try_from(f"203.0.113.{number}")
    assert try_from("198.51.100.7", PASSWORD).status_code == 429

    assert try_from("198.51.100.7", PASSWORD, cookie=known).status_code == 303


def test_a_known_browser_guesses_no_more_than_others_and_for_its_own_person_alone(
    web, meera, try_from
):
    web.people.put("ravi", ADMINISTRATOR)
    known = device_in(sign_in(web))
    for _ in range(MOST_OF_A_PERSON):
        assert try_from("203.0.113.9", cookie=known).status_code == 422
    assert try_from("203.0.113.9", PASSWORD, cookie=known).status_code == 429

    for number in range(MOST_OF_STRANGERS):
        try_from(f"203.0.113.{number}", "wrong", "ravi")
    for cookie in (known, "device=forged.mac", "device=" + "x" * 700, "device=~~", "device=हि"):
        assert try_from("198.51.100.7", PASSWORD, "ravi", cookie=cookie).status_code == 429


def test_a_browser_of_several_people_is_known_to_each(web, try_from):
    cookie = ""
    for person in ("meera", "ravi"):
        web.people.put(person, ADMINISTRATOR)
        cookie = device_in(sign_in(web, person, cookie=cookie))
    for person in ("meera", "ravi"):
        for number in range(MOST_OF_STRANGERS):
            try_from(f"203.0.113.{number}", "wrong", person)
        assert try_from("198.51.100.7", PASSWORD, person, cookie=cookie).status_code == 303


def test_tries_from_an_address_are_counted_whoever_is_tried(web):
    for number in range(MOST_OF_AN_ADDRESS):
        assert sign_in(web, f"person-{number}").status_code == 422

    assert sign_in(web, "one-more").status_code == 429
    assert not any("127.0.0.1" in str(each) for each in web.tries.counted)


def fields(answer) -> dict[str, str]:
    page = answer.body.decode()
    return dict(re.findall(r'<input[^>]*? name="(\w+)" value="([^"]*)"', page))


def test_a_first_password_is_replaced(web):
    web.people.put("meera", ADMINISTRATOR, asks=Asked.NEW_PASSWORD)
    asked = sign_in(web, wanted="/console/cases")
    assert asked.status_code == 200
    assert PASSWORD not in asked.body.decode()
    form = fields(asked)

    def answer(one, other):
        typed = {"new_password": one, "new_password_again": other}
        return web.send("/sign-in/next", {**form, **typed}, **HERE)

    for one, other, said in [
        ("", "", "Choose a new password."),
        ("A-new-one-2026", "A-new-one-2027", "not the same"),
        ("short", "short", "choose another one"),
    ]:
        again = answer(one, other)
        assert again.status_code == 422
        assert again.body.decode().count(said) == 2
        assert f'value="{one}"' not in again.body.decode() or not one
        assert fields(again)["ticket"] == form["ticket"]
    done = answer("A-new-one-2026", "A-new-one-2026")
    assert done.headers["Location"] == "../console/cases"
    assert token_in(done)


def test_a_code_is_asked_for(web):
    web.people.put("dr-asha", ONCOLOGIST, asks=Asked.CODE)
    form = fields(sign_in(web, "dr-asha"))
    wrong = web.send("/sign-in/next", {**form, "code": "000000"}, **HERE)
    assert wrong.status_code == 422
    assert wrong.body.decode().count("does not fit") == 2

    done = web.send("/sign-in/next", {**fields(wrong), "code": CODE}, **HERE)

    assert done.status_code == 303
    (session,) = web.sessions.sessions.values()
    assert (session.person, session.name) == ("dr-asha", an_oncologist().name)


def test_who_has_no_authenticator_sets_one_up(web):
    web.people.put("meera", ADMINISTRATOR, asks=Asked.DEVICE_CODE)
    asked = sign_in(web, wanted="/console/cases")
    page, form = asked.body.decode(), fields(asked)
    assert "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP" in page
    assert f"otpauth://totp/Helpline:meera?secret={DEVICE_KEY}&amp;issuer=Helpline" in page
    assert not cookies(asked)
    assert asked.headers["Cache-Control"] == "no-store"

    wrong = web.send("/sign-in/next", {**form, "device_code": "000000"}, **HERE)
    assert (wrong.status_code, web.sessions.sessions) == (422, {})
    assert wrong.body.decode().count("does not fit") == 2
    assert fields(wrong)["device_key"] == DEVICE_KEY
    none = web.send("/sign-in/next", {**form, "device_code": ""}, **HERE)
    assert "Enter the code that the app shows now." in none.body.decode()

    done = web.send("/sign-in/next", {**fields(wrong), "device_code": CODE}, **HERE)
    assert done.headers["Location"] == "../console/cases"
    assert token_in(done)


def test_a_key_that_is_none_is_not_shown(web):
    web.people.put("meera", ADMINISTRATOR, asks=Asked.DEVICE_CODE)
    form = {**fields(sign_in(web)), "device_key": "</p><b>", "device_code": "000000"}

    assert fields(web.send("/sign-in/next", form, **HERE))["device_key"] == ""


def test_a_password_is_never_cut(web):
    web.people.put("meera", ADMINISTRATOR, asks=Asked.NEW_PASSWORD)
    form = fields(sign_in(web))
    longest, longer = "A1-" * 42 + "ab", "A1-" * 43
    typed = {"new_password": longer, "new_password_again": longer}
    refused = web.send("/sign-in/next", {**form, **typed}, **HERE)
    assert (refused.status_code, web.people.passwords) == (422, {})
    assert "This is too long." in refused.body.decode()

    typed = {"new_password": longest, "new_password_again": longest}
    assert web.send("/sign-in/next", {**form, **typed}, **HERE).status_code == 303
    assert web.people.passwords == {"meera": longest}
    assert sign_in(web, password=longest).status_code == 303


def test_answers_are_counted_with_the_tries(web):
    web.people.put("dr-asha", ONCOLOGIST, asks=Asked.CODE)
    form = fields(sign_in(web, "dr-asha"))
    for _ in range(MOST_OF_A_PERSON - 1):
        assert web.send("/sign-in/next", {**form, "code": "0"}, **HERE).status_code == 422

    assert web.send("/sign-in/next", {**form, "code": CODE}, **HERE).status_code == 429


@pytest.mark.parametrize(
    "changes", [{"ticket": "forged"}, {"username": "somebody-else"}, {"asked": "nothing"}]
)
def test_a_ticket_that_does_not_hold_begins_again(web, changes):
    web.people.put("dr-asha", ONCOLOGIST, asks=Asked.CODE)
    form = {**fields(sign_in(web, "dr-asha")), "code": CODE, **changes}
    answer = web.send("/sign-in/next", form, **HERE)

    assert answer.status_code == 422
    assert "took too long" in answer.body.decode()
    assert web.sessions.sessions == {}


def test_who_has_no_role_is_told_whom_to_ask(web):
    web.people.put("ravi")
    answer = sign_in(web, "ravi")

    assert answer.status_code == 403
    assert "ask an administrator" in answer.body.decode()
    assert web.sessions.sessions == {}


@pytest.mark.parametrize("path", ["/sign-in", "/welcome"])
def test_what_the_pages_allow_a_browser(web, path):
    browser = web.signed_in("admin oncologist")
    answer = web.get(path) if path == "/sign-in" else browser.get(path)

    headers = answer.headers
    policy = dict(
        part.strip().partition(" ")[::2] for part in headers["Content-Security-Policy"].split(";")
    )
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        "connect-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    assert headers["Cache-Control"] == "no-store"
    # Not none: a form's Origin would be null then.
    assert headers["Referrer-Policy"] == "same-origin"
    assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=", answer.body.decode())


def test_who_is_signed_in_is_not_asked_again(admin):
    assert admin.get("/sign-in").headers["Location"] == "welcome"
    assert admin.get("/sign-in?next=/console/cases").headers["Location"] == "console/cases"


def test_the_cookie_counts_for_no_json_call(web):
    browser = web.signed_in("admin oncologist", "dr-asha")

    assert browser.get("/duty").status_code == 401
    assert browser.get("/admin/cases").status_code == 401


def test_a_bearer_token_opens_no_page(web):
    assert web.get("/welcome", token="admin:meera").status_code == 303
    assert in_use().people.identity.verify("admin:meera").id == "meera"
