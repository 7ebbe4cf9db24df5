"""The console's rota and its reports."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from chalicelib.core.domain.datetimes import IST
from chalicelib.rota.domain.change_log import By
from chalicelib.rota.domain.model import Override
from chalicelib.wiring import Helpline
from infra import demo
from infra.screenshots.page import Row

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from chalicelib.rota.domain.duty import Shift
    from infra.screenshots.scene import Scene

ADMIN: Final = demo.ADMINISTRATOR
GONE: Final = demo.ONCOLOGISTS[0].id
_AHEAD: Final = timedelta(days=9)
_DAY: Final = timedelta(days=1)


def gap(helpline: Helpline) -> Shift:
    """Take somebody off a shift of next week, unless it was done, and give the shift."""
    day = helpline.core.now().astimezone(IST).date() + _AHEAD
    (found,) = helpline.rota.view.days(day, day + _DAY)
    shift = found.shifts[0]
    if GONE in shift.on:
        override = Override(shift.line, shift.start, shift.end, remove=GONE)
        helpline.rota.manage_rota.add_exception(override, By("scene"), helpline.core.now())
    return shift


def month(scene: Scene) -> str:
    """The month in which the gap is."""
    return f"/console/rota?month={gap(scene.helpline).start.astimezone(IST):%Y-%m}"


def _shift(scene: Scene) -> str:
    return f"/console/rota/shift/{gap(scene.helpline).id}"


def _change_nothing(page: Page, _: Scene) -> None:
    page.click("form[action*=override] button")
    page.wait_for_selector("#summary")


def _send_no_line(page: Page, _: Scene) -> None:
    page.click("button[value=preview]")
    page.wait_for_selector("#summary")


def _send_no_leave(page: Page, _: Scene) -> None:
    page.click("form[action$='rota/leave'] button")
    page.wait_for_selector("#summary")


def _preview(page: Page, _: Scene) -> None:
    if page.locator("#people").count():
        page.fill("#people", "2")
        page.click("button[name=step][value=preview]")
    page.wait_for_selector("button[value=save]")


def _unfold(page: Page, _: Scene) -> None:
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")


def _reported(scene: Scene) -> str:
    """Have something to report, without waiting for the stream to count it."""
    assert scene.reported  # noqa: S101  # preparing it is what is wanted
    return "/console/reports"


PAGES: Final = (
    Row("rota-month", month, ADMIN),
    Row("rota-month-planned", "/console/rota?month=2030-01", ADMIN),
    Row("rota-shift", _shift, ADMIN),
    Row("rota-shift-mistake", _shift, ADMIN, then=_change_nothing),
    Row("rota-lines", "/console/rota/lines", ADMIN),
    Row("rota-line", f"/console/rota/line?line={demo.LINES[0].id}", ADMIN),
    Row("rota-line-mistakes", "/console/rota/line", ADMIN, then=_send_no_line),
    Row("rota-preview", f"/console/rota/line?line={demo.LINES[0].id}", ADMIN, then=_preview),
    Row("rota-hours", "/console/rota/hours", ADMIN),
    Row("rota-leave", "/console/rota/leave", ADMIN, then=_send_no_leave),
    Row("rota-swaps", "/console/rota/swaps", ADMIN),
    Row("rota-recipients", "/console/rota/recipients", ADMIN),
    Row("reports", _reported, ADMIN, then=_unfold),
)
