"""The pages to sign in, and the console's board, cases, people and messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infra import demo
from infra.screenshots.page import Row

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from infra.screenshots.scene import Scene

ADMIN: Final = demo.ADMINISTRATOR


def _send_nothing(page: Page, _: Scene) -> None:
    page.click("main form:last-of-type button:last-of-type")
    page.wait_for_selector("#summary")


def _unfold(page: Page, _: Scene) -> None:
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")


def _search_in_vain(page: Page, _: Scene) -> None:
    page.fill("#what", "1234567")
    page.press("#what", "Enter")
    page.wait_for_selector("#summary")


def _search_a_name(page: Page, _: Scene) -> None:
    page.fill("#what", "Sunita Devi")
    page.press("#what", "Enter")
    page.wait_for_selector("h1 ~ form ~ *")


def _close_without_a_reason(page: Page, _: Scene) -> None:
    page.evaluate(
        "document.querySelector('form[action*=\"/close\"]').closest('details').open = true"
    )
    page.click("form[action*='/close'] button")
    page.wait_for_selector("#summary")


def _save_a_wrong_age(page: Page, _: Scene) -> None:
    page.fill("#age", "400")
    page.press("#age", "Enter")
    page.wait_for_selector("#summary")


def _busy(scene: Scene) -> str:
    """Have somebody waiting, somebody being called, and something ended."""
    for each in (scene.waiting, scene.late, scene.tamil, scene.video, scene.tried, scene.claimed):
        assert each.reference  # noqa: S101  # preparing it is what is wanted
    return "/console"


PAGES: Final = (
    Row("sign-in", "/sign-in"),
    Row("sign-in-mistakes", "/sign-in", then=_send_nothing),
    Row("console-board", _busy, ADMIN),
    Row("console-cases", lambda scene: f"{_busy(scene)}/cases", ADMIN),
    Row("console-cases-claimed", lambda scene: f"{_busy(scene)}/cases?status=claimed", ADMIN),
    Row("console-search-mistake", "/console/cases", ADMIN, then=_search_in_vain),
    Row("console-search-name", "/console/cases", ADMIN, then=_search_a_name),
    Row("console-case", lambda scene: f"/console/cases/{scene.tried.reference}", ADMIN, _unfold),
    Row(
        "console-case-mistake",
        lambda scene: f"/console/cases/{scene.waiting.reference}",
        ADMIN,
        then=_close_without_a_reason,
    ),
    Row("console-case-ended", lambda scene: f"/console/cases/{scene.completed.reference}", ADMIN),
    Row(
        "console-correct",
        lambda scene: f"/console/cases/{scene.waiting.reference}/correct",
        ADMIN,
        then=_save_a_wrong_age,
    ),
    Row("console-erase", lambda scene: f"/console/cases/{scene.waiting.reference}/erase", ADMIN),
    Row("console-people", "/console/people", ADMIN),
    Row("console-person", f"/console/people/{demo.ONCOLOGISTS[0].id}", ADMIN),
    Row("console-person-new", "/console/people/new", ADMIN, then=_send_nothing),
    Row("console-messages", "/console/messages", ADMIN),
    Row("console-blocks", "/console/blocks", ADMIN, then=_send_nothing),
    Row("console-audit", "/console/audit", ADMIN),
    Row("console-not-found", "/console/cases/K7M240R59XK", ADMIN),
    Row("console-denied", "/desk", ADMIN),
)
