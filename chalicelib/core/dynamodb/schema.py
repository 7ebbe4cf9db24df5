"""The tables: keys, indexes, and what each index shows. ``infra/resources.yaml`` agrees.

Every table has ``pk`` and ``sk``; every key is a string but those that NUMBERS names.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

QUEUE_PROJECTION: Final = (
    "language",
    "mode",
    "not_before",
    "prefers_woman",
    "priority",
    "requested_at",
    "tries",
)
NUMBERS: Final = frozenset({"requested_at"})
FINISHED_PROJECTION: Final = (
    "closed_reason",
    "finished_at",
    "handling_minutes",
    "language",
    "requested_at",
    "tries",
)


@dataclass(frozen=True, slots=True)
class Index:
    """A sparse global index: an item without ``partition`` and ``order`` is not in it.

    ``shows`` are the attributes it projects beside the keys; empty: none, None: all of them.
    """

    name: str
    partition: str
    order: str
    shows: tuple[str, ...] | None

    def definition(self) -> dict[str, Any]:
        """Describe it as CreateTable wants it."""
        projection: dict[str, Any] = {"ProjectionType": "ALL"}
        if self.shows is not None and not self.shows:
            projection = {"ProjectionType": "KEYS_ONLY"}
        elif self.shows is not None:
            projection = {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(self.shows)}
        return {
            "IndexName": self.name,
            "KeySchema": _keys(self.partition, self.order),
            "Projection": projection,
        }


@dataclass(frozen=True, slots=True)
class Schema:
    """A table's indexes, and whether its items may expire."""

    indexes: tuple[Index, ...] = ()
    expires: bool = False

    def definition(self) -> dict[str, Any]:
        """Describe keys and indexes as CreateTable wants them."""
        names = ["pk", "sk", *(key for index in self.indexes for key in _index_keys(index))]
        definition: dict[str, Any] = {
            "AttributeDefinitions": list(_typed(dict.fromkeys(names))),
            "KeySchema": _keys("pk", "sk"),
        }
        if self.indexes:
            definition["GlobalSecondaryIndexes"] = [index.definition() for index in self.indexes]
        return definition


QUEUE: Final = Index("queue", "queue_line", "queue_order", QUEUE_PROJECTION)
FINISHED: Final = Index("finished", "finished_day", "finished_order", FINISHED_PROJECTION)
NAMED: Final = Index("named", "name_key", "requested_at", ())
PHONED: Final = Index("phoned", "phone_key", "requested_at", ())
LISTED: Final = Index("listed", "listed_in", "listed_at", None)
BY_SUBJECT: Final = Index("by_subject", "subject", "sk", None)
BY_WHO: Final = Index("by_who", "who", "sk", None)

CASES: Final = Schema((QUEUE, FINISHED, NAMED, PHONED), expires=True)
ROTA: Final = Schema(expires=True)
MESSAGES: Final = Schema((LISTED,), expires=True)
AUDIT: Final = Schema((BY_SUBJECT, BY_WHO), expires=True)
REPORTS: Final = Schema()


def key_type(name: str) -> str:
    """Return the type of a key attribute, in DynamoDB's letters."""
    return "N" if name in NUMBERS else "S"


def _index_keys(index: Index) -> tuple[str, str]:
    return index.partition, index.order


def _keys(partition: str, order: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": partition, "KeyType": "HASH"},
        {"AttributeName": order, "KeyType": "RANGE"},
    ]


def _typed(names: Iterable[str]) -> Iterable[dict[str, str]]:
    return ({"AttributeName": name, "AttributeType": key_type(name)} for name in names)
