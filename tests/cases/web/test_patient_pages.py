import re
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.cases.domain.answers import Channel, Details, Mode
from chalicelib.cases.domain.queue import LineSnapshot
from chalicelib.core.domain.errors import Busy
from tests.support.builders import a_case, an_oncologist
from tests.support.fakes import strong_token

REFERENCE = "K7M240R59XK"
TOKEN = strong_token(REFERENCE)
OWN = f"/c/{REFERENCE}?t={TOKEN}"
WITHDRAW = f"/c/{REFERENCE}/withdraw?t={TOKEN}"
DATA = f"/c/{REFERENCE}/data?t={TOKEN}"
GOOD = {"phone": "98765 43210", "consent": "yes", "request_id": "abc"}
FIRST_VIEW = 20 * 1024


class Outline(HTMLParser):
    """What a page holds: its elements with their attributes, and its text."""

    def __init__(self, answer) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(answer.body.decode())

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def all(self, tag, **wanted):
        return [
            attrs
            for name, attrs in self.elements
            if name == tag and all(attrs.get(key) == value for key, value in wanted.items())
        ]

    def value(self, name):
        (field,) = self.all("input", name=name)
        return field["value"]


def page(answer, status=200):
    assert answer.status_code == status, answer.body
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    return Outline(answer)


@pytest.mark.parametrize("language", ["en", "hi"])
@pytest.mark.parametrize(
    "path", ["/", "/request", "/notice", OWN, WITHDRAW, DATA, "/c/nothing", "/nothing/at/all"]
)
def test_every_page_is_whole_in_both_languages(web, case, path, language):
    outline = Outline(web.get(path, accept="text/html", accept_language=language))

    (html,) = outline.all("html")
    assert (html["lang"], html["dir"]) == (language, "ltr")
    (viewport,) = outline.all("meta", name="viewport")
    assert viewport["content"] == "width=device-width, initial-scale=1"
    assert len(outline.all("h1")) == len(outline.all("main")) == 1
    names = {tag for tag, _ in outline.elements}
    assert not names & {"script", "style", "img", "iframe", "object"}
    for _, attributes in outline.elements:
        assert not any(name == "style" or name.startswith("on") for name in attributes)
        for name in ("src", "href", "action"):
            address = attributes.get(name) or ""
            own = f"https://helpline.example{OWN}"
            assert "//" not in address or address == own, address
    labelled = {label["for"] for label in outline.all("label")}
    shown = [*outline.all("input"), *outline.all("select"), *outline.all("textarea")]
    assert {field["id"] for field in shown if field.get("type") != "hidden"} == labelled
    english = re.findall(r"[A-Za-z]{3,}", outline.text.replace("https://helpline.example", ""))
    if language == "hi":
        assert set(english) <= {"English", "SMS", "token", "strong"}, english


@pytest.mark.parametrize("path", ["/", "/request", "/notice", OWN])
@pytest.mark.parametrize("language", ["en", "hi"])
def test_the_first_view_is_small(web, case, path, language):
    answer = web.get(path, accept_language=language)
    (style,) = page(answer).all("link", rel="stylesheet")
    style = {"href": style["href"].removeprefix("../")}

    assert len(answer.body) + len(web.get("/" + style["href"]).body) <= FIRST_VIEW


def test_the_start_tells_the_number_and_the_hours(web):
    start = page(web.get("/"))
    assert start.all("a", href="tel:+919355520202")
    assert start.all("a", href="request")
    assert "We are open now, until 5:00 pm." in start.text

    web.clock.advance(timedelta(hours=6))
    assert "We open again: tomorrow (Tue 24 Nov) 10:00 am." in page(web.get("/")).text

    web.clock.advance(timedelta(hours=12))
    assert "We open again: 10:00 am." in page(web.get("/")).text


def test_the_start_shows_the_number_when_the_hours_are_out_of_reach(web):
    web.rota.fail_next = [Busy()]

    assert page(web.get("/")).all("a", href="tel:+919355520202")


