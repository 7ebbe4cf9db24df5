"""Counting cases: the latest version stands, however the changes come, and a recount agrees."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from random import Random

import pytest

from chalicelib.cases.domain.answers import Details
from chalicelib.cases.domain.timeline import Attempt, CloseReason, Result
from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.errors import Busy
from chalicelib.privacy.domain.erasure import Why, erased
from chalicelib.reports.domain.distinct_callers import caller_of
from chalicelib.reports.domain.report import Counts, report_of
from chalicelib.reports.domain.tally import Outcome
from chalicelib.reports.services.count_cases import CountCases
from tests.support.builders import NOON, a_case, with_attempt
from tests.support.case_year import YEAR, lives
from tests.support.fake_tallies import FakeTallies

DAY = date(2026, 11, 23)
FIRST = YEAR.astimezone(IST).date()
BATCH = 1_000


@pytest.fixture
def tallies() -> FakeTallies:
    return FakeTallies()


@pytest.fixture
def count(tallies) -> CountCases:
    return CountCases(tallies)


def answered(case, at=NOON + timedelta(minutes=42)):
    attempt = Attempt(at, "dr-asha", Result.ANSWERED)
    return with_attempt(case.claim("dr-asha", at), attempt)


def test_a_year_counts_the_same_as_a_recount_from_its_cases(count, tallies):
    """Every record comes, many twice, in an order of which only the batches are about right."""
    dice = Random(7)
    cases, records = [], []
    for versions in lives(seed=2026, count=20_000):
        cases.append(versions[-1])
        for version in versions:
            told_at = version.timeline[-1].at + timedelta(minutes=dice.randrange(90))
            records += [(told_at, version)] * (1 + (dice.random() < 0.1))
    records.sort(key=lambda record: record[0])
    for start in range(0, len(records), BATCH):
        batch = [case for _, case in records[start : start + BATCH]]
        dice.shuffle(batch)
        count(batch)

    end = FIRST + timedelta(days=366)
    report = report_of(FIRST, end, tallies.totals(FIRST, end), {})

    assert report == report_of(FIRST, end, _summed_from(cases), {})
    assert report.counts.calls == 20_000
    assert_as_counted_by_hand(report, cases)


def _summed_from(cases):
    fresh = FakeTallies()
    CountCases(fresh)(cases)
    return fresh.totals(date.min, date.max)


def assert_as_counted_by_hand(report, cases):
    """Count what a person would count with a pencil, by none of the code that counts."""
    assert report.callers == len({case.phone for case in cases})
    assert report.callers_exact
    spoken = {c.reference for c in cases if any(a.result is Result.ANSWERED for a in c.attempts)}
    assert report.counts.answered == len(spoken)
    lost = {CloseReason.UNREACHABLE, CloseReason.WRONG_NUMBER, CloseReason.EXPIRED}
    missed = {c.reference for c in cases if c.closed_reason in lost} - spoken
    assert report.counts.missed == len(missed)
    assert report.open == sum(c.status.is_open and c.reference not in spoken for c in cases)
    young = sum(c.details.age is not None and c.details.age < 40 for c in cases)
    indore = [c for c in cases if c.details.city in ("Indore", "इंदौर", "indore, MP")]
    groups = {name: {g.name: g.counts for g in each} for name, each in report.groups.items()}
    assert groups["age"]["under_40"].calls == young
    assert groups["city"]["Indore"] == Counts(
        len(indore),
        sum(c.reference in spoken for c in indore),
        sum(c.reference in missed for c in indore),
    )
    late_stage = sum(c.details.stage in ("3", "4", "3-4") for c in cases)
    assert groups["stage"]["3-4"].calls == late_stage
    costs = sum("cost" in c.details.reasons for c in cases)
    assert groups["reason"]["cost"].calls == costs
    calls = Counter(
        attempt.by
        for case in cases
        for attempt in case.attempts
        if attempt.at.astimezone(IST).date() < report.end
    )
    assert {each.id: each.work.calls for each in report.oncologists} == calls
    waits = sorted(
        -((c.requested_at - c.attempts[0].at) // timedelta(minutes=1)) for c in cases if c.attempts
    )
    assert report.waiting.called == len(waits)
    assert waits[len(waits) // 2] <= report.waiting.median * 1.01 <= waits[len(waits) // 2] * 1.11
    by_day = Counter(c.requested_at.astimezone(IST).date() for c in cases)
    assert {line.day: line.counts.calls for line in report.days if line.counts.calls} == by_day


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_records_changes_nothing(seed):
    dice = Random(seed)
    versions = [case for life in lives(seed, 40, days=5) for case in life]
    in_order, shuffled = FakeTallies(), FakeTallies()
    CountCases(in_order)(versions)
    several = versions * 2
    dice.shuffle(several)
    for start in range(0, len(several), 7):
        CountCases(shuffled)(several[start : start + 7])

    span = (date.min, date.max)
    assert shuffled.totals(*span) == in_order.totals(*span)


def test_a_change_that_counts_for_nothing_sums_nothing_up(count, tallies):
    case = a_case()
    assert count([case]) == 1
    tallies.calls.clear()

    assert count([case.claim("dr-asha", NOON)]) == 0
    assert tallies.calls == ["put"]
    # The same version again may have come to nothing after its tally was put.
    tallies.calls.clear()
    assert count([case.claim("dr-asha", NOON)]) == 0
    assert "put_totals" in tallies.calls


def test_a_day_is_summed_up_again_when_another_did_so_meanwhile(count, tallies):
    def race(day):
        tallies.before_totals = lambda _: None
        other = a_case(reference="OTHER", phone="+919812345999")
        CountCases(tallies)([other])

    tallies.before_totals = race
    count([a_case()])

    assert tallies.by_day[DAY][1].counts.calls == 2


def test_who_is_never_first_gives_up_and_is_told(count, tallies):
    def bump(day):
        revision, totals = tallies.by_day.get(day, (0, None))
        tallies.by_day[day] = (revision + 1, totals)

    tallies.before_totals = bump
    with pytest.raises(Busy):
        count([a_case()])


def erase(case):
    return erased(case, Why.ASKED, "meera", NOON + timedelta(days=9))


def test_an_erased_case_counts_as_it_did(count, tallies):
    done = answered(a_case(details=Details(age=34, city="इंदौर", cancer_site="knee")))
    count([done])
    before = tallies.by_day[DAY][1]
    count([erase(done)])

    assert tallies.by_day[DAY][1] == before
    count([erase(done), erase(done)])
    assert tallies.by_day[DAY][1] == before


def test_nothing_leads_from_a_caller_to_an_erased_case(count, tallies):
    done, other = answered(a_case()), a_case(reference="OTHER")
    count([done, other])
    count([erase(done), erase(other)])

    of_cases = {name: each.tally for name, each in tallies.counted[DAY].items()}
    caller = caller_of(a_case().phone_key)
    assert [name for name, tally in of_cases.items() if tally.caller == caller] == [
        f"CALLER#{caller:012x}"
    ]
    assert of_cases[done.reference].caller is of_cases["OTHER"].caller is None
    assert len(tallies.by_day[DAY][1].callers) == 1


def test_a_case_erased_while_it_waits_is_open_no_more(count, tallies):
    count([erase(a_case()), a_case()])

    totals = tallies.by_day[DAY][1]
    assert totals.outcomes == {Outcome.ERASED: 1}
    assert totals.groups["city"] == {"Indore": Counts(1, 0, 0)}
    assert totals.callers.seen == {caller_of(a_case().phone_key)}


def test_erased_cases_that_were_never_counted_are_callers_each(count, tallies):
    count([erase(a_case()), erase(a_case(reference="OTHER"))])

    assert len(tallies.by_day[DAY][1].callers) == 2


def test_calls_count_on_their_own_day_and_answers_on_the_day_of_asking(count, tallies):
    tomorrow = NOON + timedelta(days=1)
    count([answered(a_case(), tomorrow)])

    asked, called = tallies.by_day[DAY][1], tallies.by_day[DAY + timedelta(days=1)][1]
    assert asked.counts == Counts(1, 1, 0)
    assert (asked.kept, asked.late) == (0, 1)
    assert asked.waits == {1_500: 1}
    assert asked.work == {}
    assert called.counts == Counts()
    assert called.all_work == (1, 1, 0, 1)


def test_days_are_found_by_the_calendar_of_the_helpline(count, tallies):
    late_in_utc = NOON.replace(hour=20)
    count([a_case(requested_at=late_in_utc)])

    assert list(tallies.by_day) == [DAY + timedelta(days=1)]


def test_versions_of_many_cases_in_one_batch_are_told_apart(count, tallies):
    count([version for life in lives(3, 30, days=2) for version in life])

    by_day = defaultdict(int)
    for life in lives(3, 30, days=2):
        by_day[life[-1].requested_at.astimezone(IST).date()] += 1
    calls = {day: totals.counts.calls for day, (_, totals) in tallies.by_day.items()}
    assert {day: n for day, n in calls.items() if n} == by_day
