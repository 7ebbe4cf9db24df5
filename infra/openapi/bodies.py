"""What calls take, in JSON Schema's words: from the schemas that read it.

apispec walks the schemas; what each of our own fields means is said here, by its class. A field of
which nothing is said would take anything, so it is refused.
"""

from functools import singledispatch
from importlib import import_module
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from marshmallow import Schema, fields

from chalicelib.cases.web.schemas import callbacks
from chalicelib.core.domain.language import Language
from chalicelib.core.domain.working_hours import WEEKDAYS
from chalicelib.core.web.schemas import fields as coded
from chalicelib.core.web.schemas import values
from chalicelib.people.web.schemas import people
from chalicelib.rota.web.schemas import rota_fields, rota_sources

CLOCK_TIME = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
END_TIME = r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"

Shape = dict[str, Any]


class UndescribedField(Exception):
    """Nothing here says what this field takes."""


@singledispatch
def shape_of(field: fields.Field[Any], _: OpenAPIConverter) -> Shape:
    """Say what a field takes."""
    raise UndescribedField(f"{type(field).__name__}: say in infra/openapi/bodies.py what it takes")


@shape_of.register
def _(field: coded.Text, _: OpenAPIConverter) -> Shape:
    return {"type": "string", "maxLength": field.longest}


@shape_of.register
def _(_field: coded.PhoneNumber, _: OpenAPIConverter) -> Shape:
    return {
        "type": "string",
        "description": "An Indian number, as people write one.",
        "examples": ["98765 43210", "+919876543210"],
    }


@shape_of.register
def _(field: coded.Choice, _: OpenAPIConverter) -> Shape:
    return {"type": "string", "enum": [str(each) for each in field.among]}


@shape_of.register
def _(_field: coded.YesNo, _: OpenAPIConverter) -> Shape:
    return {"type": "boolean"}


@shape_of.register
def _(_field: coded.Agreement, _: OpenAPIConverter) -> Shape:
    return {"type": "boolean", "const": True}


@shape_of.register
def _(field: coded.WholeNumber, _: OpenAPIConverter) -> Shape:
    return {"type": "integer", "minimum": field.least, "maximum": field.most}


@shape_of.register
def _(field: coded.Choices, converter: OpenAPIConverter) -> Shape:
    items = shape_of(field.one, converter)
    return {"type": "array", "items": items, "maxItems": len(field.among)}


@shape_of.register
def _(_field: callbacks.RequestId, _: OpenAPIConverter) -> Shape:
    longest = callbacks.LONGEST_REQUEST_ID
    return {"type": "string", "maxLength": longest, "pattern": r"^[A-Za-z0-9._:=+/-]+$"}


@shape_of.register
def _(_field: people.EmailAddress, _: OpenAPIConverter) -> Shape:
    return {"type": "string", "format": "email"}


@shape_of.register
def _(_field: values.Identifier, _: OpenAPIConverter) -> Shape:
    return {"type": "string", "minLength": 1, "maxLength": values.LONGEST_ID}


@shape_of.register
def _(field: values.PlainIdentifier, converter: OpenAPIConverter) -> Shape:
    identifier = shape_of.dispatch(values.Identifier)(field, converter)
    return {**identifier, "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]*$"}


@shape_of.register
def _(_field: values.LanguageCode, _: OpenAPIConverter) -> Shape:
    return {"type": "string", "enum": [each.value for each in Language]}


@shape_of.register
def _(_field: values.Day, _: OpenAPIConverter) -> Shape:
    return {"type": "string", "format": "date"}


@shape_of.register
def _(_field: values.Instant, _: OpenAPIConverter) -> Shape:
    return {"type": "string", "format": "date-time"}


@shape_of.register
def _(_field: rota_fields.DayOrInstant, _: OpenAPIConverter) -> Shape:
    day, instant = ({"type": "string", "format": name} for name in ("date", "date-time"))
    return {"oneOf": [day, instant]}


@shape_of.register
def _(field: rota_fields.ClockTime, _: OpenAPIConverter) -> Shape:
    return {"type": "string", "pattern": END_TIME if field.is_end else CLOCK_TIME}


