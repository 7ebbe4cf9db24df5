"""What holds for every rota, over generated rosters: more than ten thousand of them."""

import json
from dataclasses import replace
from datetime import timedelta
from itertools import combinations, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.working_hours import WEEKDAYS
from chalicelib.rota.domain.model import Line, RoundRobin
from chalicelib.rota.domain.planner import plan
from chalicelib.rota.domain.round_robin import RotationState
from tests.rota.domain.rota_brute_force import QUARTER, away, tell
from tests.rota.domain.rota_rosters import (
    MONDAY,
    Dice,
    a_roster,
    a_round_the_clock_roster,
    day,
    fair,
    hours,
    on_duty,
    people,
    sources,
)

DAYS = 10
SECOND = timedelta(seconds=1)
BOTH = ("round_robin", "fair")

seeds = st.integers(0, 2**48)


def planned(made, start=0, end=DAYS, state=None):
    return plan(made, day(start), day(end), state)


def by_quarter(rota):
    """Who is on each line at each quarter hour, as the shifts say it."""
    told = {}
    for shift in rota.shifts:
        now = shift.start.astimezone(IST)
        while now < shift.end:
            told.setdefault(now, {})[shift.line] = frozenset(shift.on)
            now += QUARTER
    return told


@settings(max_examples=400)
@given(seeds)
def test_time_told_by_the_quarter_hour_agrees(seed):
    made = a_roster(seed, days=7)
    assert by_quarter(planned(made, end=7)) == tell(made, MONDAY, day(7))


@settings(max_examples=300)
@given(seeds)
def test_nights_and_hours_of_leave_told_by_the_quarter_hour_agree(seed):
    made = a_round_the_clock_roster(seed)
    assert by_quarter(planned(made, end=7)) == tell(made, MONDAY, day(7))


@settings(max_examples=200)
@given(seeds, st.integers(0, 7))
def test_nights_planned_in_parts_are_those_planned_in_one(seed, middle):
    made = replace(a_round_the_clock_roster(seed, kinds=BOTH), overrides=(), temporary=())
    whole = planned(made, end=7)
    first = planned(made, end=middle)
    state = RotationState.from_dict(json.loads(json.dumps(first.state.to_dict())))
    second = planned(made, middle, 7, state)
    parts = sorted((*first.shifts, *second.shifts), key=lambda shift: shift.start)
    assert {shift.id: shift for shift in parts} == {shift.id: shift for shift in whole.shifts}
    assert second.state == whole.state


@settings(max_examples=200)
@given(seeds)
def test_nobody_is_on_two_lines_over_midnight(seed):
    made = a_round_the_clock_roster(seed, kinds=BOTH)
    rota = planned(made, end=7)
    for one, other in combinations(rota.shifts, 2):
        if one.start < other.end and other.start < one.end:
            assert not set(one.on) & set(other.on)
    for instant in {edge for shift in rota.shifts[:12] for edge in (shift.start, shift.end)}:
        on = {who for each in rota.shifts if each.covers(instant) for who in each.on}
        assert on_duty(rota, instant) == on


class TestShifts:
    @settings(max_examples=500)
    @given(seeds)
    def test_nobody_is_on_two_lines_nor_anywhere_while_away_or_closed(self, seed):
        made = a_roster(seed, days=DAYS, kinds=BOTH)
        duties = {}
        for shift in planned(made).shifts:
            assert len(set(shift.on)) == len(shift.on)
            assert made.hours.between(shift.start, shift.end) == shift.end - shift.start
            date = shift.start.astimezone(IST).date()
            assert not any(away(made, who, date) for who in shift.on)
            for who in shift.on:
                duties.setdefault(who, []).append((shift.start, shift.end))
        for spans in duties.values():
            assert all(end <= start for (_, end), (start, _) in pairwise(sorted(spans)))

    @settings(max_examples=250)
    @given(seeds)
    def test_spans_are_half_open_in_order_and_cut_only_where_who_is_on_changes(self, seed):
        rota = planned(a_roster(seed, days=DAYS, kinds=BOTH))
        lines = [line.id for line in rota.sources.lines]
        assert list(rota.shifts) == sorted(
            rota.shifts, key=lambda shift: (shift.start, lines.index(shift.line))
        )
        last_of = {}
        for shift in rota.shifts:
            last = last_of.get(shift.line)
            assert last is None or last.end <= shift.start
            assert last is None or last.end != shift.start or set(last.on) != set(shift.on)
            last_of[shift.line] = shift
        for instant in {edge for shift in rota.shifts[:12] for edge in (shift.start, shift.end)}:
            for moment in (instant - SECOND, instant, instant + SECOND):
                running = [shift for shift in rota.shifts if shift.start <= moment < shift.end]
                assert on_duty(rota, moment) == {who for shift in running for who in shift.on}

    @settings(max_examples=200)
    @given(seeds)
    def test_a_place_stays_empty_only_where_nobody_is_left_for_it(self, seed):
        """Of one line at a time: what a fair set of lines fills is compared in test_rota_fair."""
        made = a_roster(seed, days=DAYS, edits=False)
        rota = planned(made)
        lines = {line.id: line for line in made.lines}
        for shift in rota.shifts:
            line = lines[shift.line]
            date = shift.start.astimezone(IST).date()
            busy = {
                who
                for other in rota.shifts
                if other.start < shift.end and shift.start < other.end
                for who in other.on
            }
            idle = [
                who
                for who in line.rotation.members
                if who not in busy and not away(made, who, date)
            ]
            assert len(shift.on) <= line.people
            assert len(shift.on) == line.people or not idle or date < line.rotation.anchor

    @settings(max_examples=200)
    @given(seeds)
    def test_a_gap_is_what_a_shift_lacks(self, seed):
        rota = planned(a_roster(seed, days=DAYS, kinds=BOTH))
        spoken = {who.id: set(who.languages) for who in rota.sources.oncologists}
        lines = {line.id: line for line in rota.sources.lines}
        lacking = []
        for shift in rota.shifts:
            line = lines[shift.line]
            missing = max(0, line.people - len(shift.on))
            silent = [
                language
                for language in line.languages
                if not any(language in spoken[who] for who in shift.on)
            ]
            if missing or silent:
                lacking.append((shift.line, shift.start, shift.end, missing, tuple(silent)))
        assert lacking == [
            (gap.line, gap.start, gap.end, gap.missing, gap.languages) for gap in rota.gaps
        ]


