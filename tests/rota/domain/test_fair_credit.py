"""Newcomers to a fair line, and those who come back, start at the others' mean."""

from dataclasses import replace
from datetime import timedelta
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.core.domain.working_hours import WEEKDAYS
from chalicelib.rota.domain.model import Leave
from chalicelib.rota.domain.planner import plan
from chalicelib.rota.domain.round_robin import RotationState
from tests.rota.domain.rota_rosters import (
    Dice,
    a_line,
    day,
    fair,
    hours,
    planned,
    someone,
    sources,
    who_by_day,
)

FOUR = dict.fromkeys("abcd", 88.0)
EVERY_DAY = dict.fromkeys(WEEKDAYS, (("10:00", "18:00"),))
SHIFT = 8 * 60
DAYS = 12 * 7


def a_roster(*, joined=None, served=FOUR, **changes):
    """Five in turn by their hours, eight hours every day; e is new where nothing says else."""
    line = a_line(span=("10:00", "18:00"), days=WEEKDAYS, rotation=fair("abcde"))
    oncologists = (*map(someone, "abcd"), someone("e", joined=joined))
    made = sources(line, hours=hours(**EVERY_DAY), oncologists=oncologists, served=served)
    return replace(made, **changes)


def longest_run(served, who="e"):
    return max((len(list(run)) for name, run in groupby(served) if name == who), default=0)


def test_four_at_88_hours_and_one_who_joins():
    served = who_by_day(planned(a_roster(), 28))
    assert served[:10] == ["e", "a", "b", "c", "d", "e", "a", "b", "c", "d"]


class TestCases:
    def test_who_joins_after_the_plan_began(self):
        made = a_roster(joined=day(7), served={**FOUR, "e": 0.0})
        served = who_by_day(planned(made, 28))
        assert "e" not in served[:7]
        assert longest_run(served) == 1

    def test_who_joined_before_it_and_has_hours_is_no_newcomer(self):
        made = a_roster(joined=day(-10), served={**FOUR, "e": 48.0})
        assert who_by_day(planned(made, 6)) == ["e"] * 5 + ["a"]

    def test_nobody_is_new_where_hours_are_not_given(self):
        made = a_roster(served=None)
        assert who_by_day(planned(made, 6)) == ["a", "b", "c", "d", "e", "a"]

    @pytest.mark.parametrize(("away", "run"), [(14, 1), (13, 3)])
    def test_who_was_away_for_a_fortnight(self, away, run):
        """Away for less, they make good what they missed: three shifts in 13 days."""
        leave = Leave("e", day(5), day(5 + away))
        made = a_roster(served=dict.fromkeys("abcde", 0.0), leave=(leave,))
        assert longest_run(who_by_day(planned(made, 40))) == run

    def test_leave_of_two_parts_that_touch_is_one_absence(self):
        parts = Leave("e", day(5), day(12)), Leave("e", day(12), day(19))
        made = a_roster(served=dict.fromkeys("abcde", 0.0), leave=parts)
        assert longest_run(who_by_day(planned(made, 40))) == 1

    def test_a_leave_that_ends_as_the_plan_begins(self):
        made = a_roster(served={**FOUR, "e": 8.0}, leave=(Leave("e", day(-30), day(0)),))
        assert longest_run(who_by_day(planned(made, 28))) == 1

    def test_one_that_ended_before_it_counts_no_more(self):
        made = a_roster(served={**FOUR, "e": 48.0}, leave=(Leave("e", day(-30), day(-1)),))
        assert longest_run(who_by_day(planned(made, 28))) == 5

    def test_the_first_available_shift_may_come_days_later(self):
        """Back on a Sunday, when the helpline is closed."""
        open_days = dict.fromkeys(WEEKDAYS[:6], (("10:00", "18:00"),))
        leave = Leave("e", day(-8), day(6))
        made = a_roster(served={**FOUR, "e": 0.0}, leave=(leave,), hours=hours(**open_days))
        assert longest_run(who_by_day(planned(made, 28))) == 1

    def test_whoever_has_more_than_the_mean_is_credited_nothing(self):
        made = a_roster(served={**dict.fromkeys("abcd", 8.0), "e": 80.0}, joined=day(1))
        assert "e" not in who_by_day(planned(made, 28))

    def test_each_absence_counts_once(self):
        leave = Leave("e", day(10), day(30)), Leave("e", day(40), day(60))
        served = who_by_day(planned(a_roster(leave=leave), DAYS))
        assert longest_run(served) == 1

    def test_two_at_once_start_alike(self):
        oncologists = tuple(map(someone, "abcde"))
        made = a_roster(served=dict.fromkeys("abc", 80.0), oncologists=oncologists)
        state = planned(made, 1).state
        assert {who: sum(days.values()) for who, days in state.credits.items()} == {
            "d": 60 * 60,
            "e": 60 * 60,
        }

    def test_those_who_are_away_or_on_another_line_do_not_count(self):
        busy = a_line("other", ("10:00", "18:00"), days=WEEKDAYS, rotation=fair("d"))
        made = a_roster(
            served={"a": 80.0, "b": 40.0, "c": 500.0, "d": 500.0},
            leave=(Leave("c", day(0), day(3)),),
        )
        rule = replace(busy, rotation=replace(a_line().rotation, members=("d",)))
        state = planned(replace(made, lines=(rule, *made.lines)), 1).state
        assert sum(state.credits["e"].values()) == 60 * 60

    def test_a_credit_is_no_hour_of_duty_and_ages_like_one(self):
        rota = planned(a_roster(), DAYS + 20)
        shifts = who_by_day(rota).count("e")
        assert rota.quality.hours["e"] == shifts * SHIFT / 60
        # It ages with the hours of which it is the mean: those of the eve are seen for 84 days.
        assert planned(a_roster(), 83).state.credits == {"e": {day(-1): 88 * 60}}
        assert planned(a_roster(), 84).state.credits == {}


