"""The patients' pages."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import Page

from infra.screenshots.page import Row
from infra.screenshots.scene import FIRST_PHONE, Scene


def send_mistakes(page: Page, scene: Scene) -> None:
    """Send the form with a number that is too short, an age that is none, and no consent."""
    page.fill("input[name=phone]", "98123")
    unfold(page, scene)
    page.fill("input[name=age]", "400")
    page.click("form[action$=request] button:last-of-type")
    page.wait_for_selector("#summary")


def ask_again(page: Page, _: Scene) -> None:
    """Send the form for a phone that is in line already."""
    page.fill("input[name=phone]", str(FIRST_PHONE))
    page.check("input[name=consent]")
    page.click("form[action$=request] button:last-of-type")
    page.wait_for_selector("p.number")


def unfold(page: Page, _: Scene) -> None:
    """Open every fold."""
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")


PAGES: Final = (
    Row("start", "/"),
    Row("request", "/request"),
    Row("request-unfolded", "/request", then=unfold),
    Row("request-mistakes", "/request", then=send_mistakes),
    Row("own-waiting", lambda scene: scene.own(scene.waiting), then=unfold),
    Row("own-asked", lambda scene: scene.asked(scene.waiting)),
    Row("link-too-weak", lambda scene: scene.asked(scene.waiting).replace("?", "/data?")),
    Row("in-line-already", "/request", then=ask_again),
    Row("own-video", lambda scene: scene.own(scene.video)),
    Row("own-late", lambda scene: scene.own(scene.late)),
    Row("own-tried", lambda scene: scene.own(scene.tried)),
    Row("own-completed", lambda scene: scene.own(scene.completed)),
    Row("own-unreachable", lambda scene: scene.own(scene.unreachable)),
    Row("own-cancelled", lambda scene: scene.own(scene.cancelled)),
    Row("own-claimed", lambda scene: scene.own(scene.claimed)),
    Row("own-changed", lambda scene: scene.own(scene.later), then=unfold),
    Row("own-data", lambda scene: scene.data(scene.completed)),
    Row("own-data-waiting", lambda scene: scene.data(scene.waiting)),
    Row("own-erased", lambda scene: scene.own(scene.erased)),
    Row("own-data-erased", lambda scene: scene.data(scene.erased)),
    Row("withdraw", lambda scene: scene.withdrawing(scene.waiting)),
    Row("withdraw-erased", lambda scene: scene.withdrawing(scene.erased)),
    Row("notice", "/notice"),
    Row("not-found", "/c/K7M240R59XK?t=wrong"),
)
