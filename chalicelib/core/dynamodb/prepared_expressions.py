"""What an update does and asks, written as DynamoDB wants it: once, and filled in at each use.

PynamoDB makes a tree of objects of every expression, and text of the tree. For what each request
asks of its phone that took a third of a ``put_item`` of CPU (tests/benchmarks/handlers.py), and it
is the same text every time; only the values differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from pynamodb.attributes import Attribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action, Update

from chalicelib.core.component import component

Expressions: TypeAlias = dict[str, Any]
"""The part of a write's request that says what it does, and under which condition."""


@component
class _Later:
    """Stands in an expression for a value, which its attribute writes."""

    name: str
    attribute: Attribute[Any]


def later(name: str, attribute: Attribute[Any]) -> Any:  # noqa: ANN401  # wherever a value may stand
    """Stand for a value that is told at each use by this name, as this attribute writes it."""
    return {attribute.attr_type: _Later(name, attribute)}


def written(actions: Sequence[Action], condition: Condition | None = None) -> Expressions:
    """Write what is used once; without actions, the condition of a write that has none."""
    return Prepared(actions, condition).filled()


class Prepared:
    """An update that is written; :meth:`filled` tells it the values that come ``later``."""

    def __init__(self, actions: Sequence[Action], condition: Condition | None = None) -> None:
        """Write it; where the condition fails, the item in its way comes back."""
        self._written: Expressions = {}
        self._known: dict[str, dict[str, Any]] = {}
        self._later: list[tuple[str, str, _Later]] = []
        names: dict[str, str] = {}
        values: dict[str, Any] = {}
        if condition is not None:
            self._written["ConditionExpression"] = condition.serialize(names, values)
            self._written["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        if actions:
            self._written["UpdateExpression"] = Update(*actions).serialize(names, values)
        if names:
            short_names = {short: name for name, short in names.items()}
            self._written["ExpressionAttributeNames"] = short_names
        for place, value in values.items():
            ((kind, inner),) = value.items()
            if isinstance(inner, _Later):
                self._later.append((place, kind, inner))
            else:
                self._known[place] = value

    def filled(self, **told: Any) -> Expressions:  # noqa: ANN401  # each value as its attribute takes it
        """Give the expressions with these values."""
        values = {
            **self._known,
            **{
                place: {kind: later.attribute.serialize(told[later.name])}
                for place, kind, later in self._later
            },
        }
        return {**self._written, "ExpressionAttributeValues": values} if values else self._written
