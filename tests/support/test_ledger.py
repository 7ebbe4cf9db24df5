"""The ledger itself, by examples worked out by hand."""

from __future__ import annotations

import pytest

from chalicelib.cases.store.models import TicketItem
from chalicelib.core.dynamodb import schema
from chalicelib.core.dynamodb.table import Key, Table
from tests.support.ledger import IndexShape, counting, item_size, read_units, write_units


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "abc"}, 3),
        ({"S": "हिन्दी"}, 18),  # 6 code points of 3 bytes
        ({"N": "5"}, 2),
        ({"N": "0"}, 2),
        ({"N": "-5"}, 3),
        ({"N": "123"}, 3),
        ({"N": "1795415400000000"}, 5),  # 8 significant digits
        ({"N": "1795415400123456"}, 9),
        ({"BOOL": True}, 1),
        ({"SS": ["ab", "c"]}, 3),
        ({"L": []}, 3),
        ({"L": [{"S": "ab"}, {"S": "c"}]}, 3 + (1 + 2) + (1 + 1)),
        ({"M": {"at": {"N": "12"}}}, 3 + 1 + 2 + 2),
    ],
)
def test_a_value_weighs_what_the_guide_says(value, size):
    assert item_size({"name": value}) == 4 + size


def test_units_round_up():
    exactly = {"a": {"S": "x" * 1023}}
    more = {"a": {"S": "x" * 1024}}
    assert (item_size(exactly), write_units(exactly)) == (1024, 1)
    assert write_units(more) == 2
    assert write_units(more, exactly) == 2
    assert write_units(None) == 1
    assert read_units(0, consistent=False) == 0.5
    assert read_units(4096, consistent=True) == 1
    assert read_units(4097, consistent=False) == 1


def test_an_index_costs_by_what_happens_to_the_entry():
    index = IndexShape(("line", "order"), frozenset({"shown"}))
    keys = ("pk",)
    entry = {"pk": {"S": "a"}, "line": {"S": "l"}, "order": {"S": "1"}, "shown": {"S": "s"}}
    absent = {"pk": {"S": "a"}, "line": {"S": "l"}}
    assert index.write_units(None, absent, keys) == 0
    assert index.write_units(None, entry, keys) == 1
    assert index.write_units(entry, absent, keys) == 1
    assert index.write_units(entry, {**entry, "hidden": {"S": "x"}}, keys) == 0
    assert index.write_units(entry, {**entry, "shown": {"S": "x"}}, keys) == 1
    assert index.write_units(entry, {**entry, "order": {"S": "2"}}, keys) == 2


def test_calls_are_counted_where_they_leave(database, new_table):
    table = Table(database, new_table(schema.CASES))
    key = Key("TICKET#a", "1")
    with counting(database) as ledger:
        table.update(key, [TicketItem.drawn.add(1)])
        table.get(key)
        table.get(key, consistent=True)
        table.transact(table.update_part(key, [TicketItem.drawn.add(1)]))
    table.get(key)
    assert [(c.operation, c.write_units, c.read_units) for c in ledger.calls] == [
        ("UpdateItem", 1, 0),
        ("GetItem", 0, 0.5),
        ("GetItem", 0, 1),
        ("TransactWriteItems", 2, 0),
    ]