def drawn(seed):
    """A line of up to six, some of whom join, leave or are away; and what they served before."""
    dice = Dice(seed)
    names = "abcdef"[: dice.random.randint(2, 6)]
    oncologists = []
    leave = []
    for who in names:
        joined = day(dice.random.randint(-20, 40)) if dice.chance(0.4) else None
        left = (joined or day(0)) + timedelta(days=dice.random.randint(5, 90))
        oncologists.append(someone(who, joined=joined, left=left if dice.chance(0.2) else None))
        for _ in range(dice.random.randint(0, 2)):
            start = dice.random.randint(-30, 60)
            leave.append(Leave(who, day(start), day(start + dice.random.randint(1, 30))))
    served = {who: float(dice.random.randint(0, 90)) for who in names if dice.chance(0.8)}
    line = a_line(
        span=("10:00", "18:00"),
        days=dice.some(WEEKDAYS, least=3),
        rotation=fair(names),
        people=dice.random.randint(1, 2),
    )
    return sources(
        line,
        hours=hours(closures=[day(n) for n in range(90) if dice.chance(0.05)], **EVERY_DAY),
        oncologists=tuple(oncologists),
        leave=tuple(leave),
        served=served if dice.chance(0.7) else None,
    )


def is_there(made, who, when):
    person = next(each for each in made.oncologists if each.id == who)
    return (
        (person.joined is None or person.joined <= when)
        and (person.left is None or when < person.left)
        and not any(a.oncologist == who and a.start <= when < a.end for a in made.leave)
    )


def is_new(made, who, when, last_seen):
    """Whether a shift on this day is their first since they came, or came back."""
    if made.served is not None and who not in made.served and last_seen is None:
        return True
    days = (when - timedelta(n) for n in range(120) if when - timedelta(n) >= day(0))
    return any(
        is_there(made, who, back)
        and not any(is_there(made, who, back - timedelta(n)) for n in range(1, 15))
        for back in days
        if last_seen is None or back > last_seen
    )


