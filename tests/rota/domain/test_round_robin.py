"""Round robin: every sentence of the contract's preview, as an example. a, b, c take turns."""

import json
from dataclasses import replace

import pytest

from chalicelib.rota.domain.model import Leave
from chalicelib.rota.domain.planner import plan
from chalicelib.rota.domain.round_robin import RotationState
from tests.rota.domain.rota_rosters import (
    MONDAY,
    a_line,
    day,
    fair,
    hours,
    people,
    planned,
    problems_of,
    someone,
    sources,
    turns,
    who_by_day,
)


class TestServedShifts:
    def test_members_serve_in_turn(self):
        assert who_by_day(planned(sources())) == ["a", "b", "c", "a", "b", "c"]

    def test_a_line_has_one_shift_on_each_of_its_days(self):
        rota = planned(sources(a_line(days=("wed", "mon"))), 14)
        assert [shift.start.date() for shift in rota.shifts] == [day(0), day(2), day(7), day(9)]

    def test_a_closed_sunday_takes_nobodys_turn(self):
        assert who_by_day(planned(sources(), 14)) == list("abcabcabcabc")

    def test_a_weekday_without_hours_takes_nobodys_turn(self):
        made = sources(a_line(days=("mon", "tue", "sun")), hours=hours(mon=[("10:00", "17:00")]))
        assert who_by_day(planned(made, 21)) == ["a", "b", "c"]

    def test_a_holiday_takes_nobodys_turn(self):
        rota = planned(sources(hours=hours(closures=[day(1), day(2)])))
        assert who_by_day(rota) == ["a", "b", "c", "a"]
        assert day(1) not in {shift.start.date() for shift in rota.shifts}

    def test_a_dated_opening_is_served(self):
        made = sources(
            a_line(days=("sat", "sun")), hours=hours(extra={day(6): [("09:00", "14:00")]})
        )
        assert who_by_day(planned(made, 14)) == ["a", "b", "c"]

    def test_counting_begins_at_the_first_shift_on_or_after_the_anchor(self):
        made = sources(a_line(rotation=turns(anchor=day(6))))
        assert who_by_day(planned(made, 10)) == ["", "", "", "", "", "", "a", "b", "c"]

    def test_nothing_is_served_before_the_anchor_which_is_a_gap(self):
        rota = planned(sources(a_line(rotation=turns(anchor=day(2)))), 4)
        assert [(gap.start.date(), gap.missing) for gap in rota.gaps] == [(day(0), 1), (day(1), 1)]

    def test_counting_goes_on_from_an_anchor_before_the_plan(self):
        """Ten shifts were served since the Thursday eleven days before."""
        made = sources(a_line(rotation=turns(anchor=day(-11))))
        assert who_by_day(planned(made, 3)) == ["a", "b", "c"]
        made = sources(a_line(rotation=turns(anchor=day(-12))))
        assert who_by_day(planned(made, 3)) == ["b", "c", "a"]

    def test_leave_before_the_plan_counts_too(self):
        made = sources(
            a_line(rotation=turns(anchor=day(-2))), leave=(Leave("a", day(-3), day(-1)),)
        )
        assert who_by_day(planned(made, 3)) == ["c", "a", "b"]

    def test_an_anchor_of_more_than_ten_years_ago_is_refused(self):
        made = sources(a_line(rotation=turns(anchor=day(-3661))))
        assert problems_of(lambda: planned(made)) == [("lines[0].rotation.anchor", "out_of_range")]


