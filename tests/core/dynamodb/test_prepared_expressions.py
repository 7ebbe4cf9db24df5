"""An update that is prepared says, filled in, what PynamoDB says when it is written anew."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.cases.store.models import ClaimItem
from chalicelib.core.dynamodb.attributes import to_micros
from chalicelib.core.dynamodb.prepared_expressions import Prepared, later, written
from tests.support.builders import NOON

UNTIL = later("until", ClaimItem.lease_until)
LONGER = Prepared(
    [ClaimItem.lease_until.set(UNTIL), ClaimItem.reference.set("K7M2")],
    (ClaimItem.sk == later("who", ClaimItem.sk)) & (ClaimItem.lease_until < UNTIL),
)


@given(st.text(min_size=1), st.integers(0, 99))
def test_filled_in_it_says_what_is_written_anew(who, minutes) -> None:
    until = NOON + timedelta(minutes=minutes)

    assert LONGER.filled(until=until, who=who) == written(
        [ClaimItem.lease_until.set(until), ClaimItem.reference.set("K7M2")],
        (ClaimItem.sk == who) & (ClaimItem.lease_until < until),
    )


def test_one_use_knows_nothing_of_another() -> None:
    first = LONGER.filled(until=NOON, who="dr-asha")
    second = LONGER.filled(until=NOON, who="dr-ravi")

    assert {"S": "dr-asha"} in first["ExpressionAttributeValues"].values()
    assert {"S": "dr-asha"} not in second["ExpressionAttributeValues"].values()
    assert {"N": str(to_micros(NOON))} in second["ExpressionAttributeValues"].values()


def test_what_is_not_told_is_missed() -> None:
    with pytest.raises(KeyError, match="who"):
        LONGER.filled(until=NOON)


def test_a_condition_alone_brings_back_what_stands_in_its_way() -> None:
    assert written((), ClaimItem.pk.does_not_exist()) == {
        "ConditionExpression": "attribute_not_exists (#0)",
        "ExpressionAttributeNames": {"#0": "pk"},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    assert written((), None) == {}