def test_a_chosen_language_is_carried_on_and_remembered(web):
    answer = web.get("/?lang=hi", accept_language="en")

    assert answer.headers["Set-Cookie"] == (
        "lang=hi; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly"
    )
    assert page(answer).all("a", href="request?lang=hi")
    with_cookie = web.get("/?lang=hi", cookie="lang=hi")
    assert "Set-Cookie" not in with_cookie.headers
    assert page(with_cookie).all("a", href="request")
    by_tls = web.get("/?lang=hi", x_forwarded_proto="https")
    assert by_tls.headers["Set-Cookie"].endswith("; Secure")


@pytest.mark.parametrize("value", ["ta", "hi%0d%0aX: y", "<script>", ""])
def test_a_language_we_do_not_write_is_not_remembered(web, value):
    answer = web.get(f"/?lang={value}")

    assert "Set-Cookie" not in answer.headers
    assert page(answer).all("html", lang="en")


def test_the_form_asks_little(web):
    form = page(web.get("/request", accept_language="hi"))

    required = [each["name"] for each in form.all("input", **{"aria-required": "true"})]
    assert required == ["phone", "consent"]
    assert form.all("option", value="hi", selected=None)
    assert form.value("request_id") != page(web.get("/request")).value("request_id")
    (details,) = form.all("details")
    assert "open" not in details


def test_a_good_form_leads_to_the_own_page(web):
    answer = web.send("/request", GOOD)

    assert answer.status_code == 303
    (case,) = web.cases.cases.values()
    location = answer.headers["Location"]
    assert location == f"c/{case.reference}?t=token-of-{case.reference}"
    assert (case.channel, case.phone) == (Channel.WEB, "+919876543210")
    own = page(web.get(f"/{location}"))
    assert "We expect to call you by 12:30 pm." in own.text


def test_who_had_asked_already_may_ask_for_a_different_patient(web):
    web.send("/request", GOOD)
    again = page(web.send("/request", {**GOOD, "request_id": "another"}))
    assert again.all("a", href="request?another=1")

    (tick,) = page(web.get("/request?another=1")).all("input", name="another_person")

    assert "checked" in tick
    assert "checked" not in page(web.get("/request")).all("input", name="another_person")[0]


def test_a_full_form(web):
    told = {
        **GOOD,
        "language": "hi",
        "asking_for": "other",
        "another_person": "yes",
        "name": "सीता",
        "age": " ४५ ",
        "sex": "female",
        "city": "पुणे",
        "cancer_site": "मुँह",
        "stage": "1-2",
        "hospital": "private",
        "reasons": ["cost", "other"],
        "mode": "video",
        "window": "morning",
        "prefers_woman": "yes",
        "message": "नमस्ते\r\nजी",
        "lang": "hi",
    }

    assert web.send("/request", told).status_code == 303

    (case,) = web.cases.cases.values()
    details = case.details
    assert (details.age, details.name, details.reasons) == (45, "सीता", ("cost", "other"))
    assert details.messages == ("नमस्ते\nजी",)
    assert (case.another_person, case.prefers_woman, case.language) == (True, True, "hi")


@pytest.mark.parametrize("number", ["93555 20202", "+91-9355520202", "०९३५५५२०२०२"])
def test_the_helplines_own_number_is_refused_and_nothing_typed_is_lost(web, number):
    told = {**GOOD, "phone": number, "name": "Sita", "message": "Please call"}
    wrong = page(web.send("/request", told), 422)

    assert "This is the helpline's own number." in wrong.text
    assert wrong.value("name") == "Sita"
    assert "checked" in wrong.all("input", id="consent")[0]
    assert not web.cases.cases


@pytest.mark.parametrize("value", ["no", "", "0", "false", "on", "YES"])
def test_only_the_forms_own_value_is_consent(web, value):
    wrong = page(web.send("/request", {**GOOD, "consent": value}), 422)

    assert "We need your consent before we can call you." in wrong.text
    assert "checked" not in wrong.all("input", id="consent")[0]
    assert not web.cases.cases


