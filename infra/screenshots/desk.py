"""The oncologists' pages, and the way to a video call."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from chalicelib.cases.domain.answers import Mode
from chalicelib.core.domain.datetimes import IST
from chalicelib.rota.domain.change_log import By
from chalicelib.rota.domain.errors import AlreadyOffered
from chalicelib.rota.domain.model import Leave
from infra import demo
from infra.screenshots.page import Row
from infra.screenshots.scene import OFF_DUTY

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from infra.screenshots.scene import Scene

BUSY, OTHER, IDLE = (each.id for each in demo.ONCOLOGISTS)
_WEEK: Final = timedelta(days=7)


def in_hand(scene: Scene) -> str:
    """Have a case in the hands of the first doctor."""
    assert scene.claimed.owner == BUSY  # noqa: S101  # the scene's own promise
    return "/desk"


def call(page: Page, _: Scene) -> None:
    """Call the patient, with a note half written."""
    page.fill("#note", "…")
    page.click("button[formaction$='/call']")
    page.wait_for_selector(".state.good")


def open_video(page: Page, _: Scene) -> None:
    """Open a room, unless it is."""
    if page.locator("button[formaction$='/video']").count():
        page.click("button[formaction$='/video']")
    page.wait_for_selector("a[href*='jwt=']")


def send_nothing(page: Page, _: Scene) -> None:
    """Tell an outcome without saying which."""
    page.click("button[formaction$='/outcome']")
    page.wait_for_selector("#summary")


def lose_the_case(page: Page, scene: Scene) -> None:
    """Claim a case, write about it while it goes back to the queue, and choose no result."""
    page.click("form[action$='next'] button")
    page.fill("#note", "…")
    claim = scene.helpline.cases.store.find_claim(OTHER)
    assert claim is not None  # noqa: S101  # somebody waits
    scene.helpline.cases.work_queue.release(claim.reference, OTHER, scene.helpline.core.now())
    page.click("button[formaction$='/outcome']")
    page.wait_for_selector("#summary")


def somebody_waits(scene: Scene) -> str:
    """Have somebody in line whom every doctor may call."""
    scene.ask()
    return "/desk"


def shifts(scene: Scene) -> str:
    """Have a colleague offer a shift, one's own on offer, another confirmed, and leave."""
    now = scene.helpline.core.now()
    today = now.astimezone(IST).date()
    coming = scene.helpline.rota.view.shifts_of(BUSY, today + _WEEK, today + 2 * _WEEK)
    for shift, who in ((coming[0], IDLE), (coming[1], BUSY)):
        with suppress(AlreadyOffered):
            scene.helpline.rota.swaps.offer(shift.id, None, By(who), now)
    scene.helpline.rota.own_shifts.confirm(coming[2].id, BUSY, now)
    start = today + 3 * _WEEK
    if not scene.helpline.rota.own_shifts.show(BUSY, (today, today), now).leave:
        scene.helpline.rota.take_leave.add(
            Leave(BUSY, start, start + timedelta(days=3)), By(BUSY), now
        )
    return "/desk/shifts"


def make_feed(page: Page, _: Scene) -> None:
    """Make an address of the calendar."""
    page.click("form[action$='desk/shifts/feed'] button")
    page.wait_for_selector(".address")


def take_no_leave(page: Page, _: Scene) -> None:
    """Ask for leave without saying when."""
    page.click("form[action$='desk/shifts/leave'] button")
    page.wait_for_selector("#summary")


def take_leave_next_week(page: Page, scene: Scene) -> None:
    """Ask for leave on days with shifts, and be asked once more."""
    start = scene.helpline.core.now().astimezone(IST).date() + _WEEK
    page.fill("#from", start.isoformat())
    page.fill("#last", start.isoformat())
    page.click("form[action$='desk/shifts/leave'] button")
    page.wait_for_selector("#lost")


def open_room(scene: Scene) -> str:
    """Have a room open for a patient of the second doctor's."""
    store = scene.helpline.cases.store
    held = store.find_claim(OTHER)
    if held is None:
        store.claim(scene.ask(mode=Mode.VIDEO).reference, OTHER, scene.helpline.core.now())
        held = store.find_claim(OTHER)
    assert held is not None  # noqa: S101  # it was claimed
    return scene.video_call(
        scene.helpline.cases.video.open(held.reference, OTHER, scene.helpline.core.now()).case
    )


PAGES: Final = (
    Row("desk-idle", somebody_waits, IDLE),
    Row("desk-off-duty", "/desk", OFF_DUTY.id),
    Row("desk-lost", somebody_waits, OTHER, lose_the_case),
    Row("desk-case", in_hand, BUSY),
    Row("desk-calling", in_hand, BUSY, call),
    Row("desk-video", in_hand, BUSY, open_video),
    Row("desk-mistakes", in_hand, BUSY, send_nothing),
    Row("desk-shifts", shifts, BUSY),
    Row("desk-shifts-feed", "/desk/shifts", IDLE, make_feed),
    Row("desk-shifts-mistakes", "/desk/shifts", IDLE, take_no_leave),
    Row("desk-shifts-lost", "/desk/shifts", IDLE, take_leave_next_week),
    Row("video-not-yet", lambda scene: scene.video_call(scene.video)),
    Row("video-over", lambda scene: scene.video_call(scene.completed)),
    Row("video-open", open_room),
)
