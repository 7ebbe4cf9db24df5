"""The console's lines, hours, leave, swaps and recipients, as a browser sees them."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import UTC, timedelta
from urllib.parse import quote

import pytest

from chalicelib.rota.domain.change_log import By
from chalicelib.rota.domain.model import Fair
from tests.support.helpline import in_use
from tests.support.page_text import words
from tests.support.rota_calls import RAVIS_SHIFT, on, stored
from tests.support.rota_world import ASHA, NAMES, RAVI, TARA, TUESDAY, afternoon, at, morning
from tests.support.web import Web

LINE = "/console/rota/line"
MORNING = {
    "version": "1",
    "was": "morning",
    "place": "1",
    "days": ["mon", "tue", "wed", "thu", "fri", "sat"],
    "start": "10:00",
    "end": "13:30",
    "people": "1",
    "languages": ["hi"],
    "kind": "round_robin",
    "unit": "shift",
    "every": "1",
    "anchor": "2026-11-23",
    "order.dr-asha": "1",
    "order.dr-ravi": "2",
    "order.dr-tara": "3",
}


def carried(answer) -> dict[str, list[str]]:
    """The fields that a page carries on unseen."""
    found: dict[str, list[str]] = {}
    fields = re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', answer.body.decode())
    for name, value in fields:
        if name != "csrf":
            found.setdefault(html.unescape(name), []).append(html.unescape(value))
    return found


def row(answer, name: str) -> str:
    """A row of a table, by what it begins with."""
    rows = re.findall(r"<tr>.*?</tr>", answer.body.decode(), re.DOTALL)
    said = [" ".join(html.unescape(re.sub(r"<[^>]*>", " ", each)).split()) for each in rows]
    return next(each for each in said if each.startswith(name))


def test_the_lines_are_listed_in_their_order(meera):
    said = words(meera.get("/console/rota/lines"))

    assert said.index("1. morning") < said.index("2. afternoon")
    assert "Dr-Asha, Dr-Ravi, Dr-Tara" in said


def test_the_form_of_a_line_is_filled_so_that_sending_it_changes_nothing(web, meera):
    page = meera.get(f"{LINE}?line=morning").body.decode()
    filled: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input(?=[^>]*name="([^"]+)")[^>]*value="([^"]*)"', page):
        filled.setdefault(name, []).append(value)
    ticked = re.findall(r'type="checkbox"[^>]*name="(\w+)" value="(\w+)" checked', page)
    for name in ("days", "languages"):
        filled[name] = [value for each, value in ticked if each == name]
    for name, options in re.findall(r'<select id="(\w+)".*?>(.*?)</select>', page, re.DOTALL):
        filled[name] = re.findall(r'value="(\w+)" selected', options)
    filled.pop("csrf")
    filled.pop("drop", None)

    meera.send(LINE, {**filled, "step": "save"})

    assert web.rota_edits.documents().lines.value == (morning(), afternoon())
    assert web.rota_edits.documents().lines.version == 2


def test_a_new_line_offers_nobody_who_has_left_by_the_day_in_india(web):
    leaves = replace(in_use().rota.store.find_oncologist(TARA), left=TUESDAY)
    in_use().rota.manage_rota.change_oncologist(
        TARA, 1, lambda _: leaves, By("meera"), web.clock.now
    )

    web.clock.now = at(TUESDAY - timedelta(days=1), 17).astimezone(UTC)
    assert f"order.{TARA}" in web.signed_in("admin", "meera").get(LINE).body.decode()
    web.clock.now = at(TUESDAY, 1).astimezone(UTC)
    assert f"order.{TARA}" not in web.signed_in("admin", "meera").get(LINE).body.decode()


def test_a_preview_tells_what_changes_and_stores_nothing(web, meera):
    before = stored(web)

    answer = meera.send(LINE, {**MORNING, "order.dr-tara": "", "step": "preview"})

    assert answer.status_code == 200
    assert row(answer, "Places filled") == "Places filled 100.0 % 100.0 % as before"
    # The afternoon's rotation is fair, and makes good what the morning takes from her.
    assert row(answer, "Dr-Tara") == "Dr-Tara 56.0 56.0 as before"
    assert "Shifts that change" in words(answer)
    assert row(answer, "Thu 24 Dec").startswith("Thu 24 Dec 10:00\N{EN DASH}13:30 morning Dr-")
    assert stored(web) == before


def test_a_preview_tells_each_ones_hours(meera):
    answer = meera.send(LINE, {**MORNING, "people": "2", "step": "preview"})

    assert row(answer, "Dr-Asha") == "Dr-Asha 56.0 84.0 +28.0"


def test_a_preview_shows_the_gaps_that_appear_and_those_that_vanish(meera):
    more = meera.send(LINE, {**MORNING, "people": "3", "step": "preview"})
    assert "Gaps that appear" not in words(more).partition("How good")[0]
    four = meera.send(LINE, {**MORNING, "people": "4", "step": "preview"})
    assert "Gaps that appear: 24" in words(four)
    assert row(four, "Places filled").startswith("Places filled 100.0 %")

    meera.send(LINE, {**MORNING, "people": "4", "step": "save"})
    back = meera.send(LINE, {**MORNING, "version": "2", "step": "preview"})
    assert "Gaps that vanish: 24" in words(back)


def test_it_looks_as_far_ahead_as_asked(meera):
    answer = meera.send(LINE, {**MORNING, "step": "preview", "weeks": "12"})

    assert "From Wed 23 Dec to Tue 16 Mar" in words(answer)


def test_what_was_looked_at_is_what_is_saved(web, meera):
    preview = meera.send(
        LINE, {**MORNING, "order.dr-asha": "2", "order.dr-ravi": "1", "step": "preview"}
    )

    answer = meera.send(LINE, {**carried(preview), "step": "save"})

    assert answer.headers["Location"].endswith("console/rota/lines?did=lines")
    assert web.rota_edits.documents().lines.value[0].rotation.members == (RAVI, ASHA, TARA)
    assert web.rota_edits.history[-1].by.who == "meera"


def test_going_back_loses_nothing(meera):
    preview = meera.send(LINE, {**MORNING, "people": "2", "end": "13:00", "step": "preview"})

    page = meera.send(LINE, {**carried(preview), "step": "edit"}).body.decode()

    assert re.search(r'name="people"[^>]*value="2"', page)
    assert re.search(r'name="end"[^>]*value="13:00"', page)
    assert re.search(r'name="order.dr-tara" value="3"', page)
    assert page.count("checked") == 7


@pytest.mark.parametrize(
    ("changes", "field", "problem"),
    [
        ({"days": []}, "days", "Please fill this in."),
        ({"start": "09:00"}, "start", "This lies outside the working hours."),
        ({"end": "10:00"}, "end", "This lies outside the working hours."),
        ({"people": "0"}, "people", "This must be between 1 and 50."),
        ({"people": "some"}, "people", "This is not in the form we expect."),
        ({"place": "3"}, "place", "This must be between 1 and 2."),
        ({"place": "first"}, "place", "This must be between 1 and 2."),
        ({"anchor": ""}, "anchor", "Please fill this in."),
        ({"order.dr-asha": "x"}, "members", "Write the order as whole numbers: 1, 2, 3."),
        ({"order.dr-who": "4"}, "members", "We don't know this one."),
        (
            {"order.dr-asha": "", "order.dr-ravi": "", "order.dr-tara": ""},
            "members",
            "Please fill this in.",
        ),
        ({"was": "", "id": "late shift"}, "id", "This holds characters that we can't use."),
        ({"was": "", "id": "afternoon"}, "id", "This is there twice."),
    ],
)
@pytest.mark.parametrize("step", ["preview", "save"])
def test_what_is_wrong_with_a_line_is_told_at_its_field(web, meera, step, changes, field, problem):
    before = stored(web)

    answer = meera.send(LINE, {**MORNING, **changes, "step": step})

    assert answer.status_code == 422
    page = answer.body.decode()
    assert words(answer).startswith("Error:")
    assert f'<a href="#{field}">{html.escape(problem, quote=False)}'.replace("'", "&#39;") in page
    assert f'id="{field}-wrong"' in page
    assert f'id="{field}"' in page
    assert stored(web) == before


def test_a_new_line_takes_its_place(web, meera):
    assert meera.get(LINE).status_code == 200
    new = {**MORNING, "was": "", "id": "evening", "place": "2", "start": "16:00", "end": "17:00"}

    meera.send(LINE, {**new, "kind": "fair", "people": "1", "step": "save"})

    lines = web.rota_edits.documents().lines.value
    assert [line.id for line in lines] == ["morning", "evening", "afternoon"]
    assert lines[1].rotation == Fair(NAMES)


def test_a_line_is_removed_after_a_look(web, meera):
    preview = meera.send(LINE, {**MORNING, "drop": "yes"})
    assert "What it does to remove the line morning" in words(preview)
    assert "no shift" in words(preview)
    assert web.rota_edits.documents().lines.value == (morning(), afternoon())

    meera.send(LINE, {**carried(preview), "step": "save"})

    assert web.rota_edits.documents().lines.value == (afternoon(),)


def test_a_button_that_says_no_removes_nothing(web, meera):
    meera.send(LINE, {**MORNING, "drop": "no", "step": "save"})

    assert [line.id for line in web.rota_edits.documents().lines.value] == ["morning", "afternoon"]


@pytest.mark.parametrize("step", ["preview", "save"])
def test_who_was_overtaken_sees_it_and_keeps_what_was_typed(web, meera, step):
    in_use().rota.manage_rota.put_lines(
        (morning(people=2), afternoon()), 1, By("tara"), web.clock()
    )

    answer = meera.send(LINE, {**MORNING, "people": "3", "step": step})

    assert answer.status_code == 409
    assert "Somebody else has changed this meanwhile." in words(answer)
    assert re.search(r'name="people"[^>]*value="3"', answer.body.decode())
    again = {**MORNING, **carried(answer), "people": "3", "step": step}
    assert meera.send(LINE, again).status_code in (200, 303)


def test_the_audit_has_what_was_saved_and_not_what_was_looked_at(web, meera):
    preview = meera.send(LINE, {**MORNING, "people": "2", "step": "preview"})
    meera.send(LINE, {**MORNING, "people": "none", "step": "save"})
    meera.send("/console/rota/hours", {**HOURS, "mon": "ten"})
    meera.send("/console/rota/leave", {"oncologist": RAVI, "from": "soon", "to": "later"})
    leave = {"oncologist": RAVI, "from": TUESDAY.isoformat(), "to": "2026-11-26"}
    assert "Yes, go on" in words(meera.send("/console/rota/leave", leave))
    assert "Yes, go on" in words(meera.send("/console/rota/leave", {**leave, "sure": "no"}))
    assert changes(web) == []

    meera.send(LINE, {**carried(preview), "step": "save"})
    meera.send("/console/rota/leave", {**leave, "sure": "yes"})

    assert changes(web) == [
        ("meera", "lines.change", None),
        ("meera", "leave.take", f"oncologist:{RAVI}"),
    ]


def changes(web: Web) -> list[tuple[str, str, str | None]]:
    """What the audit tells of the rota."""
    return [
        (entry.who, entry.action, entry.subject)
        for entry in web.audit.entries
        if entry.action in ("lines.change", "hours.change", "leave.take")
    ]


def test_a_line_that_is_not_there(meera):
    assert meera.get(f"{LINE}?line=night").status_code == 404


HOURS = {
    "version": "0",
    **dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat"), "10:00-17:00"),
    "sun": "",
    "closures": ["", ""],
    "extra_day": ["", ""],
    "extra": ["", ""],
}


def test_hours_are_written_as_people_write_them(web, meera):
    given = {
        **HOURS,
        "mon": "9:00 \N{EN DASH} 13:30, १३:३०-१७:०० ; 18:00-20:00",  # noqa: RUF001  # as typed
        "sun": "10:00-24:00",
        "closures": ["2026-12-25", "", "2026-12-25"],
        "extra_day": ["2026-12-25", ""],
        "extra": ["10:00-12:00", ""],
    }

    answer = meera.send("/console/rota/hours", given)

    assert answer.headers["Location"].endswith("?did=hours")
    kept = web.rota.find_hours().to_dict()
    assert kept["mon"] == [["09:00", "13:30"], ["13:30", "17:00"], ["18:00", "20:00"]]
    assert (kept["sun"], kept["closures"]) == ([["10:00", "24:00"]], ["2026-12-25"])
    assert kept["extra"] == {"2026-12-25": [["10:00", "12:00"]]}
    page = meera.get("/console/rota/hours").body.decode()
    assert 'value="09:00-13:30, 13:30-17:00, 18:00-20:00"' in page
    assert 'name="version" value="1"' in page


def test_a_closure_asks_before_it_takes_published_shifts_off(web, meera):
    given = {**HOURS, "closures": [TUESDAY.isoformat(), ""]}

    asked = meera.send("/console/rota/hours", given)

    said = words(asked)
    assert "Shifts that are given up: 2" in said
    assert "Ravi" in said
    assert on(web, TUESDAY) != []
    assert web.rota.find_hours() is None
    assert changes(web) == []

    answer = meera.send("/console/rota/hours", {**carried(asked), "sure": "yes"})

    assert "did=hours-moved" in answer.headers["Location"]
    assert on(web, TUESDAY) == []
    assert "Oncologists whose shifts change" in words(
        meera.get("/console/rota/hours?did=hours-moved")
    )
    assert changes(web) == [("meera", "hours.change", None)]


def test_a_shorter_day_says_what_is_left_of_each_shift(web, meera):
    day = TUESDAY.isoformat()
    given = {**HOURS, "closures": [day], "extra_day": [day], "extra": ["10:00-12:00"]}

    asked = words(meera.send("/console/rota/hours", given))

    assert "Shifts that get shorter, with what is left of them: 1" in asked
    assert "Shifts that are given up: 1" in asked


def test_a_day_that_opens_again_says_that_it_leaves_a_gap(web, meera):
    given = {**HOURS, "closures": [TUESDAY.isoformat()], "sure": "yes"}
    meera.send("/console/rota/hours", given)

    answer = meera.send("/console/rota/hours", {**HOURS, "version": "1"})

    assert "did=hours-gap" in answer.headers["Location"]
    assert on(web, TUESDAY) == [("10:00", "13:30", [])]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"mon": "ten to five"}, "mon"),
        ({"tue": "17:00-10:00"}, "tue"),
        ({"wed": "10:00-13:00, 12:00-17:00"}, "wed"),
        ({"thu": "10:00-25:00"}, "thu"),
        ({"closures": ["2026-13-01"]}, "closures"),
        ({"extra_day": ["2026-12-25"], "extra": [""]}, "extra"),
        ({"extra_day": [""], "extra": ["10:00-12:00"]}, "extra"),
    ],
)
def test_wrong_hours_are_told_and_nothing_is_lost(web, meera, changes, field):
    before = stored(web)

    answer = meera.send("/console/rota/hours", {**HOURS, **changes})

    assert answer.status_code == 422
    page = answer.body.decode()
    assert f'href="#{field}"' in page
    for value in next(iter(changes.values())) if "extra" in changes else changes.values():
        assert html.escape(value if isinstance(value, str) else value[0]) in page
    assert stored(web) == before


def test_hours_in_which_a_line_does_not_fit_name_the_line(web, meera):
    before = stored(web)

    answer = meera.send("/console/rota/hours", {**HOURS, "sat": "10:00-13:30"})

    assert words(answer).count("The line afternoon would lie outside these hours.") == 2
    assert stored(web) == before


def test_hours_that_somebody_else_has_changed(web, meera):
    meera.send("/console/rota/hours", HOURS)

    answer = meera.send("/console/rota/hours", {**HOURS, "sun": "10:00-12:00"})

    assert answer.status_code == 409
    assert 'name="version" value="1"' in answer.body.decode()
    assert 'value="10:00-12:00"' in answer.body.decode()


def test_leave_of_hours_that_ends_before_it_starts_is_refused_before_anything_is_asked(web, meera):
    day = TUESDAY.isoformat()
    given = {"oncologist": RAVI, "from": day, "from_time": "12:30", "to": day, "to_time": "11:00"}

    answer = meera.send("/console/rota/leave", given)

    assert answer.status_code == 422
    assert "The end must come after the start." in words(answer)
    assert "Yes, go on" not in words(answer)


def test_leave_of_some_hours_is_added_and_listed(web, meera):
    day = TUESDAY.isoformat()
    given = {"oncologist": RAVI, "from": day, "from_time": "11:00", "to": day, "to_time": "12:30"}
    asked = words(meera.send("/console/rota/leave", given))
    assert "Shifts that are given up: 1 Tue 24 Nov, 11:00 am \N{EN DASH} 12:30 pm" in asked

    meera.send("/console/rota/leave", {**given, "sure": "yes"})

    assert on(web, TUESDAY) == [
        ("10:00", "11:00", ["dr-ravi"]),
        ("11:00", "12:30", []),
        ("12:30", "13:30", ["dr-ravi"]),
    ]
    assert "Dr-Ravi Tue 24 Nov, 11:00 am" in words(meera.get("/console/rota/leave"))
    assert "Dr-Ravi 11:00\N{EN DASH}12:30" in words(meera.get("/console/rota?month=2026-11"))


def test_leave_is_added_listed_and_dropped(web, meera):
    given = {"oncologist": RAVI, "from": TUESDAY.isoformat(), "to": "2026-11-26"}

    asked = words(meera.send("/console/rota/leave", given))
    assert "Leave: Dr-Ravi, Tue 24 Nov \N{EN DASH} Wed 25 Nov" in asked
    assert "Shifts that are given up: 1 Tue 24 Nov, 10:00 am" in asked
    assert web.rota_edits.kept == {}

    answer = meera.send("/console/rota/leave", {**given, "sure": "yes"})

    assert "did=leave-gap" in answer.headers["Location"]
    assert on(web, TUESDAY) == [("10:00", "13:30", [])]
    page = meera.get("/console/rota/leave")
    assert "Dr-Ravi Tue 24 Nov \N{EN DASH} Wed 25 Nov 2" in words(page)
    (kept,) = web.rota_edits.kept
    assert meera.send("/console/rota/leave/drop", {"id": kept}).status_code == 303
    assert web.rota_edits.kept == {}
    assert "Nobody is on leave" in words(meera.get("/console/rota/leave"))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"oncologist": ""}, "oncologist"),
        ({"oncologist": "dr-who"}, "oncologist"),
        ({"from": "2026-11-01"}, "from"),
        ({"to": TUESDAY.isoformat()}, "to"),
        ({"to": "soon"}, "to"),
    ],
)
def test_wrong_leave_is_told(web, meera, changes, field):
    given = {"oncologist": RAVI, "from": TUESDAY.isoformat(), "to": "2026-11-26"}

    answer = meera.send("/console/rota/leave", {**given, **changes})

    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.body.decode()
    assert web.rota_edits.kept == {}


def offered(web: Web, to: str | None = None) -> str:
    offer = in_use().rota.swaps.offer(RAVIS_SHIFT, to, By(RAVI), web.clock())
    return f"/console/rota/swaps/{quote(offer.id)}"


def test_an_offer_to_a_colleague_is_accepted_for_them(web, meera):
    swap = offered(web, ASHA)
    said = words(meera.get("/console/rota/swaps"))
    assert "Dr-Ravi offers it to Dr-Asha." in said
    assert "Accept for Dr-Asha" in said

    answer = meera.send(f"{swap}/accept", {"acting_for": ASHA})

    assert answer.headers["Location"].endswith("did=accepted")
    assert on(web, TUESDAY) == [("10:00", "13:30", [ASHA])]
    change = web.rota_edits.history[-1]
    assert (change.by.who, change.by.acting_for) == ("meera", ASHA)
    assert "Accepted Dr-Asha" in words(meera.get("/console/rota/swaps"))


@pytest.mark.parametrize(
    ("answer", "who", "state"), [("decline", ASHA, "Declined"), ("withdraw", RAVI, "Withdrawn")]
)
def test_an_offer_is_declined_or_withdrawn_for_somebody(web, meera, answer, who, state):
    swap = offered(web, ASHA)

    meera.send(f"{swap}/{answer}", {"acting_for": who})

    assert f"{state} {who.title()}" in words(meera.get("/console/rota/swaps"))
    assert on(web, TUESDAY) == [("10:00", "13:30", [RAVI])]


def test_why_somebody_cannot_take_it_is_told_at_the_offer(web, meera):
    swap = offered(web)
    meera.send(
        "/console/rota/leave",
        {"oncologist": TARA, "from": TUESDAY.isoformat(), "to": "2026-11-26", "sure": "yes"},
    )

    answer = meera.send(f"{swap}/accept", {"acting_for": TARA})

    assert answer.status_code == 409
    assert words(answer).count("Whoever is to take the shift is on leave then.") == 2
    nobody = meera.send(f"{swap}/accept", {"acting_for": ""})
    assert (nobody.status_code, words(nobody).count("Please fill this in.")) == (422, 2)


def test_a_recipient_that_sent_stop_is_shown_with_what_it_means(web, meera):
    given = {"version": "0", "phone": ["98111 11111"], "language": ["en"]}
    meera.send("/console/rota/recipients", given)
    assert "sent STOP" not in meera.get("/console/rota/recipients").body.decode()
    web.messages.opt_out(web.secrets.phone_key("+919811111111"), web.clock())

    page = meera.get("/console/rota/recipients").body.decode()
    assert "sent STOP" in page
    assert "the mobile operator may block them" in page


def test_recipients_are_kept_and_taken_out(web, meera):
    given = {
        "version": "0",
        "phone": ["98111 11111", "", "9822222222"],
        "language": ["hi", "en", "en"],
    }
    meera.send("/console/rota/recipients", given)
    kept = [(each.phone, each.language) for each in web.rota_edits.recipients().value]
    assert kept == [("+919811111111", "hi"), ("+919822222222", "en")]

    one = {"version": "1", "phone": ["", "+919822222222"], "language": ["hi", "en"]}
    meera.send("/console/rota/recipients", one)

    assert [each.phone for each in web.rota_edits.recipients().value] == ["+919822222222"]


def test_a_wrong_phone_is_told(web, meera):
    given = {"version": "0", "phone": ["123"], "language": ["hi"]}

    answer = meera.send("/console/rota/recipients", given)

    assert answer.status_code == 422
    assert "This phone number is too short." in words(answer)
    assert 'value="123"' in answer.body.decode()
    assert web.rota_edits.recipients().value == ()


PAGES = ["", "/lines", "/line", "/line?line=morning", "/hours", "/leave", "/swaps", "/recipients"]


@pytest.mark.parametrize("page", [*PAGES, f"/shift/{RAVIS_SHIFT}", "?month=2027-01"])
def test_each_page_is_there_in_hindi_too_and_names_its_place(meera, page):
    answer = meera.get(f"/console/rota{page}", cookie=f"{meera.cookie}; lang=hi")

    assert answer.status_code == 200
    text = answer.body.decode()
    assert '<html lang="hi"' in text
    assert text.count("<h1") == 1
    assert text.count('aria-current="page"') == 2
    assert " style=" not in text


NOBODY_IS_TOLD = "Nobody is told of gaps by SMS"


def test_pages_say_where_nobody_is_told_of_gaps(web, meera):
    pages = ("/console", "/console/rota?month=2026-11", "/console/rota/recipients")
    assert NOBODY_IS_TOLD not in words(meera.get(pages[0]))
    away = {"oncologist": RAVI, "from": TUESDAY.isoformat(), "to": "2026-11-26", "sure": "yes"}
    meera.send("/console/rota/leave", away)
    web.clock.now += timedelta(minutes=2)

    assert [NOBODY_IS_TOLD in words(meera.get(page)) for page in pages] == [True] * 3

    phones = {"version": "0", "phone": ["9811111111"], "language": ["hi"]}
    meera.send("/console/rota/recipients", phones)
    web.clock.now += timedelta(minutes=2)

    assert [NOBODY_IS_TOLD in words(meera.get(page)) for page in pages] == [False] * 3
