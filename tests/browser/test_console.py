"""An administrator's work in a real browser, by keyboard alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from infra import demo

pytestmark = pytest.mark.browser


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is there."""
    page.evaluate("document.activeElement.blur()")
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
    pytest.fail(f"Tab does not lead to {selector}")


def test_from_the_sign_in_to_a_closed_case_by_keyboard(visit, scene):
    case = scene.ask()
    administrator = visit(width=1280)
    page = administrator.open(f"/console/cases/{case.reference}")

    # Asked to sign in, and brought to where they wanted to go.
    expect(page.locator("h1")).to_have_text("Sign in")
    tab_to(page, "#username")
    page.keyboard.type(demo.ADMINISTRATOR)
    page.keyboard.press("Tab")
    page.keyboard.type("not the password")
    page.keyboard.press("Enter")
    expect(page.locator("[role=alert]")).to_be_focused()
    expect(page.locator("[role=alert]")).to_contain_text("do not go together")
    expect(page.locator("#password")).to_have_value("")
    tab_to(page, "#password")
    page.keyboard.type(demo.PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Case")
    (cookie,) = [each for each in administrator.context.cookies() if each["name"] == "session"]
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")

    # A mistake is told where it is, with what was typed.
    tab_to(page, "#close-title")
    page.keyboard.press("Enter")
    tab_to(page, "#note")
    page.keyboard.type("Rang from a shop.")
    tab_to(page, "form[action$='/close'] button")
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("^Error: Case "))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#reason")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#note")).to_have_value("Rang from a shop.")
    tab_to(page, "form[action$='/close'] button")
    page.keyboard.press("Enter")
    expect(page.locator("[role=status]")).to_have_text("The case is closed.")
    expect(page.locator("#timeline ~ ol > li").first).to_contain_text("admin closed it: cancelled")

    # Signed out, nothing is shown any more, not by going back either.
    tab_to(page, "header form button")
    page.keyboard.press("Enter")
    expect(page.locator("[role=status]")).to_have_text("You are signed out.")
    page.go_back()
    expect(page.locator("h1")).to_have_text("Sign in")


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
    # In the middle of typing, and with the page out of sight, nothing is asked.
    page.evaluate("document.dispatchEvent(new Event('input', {bubbles: true}))")
    page.clock.run_for(120_000)
    assert asked == ["1"]


def test_the_board_of_who_was_signed_out_leads_to_where_one_signs_in(visit, scene):
    administrator = visit(width=390, who=demo.ADMINISTRATOR)
    page = administrator.page
    page.clock.install()
    administrator.open("/console")
    administrator.context.clear_cookies()

    page.clock.run_for(31_000)

    expect(page.locator("h1")).to_have_text("Sign in")
