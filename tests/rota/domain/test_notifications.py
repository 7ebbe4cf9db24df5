"""What the rota owes to whom, with ids that follow from what happened."""

from dataclasses import replace
from datetime import timedelta

from chalicelib.messages.domain.templates import Template
from chalicelib.rota.domain.change_log import By, ChangeKind, News, Notice, RotaChange
from chalicelib.rota.domain.handover import boundaries
from chalicelib.rota.domain.notifications import (
    GAPS,
    Address,
    Ahead,
    change_owed,
    gaps_owed,
    handover_owed,
    reminder_owed,
)
from chalicelib.rota.domain.quality import Gap
from tests.support.builders import NOON, a_duty_day, a_shift

ASHA = Address("Dr Asha", "+919898989801", "key-a", "hi")
RAVI = Address("Dr Ravi", "+919898989802", "key-r", "en")
PEOPLE = {"dr-asha": ASHA, "dr-ravi": RAVI}
SHIFT = a_shift()
TEN, TWO = SHIFT.start, SHIFT.end


def test_a_reminder_goes_to_one_person_for_one_shift() -> None:
    owed = reminder_owed(SHIFT, "dr-asha", Ahead.DAY, ASHA)
    soon = reminder_owed(SHIFT, "dr-asha", Ahead.HOUR, ASHA)

    assert (owed.subject, owed.id, owed.template) == (
        f"shift-{SHIFT.id}",
        "shift_tomorrow.dr-asha",
        Template.SHIFT_TOMORROW,
    )
    assert (owed.phone, owed.phone_key, owed.language) == (ASHA.phone, "key-a", "hi")
    assert owed.variables == {
        "day": "2026-11-23",
        "from": "2026-11-23T10:00:00+05:30",
        "to": "2026-11-23T14:00:00+05:30",
        "shift": SHIFT.id,
        "serves": "dr-asha",
    }
    assert (soon.id, soon.template) == ("shift_soon.dr-asha", Template.SHIFT_SOON)


def test_who_comes_is_told_while_the_shift_runs_and_who_goes_within_the_hour() -> None:
    def told(now):
        found = boundaries([a_duty_day()], TEN - timedelta(hours=1), now)
        return [owed.template for owed in handover_owed(found, PEOPLE, now)]

    assert told(TEN) == [Template.SHIFT_STARTS]
    assert told(TWO) == [Template.SHIFT_ENDED]
    assert told(TWO + timedelta(minutes=59)) == [Template.SHIFT_ENDED]
    assert told(TWO + timedelta(hours=1)) == []
    assert handover_owed(boundaries([a_duty_day()], TEN - timedelta(1), TWO), {}, TWO) == []


def a_change(*notices: Notice) -> RotaChange:
    return RotaChange("change", NOON, By("admin", "dr-asha"), ChangeKind.SWAP_OFFERED, "x", notices)


def test_a_change_is_told_once_a_day_to_each() -> None:
    late = replace(SHIFT, id="late", start=TWO, end=TWO + timedelta(hours=1))
    tomorrow = replace(SHIFT, id="next", start=TEN + timedelta(days=1), end=TWO + timedelta(days=1))
    owed = change_owed(
        a_change(
            Notice("dr-asha", News.OFF, SHIFT),
            Notice("dr-asha", News.CHANGED, late),
            Notice("dr-asha", News.ON, tomorrow),
            Notice("dr-ravi", News.ON, SHIFT),
            Notice("dr-nobody", News.ON, SHIFT),
        ),
        PEOPLE,
    )

    assert [(each.subject, each.id, each.variables) for each in owed] == [
        ("rota-change", "shift_changed.2026-11-23.dr-asha", {"day": "2026-11-23"}),
        ("rota-change", "shift_changed.2026-11-24.dr-asha", {"day": "2026-11-24"}),
        ("rota-change", "shift_changed.2026-11-23.dr-ravi", {"day": "2026-11-23"}),
    ]
    assert {each.template for each in owed} == {Template.SHIFT_CHANGED}


def test_an_offer_and_its_refusal_name_the_colleague() -> None:
    [offered] = change_owed(a_change(Notice("dr-ravi", News.OFFERED, SHIFT)), PEOPLE)
    [declined] = change_owed(a_change(Notice("dr-ravi", News.DECLINED, SHIFT)), PEOPLE)

    assert (offered.template, declined.template) == (
        Template.SWAP_OFFERED,
        Template.SWAP_DECLINED,
    )
    assert offered.variables["colleague"] == declined.variables["colleague"] == "Dr Asha"


def test_gaps_are_counted_from_the_first_on() -> None:
    gaps = [
        Gap("late", TEN + timedelta(days=2), TWO + timedelta(days=2), 1, ()),
        Gap("morning", TEN + timedelta(days=1), TWO + timedelta(days=1), 0, ("hi",)),
    ]
    [owed] = gaps_owed(gaps, GAPS, a_duty_day().day, [RAVI], NOON)

    assert owed.variables == {"day": "2026-11-24", "count": "2"}
    assert (owed.subject, owed.id) == (GAPS, "gap.2026-11-23.key-r")
    assert gaps_owed([], GAPS, a_duty_day().day, [RAVI], NOON) == []