def test_a_form_from_another_site_comes_back_filled_in_and_without_its_consent(web):
    told = {**GOOD, "name": "Sita", "message": "Please call"}
    shown = page(web.send("/request", told, sec_fetch_site="cross-site"), 403)

    assert not web.cases.cases
    assert "This did not come from our own page." in shown.text
    assert (shown.value("name"), shown.value("phone")) == ("Sita", GOOD["phone"])
    assert "checked" not in shown.all("input", id="consent")[0]
    assert web.send("/request", told, sec_fetch_site="same-origin").status_code == 303


@pytest.mark.parametrize("site", ["same-origin", "same-site", "none"])
def test_our_own_hosts_may_send_the_form(web, site):
    assert web.send("/request", GOOD, sec_fetch_site=site).status_code == 303


@pytest.mark.parametrize("action", ["cancel", "reschedule", "withdraw"])
def test_another_site_can_press_no_button_of_a_patients_page(web, case, action):
    form = {"t": TOKEN, "window": "morning"}
    if action != "reschedule":
        form.pop("window")
    answer = web.send(f"/c/{REFERENCE}/{action}", form, sec_fetch_site="cross-site")

    shown = page(answer, 403)
    assert "This did not come from our own page, so nothing was done." in shown.text
    assert web.cases.cases[REFERENCE] == a_case(reference=REFERENCE)
    assert web.send(f"/c/{REFERENCE}/{action}", form).status_code == 303, "an old browser"


def test_a_name_can_not_turn_a_line_around(web):
    override = "\u202e"
    told = {**GOOD, "name": f"Sita{override}2345", "city": "\u2067Pune\u2069"}
    web.send("/request", {**told, "message": f"{override}txt.exe\x85next"})

    (case,) = web.cases.cases.values()
    assert (case.details.name, case.details.city) == ("Sita2345", "Pune")
    assert case.details.messages == ("txt.exe\nnext",)


def test_a_name_that_was_stored_with_such_a_mark_is_shown_without_it(web):
    web.cases.put(a_case(reference=REFERENCE, details=Details(name="Si\u202eta \u200dक")))

    shown = page(web.get(DATA)).text
    assert "Sita \u200dक" in shown
    assert "\u202e" not in shown


def test_the_last_of_several_answers_to_consent_counts(web):
    assert web.send("/request", {**GOOD, "consent": ["yes", "no"]}).status_code == 422
    assert web.send("/request", {**GOOD, "consent": ["no", "yes"]}).status_code == 303


def test_a_box_that_says_no_is_not_ticked(web):
    ticks = {"another_person": "no", "prefers_woman": "no"}
    assert web.send("/request", {**GOOD, **ticks}).status_code == 303
    (case,) = web.cases.cases.values()
    assert (case.another_person, case.prefers_woman) == (False, False)

    shown = page(web.send("/request", {**GOOD, **ticks, "phone": ""}), 422)

    for name in ticks:
        assert "checked" not in shown.all("input", name=name)[0]


def test_a_double_click_is_one_request_and_a_changed_form_another(web):
    first = web.send("/request", GOOD)
    assert web.send("/request", GOOD).headers["Location"] == first.headers["Location"]

    changed = web.send("/request", {**GOOD, "message": "one thing more"})

    (case,) = web.cases.cases.values()
    assert case.answers.messages == ("one thing more",)
    assert changed.status_code == 200
    assert "You had asked us already." in page(changed).text


def test_whoever_knows_a_phone_is_not_shown_the_way_to_its_case(web):
    first = web.send("/request", {**GOOD, "name": "सीता"})
    token = parse_qs(urlsplit(first.headers["Location"]).query)["t"][0]

    again = web.send("/request", GOOD)

    assert (again.status_code, "Location" in again.headers) == (200, False)
    assert token not in str(again.body)
    assert "सीता" not in page(again).text


