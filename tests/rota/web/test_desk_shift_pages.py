"""One's own shifts on a page: offers, swaps, leave, the month, the calendar's address."""

from datetime import timedelta

import pytest

from chalicelib.core.domain.datetimes import IST
from tests.support.helpline import in_use
from tests.support.rota_world import ASHA, MONDAY, RAVI, at

SHIFTS = "/desk/shifts"
BACK = "../../../desk/shifts?done="


@pytest.fixture
def mine(rota_web):
    """The browser of Asha, who is on Monday's first shift, and that shift."""
    return rota_web.signed_in("oncologist", ASHA), the_shift()


def the_shift():
    return in_use().rota.store.find_duty_day(MONDAY).shifts[0]


def own_leave():
    return in_use().rota.own_shifts.show(ASHA, (MONDAY, MONDAY), at(MONDAY, 9)).leave


def words(answer) -> str:
    return answer.body.decode()


def test_my_shifts_to_come_and_the_month(mine):
    browser, shift = mine
    page = words(browser.get(SHIFTS))

    assert f"/desk/shifts/{shift.id}/confirm" in page
    assert f"/desk/shifts/{shift.id}/offer" in page
    assert page.count('aria-current="date"') == 1
    assert '<td class="mine' in page


def test_another_month_and_one_that_is_none(mine):
    browser, _ = mine

    assert '<h2 id="month">March 2027</h2>' in words(browser.get(f"{SHIFTS}?month=2027-03"))
    for odd in ("2027-13", "x", "0001-01"):
        assert 'aria-current="date"' in words(browser.get(f"{SHIFTS}?month={odd}"))


def test_a_shift_is_confirmed(mine):
    browser, shift = mine
    answer = browser.send(f"/desk/shifts/{shift.id}/confirm")

    assert answer.headers["Location"] == f"{BACK}shift_confirmed"
    assert f"/desk/shifts/{shift.id}/confirm" not in words(browser.get(SHIFTS))
    days = (MONDAY, MONDAY + timedelta(days=1))
    assert [each.shift for each in in_use().rota.view.confirmations(*days)] == [shift.id]


def test_nobody_confirms_anothers_shift(rota_web, mine):
    _, shift = mine
    other = rota_web.signed_in("oncologist", RAVI)

    assert other.send(f"/desk/shifts/{shift.id}/confirm").status_code == 404


def test_a_shift_is_offered_taken_back_and_offered_once_more(mine):
    browser, shift = mine
    for _ in range(2):
        answer = browser.send(f"/desk/shifts/{shift.id}/offer", {"to": ""})
        assert answer.headers["Location"] == f"{BACK}shift_offered"
        page = words(browser.get(SHIFTS))
        assert "Offered to anyone" in page
        (offer,) = in_use().rota.swaps.open_for(ASHA, at(MONDAY, 9))
        assert browser.send(f"/desk/shifts/swaps/{offer.id}/withdraw").status_code == 303
    assert "Offered to anyone" not in words(browser.get(SHIFTS))


def test_what_cannot_be_offered_is_told_on_the_page(mine):
    browser, shift = mine
    browser.send(f"/desk/shifts/{shift.id}/offer", {"to": ""})
    answer = browser.send(f"/desk/shifts/{shift.id}/offer", {"to": ""})

    assert answer.status_code == 409
    assert "This shift is on offer already." in words(answer)
    assert browser.send("/desk/shifts/swaps/none/accept").status_code == 404


@pytest.mark.parametrize("answer", ["accept", "decline"])
def test_a_colleagues_shift_is_taken_or_declined(rota_web, mine, answer):
    browser, shift = mine
    browser.send(f"/desk/shifts/{shift.id}/offer", {"to": RAVI})
    colleague = rota_web.signed_in("oncologist", RAVI)
    (offer,) = in_use().rota.swaps.open_for(RAVI, at(MONDAY, 9))
    page = words(colleague.get(SHIFTS))
    assert f"/desk/shifts/swaps/{offer.id}/accept" in page
    assert f"/desk/shifts/swaps/{offer.id}/decline" in page

    assert colleague.send(f"/desk/shifts/swaps/{offer.id}/{answer}").status_code == 303
    assert (RAVI in the_shift().on) == (answer == "accept")


