"""A doctor's work by keyboard alone: a case from the sign-in to its end, video, shifts, leave."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from chalicelib.cases.domain.answers import Mode
from chalicelib.cases.domain.case import Status
from chalicelib.cases.domain.timeline import Result
from chalicelib.core.domain.datetimes import IST
from chalicelib.rota.domain.change_log import By
from chalicelib.rota.domain.duty import Shift
from chalicelib.rota.domain.model import Override
from infra import demo
from infra.screenshots.scene import Scene
from tests.browser.visit import Visit, choose, driven, press, tab_to, write, write_day
from tests.support.helpline import in_use

pytestmark = pytest.mark.browser

COLLEAGUE, WHO, BESIDE = (each.id for each in demo.ONCOLOGISTS)
DAY = timedelta(days=1)
Visits = Callable[..., Visit]


def free_hands() -> None:
    """Put back whatever case the doctor holds."""
    held = in_use().cases.store.find_claim(WHO)
    if held:
        in_use().cases.work_queue.release(held.reference, WHO, in_use().core.now())


@driven(0)
def test_sign_in_next_call_outcome(visit: Visits, scene: Scene, width: int, language: str):
    free_hands()
    scene.ask()
    page = visit(width=width, language=language).open("/sign-in?next=/desk")
    expect(page.locator("html")).to_have_attribute("lang", language)
    write(page, page.locator("#username"), WHO)
    write(page, page.locator("#password"), demo.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")

    press(page, page.locator("form[action$='desk/next'] button"))
    expect(page.locator("#came")).to_be_visible()
    claim = in_use().cases.store.find_claim(WHO)
    assert claim is not None
    # The number is nowhere, but for its end.
    phone = in_use().cases.store.get(claim.reference).phone
    assert phone is not None
    assert phone.removeprefix("+91") not in page.content()

    press(page, page.locator("button[formaction$='/call']"))
    expect(page.locator(".state.good")).to_be_visible()

    # Without an outcome nothing ends, and nothing that was typed is lost.
    write(page, page.locator("#note"), "Had many questions")
    press(page, page.locator("button[formaction$='/outcome']"))
    expect(page.locator("[role=alert]")).to_be_focused()
    press(page, page.locator(".summary a"))
    expect(page.locator("#note")).to_have_value("Had many questions")

    tab_to(page, page.locator("input[name=result]").first)
    page.keyboard.press("Space")
    # Enter on a choice must neither call nor end anything.
    page.keyboard.press("Enter")
    page.wait_for_url("**/keep")
    expect(page.locator("input[name=result]:checked")).to_have_value("answered")
    write(page, page.locator("#advice"), "Chemotherapy first")
    press(page, page.locator("button[formaction$='/outcome']"))
    page.wait_for_url("**/desk?done=case_completed")

    case = in_use().cases.store.get(claim.reference, consistent=True)
    assert case.status is Status.COMPLETED
    (attempt,) = case.attempts[-1:]
    assert (attempt.result, attempt.note, attempt.advice) == (
        Result.ANSWERED,
        "Had many questions",
        "Chemotherapy first",
    )


@driven(1)
def test_video_and_giving_a_case_back(visit: Visits, scene: Scene, width: int, language: str):
    free_hands()
    case = scene.ask(mode=Mode.VIDEO)
    in_use().cases.store.claim(case.reference, WHO, in_use().core.now())
    page = visit(width=width, language=language, who=WHO).open("/desk")

    press(page, page.locator("button[formaction$='/video']"))
    room = page.locator("main a[target=_blank]")
    expect(room).to_have_attribute("href", re.compile(r"^https://meet\.example\.invalid/.+jwt="))
    expect(room).to_have_attribute("rel", "noopener noreferrer")
    tab_to(page, room)

    press(page, page.locator(".lease button"))
    page.wait_for_url("**/keep")
    press(page, page.locator("details:has([formaction$='/release']) summary"))
    press(page, page.locator("button[formaction$='/release']"))
    page.wait_for_url("**/desk?done=released")
    expect(page.locator("[role=status]")).to_be_visible()

    assert in_use().cases.store.get(case.reference, consistent=True).status is Status.WAITING


def in_days(number: int) -> date:
    return in_use().core.now().astimezone(IST).date() + number * DAY


def a_shift_without_me(day: date) -> Shift:
    """Take the doctor off a shift of their own, which a colleague can then offer."""
    (found,) = in_use().rota.view.days(day, day + DAY)
    shift = found.shifts[0]
    override = Override(shift.line, shift.start, shift.end, remove=WHO)
    in_use().rota.manage_rota.add_exception(override, By("test"), in_use().core.now())
    return shift


def is_on(shift: Shift) -> bool:
    day = shift.start.astimezone(IST).date()
    return shift.id in {each.id for each in in_use().rota.view.shifts_of(WHO, day, day + DAY)}


# Each run has days of the rota to itself.
@driven(2, numbered=True)
def test_shifts_and_swaps(visit: Visits, scene: Scene, width: int, language: str, run: int):
    wanted = a_shift_without_me(in_days(2 + run))
    taken = in_use().rota.swaps.offer(wanted.id, WHO, By(COLLEAGUE), in_use().core.now())
    page = visit(width=width, language=language, who=WHO).open("/desk")
    press(page, page.locator("main a[href$='desk/shifts']"))
    expect(page.locator("table.month")).to_be_visible()

    press(page, page.locator(f"form[action$='{taken.id}/accept'] button"))
    page.wait_for_url("**done=offer_taken")
    assert is_on(wanted)
    another = a_shift_without_me(in_days(8 + run))
    in_use().rota.swaps.offer(another.id, WHO, By(COLLEAGUE), in_use().core.now())
    page.reload()
    press(page, page.locator("form[action$='/decline'] button").first)
    page.wait_for_url("**done=offer_declined")

    mine = page.locator(f".shift:has([action*='{wanted.id}'])")
    press(page, mine.locator("form[action$='/confirm'] button"))
    page.wait_for_url("**done=shift_confirmed")
    press(page, mine.locator("summary"))
    choose(page, mine.locator("select"), BESIDE)
    press(page, mine.locator("form[action$='/offer'] button"))
    # Whoever is on that very shift can't take it: it is told, and nothing is offered.
    expect(page.locator("[role=alert]")).to_be_visible()
    press(page, mine.locator("summary"))
    press(page, mine.locator("form[action$='/offer'] button"))
    page.wait_for_url("**done=shift_offered")
    press(page, page.locator("form[action$='/withdraw'] button").first)
    page.wait_for_url("**done=offer_withdrawn")
    assert is_on(wanted)

    press(page, page.locator("form[action$='desk/shifts/feed'] button"))
    expect(page.locator(".address")).to_contain_text("/rota/")
    press(page, page.locator("form[action$='feed/revoke'] button"))
    page.wait_for_url("**done=feed_revoked")


# Each run has days of the rota to itself.
@driven(3, numbered=True)
def test_leave(visit: Visits, scene: Scene, width: int, language: str, run: int):
    day = in_days(14 + run)
    page = visit(width=width, language=language, who=WHO).open("/desk/shifts")
    take = page.locator("form[action$='desk/shifts/leave'] button")

    write_day(page, page.locator("#from"), day)
    write_day(page, page.locator("#last"), day - DAY)
    press(page, take)
    expect(page.locator("[role=alert]")).to_be_focused()
    press(page, page.locator(".summary a"))
    expect(page.locator("#last")).to_be_focused()
    expect(page.locator("#from")).to_have_value(day.isoformat())
    write_day(page, page.locator("#last"), day)
    press(page, take)

    # What it costs is told before anything happens.
    expect(page.locator("#lost")).to_contain_text("1")
    assert in_use().rota.view.shifts_of(WHO, day, day + DAY)
    press(page, page.locator("button[name=sure]"))
    page.wait_for_url("**done=leave_taken")
    assert not in_use().rota.view.shifts_of(WHO, day, day + DAY)
    press(page, page.locator("form[action$='/drop'] button").first)
    page.wait_for_url("**done=leave_dropped")
