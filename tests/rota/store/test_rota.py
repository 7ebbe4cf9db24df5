"""Oncologists, duty days and hours."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from chalicelib.core.domain.working_hours import DEFAULT_HOURS
from chalicelib.rota.services.duty_ports import Turning
from chalicelib.rota.store.duty_mapping import HOURS
from chalicelib.rota.store.duty_models import HoursItem
from tests.support.builders import NOON, a_duty_day, a_shift, an_oncologist
from tests.support.ledger import counting


def test_an_oncologist_reads_back_as_stored(rota):
    assert rota.find_oncologist("dr-asha") is None
    for oncologist in (
        an_oncologist(),
        an_oncologist(sites=(), joined=None, left=date(2027, 1, 1)),
    ):
        rota.put_oncologist(oncologist)
        assert rota.find_oncologist("dr-asha") == oncologist


def test_oncologists_are_listed_by_id(rota):
    assert rota.oncologists() == []
    bela, asha = an_oncologist(id="dr-bela"), an_oncologist()
    for oncologist in (bela, asha):
        rota.put_oncologist(oncologist)
    assert rota.oncologists() == [asha, bela]


def test_a_duty_day_reads_back_as_stored(rota):
    day = a_duty_day(
        shifts=(a_shift(), a_shift(id="evening", on=("dr-bela", "dr-asha"))), version=3
    )
    assert rota.find_duty_day(day.day) is None
    rota.put_duty_day(day)
    assert rota.find_duty_day(day.day) == day


def test_a_day_without_shifts_is_published_too(rota):
    day = a_duty_day(shifts=())
    rota.put_duty_day(day)
    assert rota.find_duty_day(day.day) == day


def test_days_are_read_half_open_and_in_order(rota):
    days = [a_duty_day(day=date(2026, 11, number)) for number in (25, 23, 24, 26)]
    for day in days:
        rota.put_duty_day(day)
    found = rota.find_duty_days(date(2026, 11, 23), date(2026, 11, 26))
    assert [day.day.day for day in found] == [23, 24, 25]
    assert rota.find_duty_days(date(2026, 11, 23), date(2026, 11, 23)) == []


def test_hours_read_back_as_stored(rota):
    assert rota.find_hours() is None
    rota.put_hours(DEFAULT_HOURS)
    assert rota.find_hours() == DEFAULT_HOURS


def test_who_is_on_duty_is_one_read_of_half_a_unit(database, rota):
    shifts = tuple(a_shift(id=f"2026-11-23.line-{n}", on=(f"dr-{n}",)) for n in range(20))
    rota.put_duty_day(a_duty_day(shifts=shifts))
    with counting(database) as ledger:
        rota.find_duty_day(date(2026, 11, 23))
    assert (ledger.operations, ledger.read_units) == (["GetItem"], 0.5)


def test_how_far_a_day_was_turned_only_moves_on(rota):
    day = a_duty_day()
    assert rota.turnings_before(day.day + timedelta(days=1), 1) == []
    assert not rota.record_turned(day.day, NOON), "there is no such day to record it on"
    assert rota.find_duty_day(day.day) is None

    rota.put_duty_day(day)
    assert rota.turnings_before(day.day + timedelta(days=1), 1) == [Turning(day)]
    assert rota.record_turned(day.day, NOON)
    assert not rota.record_turned(day.day, NOON)
    assert not rota.record_turned(day.day, NOON - timedelta(minutes=5))
    assert rota.turnings_before(day.day + timedelta(days=1), 1) == [Turning(day, NOON)]
    assert rota.find_duty_day(day.day) == day


def test_the_days_before_are_read_backwards(rota):
    for number in (20, 21, 22, 23):
        rota.put_duty_day(a_duty_day(day=date(2026, 11, number)))
    rota.record_turned(date(2026, 11, 21), NOON)

    found = rota.turnings_before(date(2026, 11, 23), 2)

    assert [(each.day.day.day, each.turned_through) for each in found] == [(22, None), (21, NOON)]
    assert rota.turnings_before(date(2026, 11, 20), 2) == []


@pytest.mark.parametrize("zone", ["America/New_York", "posixrules", "Mars/Olympus", ""])
def test_stored_hours_of_another_zone_are_those_of_the_helpline(rota, rota_edits, zone):
    stored = {**DEFAULT_HOURS.to_dict(), "zone": zone}
    rota.table.put(HoursItem(pk=HOURS.pk, sk=HOURS.sk, hours=stored, version=1))

    assert rota.find_hours() == DEFAULT_HOURS
    assert rota_edits.documents().hours.value == DEFAULT_HOURS