class TestTurns:
    def test_a_turn_lasts_so_many_served_shifts(self):
        made = sources(a_line(rotation=turns(every=2)), hours=hours(closures=[day(1)]))
        assert who_by_day(planned(made, 14)) == list("aabbccaabbc")

    def test_a_turn_lasts_so_many_weeks(self):
        made = sources(a_line(days=("mon", "thu"), rotation=turns(unit="week")))
        assert who_by_day(planned(made, 21)) == list("aabbcc")

    def test_weeks_are_iso_weeks_and_the_first_may_be_short(self):
        made = sources(a_line(rotation=turns(unit="week", anchor=day(4))))
        assert who_by_day(planned(made, 14)) == ["", "", "", "", "a", "a", *"bbbbbb"]

    def test_a_week_without_a_served_shift_takes_nobodys_turn(self):
        made = sources(
            a_line(days=("mon", "thu"), rotation=turns(unit="week")),
            hours=hours(closures=[day(7), day(10)]),
        )
        assert who_by_day(planned(made, 28)) == list("aabbcc")

    def test_a_turn_of_two_weeks_counts_those_with_a_shift(self):
        made = sources(
            a_line(days=("mon",), rotation=turns("ab", unit="week", every=2)),
            hours=hours(closures=[day(7)]),
        )
        assert who_by_day(planned(made, 42)) == list("aabba")

    def test_a_team_is_the_next_so_many_cyclically(self):
        assert who_by_day(planned(sources(a_line(people=2)), 4)) == ["ab", "ca", "bc", "ab"]

    def test_with_more_places_than_members_everybody_serves(self):
        rota = planned(sources(a_line(people=4)), 2)
        assert who_by_day(rota) == ["abc", "abc"]
        assert [gap.missing for gap in rota.gaps] == [1, 1]


class TestMissing:
    def test_whoever_is_away_is_passed_over_and_owed_nothing(self):
        made = sources(leave=(Leave("b", day(1), day(2)),))
        assert who_by_day(planned(made)) == ["a", "c", "a", "b", "c", "a"]

    def test_leave_is_half_open(self):
        made = sources(a_line(rotation=turns("a")), leave=(Leave("a", day(1), day(3)),))
        assert who_by_day(planned(made, 4)) == ["a", "", "", "a"]

    def test_the_team_is_fixed_at_the_turns_first_shift(self):
        """a is away on Monday: the week is b's, also after a is back."""
        made = sources(a_line(rotation=turns(unit="week")), leave=(Leave("a", day(0), day(1)),))
        assert who_by_day(planned(made, 14)) == [*"bbbbbb", *"cccccc"]

    def test_a_place_is_filled_by_the_next_after_the_team_who_then_still_have_their_turn(self):
        made = sources(a_line(rotation=turns(unit="week")), leave=(Leave("a", day(2), day(4)),))
        assert who_by_day(planned(made, 14)) == [*"aabbaa", *"bbbbbb"]

    def test_substitutes_come_after_those_of_the_team_who_are_there(self):
        made = sources(
            a_line(people=2, rotation=turns("abcd", unit="week")),
            oncologists=people("abcd"),
            leave=(Leave("a", day(1), day(2)), Leave("c", day(1), day(2))),
        )
        assert who_by_day(planned(made, 8)) == ["ab", "bd", "ab", "ab", "ab", "ab", "cd"]

    def test_substitutes_go_round_to_those_before_the_team(self):
        made = sources(
            a_line(rotation=turns("ab", unit="week")),
            leave=(Leave("a", day(0), day(1)), Leave("b", day(1), day(2))),
        )
        assert who_by_day(planned(made, 8)) == [*"babbbb", "a"]

    def test_the_pointer_moves_past_the_teams_last_member(self):
        """With b away the team is a and c, so the next turn begins at d."""
        made = sources(
            a_line(people=2, rotation=turns("abcd")),
            oncologists=people("abcd"),
            leave=(Leave("b", day(0), day(1)),),
        )
        assert who_by_day(planned(made, 3)) == ["ac", "da", "bc"]

    def test_an_empty_team_moves_nothing(self):
        made = sources(leave=tuple(Leave(who, day(1), day(3)) for who in "abc"))
        assert who_by_day(planned(made, 5)) == ["a", "", "", "b", "c"]

    def test_the_turn_of_an_empty_team_passes_and_others_stand_in(self):
        made = sources(
            a_line(rotation=turns(every=2)),
            leave=tuple(Leave(who, day(0), day(1)) for who in "abc"),
        )
        assert who_by_day(planned(made, 4)) == ["", "a", "a", "a"]

    def test_nobody_serves_before_they_joined_or_from_the_day_they_left(self):
        made = sources(
            oncologists=(
                someone("a", left=day(3)),
                someone("b", joined=day(4)),
                someone("c"),
            )
        )
        assert who_by_day(planned(made)) == ["a", "c", "a", "c", "b", "c"]

    def test_nobody_serves_two_overlapping_lines_the_earlier_in_the_list_has_them(self):
        made = sources(a_line("late", ("12:00", "17:00")), a_line("early", ("10:00", "12:30")))
        assert who_by_day(planned(made, 3), "late") == ["a", "b", "c"]
        assert who_by_day(planned(made, 3), "early") == ["b", "c", "a"]

    def test_lines_that_only_touch_take_nobody_from_each_other(self):
        made = sources(a_line(), a_line("afternoon", ("13:30", "17:00")))
        assert who_by_day(planned(made, 2), "afternoon") == ["a", "b"]

    def test_overlaps_count_by_the_day(self):
        """The second line leaves a alone on Mondays only, when the first one runs."""
        made = sources(
            a_line("first", days=("mon",), rotation=turns("a")),
            a_line("second", days=("mon", "tue"), rotation=turns("ab")),
        )
        assert who_by_day(planned(made, 9), "second") == ["b", "a", "b", "a"]


