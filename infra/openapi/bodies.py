"""What calls take, in JSON Schema's words: from the schemas that read it.

What each kind of field means is said here, by its class. A field of which nothing is said would
take anything, so it is refused.
"""

from functools import singledispatchmethod
from importlib import import_module
from typing import Any

from chalicelib.cases.web.schemas import callbacks
from chalicelib.core.domain.language import Language
from chalicelib.core.domain.working_hours import WEEKDAYS
from chalicelib.core.web.schemas import fields, values
from chalicelib.core.web.schemas.fields import Field, StrictSchema
from chalicelib.people.web.schemas import people
from chalicelib.rota.web.schemas import rota_fields, rota_sources

CLOCK_TIME = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
END_TIME = r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"

Shape = dict[str, Any]


class UndescribedField(Exception):
    """Nothing here says what this field takes."""


class Bodies:
    """The schemas of what is taken, each described once and named."""

    def __init__(self) -> None:
        """Begin with none."""
        self.schemas: dict[str, Shape] = {}

    def body(self, name: str) -> Shape:
        """Describe a body by the path of its schema below ``chalicelib``, or of its one field."""
        kind = named(name)
        return self._reference(kind) if issubclass(kind, StrictSchema) else self.shape_of(kind())

    def query(self, name: str) -> list[dict[str, Any]]:
        """Describe a query's parameters."""
        return [
            {
                "name": field.key,
                "in": "query",
                "required": field.required,
                "schema": self.shape_of(field),
            }
            for field in named(name).fields.values()
        ]

    def _reference(self, schema: type[StrictSchema]) -> Shape:
        """Refer to a schema by its name; describe it where it is not yet."""
        name = schema.__name__.removesuffix("Schema")
        if name not in self.schemas:
            self.schemas[name] = self._described(schema)
        return {"$ref": f"#/components/schemas/{name}"}

    def _described(self, schema: type[StrictSchema]) -> Shape:
        properties = {field.key: self._property(field) for field in schema.fields.values()}
        required = sorted(field.key for field in schema.fields.values() if field.required)
        return {
            "type": "object",
            "properties": properties,
            **({"required": required} if required else {}),
            "additionalProperties": schema.is_open,
        }

    def _property(self, field: Field[Any]) -> Shape:
        """Return what a field takes; what may be left out may be null as well."""
        shape = self.shape_of(field)
        if field.default is not None:
            shape = {"default": field.default, **shape}
        if not field.nullable:
            return shape
        if "enum" in shape:
            shape["enum"] = [*shape["enum"], None]
        if "type" in shape:
            return {**shape, "type": [shape["type"], "null"]}
        return {"anyOf": [shape, {"type": "null"}]}

    @singledispatchmethod
    def shape_of(self, field: Field[Any]) -> Shape:
        """Return what a field takes. Raises UndescribedField."""
        raise UndescribedField(
            f"{type(field).__name__}: say in infra/openapi/bodies.py what it takes"
        )

    @shape_of.register
    def _(self, field: fields.Text) -> Shape:
        return {"type": "string", "maxLength": field.longest}

    @shape_of.register
    def _(self, _field: fields.PhoneNumber) -> Shape:
        return {
            "type": "string",
            "description": "An Indian number, as people write one.",
            "examples": ["98765 43210", "+919876543210"],
        }

    @shape_of.register
    def _(self, field: fields.Choice) -> Shape:
        return {"type": "string", "enum": [str(each) for each in field.among]}

    @shape_of.register
    def _(self, _field: fields.YesNo) -> Shape:
        return {"type": "boolean"}

    @shape_of.register
    def _(self, _field: fields.Agreement) -> Shape:
        return {"type": "boolean", "const": True}

    @shape_of.register
    def _(self, field: fields.WholeNumber) -> Shape:
        return {"type": "integer", "minimum": field.least, "maximum": field.most}

    @shape_of.register
    def _(self, _field: callbacks.RequestId) -> Shape:
        longest = callbacks.LONGEST_REQUEST_ID
        return {"type": "string", "maxLength": longest, "pattern": r"^[A-Za-z0-9._:=+/-]+$"}

    @shape_of.register
    def _(self, _field: people.EmailAddress) -> Shape:
        return {"type": "string", "format": "email"}

    @shape_of.register
    def _(self, _field: values.Identifier) -> Shape:
        return {"type": "string", "minLength": 1, "maxLength": values.LONGEST_ID}

    @shape_of.register
    def _(self, _field: values.PlainIdentifier) -> Shape:
        pattern = "^[A-Za-z0-9][A-Za-z0-9._-]*$"
        return {**self.shape_of(values.Identifier()), "pattern": pattern}

    @shape_of.register
    def _(self, _field: values.LanguageCode) -> Shape:
        return {"type": "string", "enum": [each.value for each in Language]}

    @shape_of.register
    def _(self, _field: values.Day) -> Shape:
        return {"type": "string", "format": "date"}

    @shape_of.register
    def _(self, _field: values.Instant) -> Shape:
        return {"type": "string", "format": "date-time"}

    @shape_of.register
    def _(self, _field: rota_fields.DayOrInstant) -> Shape:
        day, instant = ({"type": "string", "format": name} for name in ("date", "date-time"))
        return {"oneOf": [day, instant]}

    @shape_of.register
    def _(self, field: rota_fields.ClockTime) -> Shape:
        return {"type": "string", "pattern": END_TIME if field.is_end else CLOCK_TIME}

    @shape_of.register
    def _(self, _field: rota_fields.Hours) -> Shape:
        return {"type": "number"}

    @shape_of.register
    def _(self, _field: rota_fields.Whole) -> Shape:
        return {"type": "integer"}

    @shape_of.register
    def _(self, field: rota_fields.Part) -> Shape:
        return self._reference(field.schema)

    @shape_of.register(fields.Many)
    def _(self, field: fields.Many[Any]) -> Shape:
        items = self.shape_of(field.one)
        return {"type": "array", "items": items, "maxItems": field.longest}

    @shape_of.register(rota_fields.ByName)
    def _(self, field: rota_fields.ByName[Any]) -> Shape:
        each = self.shape_of(field.one)
        return {"type": "object", "additionalProperties": each, "maxProperties": field.longest}

    @shape_of.register
    def _(self, _field: rota_fields.OpeningHours) -> Shape:
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
    def _(self, field: rota_sources.Rotation) -> Shape:
        return {"anyOf": [self._reference(each.schema) for each in field.kinds.values()]}


def named(name: str) -> type[Any]:
    """Return a schema by its path below ``chalicelib``."""
    module, _, kind = name.rpartition(".")
    found: type[Any] = getattr(import_module(f"chalicelib.{module}"), kind)
    return found
