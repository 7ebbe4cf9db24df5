"""Temporary schedule above override above rotation, and what either is refused for."""

from dataclasses import replace

import pytest

from chalicelib.core.domain.datetimes import IST
from chalicelib.rota.domain.model import Leave, Override, Temporary
from chalicelib.rota.domain.planner import plan
from tests.rota.domain.rota_rosters import (
    MONDAY,
    a_line,
    at,
    day,
    hours,
    people,
    planned,
    problems_of,
    someone,
    sources,
    turns,
    who_by_day,
)


def override(start, end, remove=None, add=None, line="morning"):
    return Override(line, start, end, remove, add)


def temporary(start, end, on, line="morning"):
    return Temporary(line, start, end, tuple(on))


def told(rota, number=0):
    """One day's shifts as local times and words of letters."""
    return [
        (
            f"{shift.start.astimezone(IST):%H:%M}",
            f"{shift.end.astimezone(IST):%H:%M}",
            "".join(shift.on),
        )
        for shift in rota.shifts
        if shift.start.astimezone(IST).date() == day(number)
    ]


class TestOverrides:
    def test_a_replacement_is_split_off_at_its_edges(self):
        made = sources(overrides=(override(at(0, "11:00"), at(0, "12:00"), "a", "b"),))
        assert told(planned(made)) == [
            ("10:00", "11:00", "a"),
            ("11:00", "12:00", "b"),
            ("12:00", "13:30", "a"),
        ]

    def test_what_lies_beyond_the_shift_is_cut_off(self):
        made = sources(overrides=(override(at(0, "06:00"), at(0, "12:00"), "a", "b"),))
        assert told(planned(made)) == [("10:00", "12:00", "b"), ("12:00", "13:30", "a")]

    def test_somebody_more_stands_last_and_somebody_less_leaves_a_gap(self):
        whole = at(0, "10:00"), at(0, "13:30")
        assert told(planned(sources(overrides=(override(*whole, add="b"),)))) == [
            ("10:00", "13:30", "ab")
        ]
        rota = planned(sources(overrides=(override(*whole, remove="a"),)))
        assert told(rota) == [("10:00", "13:30", "")]
        assert [gap.missing for gap in rota.gaps] == [1]

    def test_it_moves_no_pointer(self):
        made = sources(overrides=(override(at(0, "10:00"), at(0, "13:30"), "a", "b"),))
        assert who_by_day(planned(made)) == ["b", "b", "c", "a", "b", "c"]

    def test_adding_who_is_on_already_changes_nothing(self):
        made = sources(overrides=(override(at(0, "11:00"), at(0, "12:00"), add="a"),))
        assert told(planned(made)) == [("10:00", "13:30", "a")]

    def test_pieces_join_where_the_same_people_are_on(self):
        made = sources(
            overrides=(
                override(at(0, "10:00"), at(0, "11:00"), "a", "b"),
                override(at(0, "11:00"), at(0, "13:30"), "a", "b"),
            )
        )
        assert told(planned(made)) == [("10:00", "13:30", "b")]

    def test_they_apply_one_after_the_other(self):
        made = sources(
            overrides=(
                override(at(0, "10:00"), at(0, "13:30"), "a", "b"),
                override(at(0, "12:00"), at(0, "13:30"), "b", "c"),
            )
        )
        assert told(planned(made)) == [("10:00", "12:00", "b"), ("12:00", "13:30", "c")]

    def test_two_together_may_move_somebody_to_another_line(self):
        made = sources(
            a_line("one", rotation=turns("a")),
            a_line("two", rotation=turns("b")),
            overrides=(
                override(at(0, "10:00"), at(0, "13:30"), "a", "b", "one"),
                override(at(0, "10:00"), at(0, "13:30"), "b", "c", "two"),
            ),
        )
        assert [shift.on for shift in planned(made, 1).shifts] == [("b",), ("c",)]

    def test_over_several_days_it_touches_each(self):
        made = sources(
            a_line(rotation=turns("a")),
            overrides=(override(at(1, "12:00"), at(2, "11:00"), "a", "b"),),
        )
        assert told(planned(made), 1) == [("10:00", "12:00", "a"), ("12:00", "13:30", "b")]
        assert told(planned(made), 2) == [("10:00", "11:00", "b"), ("11:00", "13:30", "a")]

    def test_over_days_it_applies_to_whatever_lies_in_its_span(self):
        """a, b and c in turn; a is on Monday and Thursday, and replaced on both."""
        made = sources(overrides=(override(at(0, "00:00"), at(5, "00:00"), "a", "d"),))
        made = replace(made, oncologists=people("abcd"))
        assert who_by_day(planned(made, 5)) == ["d", "b", "c", "d", "b"]

    def test_it_may_run_over_a_closed_day(self):
        made = sources(overrides=(override(at(5, "12:00"), at(7, "12:00"), add="b"),))
        rota = planned(made, 8)
        assert told(rota, 5) == [("10:00", "12:00", "c"), ("12:00", "13:30", "cb")]
        assert told(rota, 7) == [("10:00", "12:00", "ab"), ("12:00", "13:30", "a")]

    def test_where_another_removed_them_before_it_does_nothing(self):
        made = sources(
            overrides=(
                override(at(0, "12:00"), at(0, "13:30"), "a"),
                override(at(0, "11:00"), at(0, "13:00"), "a", "b"),
            )
        )
        assert told(planned(made)) == [
            ("10:00", "11:00", "a"),
            ("11:00", "12:00", "b"),
            ("12:00", "13:30", ""),
        ]

    def test_whoever_is_added_need_not_be_there_where_it_does_nothing(self):
        span = at(0, "00:00"), at(5, "00:00")
        made = sources(
            overrides=(override(*span, "a", "d"),),
            oncologists=people("abcd"),
            leave=(Leave("d", day(1), day(3)),),
        )
        assert who_by_day(planned(made, 5)) == ["d", "b", "c", "d", "b"]
        made = replace(made, leave=(Leave("d", day(3), day(4)),))
        assert problems_of(lambda: planned(made)) == [("overrides[0].add", "on_leave")]

    def test_a_part_of_the_plan_refuses_nothing_that_may_touch_another(self):
        made = sources(overrides=(override(at(0, "00:00"), at(5, "00:00"), "c"),))
        assert plan(made, MONDAY, day(1), strict=False).refused == ()

    def test_outside_the_plan_it_is_not_looked_at(self):
        made = sources(overrides=(override(at(6, "10:00"), at(6, "12:00"), "a", "b"),))
        assert problems_of(lambda: plan(made, MONDAY, day(6))) == []
        assert problems_of(lambda: plan(made, MONDAY, day(7))) == [
            ("overrides[0].remove", "not_on")
        ]


