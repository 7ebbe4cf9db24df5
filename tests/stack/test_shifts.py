"""Shifts on the deployed stack, with the clock moved: they turn by themselves, late or doubled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, time, timedelta
from typing import Any

import pytest

from chalicelib.core.domain.errors import VersionConflict
from chalicelib.rota.domain.change_log import By
from chalicelib.rota.domain.duty import DutyDay
from chalicelib.rota.domain.model import Line, RoundRobin
from infra import demo, seed
from tests.stack.harness import StackUnderTest
from tests.stack.working_day import ONE_DAY, Desk, ask, at
from tests.support.builders import an_oncologist
from tests.support.helpline import in_use, using

MONDAY = date(2027, 4, 5)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat")
ADMIN = By("admin")
MORNING = Line("morning", WEEKDAYS, time(10), time(13, 30), RoundRobin(("dr-asha",), MONDAY))
AFTERNOON = Line("afternoon", WEEKDAYS, time(13, 30), time(17), RoundRobin(("dr-ravi",), MONDAY))
EARLY = at(MONDAY, 2)


@pytest.fixture
def services(stack: StackUnderTest) -> Iterator[None]:
    """An empty helpline, and its services in this process."""
    stack.empty()
    with stack.environment(), using():
        yield


def set_up(stack: StackUnderTest, phones: Sequence[str], *lines: Line) -> None:
    """Have Asha and Ravi on these lines, published from Monday on."""
    stack.set_clock(EARLY)
    for who, phone in zip(("dr-asha", "dr-ravi"), phones, strict=True):
        doctor = an_oncologist(id=who, languages=("en", "hi"), phone=phone)
        in_use().rota.manage_rota.add_oncologist(doctor, ADMIN, EARLY)
    in_use().rota.manage_rota.put_lines(lines, 0, ADMIN, EARLY)
    assert stack.invoke("publish_rota")["days"] >= 28


def turn(stack: StackUnderTest, *instant: Any) -> dict[str, int]:
    """Move the clock to an instant of the helpline's calendar, and turn the shifts."""
    stack.set_clock(at(*instant))
    turned: dict[str, int] = stack.invoke("turn_shifts")
    return turned


def published() -> list[DutyDay]:
    return in_use().rota.store.find_duty_days(MONDAY, MONDAY + 60 * ONE_DAY)


@pytest.mark.usefixtures("services")
def test_a_week_of_shifts_turns_by_itself(stack: StackUnderTest) -> None:
    asha, ravi = phones = ("+919700000001", "+919700000002")
    set_up(stack, phones, MORNING, AFTERNOON)
    desks = {who: Desk(stack, who) for who in ("dr-asha", "dr-ravi")}

    for number in range(7):
        day = MONDAY + number * ONE_DAY
        is_open = day.isoweekday() < 7
        for hour, minute, on in (
            (9, 55, None),
            (10, 0, "dr-asha"),
            (13, 30, "dr-ravi"),
            (17, 0, None),
        ):
            turned = turn(stack, day, hour, minute)
            assert turned["boundaries"] == (is_open and hour > 9), (day, hour)
            statuses = {who: desk.next().status_code for who, desk in desks.items()}
            expected = {who: 204 if is_open and who == on else 409 for who in desks}
            assert statuses == expected, (day, hour)

    for phone in (asha, ravi):
        told = Counter("over" in text for text in stack.sent_sms(phone))
        assert told == {False: 6, True: 6}, "told to come and thanked, on each of six days"


@pytest.mark.usefixtures("services")
def test_cases_held_at_a_shifts_end_are_first_in_line_for_the_next(stack: StackUnderTest) -> None:
    set_up(stack, ("+919700000011", "+919700000012"), MORNING, AFTERNOON)
    turn(stack, MONDAY, 10)
    held = ask(stack, "+919812345711", language="en")["reference"]
    stack.set_clock(at(MONDAY, 10, 1))
    behind = ask(stack, "+919812345712", language="en")["reference"]
    stack.set_clock(at(MONDAY, 13, 25))
    assert Desk(stack, "dr-asha").take() == held

    assert turn(stack, MONDAY, 13, 30)["cases"] == 1

    ravi = Desk(stack, "dr-ravi")
    assert ravi.take() == held
    ravi.tell(held, "answered")
    assert ravi.take() == behind


