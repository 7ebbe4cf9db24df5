"""An administrator's work in a real browser, by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from chalicelib.cases.domain.case import Status
from chalicelib.cases.domain.timeline import CloseReason
from chalicelib.core.domain.datetimes import IST
from infra import demo
from infra.screenshots.scene import Scene
from tests.browser.visit import Visit, choose, driven, press, tab_to, write, write_day
from tests.support.helpline import in_use

pytestmark = pytest.mark.browser
Visits = Callable[..., Visit]
DAY = timedelta(days=1)


def unfold(page: Page, name: str) -> None:
    """Open a part of a case by keyboard."""
    press(page, page.locator(f"#{name}-title"))


@driven(1)
def test_from_the_sign_in_to_a_closed_case(visit: Visits, scene: Scene, width: int, language: str):
    case = scene.ask()
    administrator = visit(width=width, language=language)
    page = administrator.open(f"/console/cases/{case.reference}")

    # Asked to sign in, and brought to where they wanted to go.
    expect(page.locator("html")).to_have_attribute("lang", language)
    write(page, page.locator("#username"), demo.ADMINISTRATOR)
    write(page, page.locator("#password"), "not the password")
    page.keyboard.press("Enter")
    expect(page.locator("[role=alert]")).to_be_focused()
    expect(page.locator("#username")).to_have_value(demo.ADMINISTRATOR)
    expect(page.locator("#password")).to_have_value("")
    write(page, page.locator("#password"), demo.PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#timeline")).to_be_visible()
    (cookie,) = [each for each in administrator.context.cookies() if each["name"] == "session"]
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")

    # A mistake is told where it is, with what was typed.
    unfold(page, "close")
    write(page, page.locator("#note"), "Rang from a shop.")
    press(page, page.locator("form[action$='/close'] button"))
    expect(page.locator("[role=alert]")).to_be_focused()
    press(page, page.locator(".summary a"))
    expect(page.locator("#reason")).to_be_focused()
    expect(page.locator("#note")).to_have_value("Rang from a shop.")
    choose(page, page.locator("#reason"), "cancelled")
    press(page, page.locator("form[action$='/close'] button"))
    expect(page.locator("[role=status]")).to_be_visible()
    closed = in_use().cases.store.get(case.reference, consistent=True)
    assert closed.closed_reason is CloseReason.CANCELLED

    unfold(page, "reopen")
    press(page, page.locator("form[action$='/reopen'] button"))
    page.wait_for_url("**done=case_reopened*")
    assert in_use().cases.store.get(case.reference, consistent=True).status is Status.WAITING

    # Signed out, nothing is shown any more, not by going back either.
    press(page, page.locator("header form button"))
    expect(page.locator("[role=status]")).to_be_visible()
    page.go_back()
    expect(page.locator("#username")).to_be_visible()


@driven(2)
def test_cases_are_found_corrected_assigned_and_joined(
    visit: Visits, scene: Scene, width: int, language: str
):
    doctor = demo.ONCOLOGISTS[2].id
    held = in_use().cases.store.find_claim(doctor)
    if held:
        in_use().cases.work_queue.release(held.reference, doctor, in_use().core.now())
    case, later = scene.ask(), scene.ask()
    assert case.phone
    page = visit(width=width, language=language, who=demo.ADMINISTRATOR).open("/console/cases")

    choose(page, page.locator("#status"), "waiting")
    press(page, page.locator("form[method=get] button"))
    expect(page.locator("table.cards")).to_be_visible()

    write(page, page.locator("#what"), case.phone)
    page.keyboard.press("Enter")
    press(page, page.locator(f"main a[href$='cases/{case.reference}']"))
    press(page, page.locator("main a[href$='/correct']"))
    write(page, page.locator("#age"), "400")
    page.keyboard.press("Enter")
    expect(page.locator("[role=alert]")).to_be_focused()
    write(page, page.locator("#age"), "61")
    page.keyboard.press("Enter")
    page.wait_for_url("**done=case_corrected*")
    assert in_use().cases.store.get(case.reference, consistent=True).details.age == 61

    unfold(page, "assign")
    choose(page, page.locator("#oncologist"), doctor)
    press(page, page.locator("form[action$='/assign'] button"))
    page.wait_for_url("**done=case_assigned*")
    assert in_use().cases.store.get(case.reference, consistent=True).owner == doctor

    page.goto(page.url.partition("/cases/")[0] + f"/cases/{later.reference}")
    unfold(page, "merge")
    write(page, page.locator("#into"), case.reference)
    press(page, page.locator("form[action$='/merge'] button"))
    page.wait_for_url(f"**/{case.reference}?done=case_merged*")
    joined = in_use().cases.store.get(later.reference, consistent=True)
    assert joined.merged_into == case.reference

    press(page, page.locator("main a[href$='/erase']"))
    press(page, page.locator("form[action$='/erase'] button"))
    page.wait_for_url("**done=case_erased*")
    assert in_use().cases.store.get(case.reference, consistent=True).is_erased


@driven(3, numbered=True)
def test_people_blocks_messages_audit_and_reports(
    visit: Visits, scene: Scene, width: int, language: str, run: int
):
    case = scene.ask()
    page = visit(width=width, language=language, who=demo.ADMINISTRATOR).open("/console")
    ways = page.locator("nav.ways").first

    press(page, ways.locator("a[href$='/people']"))
    press(page, page.locator("main a[href$='/people/new']"))
    write(page, page.locator("#id"), f"devika-{run}")
    write(page, page.locator("#name"), "Dr Devika Iyer")
    press(page, page.locator("main form button"))
    expect(page.locator("[role=alert]")).to_be_focused()
    expect(page.locator("#name")).to_have_value("Dr Devika Iyer")
    write(page, page.locator("#registration"), "DEMO-2001")
    write(page, page.locator("#phone"), f"900000010{run}")
    choose(page, page.locator("#gender"), "female")
    tab_to(page, page.locator("#language-ta"))
    page.keyboard.press("Space")
    press(page, page.locator("main form button"))
    page.wait_for_url("**done=person_kept*")
    assert in_use().people.manage.get(f"devika-{run}").value.languages == ("ta",)

    press(page, ways.locator("a[href$='/blocks']"))
    write(page, page.locator("#phone"), f"912340000{run}")
    write_day(page, page.locator("#until"), in_use().core.now().astimezone(IST).date() + 9 * DAY)
    write(page, page.locator("#reason"), "Nuisance calls")
    page.keyboard.press("Enter")
    page.wait_for_url("**done=phone_blocked*")
    expect(page.locator("td form")).to_have_count(1)
    press(page, page.locator("td form button"))
    page.wait_for_url("**done=block_lifted*")
    expect(page.locator("td form")).to_have_count(0)

    press(page, ways.locator("a[href$='/messages']"))
    write(page, page.locator("#phone"), "12")
    page.keyboard.press("Enter")
    expect(page.locator("[role=alert]")).to_be_focused()
    write(page, page.locator("#phone"), case.phone or "")
    page.keyboard.press("Enter")
    expect(page.locator("[role=alert]")).to_have_count(0)

    press(page, ways.locator("a[href$='/audit']"))
    write(page, page.locator("#person"), demo.ADMINISTRATOR)
    press(page, page.locator("main form button"))
    expect(page.locator("table.cards tbody tr").first).to_contain_text(demo.ADMINISTRATOR)

    in_use().reports.count_cases((case,))
    press(page, ways.locator("a[href$='/reports']"))
    expect(page.locator("svg[role=img]").first).to_be_visible()
    press(page, page.locator(".plot summary").first)
    expect(page.locator(".plot table").first).to_be_visible()
    tab_to(page, page.locator("a[download]").first)
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename.endswith(".csv")


def test_the_board_brings_itself_up_to_date_unless_somebody_types(visit, scene):
    administrator = visit(width=1280, who=demo.ADMINISTRATOR)
    page = administrator.page
    page.clock.install()
    administrator.open("/console")
    expect(page.locator("#board")).to_contain_text("On duty now")
    asked = []
    page.on("request", lambda request: asked.append(request.headers.get("x-refresh")))
    page.evaluate("document.querySelector('#board').append('yesterday')")

    page.clock.run_for(19_000)
    assert asked == []
    page.clock.run_for(12_000)

    expect(page.locator("#board")).not_to_contain_text("yesterday")
    assert asked == ["1"]
    # Out of sight nothing is asked, and all the sooner when it is seen again.
    page.evaluate(
        "Object.defineProperty(document, 'hidden', {get: () => window.unseen, configurable: true});"
        "window.unseen = true"
    )
    page.clock.run_for(120_000)
    assert asked == ["1"]
    with page.expect_response("**/console"):
        page.evaluate(
            "window.unseen = false; document.dispatchEvent(new Event('visibilitychange'))"
        )
    assert asked == ["1", "1"]
    # In the middle of typing neither.
    page.evaluate("document.dispatchEvent(new Event('input', {bubbles: true}))")
    page.clock.run_for(120_000)
    assert asked == ["1", "1"]


def test_the_board_of_who_was_signed_out_leads_to_where_one_signs_in(visit, scene):
    administrator = visit(width=390, who=demo.ADMINISTRATOR)
    page = administrator.page
    page.clock.install()
    administrator.open("/console")
    administrator.context.clear_cookies()

    page.clock.run_for(31_000)

    expect(page.locator("h1")).to_have_text("Sign in")