class TestGoingOn:
    def go_on(self, made, then, until=3):
        before = planned(made, until)
        state = RotationState.from_dict(json.loads(json.dumps(before.state.to_dict())))
        return who_by_day(plan(then, day(until), day(7), state))

    def test_where_it_ended(self):
        assert self.go_on(sources(), sources(), 2) == ["c", "a", "b", "c"]

    def test_whoever_is_added_waits_for_their_place_in_the_order(self):
        made = sources(oncologists=people("abcz"))
        more = replace(made, lines=(a_line(rotation=turns("azbc")),))
        assert self.go_on(made, more, 1) == ["b", "c", "a", "z", "b"]

    @pytest.mark.parametrize(
        ("members", "expected"), [("ac", "cacac"), ("ab", "babab"), ("xy", "xyxyx")]
    )
    def test_where_the_next_is_gone_the_one_after_is_next(self, members, expected):
        made = sources(oncologists=people("abcxy"))
        fewer = replace(made, lines=(a_line(rotation=turns(members)),))
        assert self.go_on(made, fewer, 1) == list(expected)

    def test_a_running_turn_goes_on_without_those_who_are_gone(self):
        made = sources(a_line(rotation=turns(unit="week")))
        fewer = sources(a_line(rotation=turns("bc", unit="week")))
        assert self.go_on(made, fewer, 3) == ["b", "b", "b"]

    def test_another_anchor_or_unit_counts_anew(self):
        anew = sources(a_line(rotation=turns(anchor=day(4))))
        assert self.go_on(sources(), anew) == ["", "a", "b"]
        weekly = sources(a_line(rotation=turns(unit="week")))
        assert self.go_on(sources(), weekly, 2) == ["a", "a", "a", "a"]

    def test_a_line_that_is_new_begins_where_the_state_ends(self):
        made = sources()
        more = sources(a_line("other", ("13:30", "17:00")), a_line())
        rota = plan(more, day(2), day(5), planned(made, 2).state)
        assert who_by_day(rota, "other") == ["a", "b", "c"]

    def test_days_in_between_are_planned_unseen(self):
        rota = plan(sources(), day(3), day(6), planned(sources(), 1).state)
        assert who_by_day(rota) == ["a", "b", "c"]

    def test_hours_served_go_on_for_fair_lines(self):
        made = sources(a_line(rotation=fair()), leave=(Leave("c", day(0), day(2)),))
        assert self.go_on(made, made, 2) == ["c", "a", "b", "c"]

    def test_a_state_of_later_is_the_programs_fault(self):
        with pytest.raises(ValueError, match="go on from"):
            plan(sources(), MONDAY, day(1), planned(sources(), 2).state)