@pytest.mark.parametrize("language", ["en", "hi"])
def test_errors_are_summed_up_and_nothing_typed_is_lost(web, language):
    typed = {
        "phone": "12<b>",
        "name": '"><script>alert(1)</script>',
        "age": "400",
        "message": "x" * 1001,
        "reasons": ["cost"],
        "stage": "3-4",
        "prefers_woman": "yes",
        "language": "ta",
        "request_id": "kept",
    }

    answer = web.send("/request", typed, accept_language=language)

    form = page(answer, 422)
    titles = {"en": "Error: Ask us to call you", "hi": "गलती: डॉक्टर का फ़ोन पाएँ"}
    assert f"<title>{titles[language]}" in answer.body.decode()
    (summary,) = form.all("div", role="alert")
    assert summary["aria-labelledby"] == "summary"
    wrong = ["phone", "age", "message", "consent"]
    for name in wrong:
        assert len(form.all("a", href=f"#{name}")) == 1
        (field,) = [attrs for _, attrs in form.elements if attrs.get("id") == name]
        assert field["aria-invalid"] == "true"
        assert f"{name}-wrong" in field["aria-describedby"].split()
        said = re.findall(rf'(?:href="#{name}"|id="{name}-wrong")>([^<]+)<', answer.body.decode())
        assert len(said) == 2
        assert said[0] == said[1]
    assert (form.value("phone"), form.value("age")) == ("12<b>", "400")
    assert form.value("name") == typed["name"]
    assert "<script>" not in answer.body.decode()
    assert form.value("request_id") == "kept"
    assert "checked" in form.all("input", id="reasons-cost")[0]
    assert "checked" in form.all("input", id="prefers_woman")[0]
    assert "selected" in form.all("option", value="3-4")[0]
    assert "selected" in form.all("option", value="ta")[0]
    assert "open" in form.all("details")[0]
    assert "x" * 1001 in form.text
    assert web.cases.cases == {}


def test_a_half_filled_form_comes_back_in_the_other_language_unjudged(web):
    form = page(web.get("/request", accept_language="en"))
    (switch,) = form.all("button", name="other_language")
    assert (switch["form"], switch["lang"], switch["formaction"]) == ("ask", "hi", "?lang=hi")
    half = {
        "phone": "98",
        "name": "सीता",
        "reasons": ["cost", "other"],
        "stage": "3-4",
        "consent": "yes",
        "language": "en",
        "message": "<b>",
        "request_id": "kept",
        "other_language": switch["value"],
    }

    answer = web.send("/request?lang=hi", half, accept_language="en")

    assert answer.headers["Set-Cookie"].startswith("lang=hi;")
    again = page(answer)
    assert again.all("html", lang="hi")
    assert not again.all("div", role="alert")
    assert (again.value("phone"), again.value("name")) == ("98", "सीता")
    assert again.value("request_id") == "kept"
    assert "checked" in again.all("input", id="reasons-cost")[0]
    assert "checked" in again.all("input", id="consent")[0]
    assert "selected" in again.all("option", value="3-4")[0]
    assert "selected" in again.all("option", value="hi")[0]
    assert "<b>" in again.text
    assert web.cases.cases == {}


def test_a_language_that_was_chosen_for_the_call_outlives_the_pages(web):
    half = {"language": "ta", "other_language": "en"}

    again = page(web.send("/request?lang=hi", half))

    assert "selected" in again.all("option", value="ta")[0]


def test_enter_in_a_field_sends_the_form_and_changes_no_language(web):
    form = page(web.get("/request"))

    first = next(attrs for tag, attrs in form.elements if tag == "button")
    assert first["form"] == form.all("form")[0]["id"]
    assert not {"name", "formaction"} & first.keys()


def test_the_summary_of_errors_takes_the_focus_by_itself(web):
    (summary,) = page(web.send("/request", {}), 422).all("div", role="alert")

    assert summary["tabindex"] == "-1"
    assert "autofocus" in summary


