"""Fair: examples of design.md's order, and the exact choice against trying everything."""

from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.rota.domain.fair_assignment import Opening, choose
from chalicelib.rota.domain.model import Leave
from tests.rota.domain.rota_rosters import (
    Dice,
    a_line,
    day,
    fair,
    hours,
    people,
    planned,
    someone,
    sources,
    turns,
    who_by_day,
)


def a_fair_line(name="morning", span=("10:00", "13:30"), members="abc", **changes):
    return a_line(name, span, rotation=fair(members), **changes)


class TestOrder:
    def test_whoever_served_fewest_hours_comes_next(self):
        made = sources(a_fair_line(), served={"a": 12.0, "b": 3.5, "c": 3.0})
        assert who_by_day(planned(made, 4)) == ["c", "b", "c", "b"]

    def test_of_equals_the_longest_idle_comes_first(self):
        """On Wednesday b and c have served alike; b went off on Monday, c on Tuesday."""
        served = {"a": 100.0, "b": 0.0, "c": 0.0}
        made = sources(a_fair_line(), served=served, leave=(Leave("c", day(0), day(1)),))
        assert who_by_day(planned(made, 4)) == ["b", "c", "b", "c"]

    def test_of_those_who_never_served_the_first_in_the_list_comes_first(self):
        made = sources(a_fair_line(members="cab"))
        assert who_by_day(planned(made, 4)) == ["c", "a", "b", "c"]

    def test_hours_of_more_than_twelve_weeks_ago_do_not_count(self):
        """Served on the eve of the plan: seen for 84 days of it, and gone on the next."""
        made = sources(a_fair_line(members="ab", days=("mon",)), served={"a": 500.0, "b": 0.0})
        told = who_by_day(planned(made, 7 * 15))
        assert told[:12] == ["b"] * 12
        assert told[12] == "a"

    def test_hours_on_every_line_count(self):
        """a serves each morning by the round robin, so b has the afternoons."""
        made = sources(
            a_line(rotation=turns("a")), a_fair_line("afternoon", ("13:30", "17:00"), "ab")
        )
        assert who_by_day(planned(made, 3), "afternoon") == ["b", "b", "b"]

    def test_a_team_stands_in_the_order_taken(self):
        made = sources(a_fair_line(people=2), served={"a": 9.0, "b": 1.0, "c": 2.0})
        assert who_by_day(planned(made, 1)) == ["bc"]

    def test_holidays_and_leave_make_nobody_owe_anything_at_once(self):
        made = sources(
            a_fair_line(members="ab"),
            hours=hours(closures=[day(1)]),
            leave=(Leave("b", day(0), day(2)),),
        )
        assert who_by_day(planned(made, 5)) == ["a", "b", "a", "b"]


class TestTogether:
    """Lines that run at the same time are filled together, not one after the other."""

    def test_a_place_is_filled_that_greed_would_leave_empty(self):
        """a has served least and may do both; b may do the first line only."""
        made = sources(
            a_fair_line("one", members="ab"),
            a_fair_line("two", members="a"),
            served={"b": 50.0},
        )
        rota = planned(made, 1)
        assert [(shift.line, shift.on) for shift in rota.shifts] == [
            ("one", ("b",)),
            ("two", ("a",)),
        ]
        assert rota.gaps == ()

    def test_a_language_is_covered_that_the_fewest_hours_would_leave_out(self):
        made = sources(
            a_fair_line(people=2, languages=("hi", "ta")),
            oncologists=people("abc", c=("ta",)),
            served={"c": 80.0},
        )
        rota = planned(made, 1)
        assert [set(shift.on) for shift in rota.shifts] == [{"a", "c"}]

    def test_places_come_before_languages(self):
        """Only a speaks Tamil, and only a can fill the second line."""
        made = sources(
            a_fair_line("one", members="ab", languages=("ta",)),
            a_fair_line("two", members="a"),
            oncologists=people("ab", a=("ta",)),
        )
        rota = planned(made, 1)
        assert [shift.on for shift in rota.shifts] == [("b",), ("a",)]
        assert [(gap.line, gap.missing, gap.languages) for gap in rota.gaps] == [
            ("one", 0, ("ta",))
        ]

    def test_one_who_speaks_both_covers_both(self):
        made = sources(
            a_fair_line(people=1, languages=("hi", "ta")),
            oncologists=people("abc", c=("ta", "hi")),
            served={"c": 80.0},
        )
        assert who_by_day(planned(made, 2)) == ["c", "c"]

    def test_lines_that_only_touch_one_another_in_a_chain_are_filled_together(self):
        """a can do the first and the third; b only the second and the third."""
        made = sources(
            a_fair_line("one", ("10:00", "12:00"), "a"),
            a_fair_line("two", ("11:00", "14:00"), "ab"),
            a_fair_line("three", ("13:00", "15:00"), "ab"),
            served={"a": 9.0},
        )
        assert [shift.on for shift in planned(made, 1).shifts] == [("a",), ("b",), ("a",)]

    def test_with_too_few_people_the_earlier_line_is_filled(self):
        made = sources(a_fair_line("one", members="a"), a_fair_line("two", members="a"))
        assert [shift.on for shift in planned(made, 1).shifts] == [("a",), ()]

    def test_whoever_served_less_gets_the_longer_shift(self):
        made = sources(
            a_fair_line("short", ("10:00", "11:00"), "ab"),
            a_fair_line("long", ("10:00", "17:00"), "ab"),
            served={"a": 8.0, "b": 9.0},
        )
        assert [(shift.line, shift.on) for shift in planned(made, 1).shifts] == [
            ("short", ("b",)),
            ("long", ("a",)),
        ]

    def test_an_earlier_round_robin_has_its_people_first(self):
        made = sources(
            a_line("turns", rotation=turns("ab")), a_fair_line(members="ab"), served={"b": 1.0}
        )
        assert who_by_day(planned(made, 2)) == ["b", "a"]

    def test_a_later_round_robin_does_without_those_whom_fair_lines_have(self):
        made = sources(
            a_fair_line(members="ab"),
            a_line("turns", rotation=turns("ab")),
            served={"a": 1.0, "b": 0.0},
        )
        assert who_by_day(planned(made, 3), "morning") == ["b", "b", "b"]
        assert who_by_day(planned(made, 3), "turns") == ["a", "a", "a"]