class TestTemporary:
    def test_it_stands_above_rotation_and_overrides(self):
        made = sources(
            overrides=(override(at(0, "10:00"), at(0, "12:00"), "a", "b"),),
            temporary=(temporary(at(0, "11:00"), at(0, "13:00"), "c"),),
        )
        assert told(planned(made)) == [
            ("10:00", "11:00", "b"),
            ("11:00", "13:00", "c"),
            ("13:00", "13:30", "a"),
        ]

    def test_an_override_beneath_it_is_not_looked_at(self):
        made = sources(
            overrides=(override(at(0, "11:00"), at(0, "12:00"), "c", "b"),),
            temporary=(temporary(at(0, "10:00"), at(0, "13:30"), "a"),),
        )
        assert told(planned(made)) == [("10:00", "13:30", "a")]

    def test_it_may_run_across_closed_days_and_moves_no_pointer(self):
        made = sources(temporary=(temporary(at(4, "00:00"), at(8, "00:00"), "cb"),))
        assert who_by_day(planned(made, 10)) == ["a", "b", "c", "a", "cb", "cb", "cb", "b", "c"]

    def test_it_may_leave_nobody(self):
        made = sources(temporary=(temporary(at(0, "12:00"), at(1, "00:00"), ""),))
        assert told(planned(made)) == [("10:00", "12:00", "a"), ("12:00", "13:30", "")]