def by_the_letter(made, days):
    """Who serves each day, told from the contract's words alone: slow, and shares no code."""
    (line,) = made.lines
    record = [(day(-1), who, 60 * spent) for who, spent in (made.served or {}).items()]
    last = {who: day(0) for who, spent in (made.served or {}).items() if spent}
    last_seen = {}
    told = []

    def own(who, when):
        return sum(m for on, name, m in record if name == who and on >= when - timedelta(84))

    def by_day(when, names):
        found = {}
        for on, name, minutes in record:
            if name in names and on >= when - timedelta(84):
                found[on] = found.get(on, 0) + minutes
        return found

    for when in map(day, range(days)):
        if WEEKDAYS[when.weekday()] not in line.days or when in made.hours.closures:
            continue
        able = [who for who in line.rotation.members if is_there(made, who, when)]
        credited = []
        for who in able:
            others = [other for other in able if other != who]
            theirs, mine = by_day(when, others), by_day(when, [who])
            mean = round(sum(theirs.values()) / len(others)) if others else 0
            if mean > own(who, when) and is_new(made, who, when, last_seen.get(who)):
                for on in sorted({*theirs, *mine}):
                    upto, before = (
                        round(sum(m for d, m in theirs.items() if d < end) / len(others))
                        for end in (on + timedelta(1), on)
                    )
                    credited.append((on, who, upto - before - mine.get(on, 0)))
        record += credited
        last_seen |= dict.fromkeys(able, when)
        place = {who: n for n, who in enumerate(line.rotation.members)}
        able.sort(key=lambda who: (own(who, when), last.get(who, day(-999)), place[who]))
        team = able[: line.people]
        record += [(when, who, SHIFT) for who in team]
        last |= dict.fromkeys(team, when + timedelta(1))
        told.append("".join(team))
    return told


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 10**9))
def test_a_fair_line_is_served_by_the_letter(seed):
    made = drawn(seed)
    assert who_by_day(planned(made, 75)) == by_the_letter(made, 75)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9), st.integers(1, 40))
def test_publishing_day_by_day_is_the_plan_in_one(seed, step):
    made = drawn(seed)
    whole = planned(made, 60)
    found, state = [], None
    for start in range(0, 60, step):
        part = plan(made, day(start), day(min(start + step, 60)), state)
        found += who_by_day(part)
        state = RotationState.from_dict(part.state.to_dict())
    assert found == who_by_day(whole)
    assert state == whole.state


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 40), st.integers(0, 120), st.sampled_from(["joins", "returns"]))
def test_nobody_serves_more_than_a_fair_share_after_somebody_came(when, spent, how):
    """Whoever comes serves no run, and of all five none serves two shifts more than another."""
    made = a_roster(served={**dict.fromkeys("abcd", float(spent)), "e": 0.0})
    if how == "joins":
        made = replace(made, oncologists=(*made.oncologists[:4], someone("e", joined=day(when))))
    else:
        made = replace(made, leave=(Leave("e", day(when - 20), day(when)),))
    served = who_by_day(planned(made, when + 40))[when:]
    counts = [served.count(who) for who in "abcde"]
    assert longest_run(served) <= 1 or how == "returns"
    assert longest_run(served) <= 2
    assert max(counts) - min(counts) <= 2


def test_a_state_of_before_there_were_credits_is_gone_on_from():
    """Whoever never served is new to it, and nobody else is."""
    made = a_roster(served=None, lines=(a_line(rotation=fair("abcd"), days=WEEKDAYS),))
    old = planned(made, 28).state.to_dict()
    del old["credits"], old["due"]
    more = replace(made, lines=(a_line(rotation=fair("abcde"), days=WEEKDAYS),))

    rota = plan(more, day(28), day(56), RotationState.from_dict(old))

    assert longest_run(who_by_day(rota)) == 1
