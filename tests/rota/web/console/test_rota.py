"""The console's month, and the shift that is picked in it, as a browser sees them."""

from __future__ import annotations

import html
import re
from datetime import date, time, timedelta

import pytest

from chalicelib.rota.domain.change_log import By
from chalicelib.rota.domain.model import Fair, Temporary
from tests.support.helpline import in_use
from tests.support.page_text import words
from tests.support.rota_calls import RAVIS_SHIFT, on, stored
from tests.support.rota_world import MONDAY, TUESDAY, afternoon, at, morning
from tests.support.web import Browser, Web

SHIFT = f"/console/rota/shift/{RAVIS_SHIFT}"
WHOLE = {"from": "10:00", "to": "13:30"}


def later(web: Web, day: date, hour: int = 9) -> Browser:
    """The administrator's browser on another day: a session does not last so long."""
    web.clock.now = at(day, hour)
    return web.signed_in("admin", "meera")


def take_off(meera: Browser, **fields):
    return meera.send(f"{SHIFT}/override", {"remove": "dr-ravi", **WHOLE, **fields})


def test_the_month_of_today_with_who_is_on(meera):
    answer = meera.get("/console/rota")

    assert answer.status_code == 200
    said = words(answer)
    assert "November 2026" in said
    assert "morning 10:00\N{EN DASH}13:30 Dr-Ravi" in said
    assert "Gaps in this month" not in said
    assert answer.body.decode().count('class="day ') == 30


def test_a_month_beyond_what_is_published_is_told_as_planned(meera):
    page = meera.get("/console/rota?month=2027-01").body.decode()

    assert page.count(">Planned</span>") == 26
    assert "/console/rota/shift/morning-20270101-1000" in page


def test_on_a_phone_today_is_one_step_away(meera):
    assert 'href="#day-2026-11-23">Go to today<' in meera.get("/console/rota").body.decode()
    assert "Go to today's month" in words(meera.get("/console/rota?month=2027-01"))


@pytest.mark.parametrize("month", ["", "2026-13", "soon", "9999-12", "2026-12-01"])
def test_what_is_no_month_is_the_month_of_today(meera, month):
    assert "November 2026" in words(meera.get(f"/console/rota?month={month}"))


def test_a_gap_is_counted_at_the_top_and_links_to_its_shift(meera):
    take_off(meera)

    answer = meera.get("/console/rota?month=2026-11")

    said = words(answer)
    assert "Gaps in this month: 1" in said
    assert "Tue 24 Nov, 10:00\N{EN DASH}13:30 , morning : Nobody on duty" in said
    top = answer.body.decode().partition("<table")[0]
    assert f"console/rota/shift/{RAVIS_SHIFT}" in top


def test_the_shift_prefills_its_whole_time_and_says_who_is_free(meera):
    page = meera.get(SHIFT).body.decode()

    assert 'name="from" type="time" value="10:00"' in page
    assert 'name="to" type="time" value="13:30"' in page
    assert re.search(r'label="Free at that time">.*dr-asha.*dr-tara', page, re.DOTALL)


def test_somebody_takes_over_for_a_part_and_both_are_told(web, meera):
    answer = take_off(meera, add="dr-asha", to="12:00")

    assert answer.status_code == 303
    assert on(web, TUESDAY) == [("10:00", "12:00", ["dr-asha"]), ("12:00", "13:30", ["dr-ravi"])]
    month = meera.get("/" + answer.headers["Location"].rpartition("../")[2])
    assert "The rota is changed. Oncologists who are told: 2." in words(month)
    (change,) = web.rota_edits.history
    assert change.by.who == "meera"


def test_a_gap_that_is_made_is_said(meera):
    answer = take_off(meera)

    assert "did=gap" in answer.headers["Location"]


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"remove": ""}, "Choose who goes off, who comes on, or both."),
        ({"remove": "dr-tara"}, "There is no such shift then, or they are not on it."),
        ({"add": "dr-who"}, "We don't know this one."),
        ({"from": "25:00"}, "This is not a time like 13:30."),
        ({"from": ""}, "Please fill this in."),
        ({"to": "09:00"}, "The end must come after the start."),
        ({"from": "14:00", "to": "15:00"}, "There is no such shift then, or they are not on it."),
    ],
)
def test_a_refusal_is_told_in_words_and_nothing_typed_is_lost(web, meera, fields, problem):
    before = stored(web)

    answer = take_off(meera, **fields)

    assert answer.status_code == 422
    said = words(answer)
    assert said.startswith("Error: morning, Tue 24 Nov")
    assert said.count(problem) == 2
    if fields.get("from"):
        assert f'value="{fields["from"]}"' in answer.body.decode()
    assert stored(web) == before


def test_who_is_on_leave_is_told_before_and_refused(meera):
    meera.send(
        "/console/rota/leave",
        {"oncologist": "dr-asha", "from": TUESDAY.isoformat(), "to": "2026-11-25"},
    )

    assert "Dr-Asha: They are on leave then." in words(meera.get(SHIFT))
    answer = take_off(meera, add="dr-asha")
    assert (answer.status_code, words(answer).count("They are on leave then.")) == (422, 4)