TWO_LINES = (a_line("one", rotation=turns("a")), a_line("two", rotation=turns("b")))
WHOLE = at(0, "10:00"), at(0, "13:30")
ADD_C = override(*WHOLE, add="c")
A_FOR_B = override(*WHOLE, "a", "b")
C_ON_BOTH = tuple(override(*WHOLE, add="c", line=line) for line in ("one", "two"))
COMING_AND_GOING = (someone("a"), someone("b", left=day(0)), someone("c", joined=day(1)))


def away(who):
    return (Leave(who, day(0), day(1)),)


@pytest.mark.parametrize(
    ("lines", "changes", "expected"),
    [
        ((), {"overrides": (override(*WHOLE, "b", "c"),)}, ["overrides[0].remove not_on"]),
        ((), {"overrides": (A_FOR_B,), "leave": away("b")}, ["overrides[0].add on_leave"]),
        (
            (),
            {"overrides": (A_FOR_B, ADD_C), "oncologists": COMING_AND_GOING},
            ["overrides[0].add gone", "overrides[1].add not_joined"],
        ),
        (
            TWO_LINES,
            {"overrides": (override(*WHOLE, add="b", line="one"),)},
            ["overrides[0].add on_two_lines"],
        ),
        (TWO_LINES, {"overrides": C_ON_BOTH}, ["overrides[1].add on_two_lines"]),
        (
            TWO_LINES,
            {"overrides": C_ON_BOTH[1:], "temporary": (temporary(*WHOLE, "c", "one"),)},
            ["overrides[0].add on_two_lines"],
        ),
        (
            TWO_LINES,
            {"temporary": (temporary(*WHOLE, "cb", "one"),)},
            ["temporary[0].on[1] on_two_lines"],
        ),
        (
            (),
            {"temporary": (temporary(*WHOLE, "bc"),), "leave": away("c")},
            ["temporary[0].on[1] on_leave"],
        ),
        (
            (),
            {"overrides": (override(at(6, "12:00"), at(7, "09:00"), add="c"),)},
            ["overrides[0].line not_on"],
        ),
        (
            (),
            {
                "overrides": (override(at(1, "10:00"), at(1, "12:00"), add="c"),),
                "hours": hours(closures=[day(1)]),
            },
            ["overrides[0].line not_on"],
        ),
        (
            (),
            {"overrides": (override(at(0, "14:00"), at(0, "15:00"), add="c"),)},
            ["overrides[0].line not_on"],
        ),
        ((a_line(days=("tue",)),), {"overrides": (ADD_C,)}, ["overrides[0].line not_on"]),
    ],
)
def test_what_is_refused(lines, changes, expected):
    found = problems_of(lambda: plan(sources(*lines, **changes), MONDAY, day(14)))
    assert [f"{path} {code}" for path, code in found] == expected


def test_a_line_that_only_touches_is_no_other_line_at_once():
    made = sources(
        a_line("one", rotation=turns("a")),
        a_line("two", ("13:30", "17:00"), rotation=turns("b")),
        overrides=(override(at(0, "10:00"), at(0, "17:00"), add="b", line="one"),),
    )
    assert [shift.on for shift in planned(made, 1).shifts] == [("a", "b"), ("b",)]


def test_not_strict_what_is_refused_is_left_out_of_its_day_alone_and_told():
    made = sources(
        a_line(rotation=turns("a")),
        overrides=(override(at(0, "12:00"), at(2, "11:00"), "a", "b"),),
        oncologists=people("ab"),
        leave=(Leave("b", day(1), day(2)),),
    )
    rota = plan(made, MONDAY, day(3), strict=False)
    assert who_by_day(rota) == ["a", "b", "a", "b", "a"]
    assert [(field.field, field.field_code) for field in rota.refused] == [
        ("overrides[0].add", "on_leave")
    ]
