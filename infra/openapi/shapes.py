"""What calls answer, in JSON Schema's words: pydantic reads it off the TypedDicts.

Before Python 3.12 pydantic takes the TypedDicts of ``typing_extensions`` alone, which the package
does without: importing that module would cost a cold start more than all routes together. So each
is made once more here, from its own annotations.
"""

import types
from functools import reduce
from operator import or_
from typing import (
    Annotated,
    Any,
    NotRequired,
    Required,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from pydantic import ConfigDict, TypeAdapter, WithJsonSchema
from pydantic.json_schema import GenerateJsonSchema
from typing_extensions import TypedDict

REFERENCE = "#/components/schemas/{model}"

Shape = dict[str, Any]
# Called as any function is: these are made while the program runs.
_typed_dict: Any = TypedDict


class _Plain(GenerateJsonSchema):
    """Without a title for each name: it would only say the name again."""

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002 - pydantic's own
        """Set none."""
        return False

    def get_title_from_name(self, name: str) -> str:
        """Make none."""
        return name


class Shapes:
    """The shapes of what is answered."""

    def __init__(self) -> None:
        """Begin with none."""
        self._lifted: dict[Any, Any] = {}

    def describe(self, kinds: list[Any]) -> tuple[dict[Any, Shape], dict[str, Shape]]:
        """Describe these: each one's schema, and the named ones that they refer to."""
        adapters: list[tuple[int, Any, TypeAdapter[Any]]] = [
            (number, "serialization", TypeAdapter(self._lift(kind)))
            for number, kind in enumerate(kinds)
        ]
        found, named = TypeAdapter.json_schemas(
            adapters, ref_template=REFERENCE, schema_generator=_Plain
        )
        schemas = {
            kind: _untitled(found[number, "serialization"]) for number, kind in enumerate(kinds)
        }
        return schemas, {name: _untitled(each) for name, each in named.get("$defs", {}).items()}

    def _lift(self, kind: Any) -> Any:  # noqa: ANN401 - any type there is
        if is_typeddict(kind):
            if kind not in self._lifted:
                self._lifted[kind] = self._again(kind)
            return self._lifted[kind]
        origin, arguments = get_origin(kind), get_args(kind)
        if origin is Annotated:
            return Annotated[
                arguments[0], WithJsonSchema({"type": "string", "format": arguments[1]})
            ]
        if origin in (NotRequired, Required):
            return origin[self._lift(arguments[0])]
        if origin in (Union, types.UnionType):
            return reduce(or_, [self._lift(each) for each in arguments])
        if origin in (list, dict):
            return origin[tuple(self._lift(each) for each in arguments)]
        return kind

    def _again(self, kind: Any) -> Any:  # noqa: ANN401 - a TypedDict, which has no type of its own
        hints = get_type_hints(kind, include_extras=True)
        lifted = {
            name: self._lift(hint)
            if name in kind.__required_keys__
            else NotRequired[self._lift(_bare(hint))]
            for name, hint in hints.items()
        }
        again = _typed_dict(kind.__name__, lifted)
        again.__doc__ = kind.__doc__
        again.__module__ = kind.__module__
        # What is not described is not answered.
        again.__pydantic_config__ = ConfigDict(extra="forbid")
        return again


def _bare(hint: Any) -> Any:  # noqa: ANN401 - any type there is
    return get_args(hint)[0] if get_origin(hint) is NotRequired else hint


def _untitled(schema: Shape) -> Shape:
    return {name: value for name, value in schema.items() if name != "title"}