@settings(max_examples=300)
@given(seeds, st.integers(0, DAYS), st.integers(0, DAYS))
def test_a_plan_in_parts_is_the_plan_in_one(seed, one, other):
    made = a_roster(seed, days=DAYS, kinds=BOTH)
    whole = planned(made)
    first, second = sorted((one, other))
    shifts = []
    state = None
    for start, end in ((0, first), (first, second), (second, DAYS)):
        part = planned(made, start, end, state)
        shifts += part.shifts
        state = RotationState.from_dict(json.loads(json.dumps(part.state.to_dict())))
    assert tuple(shifts) == whole.shifts
    assert state == whole.state


@settings(max_examples=250)
@given(seeds)
def test_with_everybody_there_members_follow_in_turn_whatever_is_closed(seed):
    dice = Dice(seed)
    names = "abcdefg"[: dice.random.randint(1, 7)]
    number = dice.random.randint(1, 3)
    every = dice.random.randint(1, 3)
    rule = RoundRobin(tuple(names), MONDAY, "shift", every)
    line = Line("line", dice.some(WEEKDAYS), *dice.clock(8, 20), rule, number)
    week = {name: [("08:00", "20:00")] for name in dice.some(WEEKDAYS)}
    closures = [day(when) for when in range(40) if dice.chance(0.2)]
    made = sources(line, hours=hours(closures=closures, **week), oncologists=people(names))
    size = min(number, len(names))
    for i, shift in enumerate(planned(made, end=40).shifts):
        turn = i // every
        expected = [names[(turn * size + place) % len(names)] for place in range(size)]
        assert list(shift.on) == expected


@settings(max_examples=150)
@given(seeds)
def test_fair_hours_differ_by_one_shift_at_most(seed):
    """With equal availability, whatever the lines, their lengths and how they overlap."""
    dice = Dice(seed)
    names = "abcdef"[: dice.random.randint(2, 6)]
    lines = [
        Line(f"line{i}", dice.some(WEEKDAYS, least=2), *dice.clock(8, 20), fair(names))
        for i in range(dice.random.randint(1, 3))
    ]
    closures = [day(when) for when in range(28) if dice.chance(0.1)]
    week = dict.fromkeys(WEEKDAYS, (("08:00", "20:00"),))
    made = sources(*lines, hours=hours(closures=closures, **week), oncologists=people(names))
    rota = planned(made, end=28)
    longest = max(line.end_minute - line.start_minute for line in lines)
    for one, other in combinations(rota.quality.hours.values(), 2):
        assert abs(one - other) * 60 <= longest


@settings(max_examples=150)
@given(seeds)
def test_whoever_is_added_waits_behind_those_who_are_next(seed):
    """Of the first line, which no other takes anybody from, at the turn after the addition."""
    made = a_roster(seed, days=DAYS, edits=False)
    line = made.lines[0]
    rule = replace(line.rotation, unit="shift", every=1)
    made = replace(made, lines=(replace(line, rotation=rule),))
    before = planned(made, end=5)
    more = replace(
        made,
        oncologists=(*made.oncologists, *people("z")),
        lines=(replace(line, rotation=replace(rule, members=(*rule.members, "z"))),),
    )
    first = next(iter(planned(more, 5, DAYS, before.state).shifts), None)
    if first:
        # After the last of the list, and so before its first.
        waiting = before.state.turns[line.id].order
        place = waiting.index(rule.members[0])
        queue = (*waiting[:place], "z", *waiting[place:]) if place else (*waiting, "z")
        there = [who for who in queue if not away(more, who, first.start.astimezone(IST).date())]
        assert list(first.on) == there[: line.people]
