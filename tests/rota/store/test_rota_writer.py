"""The rota is edited upon its head: all of an edit or nothing, and never over another."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.working_hours import DEFAULT_HOURS
from chalicelib.core.services.ports import Stale
from chalicelib.rota.domain.change_log import By, ChangeKind, News, Notice, RotaChange
from chalicelib.rota.domain.duty import DutyDay
from chalicelib.rota.domain.model import (
    Fair,
    Leave,
    Line,
    Override,
    RoundRobin,
    Temporary,
    leave_of_hours,
)
from chalicelib.rota.domain.round_robin import RotationState, Turn
from chalicelib.rota.domain.swaps import OfferState, SwapOffer
from chalicelib.rota.services.ports import Head, Kept, Recipient, RotaEdit, Versioned
from tests.support.builders import NOON, a_duty_day, a_shift, an_oncologist
from tests.support.ledger import counting
from tests.support.rota_world import MONDAY, ONE_DAY, at

MORNING = Line(
    id="morning",
    days=("mon", "tue"),
    start=time(10),
    end=time(13, 30),
    rotation=RoundRobin(("dr-asha", "dr-ravi"), MONDAY, "week", 2),
    people=2,
    languages=("hi",),
)
NIGHT = Line("night", ("sat",), time(20), time(0), Fair(("dr-asha",)))
STATE = RotationState(
    until=date(2026, 12, 23),
    turns={"morning": Turn(MONDAY, "week", ("dr-ravi", "dr-asha"), ("dr-asha",), 1, MONDAY)},
    served={"dr-asha": {MONDAY: 210}},
    last={"dr-asha": 1_065_000_000},
    credits={"dr-ravi": {MONDAY: 210}},
    due={"dr-asha": None, "dr-ravi": None, "dr-tara": date(2026, 12, 22)},
)


def a_change(**changes) -> RotaChange:
    change = RotaChange(
        id="20261123T063000000000-0001",
        at=NOON,
        by=By("admin", "dr-asha"),
        kind=ChangeKind.LEAVE,
        subject="20261124-0001",
        notices=(Notice("dr-asha", News.OFF, a_shift()),),
        gap=True,
    )
    return replace(change, **changes)


def an_offer(**changes) -> SwapOffer:
    offer = SwapOffer("20261123T0430-0001", a_shift(), "dr-asha", NOON, "dr-ravi")
    return replace(offer, **changes)


def commit(edits, **parts) -> None:
    edits.commit(edits.head(), RotaEdit(**parts))


def test_before_anything_is_edited(rota_edits):
    assert rota_edits.head() == Head()
    documents = rota_edits.documents()
    assert documents.hours == Versioned(DEFAULT_HOURS, 0)
    assert (documents.lines, documents.oncologists) == (Versioned((), 0), ())
    assert rota_edits.recipients() == Versioned((), 0)
    assert rota_edits.rotation() is None


def test_documents_read_back_as_stored(rota, rota_edits):
    closed = replace(DEFAULT_HOURS, closures=frozenset({MONDAY}))
    recipients = Versioned((Recipient("+919811111111", "hi"),), 1)
    commit(rota_edits, hours=Versioned(closed, 1))
    commit(rota_edits, lines=Versioned((NIGHT, MORNING), 1))
    commit(rota_edits, recipients=recipients)
    commit(rota_edits, oncologist=Versioned(an_oncologist(), 4))
    commit(rota_edits, days=(a_duty_day(),), published=(STATE.until, STATE))

    documents = rota_edits.documents()

    assert documents.hours == Versioned(closed, 1)
    assert documents.lines == Versioned((NIGHT, MORNING), 1)
    assert documents.oncologists == (Versioned(an_oncologist(), 4),)
    assert rota_edits.recipients() == recipients
    assert rota_edits.rotation() == STATE
    assert rota_edits.head() == Head(5, STATE.until)
    assert rota.find_hours() == closed
    assert rota.find_oncologist("dr-asha") == an_oncologist()
    assert rota.find_duty_day(MONDAY) == a_duty_day()


def test_a_seeded_document_is_its_first_version(rota, rota_edits):
    rota.put_hours(DEFAULT_HOURS)
    rota.put_oncologist(an_oncologist())
    documents = rota_edits.documents()
    assert (documents.hours.version, documents.oncologists[0].version) == (1, 1)


def test_an_edit_upon_an_older_head_is_stale_and_writes_nothing(rota, rota_edits):
    for _ in range(2):
        head = rota_edits.head()
        commit(rota_edits, recipients=Versioned((), 1))
        with pytest.raises(Stale):
            rota_edits.commit(
                head,
                RotaEdit(
                    hours=Versioned(DEFAULT_HOURS, 1),
                    days=(a_duty_day(),),
                    offers=(an_offer(),),
                    change=a_change(),
                ),
            )
    assert rota.find_hours() is None
    assert rota.find_duty_day(MONDAY) is None
    assert rota_edits.find_offer(an_offer().id) is None
    assert rota_edits.untold(10) == []


def test_a_day_is_published_once_and_changed_upon_its_version(rota, rota_edits):
    day = a_duty_day()
    commit(rota_edits, days=(day,))
    rota.record_turned(MONDAY, NOON)
    with pytest.raises(Stale):
        commit(rota_edits, days=(day,))

    changed = replace(day, shifts=(a_shift(on=("dr-ravi",)), a_shift(id="other")), version=2)
    commit(rota_edits, days=(changed,))

    assert rota.find_duty_day(MONDAY) == changed
    assert rota.turnings_before(MONDAY + ONE_DAY, 1)[0].turned_through == NOON
    with pytest.raises(Stale):
        commit(rota_edits, days=(changed,))
    with pytest.raises(Stale):
        commit(rota_edits, days=(replace(day, day=MONDAY + ONE_DAY, version=2),))


def test_four_weeks_are_published_in_one_transaction(database, rota_edits):
    days = tuple(DutyDay(MONDAY + n * ONE_DAY, a_duty_day().shifts) for n in range(90))
    head = rota_edits.head()
    with counting(database) as ledger:
        rota_edits.commit(head, RotaEdit(days=days, published=(STATE.until, STATE)))
    assert ledger.operations == ["TransactWriteItems"]
    assert rota_edits.duty_days(MONDAY, MONDAY + 90 * ONE_DAY) == list(days)


LEAVES = [
    Kept("20261120-a", Leave("dr-asha", date(2026, 11, 10), date(2026, 11, 20))),
    Kept("20261124-b", Leave("dr-asha", MONDAY, MONDAY + ONE_DAY)),
    Kept("20261124-h", leave_of_hours("dr-asha", NOON, NOON + timedelta(hours=4), IST)),
    Kept("20261224-c", Leave("dr-ravi", date(2026, 11, 1), date(2026, 12, 24))),
]
OVERRIDES = [
    Kept("20261122-a", Override("morning", at(MONDAY - ONE_DAY, 10), at(MONDAY, 0), add="dr-tara")),
    Kept("20261123-b", Override("morning", at(MONDAY, 10), at(MONDAY, 12), remove="dr-asha")),
    Kept("20261124-c", Override("morning", at(MONDAY + ONE_DAY, 0), at(MONDAY + ONE_DAY, 12))),
]
TEMPORARY = [
    Kept("20261123-t", Temporary("night", at(MONDAY, 20), at(MONDAY, 23), ("dr-asha", "dr-ravi"))),
    Kept("20261130-u", Temporary("night", at(MONDAY + 7 * ONE_DAY, 20), at(MONDAY, 23), ())),
]


def test_dated_sources_are_found_by_the_days_they_touch(database, rota_edits):
    for kept in (*LEAVES, *OVERRIDES, *TEMPORARY):
        commit(rota_edits, kept=kept)

    with counting(database) as ledger:
        found = rota_edits.dated(MONDAY, MONDAY + ONE_DAY)

    assert list(found.leave) == LEAVES[1:]
    assert list(found.overrides) == [OVERRIDES[1]]
    assert list(found.temporary) == [TEMPORARY[0]]
    assert ledger.operations == ["Query"] * 3


def test_a_dated_source_is_found_and_dropped_by_its_id(rota_edits):
    commit(rota_edits, kept=LEAVES[0])
    commit(rota_edits, kept=OVERRIDES[0])
    assert rota_edits.find_kept(Leave, "20261120-a") == LEAVES[0]
    assert rota_edits.find_kept(Override, "20261122-a") == OVERRIDES[0]
    assert rota_edits.find_kept(Temporary, "20261122-a") is None

    commit(rota_edits, dropped=LEAVES[0])

    assert rota_edits.find_kept(Leave, "20261120-a") is None
    with pytest.raises(Stale):
        commit(rota_edits, dropped=LEAVES[0])


def test_offers_are_written_upon_their_version_and_listed_by_start(rota_edits):
    offer = an_offer()
    commit(rota_edits, offers=(offer,))
    with pytest.raises(Stale):
        commit(rota_edits, offers=(offer,))
    accepted = offer.accept("dr-ravi", offer.shift.start - timedelta(minutes=1))
    commit(rota_edits, offers=(accepted,))

    assert rota_edits.find_offer(offer.id) == accepted
    assert accepted.state is OfferState.ACCEPTED
    start = offer.shift.start
    assert rota_edits.offers(start, start + timedelta(minutes=1)) == [accepted]
    assert rota_edits.offers(start - timedelta(hours=1), start) == []
    assert rota_edits.offers(start + timedelta(minutes=1), start + timedelta(days=60)) == []


def test_a_change_is_kept_and_stands_among_the_untold_until_it_is_told(rota_edits):
    quiet = a_change(id="20261123T063000000000-0002", notices=(), gap=False, by=By("admin"))
    commit(rota_edits, change=a_change())
    commit(rota_edits, change=quiet)

    assert rota_edits.untold(10) == [a_change()]
    rota_edits.mark_told(a_change())
    rota_edits.mark_told(a_change())
    assert rota_edits.untold(10) == []
    assert rota_edits.changes(NOON, NOON + timedelta(seconds=1)) == [a_change(), quiet]
    assert rota_edits.changes(NOON - timedelta(days=40), NOON) == []


def test_changes_are_read_over_the_turn_of_a_year(rota_edits):
    instants = [datetime(2026, 12, 31, 18, 29, tzinfo=IST), datetime(2027, 1, 1, tzinfo=IST)]
    for place, instant in enumerate(instants):
        commit(rota_edits, change=a_change(id=f"{instant:%Y%m%dT%H%M%S}000000-{place}", at=instant))
    found = rota_edits.changes(instants[0] - ONE_DAY, instants[1] + ONE_DAY)
    assert [change.at for change in found] == instants


def test_a_lost_answer_of_a_commit_is_no_second_edit(rota_edits, lose_answer):
    """DynamoDB knows the repeated call by its token; moto does not, and says stale: as safe."""
    head = rota_edits.head()
    lose_answer("TransactWriteItems")
    with pytest.raises(Stale):
        rota_edits.commit(head, RotaEdit(recipients=Versioned((), 1)))
    assert rota_edits.head().version == 1