def test_the_number_in_the_notice_can_be_rung(web):
    (notice,) = re.findall(r"<dl.*?</dl>", web.get("/notice").body.decode(), re.DOTALL)

    assert 'href="tel:+919355520202">93555\xa020202</a>' in notice
    assert "%(number)s" not in notice


def test_the_notice_comes_before_the_tick_and_on_a_page_of_its_own(web):
    form, alone = web.get("/request").body.decode(), web.get("/notice").body.decode()

    (notice,) = re.findall(r"<dl.*?</dl>", form, re.DOTALL)
    assert notice in alone
    assert form.index(notice) < form.index('id="consent"')
    assert page(web.get("/")).all("a", href="notice")


def test_a_form_with_nothing_in_it(web):
    form = page(web.send("/request", {}), 422)

    assert [each["href"] for each in form.all("a") if each["href"].startswith("#")] == [
        "#main",
        "#phone",
        "#consent",
    ]
    assert form.value("request_id")


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{}", "application/json", 415),
        (b"x=" + b"y" * 20_000, "application/x-www-form-urlencoded", 413),
        (b"phone=%ff", "application/x-www-form-urlencoded", 400),
        (b"\xff", "application/x-www-form-urlencoded", 400),
        (b"a=b&" * 500, "application/x-www-form-urlencoded", 400),
    ],
)
def test_what_is_no_form_gets_a_page_that_says_so(web, body, kind, status):
    answer = web.call("POST", "/request", body=body, content_type=kind, accept="text/html")

    assert page(answer, status).all("a", href="tel:+919355520202")


def test_a_refusal_is_a_page_with_the_number(web):
    web.cases.block(web.secrets.phone_key("+919876543210"), timedelta(1), web.clock.now)

    answer = web.send("/request", GOOD, accept_language="hi")

    assert page(answer, 429).all("a", href="tel:+919355520202")
    assert answer.headers["Retry-After"] == "86400"


def test_a_fault_is_a_page_with_an_id(web):
    web.cases.fail_next = [RuntimeError()]

    answer = web.get(OWN)

    assert answer.headers["X-Request-Id"] in page(answer, 500).text


def test_a_program_gets_json_from_a_page_too(web):
    answer = web.get("/c/nothing", accept="application/json")

    assert (answer.status_code, answer.json_body["error"]["code"]) == (404, "not_found")


def test_cancelling_on_the_own_page(web, case):
    own = page(web.get(OWN))
    (form,) = own.all("form", action=f"../c/{REFERENCE}/cancel")
    assert form["method"] == "post"

    answer = web.send(f"/c/{REFERENCE}/cancel", {"t": own.all("input", name="t")[-1]["value"]})

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"../../c/{REFERENCE}?t={TOKEN}"
    after = page(web.get(OWN))
    assert "Your request is cancelled" in after.text
    assert not after.all("form")


def test_another_time_on_the_own_page(web, case):
    own = page(web.get(OWN))
    (form,) = own.all("form", action=f"../c/{REFERENCE}/reschedule")
    assert form["method"] == "post"
    assert [each["value"] for each in own.all("button", name="window")] == [
        "any",
        "morning",
        "afternoon",
    ]

    answer = web.send(
        f"/c/{REFERENCE}/reschedule", {"t": f"token-of-{REFERENCE}", "window": "afternoon"}
    )

    assert answer.status_code == 303
    location = answer.headers["Location"]
    assert location == f"../../c/{REFERENCE}?t=token-of-{REFERENCE}&changed=1"
    after = page(web.get("/" + location.removeprefix("../../")))
    assert "We have changed the time." in after.text
    assert "We expect to call you today (Mon 23 Nov) between 1:30 pm and 2:00 pm." in after.text
    assert "Until then your place in line is kept." in after.text


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"t": "wrong", "window": "morning"}, 404),
        ({"window": "morning"}, 404),
        ({"t": f"token-of-{REFERENCE}"}, 422),
        ({"t": f"token-of-{REFERENCE}", "window": "midnight"}, 422),
    ],
)
def test_another_time_needs_the_cases_own_token_and_a_part_of_the_day(web, case, form, status):
    assert web.send(f"/c/{REFERENCE}/reschedule", form).status_code == status
    assert web.cases.cases[REFERENCE] == case


