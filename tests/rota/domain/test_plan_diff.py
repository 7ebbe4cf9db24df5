"""What a change of the rota does, told by two plans side by side."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from chalicelib.core.domain.working_hours import DEFAULT_HOURS
from chalicelib.rota.domain.duty import Shift
from chalicelib.rota.domain.model import RoundRobin, Sources
from chalicelib.rota.domain.plan_diff import Move, compare, moves
from chalicelib.rota.domain.planner import plan
from tests.support.rota_world import ASHA, MONDAY, NAMES, RAVI, TARA, a_doctor, at, morning

WEEK = (MONDAY, MONDAY + timedelta(days=7))


def shift(line, start, end, *on):
    return Shift(f"{line}-x", line, at(MONDAY, *start), at(MONDAY, *end), on)


def move(start, end, was, becomes, line="morning"):
    return Move(line, at(MONDAY, *start), at(MONDAY, *end), was, becomes)


TEN, NOON, HALF_PAST_ONE, FIVE = (10,), (12,), (13, 30), (17,)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([shift("morning", TEN, NOON, ASHA)], [shift("morning", TEN, NOON, ASHA)], []),
        (
            [shift("morning", TEN, NOON, ASHA, RAVI)],
            [shift("morning", TEN, NOON, RAVI, ASHA)],
            [],
        ),
        (
            [shift("morning", TEN, NOON, ASHA)],
            [shift("morning", TEN, NOON, RAVI)],
            [move(TEN, NOON, (ASHA,), (RAVI,))],
        ),
        # Longer hours: what was there before is no news.
        (
            [shift("morning", TEN, NOON, ASHA)],
            [shift("morning", TEN, HALF_PAST_ONE, ASHA)],
            [move(NOON, HALF_PAST_ONE, None, (ASHA,))],
        ),
        # Nobody on a shift is not the same as no shift.
        (
            [shift("morning", TEN, NOON, ASHA)],
            [shift("morning", TEN, NOON)],
            [move(TEN, NOON, (ASHA,), ())],
        ),
        ([shift("morning", TEN, NOON)], [], [move(TEN, NOON, (), None)]),
        # Cut in two with the same people on both: one span.
        (
            [shift("morning", TEN, HALF_PAST_ONE, ASHA)],
            [
                shift("morning", TEN, NOON, RAVI),
                shift("morning", NOON, HALF_PAST_ONE, RAVI),
            ],
            [move(TEN, HALF_PAST_ONE, (ASHA,), (RAVI,))],
        ),
        # A line that is new, beside one that stays.
        (
            [shift("morning", TEN, NOON, ASHA)],
            [shift("morning", TEN, NOON, ASHA), shift("evening", FIVE, (19,), TARA)],
            [move(FIVE, (19,), None, (TARA,), "evening")],
        ),
    ],
)
def test_whose_duty_moves(before, after, expected):
    assert moves(before, after) == expected


def some_sources(*lines, **changes):
    people = tuple(a_doctor(who) for who in NAMES)
    return replace(Sources(DEFAULT_HOURS, people, lines), **changes)


def test_one_member_less_moves_shifts_and_loads_the_others():
    before = plan(some_sources(morning()), *WEEK)
    after = plan(some_sources(morning(rotation=RoundRobin((ASHA, RAVI), MONDAY))), *WEEK)

    found = compare(before, after)

    assert found.hours == ((ASHA, 7.0, 10.5), (RAVI, 7.0, 10.5), (TARA, 7.0, 0.0))
    assert (found.before.score, found.after.score) == (100, 100)
    tuesday_to_saturday = [(each.was, each.becomes) for each in found.moves]
    assert tuesday_to_saturday == [
        ((TARA,), (ASHA,)),
        ((ASHA,), (RAVI,)),
        ((RAVI,), (ASHA,)),
        ((TARA,), (RAVI,)),
    ]
    assert (found.opened, found.closed) == ((), ())


def test_gaps_that_a_change_opens_and_closes():
    two_wanted = plan(some_sources(morning(people=4)), *WEEK)
    one_wanted = plan(some_sources(morning()), *WEEK)

    assert [gap.missing for gap in compare(one_wanted, two_wanted).opened] == [1] * 6
    assert compare(one_wanted, two_wanted).closed == ()
    assert compare(two_wanted, one_wanted).closed == two_wanted.gaps


def test_the_same_plan_is_no_change():
    found = compare(*(plan(some_sources(morning()), *WEEK) for _ in range(2)))

    assert (found.moves, found.opened, found.closed) == ((), (), ())
    assert found.before == found.after


def test_a_line_that_is_shorter_and_later_moves_its_edges_alone():
    before = plan(some_sources(morning(rotation=RoundRobin((ASHA,), MONDAY))), *WEEK)
    later = morning(start=time(11), rotation=RoundRobin((ASHA,), MONDAY))
    found = compare(before, plan(some_sources(later), *WEEK)).moves

    assert [(each.was, each.becomes) for each in found] == [((ASHA,), None)] * 6
    first = date(2026, 11, 23)
    assert (found[0].start, found[0].end) == (at(first, 10), at(first, 11))
