"""What leave, overrides, temporary schedules and swaps do to published days."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.errors import HelplineError
from chalicelib.rota.domain.amendments import (
    apply_exception,
    apply_hours,
    moved,
    opened_gaps,
    swap,
    take_leave,
)
from chalicelib.rota.domain.model import Leave, Override, Temporary
from chalicelib.rota.domain.planner import plan
from chalicelib.rota.domain.quality import GapFinder
from tests.rota.domain.rota_rosters import (
    MONDAY,
    a_line,
    a_roster,
    at,
    day,
    hours,
    people,
    planned,
    problems_of,
    someone,
    sources,
    turns,
)

NOW = at(-1, "12:00")


def published(made=None, days=7):
    return list(planned(made or sources(), days).days())


def told(days):
    return [
        (
            shift.line,
            f"{shift.start.astimezone(IST):%d %H:%M}",
            f"{shift.end.astimezone(IST):%H:%M}",
            "".join(shift.on),
        )
        for each in days
        for shift in each.shifts
    ]


def changes(before, after):
    return [
        (change.oncologist, change.what.value, change.shift.start, change.shift.end)
        for change in moved(before, after)
    ]


class TestLeave:
    def test_whoever_is_away_is_taken_off_and_nobody_else(self):
        made = sources(a_line(people=2))
        changed = take_leave(published(made), Leave("a", day(0), day(2)), IST, NOW)
        assert told(changed) == [
            ("morning", "30 10:00", "13:30", "b"),
            ("morning", "01 10:00", "13:30", "c"),
        ]

    def test_days_on_which_they_did_not_serve_do_not_change(self):
        changed = take_leave(published(), Leave("a", day(1), day(3)), IST, NOW)
        assert changed == []

    def test_a_running_shift_is_left_at_the_next_whole_minute(self):
        now = at(0, "11:00") + timedelta(seconds=20)
        changed = take_leave(published(), Leave("a", day(0), day(5)), IST, now)
        assert told(changed[:1]) == [
            ("morning", "30 10:00", "11:01", "a"),
            ("morning", "30 11:01", "13:30", ""),
        ]
        assert [shift.id for shift in changed[0].shifts] == [
            "morning-20261130-1000",
            "morning-20261130-1101",
        ]

    def test_a_shift_that_is_over_stays(self):
        changed = take_leave(published(), Leave("a", day(0), day(1)), IST, at(0, "13:30"))
        assert changed == []

    def test_the_gap_is_told(self):
        made = sources(a_line(languages=("hi",)))
        before = published(made)
        after = take_leave(before, Leave("a", day(0), day(2)), IST, NOW)
        gaps = opened_gaps(before, after, GapFinder(made.lines, people()))
        assert [(gap.start, gap.missing, gap.languages) for gap in gaps] == [
            (at(0, "10:00"), 1, ("hi",))
        ]

    def test_a_gap_that_was_there_is_not_told_again(self):
        made = sources(a_line(people=2, rotation=turns("a")))
        before = published(made, 1)
        after = [replace(before[0], version=2)]
        assert opened_gaps(before, after, GapFinder(made.lines, people("a"))) == []


class TestHours:
    """New hours on published days: 30 November is day 0, a Monday."""

    def change(self, before, days, now=NOW, **changes):
        after = replace(before, hours=hours(**changes))
        return apply_hours(days, before, after, now)

    def test_a_closure_takes_the_shift_off_and_leaves_other_days(self):
        made = sources()
        changed = self.change(made, published(made), closures=[day(1)])
        assert [each.day for each in changed] == [day(1)]
        assert changed[0].shifts == ()

    def test_a_running_shift_ends_at_the_next_whole_minute(self):
        made, now = sources(), at(0, "11:00") + timedelta(seconds=20)
        changed = self.change(made, published(made), now, closures=[day(0)])
        assert told(changed) == [("morning", "30 10:00", "11:01", "a")]

    def test_a_shift_that_is_over_stays(self):
        made = sources()
        assert self.change(made, published(made), at(0, "14:00"), closures=[day(0)]) == []

    def test_a_shorter_day_keeps_what_is_open(self):
        made = sources()
        opening = {day(1): [("11:00", "12:00"), ("13:00", "17:00")]}
        changed = self.change(made, published(made), closures=[day(1)], extra=opening)
        assert told(changed) == [
            ("morning", "01 11:00", "12:00", "b"),
            ("morning", "01 13:00", "13:30", "b"),
        ]

    def test_a_weekday_without_hours_takes_off_every_one_of_them(self):
        made = sources()
        week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), (("10:00", "17:00"),))
        changed = self.change(made, published(made, 14), **week)
        assert [(each.day, each.shifts) for each in changed] == [(day(5), ()), (day(12), ())]

    def test_narrower_hours_cut_shifts_of_lines_that_were_changed_before(self):
        made = sources(a_line(span=("10:00", "12:00")))
        week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat"), (("10:00", "12:00"),))
        changed = self.change(made, published(sources(), 1), **week)
        assert told(changed) == [("morning", "30 10:00", "12:00", "a")]

    def test_a_day_that_opens_again_has_its_shift_and_nobody_on_it(self):
        shut = sources(hours=hours(closures=[day(1)]))
        changed = self.change(shut, published(shut))
        assert told(changed) == [("morning", "01 10:00", "13:30", "")]
        assert [shift.id for shift in changed[0].shifts] == ["morning-20261201-1000"]
        gaps = opened_gaps(published(shut), changed, GapFinder(shut.lines, ()))
        assert [(gap.start, gap.missing) for gap in gaps] == [(at(1, "10:00"), 1)]

    def test_what_was_left_of_a_shorter_day_is_filled_up_around(self):
        made = sources()
        short = hours(closures=[day(1)], extra={day(1): [("11:00", "12:00")]})
        days = published(made)
        shorter = apply_hours(days, made, replace(made, hours=short), NOW)
        back = apply_hours(shorter, replace(made, hours=short), made, NOW)
        assert told(back) == [
            ("morning", "01 10:00", "11:00", ""),
            ("morning", "01 11:00", "12:00", "b"),
            ("morning", "01 12:00", "13:30", ""),
        ]

    def test_an_exception_that_was_entered_for_the_day_counts_again(self):
        add = Override("morning", at(1, "10:00"), at(1, "12:00"), add="c")
        shut = sources(hours=hours(closures=[day(1)]))
        days = published(shut)
        changed = self.change(replace(shut, overrides=(add,)), days)
        assert told(changed) == [
            ("morning", "01 10:00", "12:00", "c"),
            ("morning", "01 12:00", "13:30", ""),
        ]

    def test_the_past_of_a_day_that_opens_stays_as_it_was(self):
        shut = sources(hours=hours(closures=[day(0)]))
        changed = self.change(shut, published(shut), at(0, "12:00"))
        assert told(changed) == [("morning", "30 12:00", "13:30", "")]

    def test_shifts_outside_both_hours_are_nobodys_matter(self):
        made = sources()
        (seeded,) = published(sources(hours=hours(mon=[("00:00", "24:00")])), 1)
        night = replace(seeded.shifts[0], start=at(0, "02:00"), end=at(0, "04:00"))
        assert self.change(made, [replace(seeded, shifts=(night,))], closures=[day(0)]) == []


class TestOverride:
    def apply(self, override, made=None, now=NOW):
        made = made or sources()
        return apply_exception(published(made), made, override, now)

    def test_it_changes_the_days_that_it_touches(self):
        changed = self.apply(Override("morning", at(0, "11:00"), at(0, "12:00"), "a", "b"))
        assert told(changed) == [
            ("morning", "30 10:00", "11:00", "a"),
            ("morning", "30 11:00", "12:00", "b"),
            ("morning", "30 12:00", "13:30", "a"),
        ]

    def test_taken_back_the_pieces_join_under_the_first_name(self):
        made = sources()
        days = published(made)
        there = Override("morning", at(0, "11:00"), at(0, "12:00"), "a", "b")
        back = Override("morning", at(0, "11:00"), at(0, "12:00"), "b", "a")
        days[0] = apply_exception(days, made, there, NOW)[0]
        assert apply_exception(days, made, back, NOW) == published(made)[:1]

    def test_what_is_over_stays(self):
        override = Override("morning", at(0, "10:00"), at(0, "13:30"), "a", "b")
        assert told(self.apply(override, now=at(0, "12:00"))) == [
            ("morning", "30 10:00", "12:00", "a"),
            ("morning", "30 12:00", "13:30", "b"),
        ]
        assert problems_of(lambda: self.apply(override, now=at(0, "13:30"))) == [
            ("overrides[0].to", "in_the_past")
        ]

    def test_a_temporary_schedule_stands_above_it(self):
        made = sources(temporary=(Temporary("morning", at(0, "11:00"), at(0, "12:00"), ("c",)),))
        override = Override("morning", at(0, "10:00"), at(0, "13:30"), "a", "b")
        assert told(self.apply(override, made)) == [
            ("morning", "30 10:00", "11:00", "b"),
            ("morning", "30 11:00", "12:00", "c"),
            ("morning", "30 12:00", "13:30", "b"),
        ]

    @pytest.mark.parametrize(
        ("override", "expected"),
        [
            (Override("x", at(0, "10:00"), at(0, "12:00"), None, "b"), "line unknown"),
            (Override("morning", at(0, "10:00"), at(0, "12:00"), "b"), "remove not_on"),
            (Override("morning", at(0, "10:00"), at(0, "12:00"), "a", "c"), "add on_leave"),
            (Override("morning", at(6, "10:00"), at(6, "12:00"), None, "b"), "line not_on"),
            (Override("morning", at(0, "14:00"), at(0, "15:00"), None, "b"), "line not_on"),
        ],
    )
    def test_what_is_refused(self, override, expected):
        made = sources(leave=(Leave("c", day(0), day(1)),))
        path, code = expected.split()
        assert problems_of(lambda: self.apply(override, made)) == [(f"overrides[0].{path}", code)]

    def test_days_that_are_not_published_are_no_matter_of_it(self):
        made = sources()
        far = Override("morning", at(21, "10:00"), at(21, "12:00"), None, "b")
        assert apply_exception(published(made), made, far, NOW, goes_on=True) == []


class TestTemporary:
    def test_it_replaces_whoever_is_on(self):
        made = sources()
        schedule = Temporary("morning", at(0, "12:00"), at(2, "00:00"), ("c", "a"))
        assert told(apply_exception(published(made), made, schedule, NOW)) == [
            ("morning", "30 10:00", "12:00", "a"),
            ("morning", "30 12:00", "13:30", "ca"),
            ("morning", "01 10:00", "13:30", "ca"),
        ]

    def test_two_of_a_line_at_once_are_refused(self):
        schedule = Temporary("morning", at(0, "12:00"), at(2, "00:00"), ("c",))
        made = sources(temporary=(schedule,))
        assert problems_of(lambda: apply_exception(published(), made, schedule, NOW)) == [
            ("temporary[0].from", "overlapping")
        ]

    def test_whoever_serves_elsewhere_is_refused(self):
        made = sources(a_line(rotation=turns("a")), a_line("other", rotation=turns("b")))
        schedule = Temporary("morning", at(0, "12:00"), at(2, "00:00"), ("b",))
        assert problems_of(lambda: apply_exception(published(made), made, schedule, NOW)) == [
            ("temporary[0].on[0]", "on_two_lines")
        ]


class TestSwap:
    SHIFT = "morning-20261130-1000"

    def swap(self, made=None, giver="a", taker="b", now=NOW, shift=SHIFT):
        made = made or sources()
        return swap(published(made)[0], shift, giver, taker, made, now)

    def test_the_whole_shift_changes_hands(self):
        assert told([self.swap()]) == [("morning", "30 10:00", "13:30", "b")]

    def test_colleagues_stay(self):
        assert told([self.swap(sources(a_line(people=2)), taker="c")]) == [
            ("morning", "30 10:00", "13:30", "bc")
        ]

    @pytest.mark.parametrize(("taker", "code"), [("a", "oneself"), ("x", "unknown")])
    def test_with_oneself_or_a_stranger(self, taker, code):
        assert problems_of(lambda: self.swap(taker=taker)) == [("to", code)]

    @pytest.mark.parametrize(
        ("made", "asked", "code"),
        [
            (None, {"giver": "c"}, "not_your_shift"),
            (None, {"shift": "x"}, "not_your_shift"),
            (None, {"now": at(0, "10:00")}, "shift_started"),
            (sources(leave=(Leave("b", day(0), day(1)),)), {}, "on_leave"),
            (
                sources(oncologists=(someone("a"), someone("b", left=day(0)), someone("c"))),
                {},
                "not_serving",
            ),
            (
                sources(oncologists=(someone("a"), someone("b", joined=day(1)), someone("c"))),
                {},
                "not_serving",
            ),
            (sources(a_line(people=2)), {}, "on_another_line"),
            (
                sources(a_line(), a_line("other", ("13:00", "17:00"), rotation=turns("b"))),
                {},
                "on_another_line",
            ),
        ],
    )
    def test_what_is_refused(self, made, asked, code):
        with pytest.raises(HelplineError) as refused:
            self.swap(made, **asked)
        assert refused.value.code == code

    def test_a_line_that_only_touches_is_no_hindrance(self):
        made = sources(a_line(), a_line("other", ("13:30", "17:00"), rotation=turns("b")))
        assert self.swap(made).shifts[0].on == ("b",)


class TestMoved:
    def test_a_swap_takes_from_one_and_gives_to_the_other(self):
        before = published()[0]
        after = swap(before, before.shifts[0].id, "a", "b", sources(), NOW)
        span = at(0, "10:00"), at(0, "13:30")
        assert changes(before, after) == [("a", "off", *span), ("b", "on", *span)]

    def test_a_shift_cut_short_is_changed(self):
        made = sources()
        before = published(made)[0]
        override = Override("morning", at(0, "12:00"), at(0, "13:30"), "a", "b")
        after = apply_exception([before], made, override, NOW)[0]
        assert changes(before, after) == [
            ("a", "changed", at(0, "10:00"), at(0, "12:00")),
            ("b", "on", at(0, "12:00"), at(0, "13:30")),
        ]

    def test_whoever_stays_while_a_colleague_changes_is_not_moved(self):
        made = sources(a_line(people=2, rotation=turns("ab")))
        before = published(made)[0]
        override = Override("morning", at(0, "12:00"), at(0, "13:00"), "b", "c")
        after = apply_exception([before], made, override, NOW)[0]
        assert [who for who, *_ in changes(before, after)] == ["b", "c", "b"]

    def test_nothing_moves_nobody(self):
        before = published()[0]
        assert moved(before, replace(before, version=2)) == []


@settings(max_examples=200)
@given(st.integers(0, 2**48))
def test_an_override_of_published_days_is_the_plan_with_it(seed):
    """As long as nothing was swapped meanwhile, now or later is the same."""
    made = a_roster(seed, days=7)
    plain = replace(made, overrides=(), temporary=())
    for override in made.overrides[:1]:
        with_it = replace(plain, overrides=(override,))
        if plan(with_it, MONDAY, day(7), strict=False).refused:
            return
        days = {each.day: each for each in plan(plain, MONDAY, day(7)).days()}
        beyond = override.end > at(7, "00:00")
        now = at(-20, "00:00")
        changed = apply_exception(days.values(), plain, override, now, goes_on=beyond)
        days |= {each.day: each for each in changed}
        assert tuple(days.values()) == plan(with_it, MONDAY, day(7)).days()