@shape_of.register
def _(_field: rota_fields.Hours, _: OpenAPIConverter) -> Shape:
    return {"type": "number"}


@shape_of.register
def _(_field: rota_fields.Whole, _: OpenAPIConverter) -> Shape:
    return {"type": "integer"}


@shape_of.register
def _(field: rota_fields.Part, converter: OpenAPIConverter) -> Shape:
    return dict(converter.resolve_nested_schema(field.schema))


@shape_of.register(values.Many)
def _(field: values.Many[Any], converter: OpenAPIConverter) -> Shape:
    items = shape_of(field.one, converter)
    return {"type": "array", "items": items, "maxItems": field.longest}


@shape_of.register(rota_fields.ByName)
def _(field: rota_fields.ByName[Any], converter: OpenAPIConverter) -> Shape:
    each = shape_of(field.one, converter)
    return {"type": "object", "additionalProperties": each, "maxProperties": field.longest}


@shape_of.register
def _(_field: rota_fields.OpeningHours, _: OpenAPIConverter) -> Shape:
    window = {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2}
    windows = {"type": "array", "items": window}
    dated = {"type": "string", "format": "date"}
    return {
        "type": "object",
        "properties": {
            **dict.fromkeys(WEEKDAYS, windows),
            "closures": {"type": "array", "items": dated},
            "extra": {"type": "object", "additionalProperties": windows},
            "zone": {"type": "string"},
        },
        "required": list(WEEKDAYS),
        "additionalProperties": False,
    }


@shape_of.register
def _(field: rota_sources.Rotation, converter: OpenAPIConverter) -> Shape:
    return {"anyOf": [converter.resolve_nested_schema(each) for each in field.schemas.values()]}


def _described(
    converter: OpenAPIConverter, field: fields.Field[Any], **_so_far: object
) -> dict[str, Any]:
    """Say what a field takes, as apispec asks it; what may be left out may be null as well."""
    shape = shape_of(field, converter)
    if not field.allow_none:
        return shape
    if "enum" in shape:
        shape["enum"] = [*shape["enum"], None]
    if "type" in shape:
        return {**shape, "type": [shape["type"], "null"]}
    return {"anyOf": [shape, {"type": "null"}]}


class Bodies:
    """The schemas of what is taken, each described once and named."""

    def __init__(self) -> None:
        """Begin with none."""
        plugin = MarshmallowPlugin(schema_name_resolver=_name_of)
        self._spec = APISpec("bodies", "1", "3.1.0", plugins=[plugin])
        converter = plugin.converter
        if converter is None:
            raise AssertionError("apispec makes it for every specification")
        converter.add_attribute_function(_described)
        self._converter = converter

    def body(self, name: str) -> Shape:
        """Describe a body by the path of its schema below ``chalicelib``, or of its one field."""
        kind = named(name)
        if issubclass(kind, Schema):
            return dict(self._converter.resolve_nested_schema(kind()))
        return shape_of(kind(), self._converter)

    def query(self, name: str) -> list[dict[str, Any]]:
        """Describe a query's parameters."""
        return [self._parameter(given, field) for given, field in _fields_of(named(name))]

    def is_open(self, name: str) -> bool:
        """Whether there may be any number of other parameters."""
        return bool(named(name)().unknown == "include")

    @property
    def schemas(self) -> dict[str, Shape]:
        """All that was described under a name."""
        return dict(self._spec.to_dict().get("components", {}).get("schemas", {}))

    def _parameter(self, name: str, field: fields.Field[Any]) -> dict[str, Any]:
        schema = shape_of(field, self._converter)
        return {"name": name, "in": "query", "required": field.required, "schema": schema}


def named(name: str) -> type[Any]:
    """Return a schema by its path below ``chalicelib``."""
    module, _, kind = name.rpartition(".")
    found: type[Any] = getattr(import_module(f"chalicelib.{module}"), kind)
    return found


def _fields_of(schema: type[Schema]) -> list[tuple[str, fields.Field[Any]]]:
    return [(field.data_key or name, field) for name, field in schema().fields.items()]


def _name_of(schema: Schema | type[Schema] | str) -> str:
    kind = schema if isinstance(schema, type) else type(schema)
    return kind.__name__.removesuffix("Schema").lstrip("_")
