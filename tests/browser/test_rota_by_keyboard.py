"""An administrator who uses no mouse keeps the rota: the gap, a line, hours, leave, swaps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from chalicelib.core.domain.datetimes import IST
from chalicelib.rota.domain.swaps import OfferState
from infra import demo
from infra.screenshots import rota
from infra.screenshots.scene import Scene
from tests.browser.visit import Visit, choose, driven, press, tab_to, write, write_day
from tests.support.helpline import in_use

pytestmark = pytest.mark.browser
Visits = Callable[..., Visit]
DAY = timedelta(days=1)
WHO = demo.ONCOLOGISTS[2].id


@driven(0)
def test_a_gap_is_found_and_closed(visit: Visits, scene: Scene, width: int, language: str):
    shift = rota.gap(scene.helpline)
    # It needs no script, on whatever screen.
    how = {"width": width, "language": language, "javascript": width != 390}
    page = visit(who=demo.ADMINISTRATOR, **how).open(rota.month(scene))
    in_the_month = page.locator(f"a.shift[href*='{shift.id}']")
    expect(in_the_month.locator(".lack")).to_be_visible()

    press(page, page.locator(f".gaps a[href*='{shift.id}']"))
    page.wait_for_url(f"**/{shift.id}*")
    choose(page, page.locator("#add"), rota.GONE)
    press(page, page.locator("form[action*=override] button"))

    expect(page.get_by_role("status")).to_be_visible()
    expect(page.locator(".gaps")).to_have_count(0)
    expect(in_the_month).to_contain_text(demo.ONCOLOGISTS[0].name)
    expect(in_the_month.locator(".lack")).to_have_count(0)


@driven(1, numbered=True)
def test_a_line_is_changed_once_it_was_seen_what_that_does(
    visit: Visits, scene: Scene, width: int, language: str, run: int
):
    people = 1 + run % 2
    page = visit(who=demo.ADMINISTRATOR, width=width, language=language).open("/console/rota")
    press(page, page.locator("nav.sub a[href$='/lines']"))
    press(page, page.locator(f"main a[href$='line={demo.LINES[0].id}']"))
    write(page, page.locator("#people"), "0")
    press(page, page.locator("button[value=preview]"))
    expect(page.locator("[role=alert]")).to_be_focused()
    write(page, page.locator("#people"), str(people))
    press(page, page.locator("button[value=preview]"))

    # What it does to fairness and coverage, before and after; nothing is saved yet.
    scores = page.locator("section.panel").first.locator("tbody tr")
    expect(scores).to_have_count(3)
    expect(page.locator("section.panel").nth(1).locator("tbody tr")).to_have_count(3)
    before = in_use().rota.manage_rota.lines()
    press(page, page.locator("button[value=edit]"))
    expect(page.locator("#people")).to_have_value(str(people))
    press(page, page.locator("button[value=preview]"))
    assert in_use().rota.manage_rota.lines() == before
    press(page, page.locator("button[value=save]"))
    page.wait_for_url("**did=lines*")
    assert [line.people for line in in_use().rota.manage_rota.lines().value] == [people]


@driven(2, numbered=True)
def test_hours_leave_swaps_and_who_is_told(
    visit: Visits, scene: Scene, width: int, language: str, run: int
):
    today = in_use().core.now().astimezone(IST).date()
    page = visit(who=demo.ADMINISTRATOR, width=width, language=language).open("/console/rota")
    parts = page.locator("nav.sub")

    press(page, page.locator("form[action$='/publish'] button"))
    page.wait_for_url("**did=*")

    press(page, parts.locator("a[href$='/hours']"))
    write(page, page.locator("#mon"), "10-17")
    page.keyboard.press("Enter")
    expect(page.locator("[role=alert]")).to_be_focused()
    expect(page.locator("#mon")).to_have_value("10-17")
    write(page, page.locator("#mon"), "00:00-24:00")
    holiday = today + (90 + run) * DAY
    write_day(page, page.locator("input[name=closures]").last, holiday)
    page.keyboard.press("Enter")
    page.wait_for_url("**did=hours*")
    assert holiday in in_use().rota.manage_rota.hours().value.closures

    press(page, parts.locator("a[href$='/leave']"))
    away = today + (12 + run) * DAY
    choose(page, page.locator("#oncologist"), WHO)
    write_day(page, page.locator("#from"), away)
    write_day(page, page.locator("#to"), away + DAY)
    press(page, page.locator("form[action$='rota/leave'] button"))
    assert in_use().rota.view.shifts_of(WHO, away, away + DAY)
    press(page, page.locator("button[name=sure]"))
    page.wait_for_url("**did=leave*")
    assert not in_use().rota.view.shifts_of(WHO, away, away + DAY)
    press(page, page.locator("form[action$='leave/drop'] button").first)
    page.wait_for_url("**did=leave-dropped*")

    (shift, *_) = in_use().rota.view.shifts_of(WHO, today + (3 + run) * DAY, today + 9 * DAY)
    page.goto(page.url.partition("/console")[0] + f"/console/rota/shift/{shift.id}")
    choose(page, page.locator("#acting_for"), WHO)
    press(page, page.locator("form[action$='/offer'] button"))
    page.wait_for_url("**did=offered*")
    press(page, parts.locator("a[href$='/swaps']"))
    press(page, page.locator("form[action$='/withdraw'] button").first)
    page.wait_for_url("**did=withdrawn*")
    offers = in_use().rota.swaps.between(shift.start, shift.end, in_use().core.now())
    assert [each.state for each in offers] == [OfferState.WITHDRAWN]

    press(page, parts.locator("a[href$='/recipients']"))
    write(page, page.locator("input[name=phone]").last, f"981110000{run}")
    tab_to(page, page.locator("main form > button"))
    page.keyboard.press("Enter")
    page.wait_for_url("**did=recipients*")
    assert f"+91981110000{run}" in [
        each.phone for each in in_use().rota.manage_rota.recipients().value
    ]
