"""Tallies and totals in DynamoDB."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest

from chalicelib.cases.domain.phone_limits import PhoneLimits
from chalicelib.cases.store.case_mapping import case_to_item
from chalicelib.cases.store.cases import DynamoWholeCases
from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.errors import InvalidInput
from chalicelib.core.dynamodb.table import Table
from chalicelib.reports.domain.distinct_callers import Callers
from chalicelib.reports.domain.report import Counts, DayTotals, Work
from chalicelib.reports.domain.tally import Asked, Call, Outcome, Tally
from chalicelib.reports.services.count_cases import CountCases
from chalicelib.reports.services.ports import Counted
from chalicelib.reports.services.rebuild_counts import Place, Recount
from tests.support.builders import NOON, a_case
from tests.support.case_year import YEAR, lives
from tests.support.fake_tallies import FakeTallies
from tests.support.ledger import counting, item_size

DAY = date(2026, 11, 23)
ONE = timedelta(days=1)
TALLY = Tally(
    Asked(Outcome.OPEN, 1_500, False, {"reason": ("cost", "other")}),
    (Call("dr-asha", True, True), Call("dr-ravi", False)),
    caller=2**48 - 1,
)
TOTALS = DayTotals(
    outcomes={Outcome.OPEN: 2},
    kept=1,
    late=2,
    waits={5: 1},
    groups={"city": {"Indore": Counts(2, 1, 0)}},
    work={"dr-asha": Work(3, 2, 1, 1)},
    callers=Callers.of([0, 7, 2**48 - 1]),
)


@pytest.fixture(params=["stored", "fake"])
def port(request, tallies):
    """The store, and the fake that counts a year of cases in seconds."""
    return FakeTallies() if request.param == "fake" else tallies


def counted(version, tally=TALLY, reference="K7M240R59XK"):
    return Counted(DAY, reference, version, tally)


def test_a_tally_is_read_as_it_was_put(port):
    only_calls = counted(1, Tally(None, TALLY.calls), "OTHER")
    only_a_caller = counted(1, Tally(caller=7), "CALLER#7")
    of_nobody = counted(1, replace(TALLY, caller=None), "NOBODY")

    assert port.put([counted(1), only_calls, only_a_caller, of_nobody]) == [None] * 4
    assert port.find(DAY, "K7M240R59XK") == counted(1)
    assert port.tallies(DAY) == [
        only_a_caller.tally,
        TALLY,
        of_nobody.tally,
        only_calls.tally,
    ]
    assert port.find(DAY + ONE, "K7M240R59XK") is None


def test_an_older_version_changes_nothing_and_is_told_of_the_later(port):
    later = counted(3)
    port.put([later])

    assert port.put([counted(2, Tally())]) == [later]
    assert port.put([counted(3, Tally())]) == [later]
    assert port.put([counted(4)]) == [counted(3, Tally())]
    assert port.tallies(DAY) == [TALLY]


@pytest.mark.parametrize("callers", [TOTALS.callers, Callers.of(range(9), most=4), Callers()])
def test_totals_are_read_as_they_were_put(port, callers):
    totals = DayTotals(outcomes=TOTALS.outcomes, groups=TOTALS.groups, callers=callers)
    port.put_totals(DAY, totals, 0)

    assert port.totals(DAY, DAY + ONE) == {DAY: totals}


def test_totals_of_another_revision_are_refused(port):
    assert port.revision(DAY) == 0
    assert port.put_totals(DAY, TOTALS, 0)
    assert port.revision(DAY) == 1
    assert not port.put_totals(DAY, DayTotals(), 0)
    assert port.totals(DAY, DAY + ONE) == {DAY: TOTALS}


def test_only_the_days_asked_for_are_read(port):
    for number in range(4):
        port.put_totals(DAY + ONE * number, TOTALS, 0)

    assert set(port.totals(DAY + ONE, DAY + 3 * ONE)) == {DAY + ONE, DAY + 2 * ONE}


def test_put_totals_survives_a_lost_answer(tallies, lose_answer):
    lose_answer("PutItem")
    CountCases(tallies)([a_case()])

    assert tallies.totals(DAY, DAY + ONE)[DAY].counts.calls == 1


def test_a_year_of_ordinary_days_is_one_answer_of_one_query(
    tallies, database, client, reports_table
):
    """An answer holds 1 MB."""
    of_one_day = [life[-1] for life in lives(seed=5, count=60, days=1)]
    CountCases(tallies)(of_one_day)
    items = client.scan(TableName=reports_table)["Items"]
    ordinary = max(item_size(item) for item in items if item["pk"]["S"] == "TOTALS")
    first = min(item["sk"]["S"] for item in items if item["pk"]["S"] == "TOTALS")

    with counting(database) as ledger:
        start = date.fromisoformat(first)
        found = tallies.totals(start, start + 366 * ONE)
    assert max(each.counts.calls for each in found.values()) > 40
    assert ledger.operations == ["Query"]
    assert 366 * ordinary < 2**20


def test_what_counting_a_change_costs(tallies, database):
    case = a_case()
    with counting(database) as ledger:
        CountCases(tallies)([case])
    assert (ledger.write_units, ledger.read_units) == (2, 2)

    with counting(database) as ledger:
        CountCases(tallies)([case.claim("dr-asha", NOON)])
    assert ledger.operations == ["UpdateItem"]
    assert ledger.write_units == 1


def test_the_stream_and_a_recount_from_the_tables_agree(
    database, client, cases, cases_table, tallies
):
    """Lose a third of the records, mix and repeat the others; the recount puts all of it right."""
    dice = Random(3)
    kept, last = [], []
    for versions in lives(seed=11, count=60, days=4):
        client.put_item(TableName=cases_table, Item=case_to_item(versions[-1], NOON).serialize())
        kept += [version for version in versions if dice.random() < 0.66]
        last.append(versions[-1])
    dice.shuffle(kept)
    count = CountCases(tallies)
    for start in range(0, len(kept), 25):
        count(kept[start : start + 25])

    whole = DynamoWholeCases(Table(database, cases_table))
    recount = Recount(cases, whole, count, sorted({case.language for case in last}))
    now = YEAR + timedelta(days=9)
    first, end = YEAR.astimezone(IST).date(), now.astimezone(IST).date()
    place, steps, seen = Place(), 0, 0
    while place is not None:
        step = recount.step(first, end, now, place, most=50)
        place, steps, seen = step.place, steps + 1, seen + step.counted
        assert 0 < step.done <= step.of

    oracle = FakeTallies()
    CountCases(oracle)(last)
    assert tallies.totals(first, end) == oracle.totals(first, end)
    assert seen == len(last)
    assert steps > 2


def test_a_recount_passes_over_what_was_asked_after_its_span(database, cases, cases_table, tallies):
    case = a_case()
    cases.open(case, PhoneLimits())
    recount = Recount(
        cases, DynamoWholeCases(Table(database, cases_table)), CountCases(tallies), ("hi", "en")
    )

    assert recount.step(DAY - 3 * ONE, DAY, NOON, Place()).counted == 0
    assert recount.step(DAY, DAY + ONE, NOON, Place()).counted == 1


def test_what_a_purged_case_counted_for_stays(database, cases, cases_table, tallies):
    CountCases(tallies)([a_case()])
    recount = Recount(
        cases, DynamoWholeCases(Table(database, cases_table)), CountCases(tallies), ("hi",)
    )

    recount.step(DAY, DAY + ONE, NOON, Place())
    assert tallies.totals(DAY, DAY + ONE)[DAY].counts.calls == 1


@pytest.mark.parametrize("number", [1, 5, 30])
def test_a_place_that_is_none_is_refused(database, cases, cases_table, tallies, number):
    recount = Recount(
        cases, DynamoWholeCases(Table(database, cases_table)), CountCases(tallies), ("hi",)
    )

    with pytest.raises(InvalidInput):
        recount.step(DAY - 20 * ONE, DAY, NOON, Place(number, "nonsense"))
    assert recount.step(DAY, DAY + ONE, NOON, Place(999_999)).place is None
