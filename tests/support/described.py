"""Holds answers to the description of the API: status, kind and shape."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import jsonschema_rs
import pytest

from chalicelib.core.web.schemas.fields import StrictSchema
from infra.openapi.bodies import named
from infra.openapi.document import describe


class Undocumented(AssertionError):
    """An answer that the description does not know."""


@cache
def description() -> dict[str, Any]:
    from app import app

    return describe(app)


def hold(method: str, pattern: str, answer: Any) -> None:
    """Raise Undocumented unless a call of ``pattern`` may be answered so; pages are left alone."""
    call = description()["paths"].get(pattern, {}).get(method.lower())
    if call is None:
        return
    status, body = answer.status_code, answer.body.decode()
    name = f"{method} {pattern} answers {status}"
    if str(status) not in call["responses"]:
        raise Undocumented(f"{name}, of which its description says nothing: {body[:200]}")
    content = resolved(call["responses"][str(status)]).get("content")
    if content is None:
        if body and method != "HEAD":
            raise Undocumented(f"{name} with a body: {body[:200]}")
        return
    kind = answer.headers["Content-Type"].partition(";")[0]
    if kind not in content:
        raise Undocumented(f"{name} as {kind}, and is described as {', '.join(content)}")
    if kind.endswith("json"):
        try:
            validator(json.dumps(content[kind]["schema"])).validate(json.loads(body))
        except jsonschema_rs.ValidationError as error:
            raise Undocumented(f"{name} in another shape: {error.message[:600]}") from None


class Reading:
    """Notes by which schemas something is read, those within others apart."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.kinds: set[type[StrictSchema]] = set()
        self._depth = 0
        read = StrictSchema.read.__func__  # type: ignore[attr-defined]  # a class method's own
        reading = self

        def noted(schema: type[StrictSchema], data: Any) -> Any:
            if not reading._depth:
                reading.kinds.add(schema)
            reading._depth += 1
            try:
                return read(schema, data)
            finally:
                reading._depth -= 1

        patch.setattr(StrictSchema, "read", classmethod(noted))


def hold_to_schemas(method: str, pattern: str, read: set[type[StrictSchema]]) -> None:
    """Raise Undocumented where a call of ``pattern`` read what it does not say that it takes."""
    if pattern not in description()["paths"]:
        return
    from app import app

    route = app.routes[pattern][method].view_function.route
    said = {named(name) for name in (route.body, route.query) if name}
    if more := {kind.__name__ for kind in read - said}:
        raise Undocumented(f"{method} {pattern} reads {more}: say so in routes.py, by later()")


def resolved(part: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference within the components."""
    if "$ref" not in part:
        return part
    _, _, group, name = part["$ref"].split("/")
    found: dict[str, Any] = description()["components"][group][name]
    return found


@cache
def validator(schema: str) -> jsonschema_rs.Draft202012Validator:
    whole = {**json.loads(schema), "components": description()["components"]}
    return jsonschema_rs.Draft202012Validator(whole)