def a_choice(seed):
    """Up to three openings, which mostly overlap, for up to five people."""
    dice = Dice(seed)
    number = dice.random.choice((2, 3, 3, 4, 4, 5))
    spread = dice.random.choice((1, 4, 10))
    openings = []
    for _ in range(dice.random.randint(1, 3)):
        start = 600 + 30 * dice.random.randint(0, spread)
        able = {who: dice.random.randrange(4) for who in dice.some(range(number))}
        openings.append(
            Opening(
                start,
                start + 30 * dice.random.randint(2, 7),
                dice.random.choice((1, 1, 2)),
                dice.random.randrange(4),
                able,
            )
        )
    minutes = [30 * dice.random.randint(0, 20) for _ in range(number)]
    return openings, minutes, [dice.random.randint(0, 3) for _ in range(number)]


def every_choice(openings, number):
    """All the ways in which nobody is on two at once and no opening has too many."""

    def patterns(who):
        mine = [i for i, opening in enumerate(openings) if who in opening.able]
        for size in range(len(mine) + 1):
            for some in combinations(mine, size):
                if not any(
                    openings[i].start < openings[j].end and openings[j].start < openings[i].end
                    for i, j in combinations(some, 2)
                ):
                    yield some

    for chosen in product(*(list(patterns(who)) for who in range(number))):
        teams = [
            [who for who, mine in enumerate(chosen) if i in mine] for i in range(len(openings))
        ]
        if all(len(team) <= opening.people for team, opening in zip(teams, openings, strict=True)):
            yield teams


def filled_and_covered(openings, teams):
    covered = 0
    for opening, team in zip(openings, teams, strict=True):
        for language in (1, 2):
            if opening.languages & language:
                covered += any(opening.able[who] & language for who in team)
    return sum(map(len, teams)), covered


def hours_of(openings, minutes, teams):
    """The hours of those chosen; of two openings of one person the shorter counts on top."""
    total = 0
    for who, served in enumerate(minutes):
        mine = [
            opening.end - opening.start
            for opening, team in zip(openings, teams, strict=True)
            if who in team
        ]
        total += len(mine) * served + sum(min(pair) for pair in combinations(mine, 2))
    return total


@settings(max_examples=300)
@given(st.integers(0, 2**48))
def test_no_other_choice_fills_covers_or_shares_better(seed):
    openings, minutes, last = a_choice(seed)
    teams = choose(openings, minutes, last)
    assert sorted(map(sorted, teams)) in [
        sorted(map(sorted, other)) for other in every_choice(openings, len(minutes))
    ]
    best = min(
        (
            *(-count for count in filled_and_covered(openings, other)),
            hours_of(openings, minutes, other),
        )
        for other in every_choice(openings, len(minutes))
    )
    mine = (
        *(-count for count in filled_and_covered(openings, teams)),
        hours_of(openings, minutes, teams),
    )
    assert mine[:2] == best[:2]
    if all(one.overlaps(other) for one, other in combinations(openings, 2)):
        assert mine[2] == best[2]


@pytest.mark.parametrize("people_each", [1, 3])
def test_fifty_members_and_rare_languages_are_chosen_quickly(people_each):
    """The search is bounded; a choice among fifty is made in a few hundred steps."""
    dice = Dice(7)
    languages = ("hi", "en", "ta", "te", "bn", "mr")
    names = [f"m{i:02}" for i in range(50)]
    oncologists = tuple(someone(name, dice.some(languages, least=1, most=3)) for name in names)
    lines = [
        a_line(
            f"line{i}",
            ("10:00", "17:00"),
            rotation=fair(names),
            people=people_each,
            languages=dice.some(languages, least=2, most=3),
        )
        for i in range(4)
    ]
    rota = planned(sources(*lines, oncologists=oncologists), 28)
    assert all(len(shift.on) == people_each for shift in rota.shifts)
    assert not any(gap.missing for gap in rota.gaps)
    assert people_each == 1 or not rota.gaps