def test_whose_turn_it_is_can_cancel_and_not_choose_a_time(web, case):
    web.cases.claim(REFERENCE, "dr-asha", web.clock.now)

    own = page(web.get(OWN))

    assert "It is your turn." in own.text
    assert not own.all("button", name="window")
    answer = web.send(f"/c/{REFERENCE}/reschedule", {"t": f"token-of-{REFERENCE}", "window": "any"})
    assert answer.status_code == 409


def test_who_nobody_serves_is_told_so_and_may_let_any_doctor_call(web):
    web.rota.put_oncologist(an_oncologist(gender="male"))
    asked = {"phone": "98123 45678", "consent": "yes", "prefers_woman": "yes", "language": "hi"}
    assert web.send("/request", asked).status_code == 303
    case = next(iter(web.cases.cases.values()))
    where = f"/c/{case.reference}?t=token-of-{case.reference}"
    own = page(web.get(where))

    assert "we cannot say yet when we will call" in own.text
    assert "We expect to call you" not in own.text
    assert "tell you by SMS" in own.text
    assert own.all("button", name="any_doctor")
    form = {"t": f"token-of-{case.reference}", "window": "any", "any_doctor": "yes"}
    assert web.send(f"/c/{case.reference}/reschedule", form).status_code == 303
    assert "We expect to call you" in page(web.get(where)).text


def test_the_place_in_line_is_told_in_words(web, case):
    web.cases.put_snapshot(LineSnapshot(web.clock.now, {"hi": 14, "ta": 90}, 15))

    assert "At most about 15 people are called before you." in page(web.get(OWN)).text


def test_the_own_page_shows_without_the_place_when_that_is_out_of_reach(web, case):
    web.rota.fail_next = [Busy()]

    assert "We expect to call you today" in page(web.get(OWN)).text


@pytest.mark.parametrize(
    ("changes", "kept", "left_out"),
    [
        ({}, "The list of medicines and treatments so far", "estimate of the cost"),
        ({"details": Details(reasons=("cost",))}, "estimate of the cost", "biopsy report"),
        ({"details": Details(reasons=("diagnosis_doubt",))}, "first biopsy report", "discharge"),
        ({"details": Details(reasons=("treatment_doubt",))}, "discharge papers", "list of med"),
        ({"details": Details(asking_for="other")}, "The patient beside you", "camera"),
        ({"mode": Mode.VIDEO}, "a camera", "quiet place"),
    ],
)
def test_what_to_keep_ready_fits_what_was_told_and_is_never_long(web, changes, kept, left_out):
    web.cases.put(a_case(reference=REFERENCE, **changes))

    own = page(web.get(OWN))

    assert kept in own.text
    assert left_out not in own.text
    assert len(own.all("li")) <= 7


def test_a_video_calls_own_page_leads_to_the_room(web):
    web.cases.put(a_case(reference=REFERENCE, mode=Mode.VIDEO))

    assert page(web.get(OWN)).all("a", href=f"../v/{REFERENCE}?t={TOKEN}")


def test_withdrawing_says_what_it_does_before_it_does_it(web, case):
    assert page(web.get(OWN)).all("a", href=f"../c/{REFERENCE}/withdraw?t={TOKEN}")

    asked = page(web.get(WITHDRAW))

    assert "What we erase" in asked.text
    assert "What the law has us keep" in asked.text
    (form,) = asked.all("form")
    assert (form["method"], form["action"]) == ("post", f"../../c/{REFERENCE}/withdraw")
    assert asked.value("t") == TOKEN
    assert web.cases.cases[REFERENCE] == case
    assert web.get(f"/c/{REFERENCE}/withdraw?t=wrong").status_code == 404


