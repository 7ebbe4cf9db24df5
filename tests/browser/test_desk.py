"""A doctor's whole case by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib import wiring
from chalicelib.domain.case import Result, Status
from infra import demo
from infra.screens.scene import Scene
from tests.browser.visit import Visit, tab_to

pytestmark = pytest.mark.browser

WHO = demo.ONCOLOGISTS[1].id


def test_sign_in_next_call_outcome(visit: Callable[..., Visit], scene: Scene):
    held = wiring.case_store().find_claim(WHO)
    if held:
        wiring.work_queue().release(held.reference, WHO, wiring.now())
    scene.ask()
    page = visit(width=390).open("/sign-in?next=/desk")
    tab_to(page, page.locator("input[name=username]"))
    page.keyboard.type(WHO)
    tab_to(page, page.locator("input[name=password]"))
    page.keyboard.type(demo.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")

    tab_to(page, page.locator("form[action$='desk/next'] button"))
    page.keyboard.press("Enter")
    page.wait_for_selector("#came")
    claim = wiring.case_store().find_claim(WHO)
    assert claim is not None

    tab_to(page, page.locator("button[formaction$='/call']"))
    page.keyboard.press("Enter")
    page.wait_for_selector(".state.good")

    tab_to(page, page.locator("input[name=result]").first)
    page.keyboard.press("Space")
    # Enter on a choice must neither call nor end anything.
    page.keyboard.press("Enter")
    page.wait_for_url("**/keep")
    assert page.locator("input[name=result]:checked").get_attribute("value") == "answered"

    tab_to(page, page.locator("#advice"))
    page.keyboard.type("Chemotherapy first")
    tab_to(page, page.locator("button[formaction$='/outcome']"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk?done=case_completed")

    case = wiring.case_store().get(claim.reference, consistent=True)
    assert case.status is Status.COMPLETED
    (attempt,) = case.attempts[-1:]
    assert (attempt.result, attempt.advice) == (Result.ANSWERED, "Chemotherapy first")
