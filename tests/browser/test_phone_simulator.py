"""The handset beside the deployed stack: what a newcomer plays with first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect

from infra.phone_simulator.server import HandsetServer, serving
from tests.browser.visit import Visit, fits, no_small_targets, no_violations
from tests.stack.harness import StackUnderTest
from tests.stack.working_day import at, publish

pytestmark = pytest.mark.browser
MONDAY = date(2027, 6, 14)


@pytest.fixture(scope="module")
def handset(stack: StackUnderTest) -> Iterator[HandsetServer]:
    stack.empty()
    publish(stack, [MONDAY], "test-oncologist")
    stack.set_clock(at(MONDAY, 11))
    with serving(stack.local) as server:
        yield server
    stack.empty()


def take(page: Page, number: str) -> None:
    """Take this phone into the hand, and wait until it is there, with its script.

    What is typed before is lost, and Enter before that is a new line.
    """
    page.get_by_label("Or any other phone").fill(number)
    page.get_by_role("button", name="Take it").click()
    taken = f"+91{number.replace(' ', '')}"
    expect(page.get_by_label("Or any other phone")).to_have_value(taken)
    page.wait_for_load_state()


def test_an_sms_is_answered_on_the_phone(browser: Browser, handset: HandsetServer):
    visit = Visit(browser, handset.url, width=1280)
    page = visit.open("/")
    take(page, "98123 47001")
    page.get_by_label("Your SMS").fill("मुझे डॉक्टर से बात करनी है")
    page.keyboard.press("Enter")

    expect(page.locator(".sent")).to_have_count(1, timeout=20_000)
    expect(page.locator(".came").first).to_be_visible(timeout=20_000)
    told = page.locator(".came").first.inner_text()
    assert f"{handset.stack.url}/c/" in told
    page.locator(".came a").first.click(trial=True)
    expect(page.get_by_label("Your SMS")).to_have_value("")
    no_violations(page)
    no_small_targets(page)
    visit.end()


def test_a_missed_call_without_javascript(browser: Browser, handset: HandsetServer):
    visit = Visit(browser, handset.url, width=320, javascript=False)
    page = visit.open("/")
    take(page, "98123 47002")
    page.get_by_role("button", name="Ring once").click()

    expect(page.get_by_text("Missed call")).to_be_visible()
    for _ in range(20):
        page.get_by_role("link", name="Look again").click()
        if page.locator(".came").count():
            break
        page.wait_for_timeout(500)
    expect(page.locator(".came")).to_have_count(1)
    fits(page, 320, 390, 1280)
    visit.end()


def test_the_api_is_shown_to_everybody(browser: Browser, handset: HandsetServer):
    visit = Visit(browser, handset.url)
    page = visit.open("/api")
    page.locator("summary").first.click()

    fits(page, 320, 390, 1280)
    no_violations(page)
    visit.end()