def test_an_exception_is_listed_can_be_turned_back_and_dropped(web, meera):
    take_off(meera, add="dr-asha")
    page = meera.get(SHIFT)
    assert "Dr-Asha in place of Dr-Ravi" in words(page)
    (kept,) = web.rota_edits.kept

    back = html.unescape(
        re.search(r'href="[./]*(console[^"]*)">Turn it back', page.body.decode())[1]
    )
    filled = meera.get(f"/{back}").body.decode()
    assert '<option value="dr-asha" selected>' in filled
    assert '<option value="dr-ravi" selected>' in filled
    take_off(meera, remove="dr-asha", add="dr-ravi")
    assert on(web, TUESDAY) == [("10:00", "13:30", ["dr-ravi"])]

    answer = meera.send(f"{SHIFT}/drop", {"id": kept})
    assert "did=dropped" in answer.headers["Location"]
    assert kept not in web.rota_edits.kept
    assert meera.send(f"{SHIFT}/drop", {"id": kept}).status_code == 404


def test_what_a_fixed_list_would_swallow_is_refused_until_it_is_dropped(web, meera):
    shift = web.rota.find_duty_day(TUESDAY).shifts[0]
    fixed = Temporary("morning", shift.start, shift.end, ())
    kept = in_use().rota.manage_rota.add_exception(fixed, By("meera"), web.clock()).kept.id
    assert "fixed list: nobody" in words(meera.get(SHIFT))

    answer = take_off(meera, remove="", add="dr-tara")

    assert answer.status_code == 422
    assert words(answer).count("A fixed list says who is on then.") == 2
    meera.send(f"{SHIFT}/drop", {"id": kept})
    take_off(meera, remove="", add="dr-tara")
    assert on(web, TUESDAY) == [("10:00", "13:30", ["dr-tara"])]


def test_a_planned_shift_can_be_changed_before_it_is_published(web, meera):
    day = MONDAY + timedelta(days=31)
    path = f"/console/rota/shift/morning-{day:%Y%m%d}-1000"
    assert "not yet published" in words(meera.get(path))

    was = re.search(r'<option value="([^"]+)">', meera.get(path).body.decode())[1]
    answer = meera.send(f"{path}/override", {"remove": was, **WHOLE})

    assert answer.status_code == 303
    later(web, MONDAY + timedelta(days=5)).send("/console/rota/publish")
    assert on(web, day) == [("10:00", "13:30", [])]


def test_two_lines_at_once_are_refused_in_words(web, meera):
    long = morning(id="long", end=time(17), rotation=Fair(("dr-tara",)))
    lines = (long, morning(), afternoon())
    in_use().rota.manage_rota.put_lines(lines, 1, By("meera"), web.clock())
    in_use().rota.publish_rota(at(MONDAY + timedelta(days=8), 9))
    day = MONDAY + timedelta(days=31)
    path = f"/console/rota/shift/morning-{day:%Y%m%d}-1000"
    assert "Dr-Tara: They would be on duty in two places at once." in words(meera.get(path))

    answer = meera.send(f"{path}/override", {"add": "dr-tara", **WHOLE})

    assert answer.status_code == 422
    assert "They would be on duty in two places at once." in words(answer).partition("On duty")[0]


def test_a_place_is_offered_for_its_owner(web, meera):
    answer = meera.send(f"{SHIFT}/offer", {"acting_for": "dr-ravi", "to": "dr-asha"})

    assert answer.status_code == 303
    assert "on offer" in words(meera.get(SHIFT))
    again = meera.send(f"{SHIFT}/offer", {"acting_for": "dr-ravi", "to": ""})
    assert (again.status_code, words(again).count("This shift is on offer already.")) == (409, 2)
    nobody = meera.send(f"{SHIFT}/offer", {"acting_for": "dr-tara", "to": ""})
    assert nobody.status_code == 422


def test_a_shift_that_is_over_is_only_shown(web):
    page = later(web, TUESDAY, 14).get(SHIFT)

    assert "This shift is over" in words(page)
    assert "/override" not in page.body.decode()


def test_publishing_tells_what_it_did(web, meera):
    assert meera.send("/console/rota/publish").headers["Location"].endswith("did=current")
    meera = later(web, MONDAY + timedelta(days=3))

    answer = meera.send("/console/rota/publish")

    page = words(meera.get("/" + answer.headers["Location"].rpartition("../")[2]))
    assert "Days published: 3. Exceptions that could not stand: 0." in page


@pytest.mark.parametrize("path", [SHIFT[:-1], "/console/rota/shift/x"])
def test_a_shift_that_is_not_there_is_a_page_that_says_so(meera, path):
    answer = meera.get(path)

    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")


def test_a_form_from_elsewhere_changes_nothing(web, meera):
    before = stored(web)

    answer = take_off(meera, csrf="forged")

    assert answer.status_code == 403
    assert stored(web) == before
