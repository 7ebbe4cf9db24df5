"""A schema reads a body whole, or lists everything that is wrong with it."""

import pytest

from chalicelib.core.domain.errors import InvalidInput
from chalicelib.core.web.schemas.fields import (
    Many,
    StrictSchema,
    Text,
    WholeNumber,
    YesNo,
    load,
)
from chalicelib.core.web.schemas.values import Day
from chalicelib.rota.web.schemas.rota_fields import ByName, Part


class PartSchema(StrictSchema):
    name = Text(5, required=True)


class BodySchema(StrictSchema):
    start = Day(key="from", required=True)
    parts = Many(Part(PartSchema), 3)
    ages = ByName(WholeNumber(0, 9), 3)
    sure = YesNo(default=False)
    open = YesNo(nullable=False)


class LongerSchema(BodySchema):
    more = Text(5)
    parts = Many(Part(PartSchema), 1)


def wrong(data, schema=BodySchema):
    with pytest.raises(InvalidInput) as error:
        load(schema, data)
    return [(each.field, each.field_code) for each in error.value.fields]


def test_values_have_the_names_of_their_attributes_and_what_is_absent_its_default():
    read = load(BodySchema, {"from": "2026-12-01", "parts": [{"name": " a "}]})

    assert {**read, "start": read["start"].isoformat()} == {
        "start": "2026-12-01",
        "parts": ({"name": "a"},),
        "sure": False,
    }


def test_null_is_kept_and_takes_no_default():
    assert load(BodySchema, {"from": "2026-12-01", "sure": None})["sure"] is None


def test_every_error_is_listed_in_the_order_of_the_fields_with_unknown_names_last():
    data = {
        "z": 1,
        "open": None,
        "sure": 1,
        "ages": {"asha": 10, "ravi": None},
        "parts": [{"name": "a"}, {"b": 1, "a": 1}, None],
        "start": "2026-12-01",
    }

    assert wrong(data) == [
        ("from", "required"),
        ("parts[1].name", "required"),
        ("parts[1].b", "unknown_field"),
        ("parts[1].a", "unknown_field"),
        ("parts[2]", "required"),
        ("ages.asha", "out_of_range"),
        ("ages.ravi", "required"),
        ("sure", "wrong_type"),
        ("open", "required"),
        ("z", "unknown_field"),
        ("start", "unknown_field"),
    ]


def test_a_field_may_have_any_name():
    assert wrong({"from": "2026-12-01", "parts": [{"code": 1, "params": 2}]}) == [
        ("parts[0].name", "required"),
        ("parts[0].code", "unknown_field"),
        ("parts[0].params", "unknown_field"),
    ]


def test_a_path_is_cut():
    assert wrong({"from": "2026-12-01", "x" * 99: 1}) == [("x" * 64, "unknown_field")]


def test_a_schema_that_goes_on_keeps_the_order_and_may_replace_a_field():
    two = {"from": "2026-12-01", "parts": [{"name": "a"}] * 2, "more": "toolong", "open": 1}

    assert list(LongerSchema.fields) == ["start", "parts", "ages", "sure", "open", "more"]
    assert wrong(two, LongerSchema) == [
        ("parts", "too_long"),
        ("open", "wrong_type"),
        ("more", "too_long"),
    ]


def test_a_schema_may_be_made_of_a_table():
    made = type("Made", (BodySchema,), {"age": WholeNumber(0, 9), "to": Text(1, key="for")})

    assert load(made, {"from": "2026-12-01", "age": 3, "for": "x"})["to"] == "x"
    assert wrong({"from": "2026-12-01", "age": 10}, made) == [("age", "out_of_range")]