@pytest.mark.parametrize("action", ["cancel", "withdraw"])
@pytest.mark.parametrize("form", [{}, {"t": "wrong"}])
def test_cancelling_and_withdrawing_need_the_cases_own_token(web, case, action, form):
    assert web.send(f"/c/{REFERENCE}/{action}", form).status_code == 404
    assert web.cases.cases[REFERENCE] == case


@pytest.mark.parametrize(
    ("path", "up"), [("/", ""), ("/request", ""), ("/request/", "../"), (OWN, "../")]
)
def test_links_are_relative_so_that_any_base_path_will_do(web, path, up):
    (style,) = page(web.get(path) if path != OWN else own(web)).all("link", rel="stylesheet")

    assert re.fullmatch(re.escape(up) + r"static/helpline\.[0-9a-f]{12}\.css", style["href"])


def own(web):
    web.cases.put(a_case(reference=REFERENCE))
    return web.get(OWN)


def test_static_files_are_kept_for_ever_under_their_contents_name(web):
    start = page(web.get("/"))
    for link in start.all("link"):
        answer = web.get("/" + link["href"])
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Content-Type"] in ("text/css; charset=utf-8", "image/svg+xml")
        assert "http" not in answer.body.decode().replace("http://www.w3.org/2000/svg", "")


@pytest.mark.parametrize(
    "name", ["helpline.css", "helpline.000000000000.css", "..%2Fsettings.py", "..", "%00", "."]
)
def test_no_other_file_is_served(web, name):
    assert web.get(f"/static/{name}").status_code == 404


def test_withdrawing_erases_and_the_link_says_so_from_then_on(web, case):
    answer = web.send(f"/c/{REFERENCE}/withdraw", {"t": TOKEN})

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"../../c/{REFERENCE}?t={TOKEN}"
    own = page(web.get(OWN))
    assert "Your consent is withdrawn" in own.text
    assert not own.all("a", href=f"../c/{REFERENCE}/withdraw?t={TOKEN}")
    assert "सुनीता" not in own.text
    again = web.send(f"/c/{REFERENCE}/withdraw", {"t": TOKEN})
    assert again.status_code == 303


def test_a_form_that_is_changed_after_going_back_is_a_further_request(web):
    """The browser sends the page's own id once more; nothing that was typed may be lost."""
    web.send("/request", {**GOOD, "request_id": "of-this-page", "message": "first"})
    again = web.send("/request", {**GOOD, "request_id": "of-this-page", "message": "first, edited"})

    (case,) = web.cases.cases.values()
    assert case.answers.messages == ("first", "first, edited")
    assert "we have added what you told us" in page(again).text


def test_whoever_told_nothing_is_not_told_that_it_was_added(web):
    web.send("/request", GOOD)
    again = page(web.send("/request", {**GOOD, "request_id": "another"})).text

    assert "You had asked us already. You keep your place in line." in again
    assert "added" not in again


@pytest.mark.parametrize("language", ["en", "hi"])
def test_what_was_not_kept_is_said_and_shown(web, language):
    web.send("/request", GOOD)
    for number in range(7):
        form = {**GOOD, "message": f"<b>words</b> {number}"}
        answer = web.send(f"/request?lang={language}", form)
    said = page(answer)

    assert "<b>words</b> 6" in said.text
    kept = {"en": "we have not kept what you told us just now", "hi": "दर्ज नहीं हुआ"}
    assert kept[language] in said.text
    assert not said.all("b")


def test_the_page_says_which_of_the_form_s_own_wishes_hold(web):
    web.send("/request", {**GOOD, "mode": "video", "language": "hi"})
    form = {**GOOD, "mode": "phone", "window": "afternoon", "language": "en", "message": "more"}
    said = page(web.send("/request", {**form, "prefers_woman": "yes"})).text

    (case,) = web.cases.cases.values()
    assert (case.language, case.mode, case.prefers_woman) == ("en", Mode.VIDEO, True)
    for each in ("English", "Afternoon", "I would rather talk to a woman doctor"):
        assert each in said
    assert "Video" not in said
    assert "How shall we talk?" not in said
