"""What is spent in a day: counted at once with the question whether it may be."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.core.domain.errors import Busy
from chalicelib.messages.domain.templates import MessageClass
from chalicelib.messages.services.ports import Share
from tests.support.ledger import counting

DAY = date(2026, 11, 23)
NEXT = DAY + timedelta(days=1)


def test_it_is_counted_up_to_the_cap_and_not_beyond(spent):
    assert [spent.spend("all", DAY, segments, 10) for segments in (4, 4, 3, 2, 1)] == [
        True,
        True,
        False,
        True,
        False,
    ]


@pytest.mark.parametrize(("segments", "cap"), [(1, 0), (11, 10)])
def test_what_never_fits_is_refused_without_a_call(spent, database, segments, cap):
    with counting(database) as ledger:
        assert not spent.spend("all", DAY, segments, cap)
    assert ledger.calls == []


def test_names_and_days_are_counted_apart(spent):
    for name, day in (("all", DAY), ("phone:a", DAY), ("phone:b", DAY), ("all", NEXT)):
        assert spent.spend(name, day, 10, 10)
        assert not spent.spend(name, day, 1, 10)


def test_a_lower_cap_upon_the_same_count(spent):
    spent.spend("phone:a", DAY, 5, 10)

    assert not spent.spend("phone:a", DAY, 1, 5)
    assert spent.spend("phone:a", DAY, 5, 10)


def test_a_share_of_a_cap_is_counted_beside_the_whole(spent):
    spent.spend("phone:a", DAY, 3, 10)
    share = Share(MessageClass.REPEAT, 2)

    assert [spent.spend("phone:a", DAY, 1, 10, share) for _ in range(3)] == [True, True, False]
    assert spent.spend("phone:a", DAY, 1, 10, Share(MessageClass.ANSWER, 1))
    assert spent.spend("phone:a", DAY, 4, 10), "what the share leaves is everybody else's"
    assert not spent.spend("phone:a", DAY, 1, 10, Share(MessageClass.REQUESTED, 9))

    spent.give_back("phone:a", DAY, 1, share)
    assert spent.spend("phone:a", DAY, 1, 10, share)


def test_a_share_that_never_fits_is_refused_without_a_call(spent, database):
    with counting(database) as ledger:
        assert not spent.spend("a", DAY, 2, 10, Share(MessageClass.REPEAT, 1))
    assert ledger.calls == []


def test_what_was_not_spent_is_given_back(spent):
    spent.spend("all", DAY, 10, 10)
    spent.give_back("all", DAY, 4)

    assert spent.spend("all", DAY, 4, 10)
    assert not spent.spend("all", DAY, 1, 10)


def test_it_is_given_back_by_a_transaction_that_comes_twice_and_counts_once(spent, database):
    with counting(database) as ledger:
        spent.give_back("all", DAY, 4)
    assert ledger.operations == ["TransactWriteItems"]


def test_a_count_goes_when_nobody_asks_for_it_any_more(spent, client, messages_table):
    spent.spend("phone:a", DAY, 1, 10)
    (item,) = client.scan(TableName=messages_table)["Items"]

    gone = datetime.fromtimestamp(int(item["expires_at"]["N"]), UTC)
    assert gone == datetime(2027, 1, 2, tzinfo=UTC)
    assert (item["pk"]["S"], item["sk"]["S"]) == ("SPEND#2026-11-23#phone:a", "SPEND")


def test_a_lost_answer_counts_twice_rather_than_not(spent, lose_answer):
    lose_answer("UpdateItem")
    assert spent.spend("all", DAY, 3, 10)

    assert not spent.spend("all", DAY, 5, 10)
    assert spent.spend("all", DAY, 4, 10)


def test_a_crowd_is_busy(spent, database, monkeypatch):
    def busy(*_, **__):
        raise Busy

    monkeypatch.setattr(database, "call", busy)
    with pytest.raises(Busy):
        spent.spend("all", DAY, 1, 10)


def test_it_costs_one_write_unit(spent, database):
    with counting(database) as ledger:
        spent.spend("all", DAY, 1, 10)
        spent.spend("phone:a", DAY, 1, 10, Share(MessageClass.REPEAT, 5))

    assert [call.write_units for call in ledger.calls] == [1, 1]
