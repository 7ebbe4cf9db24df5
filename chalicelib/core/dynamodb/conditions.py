"""Conditions joined with types: PynamoDB's own operators answer Any."""

from __future__ import annotations

from functools import reduce
from operator import and_, or_
from typing import Any

from pynamodb.attributes import Attribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path, _Size


def all_of(*conditions: Condition) -> Condition:
    """Ask that every one holds."""
    return reduce(and_, conditions)


def any_of(*conditions: Condition) -> Condition:
    """Ask that one of them holds."""
    return reduce(or_, conditions)


def absent_or(attribute: Attribute[Any] | Path, condition: Condition) -> Condition:
    """Ask that the attribute is not there, or that the condition holds."""
    return any_of(attribute.does_not_exist(), condition)


def fewer_than(attribute: Attribute[Any], number: int) -> Condition:
    """Ask that a list or a set is not there, or holds fewer elements than this."""
    return absent_or(attribute, _Size(Path(attribute)) < number)
