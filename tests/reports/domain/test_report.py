"""What a case counts for, and what a report says of many."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.cases.domain.answers import Details
from chalicelib.cases.domain.timeline import Attempt, CloseReason, Result
from chalicelib.core.domain.cancer_sites import site_of
from chalicelib.core.domain.cities import city_of
from chalicelib.core.domain.datetimes import Window
from chalicelib.reports.domain.disclosure_control import (
    FEWEST,
    SMALL_GROUPS,
    for_publication,
    hidden_among,
)
from chalicelib.reports.domain.distinct_callers import Callers
from chalicelib.reports.domain.report import Counts, Work, report_of, total_of, waiting_of
from chalicelib.reports.domain.tally import DIMENSIONS, Outcome, rounded, tallies_of
from tests.support.builders import NOON, a_case, with_attempt

DAY = date(2026, 11, 23)
WEEK = timedelta(days=7)


def asked(case):
    return tallies_of(case)[DAY].asked


def called(case, result, at):
    attempt = Attempt(at, "dr-asha", result)
    return with_attempt(case.claim("dr-asha", at), attempt)


@pytest.mark.parametrize(
    ("reason", "missed"),
    [
        (CloseReason.UNREACHABLE, True),
        (CloseReason.WRONG_NUMBER, True),
        (CloseReason.EXPIRED, True),
        (CloseReason.CANCELLED, False),
        (CloseReason.ABUSIVE, False),
        (CloseReason.DUPLICATE, False),
    ],
)
def test_a_closed_case_was_missed_where_we_failed_somebody(reason, missed):
    outcome = asked(a_case().close(reason, "meera", NOON)).outcome

    assert outcome == Outcome(reason.value)
    assert outcome.is_missed is missed


def test_every_close_reason_is_an_outcome():
    assert {reason.value for reason in CloseReason} < set(Outcome)


def test_whoever_was_spoken_with_stays_answered_when_the_case_is_opened_again():
    done = called(a_case(), Result.ANSWERED, NOON)
    again = done.reopen("meera", NOON + WEEK, Window(NOON + WEEK, NOON + 2 * WEEK))

    assert asked(again).outcome is Outcome.ANSWERED
    assert asked(again).waited == 0


@pytest.mark.parametrize(
    ("age", "band"),
    [(0, "under_40"), (39, "under_40"), (40, "40_to_49"), (69, "60_to_69"), (70, "70_and_over")],
)
def test_ages_fall_into_bands(age, band):
    assert asked(a_case(details=Details(age=age))).groups["age"] == (band,)


@pytest.mark.parametrize(
    ("stage", "group"),
    [("1", "1-2"), ("1-2", "1-2"), ("3", "3-4"), ("4", "3-4"), ("unknown", "not_told")],
)
def test_stages_are_early_or_late(stage, group):
    assert asked(a_case(details=Details(stage=stage))).groups["stage"] == (group,)


def test_nothing_that_was_typed_stands_in_a_tally():
    details = Details(name="Sunita", city="12 Gandhi Road, Chhota Gaon", cancer_site="ghutna")

    groups = asked(a_case(details=details)).groups
    assert groups["city"] == groups["cancer_site"] == ("other",)


@pytest.mark.parametrize(
    ("text", "city"),
    [
        ("  BANGALORE ", "Bengaluru"),
        ("Indore, M.P.", "Indore"),
        ("इंदौर", "Indore"),
        ("near Navi Mumbai", "Navi Mumbai"),
        ("Delhi road, Meerut", "Meerut"),
        ("Chhota Gaon", None),
    ],
)
def test_spellings_of_a_city_come_together(text, city):
    assert city_of(text) == city


@pytest.mark.parametrize(
    ("text", "site"),
    [
        ("Left breast", "breast"),
        ("मुंह का कैंसर", "mouth"),
        ("बच्चेदानी का मुंह", "cervix"),
        ("gall_bladder", "gall_bladder"),
        ("ghutna", None),
    ],
)
def test_spellings_of_a_site_come_together(text, site):
    assert site_of(text) == site


def test_a_promise_is_kept_broken_or_open():
    case = a_case()
    late = case.expected.end

    assert asked(case).promise_kept is None
    assert asked(called(case, Result.NO_ANSWER, NOON)).promise_kept is True
    assert asked(called(case, Result.ANSWERED, late)).promise_kept is False
    assert asked(case.close(CloseReason.CANCELLED, "patient", NOON)).promise_kept is None
    assert asked(case.close(CloseReason.EXPIRED, "system", late)).promise_kept is False


def test_of_a_case_opened_again_the_new_promise_counts():
    late = called(a_case(), Result.ANSWERED, a_case().expected.end)
    again = late.reopen("meera", NOON + WEEK, Window(NOON + WEEK, NOON + 2 * WEEK))
    kept = called(again, Result.ANSWERED, NOON + WEEK)

    assert asked(again).promise_kept is None
    assert asked(kept).promise_kept is True
    calls = [call for tally in tallies_of(kept).values() for call in tally.calls]
    assert [call.promise_kept for call in calls] == [None, True]


def test_what_oncologists_do_adds_up():
    case = called(a_case(), Result.NO_ANSWER, NOON)
    total = total_of([tallies_of(called(case, Result.ANSWERED, NOON))[DAY]])

    assert total.work == {"dr-asha": Work(calls=2, answered=1, kept=1, late=0)}
    assert total.all_work == Work(2, 1, 1, 0)


@given(st.integers(0, 10**7))
def test_waits_are_rounded_up_by_less_than_a_tenth(minutes):
    kept = rounded(minutes)

    assert minutes <= kept <= minutes * 1.1
    assert len(str(kept).rstrip("0")) <= 2 or kept == 100
    assert rounded(kept) == kept


@given(st.lists(st.integers(0, 100), min_size=1))
def test_percentiles_are_of_the_nearest_rank(minutes):
    minutes.sort()
    waits = {each: minutes.count(each) for each in minutes}

    waiting = waiting_of(waits)
    assert waiting.median == minutes[(len(minutes) + 1) // 2 - 1]
    assert waiting.ninetieth == minutes[-(-len(minutes) * 9 // 10) - 1]


def test_nobody_called_has_waited_no_time_that_can_be_told():
    assert waiting_of({}).median is None


@given(st.lists(st.sets(st.integers(0, 500)), max_size=6), st.randoms())
def test_callers_of_days_are_joined_exactly_in_any_order(days, dice):
    parts = [Callers.of(day) for day in days]
    joined = Callers.joined(parts)
    dice.shuffle(parts)

    assert len(joined) == len(set().union(*days))
    assert joined == Callers.joined(parts)
    assert joined.is_exact


def test_a_crowd_of_callers_is_told_within_a_few_in_a_hundred():
    step = (1 << 48) // 50_000
    crowd = Callers.of(number * step for number in range(50_000))
    joined = Callers.joined([crowd, Callers.of([1, 2, 3])])

    assert len(crowd.seen) == 4_096
    assert not joined.is_exact
    assert abs(len(joined) - 50_003) < 1_500


def a_report(*cases):
    return report_of(DAY, DAY + WEEK, {DAY: total_of(tallies_of(each)[DAY] for each in cases)}, {})


def test_a_report_has_every_day_and_every_dimension():
    report = a_report(a_case())

    assert [line.counts.calls for line in report.days] == [1, 0, 0, 0, 0, 0, 0]
    assert set(report.groups) == set(DIMENSIONS)


def test_known_groups_keep_their_order_and_vague_ones_stand_at_the_end():
    told = [
        Details(city=city, age=age) for city, age in (("Xyz", 70), ("Indore", 5), ("Indore", 41))
    ]
    groups = a_report(*(a_case(details=each) for each in (*told, Details(age=50)))).groups

    assert [g.name for g in groups["city"]] == ["Indore", "other", "not_told"]
    assert [g.name for g in groups["age"]] == [
        "under_40", "40_to_49", "50_to_59", "70_and_over"
    ]  # fmt: skip


SIZES = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 30))


@given(SIZES)
def test_no_small_part_can_be_told_from_the_total(cells):
    hidden = hidden_among(cells)
    together = sum(cells[name] for name in hidden)

    assert all(name in hidden for name, count in cells.items() if 0 < count < FEWEST)
    if hidden and set(cells) - hidden:
        assert len(hidden) >= 2
        assert together >= FEWEST
    if not any(0 < count < FEWEST for count in cells.values()):
        assert not hidden


def cases_by_city(sizes):
    names = ("Indore", "Delhi", "Patna", "Surat", "Kota")
    cities = [city for city, size in zip(names, sizes, strict=False) for _ in range(size)]
    return [a_case(details=Details(city=city)) for city in cities]


@given(st.lists(st.integers(1, 12), max_size=5))
def test_a_published_group_is_never_small_and_the_groups_make_the_total(sizes):
    report = a_report(*cases_by_city(sizes))
    groups = for_publication(report).groups["city"]

    assert all(group.calls >= FEWEST for group in groups)
    assert sum(group.calls for group in groups) in (0, sum(sizes))
    assert bool(groups) == (sum(sizes) >= FEWEST)


def test_a_single_small_group_takes_another_with_it():
    groups = for_publication(a_report(*cases_by_city([30, 11, 3]))).groups["city"]

    assert {group.name: group.calls for group in groups} == {"Indore": 30, SMALL_GROUPS: 14}


def test_headline_numbers_hide_what_is_small():
    cases = [called(each, Result.ANSWERED, NOON) for each in cases_by_city([8])]
    missed = a_case().close(CloseReason.EXPIRED, "system", NOON)
    published = for_publication(a_report(*cases, missed))

    assert published.calls == 9
    assert (published.answered, published.missed) == (None, None)
    assert published.callers is None
    assert published.median is None


def test_counts_have_room_for_what_is_neither_answered_nor_missed():
    assert a_report(a_case()).counts == Counts(1, 0, 0)
