"""Blocks on fakes: a time, a person, and what stays open."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.cases.domain.answers import Details
from chalicelib.cases.services.blocked_phones import BlockPhones
from chalicelib.cases.store.blocks import DynamoBlocks
from chalicelib.cases.store.case_search import DynamoFound
from chalicelib.core.domain.errors import InvalidField, NotFound
from chalicelib.core.domain.phone import Phone
from tests.support.builders import NOON, a_case
from tests.support.fakes import FakeSecrets
from tests.support.stores import StoredCases

WEEK = NOON + timedelta(days=7)
PHONE = Phone("+919812345678")


@pytest.fixture
def cases():
    return StoredCases()


@pytest.fixture
def blocks(cases):
    return BlockPhones(DynamoBlocks(cases.table), cases, DynamoFound(cases.table), FakeSecrets())


def test_a_block_tells_who_until_when_and_why_with_the_phone_masked(cases, blocks):
    case = cases.put(a_case())
    made = blocks.block(PHONE, WEEK, "rings all night", "meera", NOON)
    assert (made.block.by, made.block.until, made.block.reason) == (
        "meera",
        WEEK,
        "rings all night",
    )
    assert "98123" not in repr(made.block).replace(made.block.id, "")
    assert made.open_cases == (case,), "what is open stays, and is named"
    assert blocks.all(NOON) == [made.block]


def test_a_block_is_over_when_its_time_is(blocks):
    blocks.block(PHONE, WEEK, "x", "meera", NOON)
    assert blocks.all(WEEK) == []


def test_the_first_to_end_is_listed_first(blocks):
    last = blocks.block(PHONE, WEEK, "x", "meera", NOON).block
    first = blocks.block(Phone("+919812345699"), NOON + timedelta(days=1), "x", "meera", NOON).block
    assert blocks.all(NOON) == [first, last]


@pytest.mark.parametrize(
    ("until", "code"),
    [(NOON, "in_the_past"), (NOON + timedelta(days=366, seconds=1), "too_far")],
)
def test_a_block_ends_in_the_future_and_within_a_year(blocks, until, code):
    with pytest.raises(InvalidField) as refused:
        blocks.block(PHONE, until, "x", "meera", NOON)
    assert (refused.value.field, refused.value.field_code) == ("until", code)


def test_a_cases_phone_is_blocked_without_typing_it(cases, blocks):
    case = cases.put(a_case())
    assert (
        blocks.block_phone_of(case.reference, WEEK, "x", "meera", NOON).block.id == case.phone_key
    )
    erased = cases.put(a_case(reference="GONE").erase(Details(), "asked", "meera", NOON))
    for reference in ("NONE", erased.reference):
        with pytest.raises(NotFound):
            blocks.block_phone_of(reference, WEEK, "x", "meera", NOON)


def test_a_lifted_block_is_gone_and_there_must_be_one(blocks, cases):
    made = blocks.block(PHONE, WEEK, "x", "meera", NOON)
    blocks.lift_from(PHONE)
    assert (blocks.all(NOON), cases.blocked_until) == ([], {})
    with pytest.raises(NotFound):
        blocks.lift(made.block.id)
