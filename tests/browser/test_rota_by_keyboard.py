"""An administrator who uses no mouse: from the month to the gap, and the gap is closed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from infra import demo
from infra.screens import rota
from infra.screens.scene import Scene
from tests.browser.visit import Visit

pytestmark = pytest.mark.browser
MOST_TABS = 80


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is there."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("what => document.activeElement.matches(what)", selector):
            return
    pytest.fail(f"{selector} is not reached")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_gap_is_found_and_closed(
    visit: Callable[..., Visit], scene: Scene, javascript: bool
) -> None:
    shift = rota.gap()
    page = visit(who=demo.ADMINISTRATOR, javascript=javascript, width=1280).open(rota.month(scene))
    in_the_month = page.locator(f"a.shift[href*='{shift.id}']")
    expect(in_the_month).to_contain_text("Too few on duty: 1 more")

    tab_to(page, f".gaps a[href*='{shift.id}']")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{shift.id}*")
    tab_to(page, "#add")
    page.keyboard.type(demo.ONCOLOGISTS[0].name)
    tab_to(page, "form[action*=override] button")
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_contain_text("The rota is changed.")
    expect(page.locator(".gaps")).to_have_count(0)
    expect(in_the_month).to_contain_text(demo.ONCOLOGISTS[0].name)
    expect(in_the_month).not_to_contain_text("Too few")
