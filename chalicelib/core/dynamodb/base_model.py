"""What every model of an item is: described by PynamoDB, and written and read by what it holds.

A model describes an item and serialises it; :class:`~chalicelib.core.dynamodb.table.Table` carries
it. Make one with keyword arguments only: PynamoDB accepts a misspelt assignment in silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, Any, Self, TypeVar

from pynamodb.attributes import Attribute, MapAttribute, UnicodeAttribute
from pynamodb.exceptions import AttributeNullError
from pynamodb.models import Model

from chalicelib.core.dynamodb.attributes import as_tuple

if TYPE_CHECKING:
    from chalicelib.core.dynamodb.table import Key

T = TypeVar("T")


class Item(Model):
    """What every item has.

    It is made, written and read by what it holds. PynamoDB's own way asks each attribute of the
    class, of which a case has fifty and an ordinary one uses half: five times the work of writing
    one. None of ours has a default.
    """

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)

    def __init__(self, **values: Any) -> None:  # noqa: ANN401  # each attribute's own
        """Hold these values; raises ValueError for a name that is no attribute's."""
        if unknown := values.keys() - self.get_attributes().keys():
            raise ValueError(f"{type(self).__name__} has no {', '.join(sorted(unknown))}")
        self.attribute_values = values

    @classmethod
    def placed(cls, key: Key, /, **values: Any) -> Self:  # noqa: ANN401
        """Make the item of a place."""
        return cls(pk=key.pk, sk=key.sk, **values)

    @classmethod
    def hold(cls, key: Key, record: Any, /, **others: Any) -> Self:  # noqa: ANN401
        """Make the item of a dataclass: of its fields that are named as attributes, and of others.

        What is empty is left out where it may be.
        """
        attributes = cls.get_attributes()
        kind: Any = type(record)
        values = {name: getattr(record, name) for name in _shared(cls, kind)}
        held = {name: each for name, each in values.items() if each or not attributes[name].null}
        return cls.placed(key, **{**held, **others})

    def read_as(self, kind: type[T], **others: Any) -> T:  # noqa: ANN401
        """Make a dataclass of the attributes that are named as its fields, and of others."""
        record: Any = kind
        names = _shared(type(self), record)
        values = {
            name: as_tuple(value) for name, value in self.attribute_values.items() if name in names
        }
        return kind(**{**values, **others})

    def serialize(self, null_check: bool = True) -> dict[str, dict[str, Any]]:  # noqa: FBT001, FBT002
        """Write it in DynamoDB's form. Raises AttributeNullError where it lacks what it must have.

        ``null_check`` is PynamoDB's, and always true here.
        """
        attributes = self.get_attributes()
        missing = set(_required(type(self)))
        image: dict[str, dict[str, Any]] = {}
        for name, value in self.attribute_values.items():
            if value is not None:
                attribute = attributes[name]
                image[attribute.attr_name] = {attribute.attr_type: attribute.serialize(value)}
                missing.discard(name)
        if missing and null_check:
            raise AttributeNullError(min(missing))
        return image

    @classmethod
    def from_raw_data(cls, data: Mapping[str, dict[str, Any]]) -> Self:
        """Read it from DynamoDB's form, whole or as an index projects it."""
        attributes = _by_stored_name(cls)
        item = cls()
        for stored, value in data.items():
            if stored in attributes:
                name, attribute = attributes[stored]
                item.attribute_values[name] = attribute.deserialize(attribute.get_value(value))
        return item


@cache
def _shared(kind: type[Item], record: type[Any]) -> frozenset[str]:
    """Name the fields of a dataclass that an item has attributes for."""
    return frozenset(kind.get_attributes()).intersection(each.name for each in fields(record))


@cache
def _by_stored_name(kind: type[Item]) -> Mapping[str, tuple[str, Attribute[Any]]]:
    """Find each attribute, and its name here, by the name under which it is stored."""
    return {attr.attr_name: (name, attr) for name, attr in kind.get_attributes().items()}


@cache
def _required(kind: type[Item]) -> frozenset[str]:
    """Name the attributes without which there is no such item."""
    return frozenset(name for name, attr in kind.get_attributes().items() if not attr.null)


class Record(MapAttribute[str, Any]):
    """A map with attributes of its own, within an item."""

    def __init__(self, **attributes: Any) -> None:  # noqa: ANN401  # PynamoDB's own signature
        super().__init__(**attributes)  # type: ignore[no-untyped-call]  # it has no types
