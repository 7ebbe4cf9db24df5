"""The plan as a whole: the contract's example, gaps, quality, who is on at an instant, days."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.core.domain.datetimes import IST, NaiveDatetimeError, to_iso
from chalicelib.rota.domain.model import Leave, Override, Temporary
from chalicelib.rota.domain.planner import plan
from tests.rota.domain.rota_rosters import (
    MONDAY,
    a_line,
    at,
    day,
    fair,
    hours,
    on_duty,
    people,
    planned,
    sources,
    turns,
    who_by_day,
)

SECOND = timedelta(seconds=1)


def test_the_previews_example():
    """Monday and Tuesday mornings of December for a and b; a is away on the 3rd and 4th."""
    made = sources(
        a_line(days=("mon", "tue"), languages=("hi",), rotation=turns("ab", anchor=day(1))),
        hours=hours(closures=[day(25)]),
        oncologists=people("ab", a=("hi", "en")),
        leave=(Leave("a", day(3), day(5)),),
        overrides=(Override("morning", at(8, "10:00"), at(8, "12:00"), "a", "b"),),
    )
    rota = plan(made, day(1), day(32))
    first = rota.shifts[0]
    assert (first.line, to_iso(first.start), to_iso(first.end), first.on) == (
        "morning",
        "2026-12-01T10:00:00+05:30",
        "2026-12-01T13:30:00+05:30",
        ("a",),
    )
    assert who_by_day(rota)[:5] == ["a", "b", "b", "a", "b"]
    assert rota.gaps == ()
    assert rota.quality.coverage == 1


def test_shifts_come_by_start_and_then_by_the_lines_place():
    made = sources(
        a_line("second", ("12:00", "17:00"), rotation=turns("a")),
        a_line("first", rotation=turns("b")),
        a_line("third", ("12:00", "13:00"), rotation=turns("c")),
    )
    assert [shift.line for shift in planned(made, 2).shifts] == ["first", "second", "third"] * 2


def test_instants_are_in_utc_and_ids_follow_from_line_and_start():
    shift = planned(sources(), 1).shifts[0]
    assert shift.start == datetime(2026, 11, 30, 4, 30, tzinfo=UTC)
    assert shift.start.tzinfo is UTC
    assert shift.id == "morning-20261130-1000"


def test_a_gap_tells_who_is_missing_and_each_language_once():
    made = sources(
        a_line(people=2, languages=("hi", "ta", "bn"), rotation=turns("a")),
        a_line("afternoon", ("13:30", "17:00"), languages=("ta",), rotation=turns("b")),
        oncologists=people("ab", b=("ta",)),
    )
    rota = planned(made, 1)
    assert [(gap.line, gap.missing, gap.languages) for gap in rota.gaps] == [
        ("morning", 1, ("ta", "bn"))
    ]
    assert (rota.gaps[0].start, rota.gaps[0].end) == (at(0, "10:00"), at(0, "13:30"))


class TestQuality:
    def test_of_an_even_rota(self):
        quality = planned(sources(), 6).quality
        assert (quality.coverage, quality.balance, quality.score) == (1, 1, 100)
        assert quality.hours == {"a": 7, "b": 7, "c": 7}

    def test_coverage_is_the_share_of_open_person_hours(self):
        made = sources(a_line(people=2, rotation=turns("a")))
        quality = planned(made, 6).quality
        assert (quality.coverage, quality.balance, quality.score) == (0.5, 1, 75)

    def test_more_than_are_asked_for_cover_nothing_else(self):
        made = sources(
            temporary=(Temporary("morning", at(0, "00:00"), at(1, "00:00"), ("a", "b")),),
            leave=tuple(Leave(who, day(1), day(2)) for who in "abc"),
        )
        assert planned(made, 2).quality.coverage == 0.5

    def test_balance_is_the_mean_over_pairs_of_fewer_by_more(self):
        """Four mornings: a has two, b and c one each."""
        quality = planned(sources(), 4).quality
        assert quality.balance == pytest.approx((0.5 + 0.5 + 1) / 3)
        assert quality.score == round(50 * (1 + 2 / 3))

    def test_a_member_who_could_have_served_and_did_not_counts_as_nothing(self):
        quality = planned(sources(), 2).quality
        assert quality.hours == {"a": 3.5, "b": 3.5, "c": 0}
        assert quality.balance == pytest.approx(1 / 3)

    def test_whoever_could_not_serve_does_not_count(self):
        quality = planned(sources(leave=(Leave("c", day(0), day(9)),)), 2).quality
        assert (quality.balance, quality.hours) == (1, {"a": 3.5, "b": 3.5})

    def test_a_stand_in_has_hours_and_no_part_in_the_balance(self):
        made = sources(
            a_line(rotation=turns("ab")),
            overrides=(Override("morning", at(0, "11:00"), at(0, "13:30"), None, "c"),),
        )
        quality = planned(made, 2).quality
        assert (quality.balance, quality.hours) == (1, {"a": 3.5, "b": 3.5, "c": 2.5})

    def test_of_no_shift_at_all(self):
        quality = planned(sources(), 0).quality
        assert (quality.coverage, quality.balance, quality.score, quality.hours) == (1, 1, 100, {})


class TestAnInstant:
    @pytest.fixture
    def rota(self):
        return planned(sources(a_line(), a_line("afternoon", ("13:30", "17:00"))), 14)

    @pytest.mark.parametrize(
        ("instant", "expected"),
        [
            (at(0, "10:00") - SECOND, set()),
            (at(0, "10:00"), {"a"}),
            (at(1, "13:30") - SECOND, {"b"}),
            (at(1, "13:30"), {"b"}),
            (at(2, "17:00"), set()),
            (at(6, "12:00"), set()),
            (at(-1, "12:00"), set()),
            (at(14, "12:00"), set()),
            (datetime(2026, 12, 2, 6, tzinfo=UTC), {"c"}),
        ],
    )
    def test_who_is_on(self, rota, instant, expected):
        assert on_duty(rota, instant) == expected

    def test_a_naive_instant_is_the_programs_fault(self, rota):
        with pytest.raises(NaiveDatetimeError):
            on_duty(rota, datetime(2026, 11, 30, 12))  # noqa: DTZ001


def test_days_have_the_shifts_of_their_date_and_those_without_are_there_too():
    days = planned(sources(hours=hours(closures=[day(1)])), 3).days()
    assert [(each.day, [shift.on for shift in each.shifts]) for each in days] == [
        (day(0), [("a",)]),
        (day(1), []),
        (day(2), [("b",)]),
    ]


def test_another_zone_has_its_own_clock():
    """New York goes to summer time on Sunday 8 March 2026; 10:00 is 10:00 on both sides."""
    zone = ZoneInfo("America/New_York")
    made = sources(
        a_line(rotation=turns(anchor=MONDAY.replace(year=2026, month=3, day=6))),
        hours=hours(zone=zone),
    )
    start = MONDAY.replace(year=2026, month=3, day=7)
    rota = plan(made, start, start + timedelta(days=3))
    assert [shift.start.hour for shift in rota.shifts] == [15, 14]
    assert on_duty(rota, datetime(2026, 3, 9, 14, tzinfo=UTC)) == {"c"}


def test_the_same_sources_make_the_same_plan():
    def make():
        lines = a_line(rotation=fair(), people=2), a_line("other", ("11:00", "17:00"))
        return planned(sources(*lines, served={"b": 2.0}), 28)

    assert make().shifts == make().shifts
    assert make().state == make().state
    assert all(shift.start.astimezone(IST).weekday() < 6 for shift in make().shifts)