@pytest.mark.usefixtures("services")
def test_a_missed_hour_is_caught_up(stack: StackUnderTest) -> None:
    asha, ravi = phones = ("+919700000021", "+919700000022")
    set_up(stack, phones, MORNING, AFTERNOON)
    turn(stack, MONDAY, 10)
    stack.set_clock(at(MONDAY, 13, 25))
    held = ask(stack, "+919812345721", language="en")["reference"]
    assert Desk(stack, "dr-asha").take() == held

    # Nothing ran at half past one; the lease has a while to go.
    turned = turn(stack, MONDAY, 13, 50)

    assert turned == {"boundaries": 1, "cases": 1, "messages": 2, "offers": 0}
    assert Desk(stack, "dr-ravi").take() == held
    assert [len(stack.sent_sms(phone)) for phone in (asha, ravi)] == [2, 1]
    assert turn(stack, MONDAY, 13, 55) == {"boundaries": 0, "cases": 0, "messages": 0, "offers": 0}


@pytest.mark.usefixtures("services")
def test_runs_at_once_leave_one_end_state(stack: StackUnderTest) -> None:
    asha, ravi = phones = ("+919700000031", "+919700000032")
    stack.set_clock(EARLY)
    for who, phone in zip(("dr-asha", "dr-ravi"), phones, strict=True):
        in_use().rota.manage_rota.add_oncologist(an_oncologist(id=who, phone=phone), ADMIN, EARLY)
    in_use().rota.manage_rota.put_lines((MORNING, AFTERNOON), 0, ADMIN, EARLY)

    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(stack.invoke, ["publish_rota"] * 4))

    days = published()
    assert sorted(run["days"] for run in runs) == [0, 0, 0, len(days)]
    assert {run["through"] for run in runs} == {(days[-1].day + ONE_DAY).isoformat()}
    turn(stack, MONDAY, 10)
    held = ask(stack, "+919812345731", language="en")["reference"]
    assert Desk(stack, "dr-asha").take() == held
    stack.set_clock(at(MONDAY, 13, 30))

    with ThreadPoolExecutor(4) as pool:
        turns = list(pool.map(stack.invoke, ["turn_shifts"] * 4))

    assert max(each["boundaries"] for each in turns) == 1
    case = in_use().cases.store.get(held, consistent=True)
    handed_over = [entry for entry in case.timeline if entry.what == "handed_over"]
    assert (case.status, len(handed_over)) == ("waiting", 1)
    assert [len(stack.sent_sms(phone)) for phone in (asha, ravi)] == [2, 1]
    assert published() == days


@pytest.mark.usefixtures("services")
def test_of_eight_editors_at_once_one_wins_and_seven_see_what_won(stack: StackUnderTest) -> None:
    set_up(stack, ("+919700000041", "+919700000042"), MORNING)
    seen = in_use().rota.manage_rota.lines().version

    def edit(number: int) -> tuple[int, bool]:
        line = Line(f"line-{number}", WEEKDAYS, time(10), time(13, 30), MORNING.rotation)
        try:
            return in_use().rota.manage_rota.put_lines((line,), seen, ADMIN, EARLY).version, True
        except VersionConflict as newer:
            return newer.version, newer.current == (MORNING,)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(edit, range(8)))

    assert Counter(answers) == {(seen + 1, True): 1, (seen + 1, False): 7}


@pytest.mark.usefixtures("services")
def test_reminders_and_gaps_reach_phones(stack: StackUnderTest) -> None:
    asha, _ = phones = ("+919700000051", "+919700000052")
    set_up(stack, phones, MORNING)
    stack.set_clock(at(MONDAY, 9, 55))
    stack.invoke("remind")
    stack.set_clock(at(MONDAY, 10, 5))
    assert stack.invoke("remind")["reminders"] == 1

    [text] = stack.sent_sms(asha)
    assert f"{stack.url}/s/" in text
    token = text.split("/s/")[1].split()[0]
    reminded = in_use().rota.shift_links.confirm(token, at(MONDAY, 10, 6))
    assert (reminded.oncologist.id, reminded.confirmed) == ("dr-asha", True)
    assert reminded.shift.start == at(MONDAY + ONE_DAY, 10)
    assert stack.invoke("watch_gaps") == {"gaps": 0, "unpublished": 0, "told": 0}


@pytest.mark.usefixtures("services")
def test_the_demo_is_on_duty_at_any_hour_and_seeding_again_changes_nothing(
    stack: StackUnderTest,
) -> None:
    now = in_use().core.now()
    for _ in range(2):
        seed.put_rota(in_use().rota.manage_rota, now)
        in_use().rota.publish_rota(now)
    everybody = {one.id for one in demo.ONCOLOGISTS}

    for hours in range(0, 48, 7):
        instant = now + timedelta(hours=hours)
        found = in_use().cases.route_call("hi", instant, prefers_woman=False)
        assert {who.id for who in found.oncologists} == everybody
    assert in_use().rota.manage_rota.lines().version == 1