def test_leave_is_taken_by_its_first_and_last_day_and_taken_back(mine):
    browser, _ = mine
    days = {"from": "2026-12-07", "last": "2026-12-08"}
    asked = words(browser.send("/desk/shifts/leave", days))
    assert "Leave: Mon 7 Dec \N{EN DASH} Tue 8 Dec" in asked
    assert '<input type="hidden" name="last" value="2026-12-08">' in asked
    assert not own_leave()

    answer = browser.send("/desk/shifts/leave", {**days, "sure": "yes"})

    assert answer.headers["Location"] == "../../desk/shifts?done=leave_taken"
    page = words(browser.get(SHIFTS))
    assert "Mon 7 Dec \N{EN DASH} Tue 8 Dec" in page
    december = words(browser.get(f"{SHIFTS}?month=2026-12"))
    assert december.count('<span class="off">Leave</span>') == 2
    (kept,) = own_leave()
    assert (kept.value.end - kept.value.start).days == 2

    assert browser.send(f"/desk/shifts/leave/{kept.id}/drop").status_code == 303
    assert "Mon 7 Dec \N{EN DASH} Tue 8 Dec" not in words(browser.get(SHIFTS))


def test_leave_of_some_hours_takes_off_a_part_of_a_shift(mine):
    browser, shift = mine
    day = f"{shift.start.astimezone(IST):%Y-%m-%d}"
    hours = {"from": day, "from_time": "11:00", "last": day, "last_time": "12:00"}
    asked = words(browser.send("/desk/shifts/leave", hours))
    assert "11:00 am \N{EN DASH} 12:00 noon" in asked or "11:00 am \N{EN DASH} 12:00 pm" in asked

    browser.send("/desk/shifts/leave", {**hours, "sure": "yes"})

    (kept,) = own_leave()
    assert (kept.value.until - kept.value.since) == timedelta(hours=1)
    day = in_use().rota.store.find_duty_day(MONDAY)
    parts = [each for each in day.shifts if each.line == shift.line]
    assert [ASHA in each.on for each in parts] == [True, False, True]
    page = words(browser.get(SHIFTS))
    assert "11:00 am" in page
    assert '<span class="off">Leave</span>' not in page


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"from_time": "25:00"}, "from"),
        ({"from_time": "15:00", "last_time": "14:00"}, "last"),
    ],
)
def test_wrong_hours_of_leave_are_told_at_their_field(mine, fields, wrong):
    browser, _ = mine
    day = {"from": "2026-12-07", "last": "2026-12-07"}

    answer = browser.send("/desk/shifts/leave", {**day, **fields})

    assert answer.status_code == 422
    assert f'id="{wrong}-wrong"' in words(answer)


def test_leave_that_costs_no_shift_is_taken_without_a_question(mine):
    browser, _ = mine
    answer = browser.send("/desk/shifts/leave", {"from": "2027-06-07", "last": "2027-06-08"})

    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("first", "last", "wrong"),
    [
        ("", "", {"from", "last"}),
        ("2026-12-08", "2026-12-06", {"last"}),
        ("2020-01-01", "2026-12-06", {"from"}),
        ("soon", "later", {"from", "last"}),
        ("2026-12-08", "9999-12-31", {"last"}),
    ],
)
def test_wrong_leave_is_told_at_its_fields_and_stays_as_it_was_typed(mine, first, last, wrong):
    browser, _ = mine
    answer = browser.send("/desk/shifts/leave", {"from": first, "last": last})
    page = words(answer)

    assert answer.status_code == 422
    for name in ("from", "last"):
        assert (f'href="#{name}"' in page) == (name in wrong)
    assert f'name="from" type="date" value="{first}"' in page


def test_the_calendars_address_is_shown_once_and_closed(rota_web, mine):
    browser, _ = mine
    page = words(browser.send("/desk/shifts/feed"))
    address = page.partition('class="address">')[2].partition("<")[0]

    path = address.removeprefix("https://helpline.example")
    assert rota_web.get(path).status_code == 200
    assert address not in words(browser.get(SHIFTS))
    assert browser.send("/desk/shifts/feed/revoke").status_code == 303
    assert rota_web.get(path).status_code == 404
