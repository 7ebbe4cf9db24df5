"""A shape of JSON takes what it shows from the attributes of the same names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import TypedDict

import pytest

from chalicelib.cases.domain.answers import Mode
from chalicelib.core.web.serializers import to_json


@dataclass(frozen=True)
class Thing:
    at: datetime = datetime(2026, 12, 1, 4, 30, 59, 999, UTC)
    day: date = date(2026, 12, 1)
    words: tuple[str, ...] = ("a", "b")
    counts: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({"a": 1}))
    mode: Mode = Mode.PHONE
    nothing: datetime | None = None
    secret: str = "not shown"


class ThingJson(TypedDict):
    at: str
    day: str
    words: list[str]
    counts: dict[str, int]
    mode: Mode
    nothing: str | None


Named = TypedDict("Named", {"from": str, "day": str})


class MoreJson(ThingJson):
    more: str


def test_each_value_becomes_what_json_has_for_it():
    assert to_json(ThingJson, Thing()) == {
        "at": "2026-12-01T10:00:59+05:30",
        "day": "2026-12-01",
        "words": ["a", "b"],
        "counts": {"a": 1},
        "mode": "phone",
        "nothing": None,
    }


def test_what_is_given_counts_over_the_attribute():
    shown = to_json(MoreJson, Thing(), more="x", day=date(2026, 12, 2))

    assert (shown["more"], shown["day"], shown["mode"]) == ("x", "2026-12-02", "phone")
    assert to_json(Named, Thing(), **{"from": date(2026, 1, 1)})["from"] == "2026-01-01"


def test_a_nested_object_needs_a_shape_of_its_own():
    with pytest.raises(TypeError, match="Thing needs a shape"):
        to_json(MoreJson, Thing(), more=Thing())


def test_a_key_for_which_there_is_nothing_is_an_error():
    with pytest.raises(AttributeError, match="more"):
        to_json(MoreJson, Thing())
