"""The description of the API: OpenAPI 3.1, put together from what the code says of itself.

The routes say who may call and what is taken (each feature's ``web/routes.py``), the handlers'
annotations what is answered, and the table of errors with what status each is told
(``core/web/http_errors.py``).
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from inspect import getdoc
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from chalice.app import Chalice

from chalicelib.core.domain.errors import (
    Busy,
    Forbidden,
    HelplineError,
    InvalidInput,
    NotFound,
    Unauthenticated,
    VersionConflict,
)
from chalicelib.core.web.http_errors import (
    Malformed,
    TooLarge,
    Unexpected,
    UnsupportedMediaType,
    public_code,
    status_of,
)
from chalicelib.core.web.request import JSON
from chalicelib.core.web.responses import JSON_TYPE, Refused
from chalicelib.core.web.route_spec import Made, Route
from chalicelib.core.web.routing import ANYTHING
from infra.openapi.bodies import Bodies
from infra.openapi.operation_ids import OPERATION_IDS, find_operation_id
from infra.openapi.shapes import Shapes
from infra.paths import ROOT

# What people's browsers get: nothing that a program would call.
NO_CALLS = frozenset({"/static/{name}", ANYTHING, "/"})
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
REFUSED = {"$ref": "#/components/schemas/Refused"}
AGAIN_LATER = (429, 503)
UNIONS = (Union, UnionType)

_VARIABLE = re.compile(r"\{(\w+)\}")
_PURPOSE = (
    "Patients ask for a callback; oncologists on duty take the next case; administrators keep the "
    "rota and look after the cases. Errors have one shape, with a stable code."
)

Shape = dict[str, Any]


class Undescribed(Exception):
    """A call does not say of itself what has to be told; the message says what is missing where."""


@dataclass(frozen=True)
class Call:
    """One call: a route with one method, and its handler."""

    method: str
    path: str
    made: Made
    route: Route
    handler: Any

    def __str__(self) -> str:
        """Name it as people do."""
        return f"{self.method} {self.path}"

    @property
    def answers(self) -> list[Any]:
        """The kinds of answer that its handler's annotation names."""
        answer = get_type_hints(self.handler)["return"]
        return list(get_args(answer)) if get_origin(answer) in UNIONS else [answer]

    @property
    def missing(self) -> Iterator[str]:
        """What it does not say of itself."""
        if find_operation_id(self.method, self.path) is None:
            yield f"{self}: give it a name in infra/openapi/operation_ids.py"
        if not all(hasattr(get_origin(kind) or kind, "media_type") for kind in self.answers):
            yield (
                f"{self}: annotate {self.route.module}.{self.route.name} with what it answers, "
                "as in -> Json[ShownDuty] | Empty (chalicelib/core/web/responses.py)"
            )
        if self.has_body and not self.route.body:
            yield f"{self}: name the schema of its body in its feature's web/routes.py"

    @property
    def refusals(self) -> Iterator[type[HelplineError]]:
        """The errors with which it may answer."""
        yield from (Unexpected, Busy)
        if self.made.role is not None:
            yield from (Unauthenticated, Forbidden)
        if _VARIABLE.search(self.path):
            yield NotFound
        if self.has_body:
            yield from (Malformed, TooLarge, UnsupportedMediaType)
        if self.route.query or (self.has_body and self.made.accepts == JSON):
            yield InvalidInput
        if self.route.edits:
            yield VersionConflict
        yield from self.route.refuses

    @property
    def has_body(self) -> bool:
        """Whether it takes a body."""
        return self.method in WRITES and self.made.accepts is not None


def calls_of(app: Chalice) -> list[Call]:
    """List the calls, in the order of the table of operation ids. Raises Undescribed."""
    found = []
    for path, methods in app.routes.items():
        for method, entry in methods.items():
            view: Any = entry.view_function
            made: Made = view.made
            if made.is_page or path in NO_CALLS:
                continue
            route: Route | None = getattr(view, "route", None)
            if route is None:
                raise Undescribed(f"{method} {path}: list it in a feature's web/routes.py")
            handler = getattr(import_module(f"chalicelib.{route.module}"), route.name)
            found.append(Call(method, path, made, route, handler))
    return _in_order(found)


def _in_order(calls: list[Call]) -> list[Call]:
    """Sort calls as the table of operation ids has them; calls that it lacks come last."""
    order = {name: number for number, name in enumerate(OPERATION_IDS)}

    def place(call: Call) -> tuple[int, str]:
        read = call.method in ("GET", "HEAD")
        name = f"GET {call.path}" if read else str(call)
        return order.get(name, len(order)), call.method

    return sorted(calls, key=place)


def describe(app: Chalice) -> Shape:
    """Describe the whole API. Raises Undescribed, UndescribedField."""
    calls = calls_of(app)
    if missing := [problem for call in calls for problem in call.missing]:
        raise Undescribed("\n".join(missing))
    bodies = Bodies()
    kinds = [get_args(kind)[0] for call in calls for kind in call.answers if get_args(kind)]
    shapes, answered = Shapes().describe([*dict.fromkeys(kinds), Refused])
    paths: dict[str, Shape] = {}
    for call in calls:
        paths.setdefault(call.path, {})[call.method.lower()] = _operation(call, bodies, shapes)
    taken = bodies.schemas
    if twice := sorted(taken.keys() & answered.keys()):
        raise Undescribed(f"taken and answered under one name: {', '.join(twice)}")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {
        "openapi": "3.1.0",
        "info": {"title": "Helpline", "version": project["version"], "description": _PURPOSE},
        "servers": [{"url": "./", "description": "The stage that serves this description."}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted({**taken, **answered}.items())),
            "responses": _told_refusals(calls),
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "An access token of the user pool; its groups are the roles.",
                }
            },
        },
    }


def _operation(call: Call, bodies: Bodies, shapes: dict[Any, Shape]) -> Shape:
    doc = (getdoc(call.handler) or "").partition("\n\n")
    operation: Shape = {
        "operationId": find_operation_id(call.method, call.path),
        "summary": " ".join(doc[0].split()),
        "tags": [_tag(call.path)],
    }
    if doc[2]:
        operation["description"] = " ".join(doc[2].split())
    if call.made.role is not None:
        operation["security"] = [{"bearer": [call.made.role]}]
    parameters = [*_path_parameters(call.path), *_query(call, bodies)]
    if call.route.edits:
        parameters.append(
            {
                "name": "If-Match",
                "in": "header",
                "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$'},
            }
        )
    if parameters:
        operation["parameters"] = parameters
    if call.has_body:
        operation["requestBody"] = _body(call, bodies)
    operation["responses"] = {**_answers(call, shapes), **_refusals(call)}
    return operation


def _tag(path: str) -> str:
    first = path.split("/")[1]
    return {"admin": "administrator", "webhooks": "providers"}.get(
        first,
        "patient" if first in {"callbacks", "hours", "healthz", "openapi.json"} else "oncologist",
    )


def _path_parameters(path: str) -> list[Shape]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        for name in _VARIABLE.findall(path)
    ]


def _query(call: Call, bodies: Bodies) -> list[Shape]:
    return bodies.query(call.route.query) if call.route.query else []


def _body(call: Call, bodies: Bodies) -> Shape:
    schema = bodies.body(call.route.body)
    if call.route.edits:
        version = {"version": {"type": "integer", "minimum": 0, "description": "As it was seen."}}
        if "$ref" in schema:
            schema = dict(bodies.schemas[schema["$ref"].rpartition("/")[2]])
        schema = {**schema, "properties": {**version, **schema["properties"]}}
    return {"content": {call.made.accepts: {"schema": schema}}}


def _answers(call: Call, shapes: dict[Any, Shape]) -> Shape:
    answers: Shape = {}
    for kind in call.answers:
        made_of = get_origin(kind) or kind
        told = " ".join((getdoc(made_of) or "").split())
        answer = answers.setdefault(str(made_of.status), {"description": told})
        if made_of.media_type and call.method != "HEAD":
            arguments = get_args(kind)
            schema = shapes[arguments[0]] if arguments else {"type": "string"}
            content = answer.setdefault("content", {})
            before = content.get(made_of.media_type, {}).get("schema")
            schema = schema if before is None else {"anyOf": [before, schema]}
            content[made_of.media_type] = {"schema": schema}
    return dict(sorted(answers.items()))


def _refusals(call: Call) -> Shape:
    """Tell each status with its codes; HEAD has the status alone."""
    codes = _codes(call)
    if call.method == "HEAD":
        return {str(status): {"description": ", ".join(codes[status])} for status in codes}
    names = {status: ".".join(codes[status]) for status in codes}
    return {str(status): {"$ref": f"#/components/responses/{names[status]}"} for status in names}


def _codes(call: Call) -> dict[int, list[str]]:
    """Tell each status with which it may refuse, and by what codes."""
    codes: dict[int, set[str]] = {}
    for kind in call.refusals:
        codes.setdefault(_status(kind), set()).add(_code(kind))
    return {status: sorted(codes[status]) for status in sorted(codes)}


def _told_refusals(calls: Iterable[Call]) -> dict[str, Shape]:
    """Describe each set of codes that some call may answer under one status, by their names."""
    found: dict[str, Shape] = {}
    for call in calls:
        for status, codes in _codes(call).items():
            found[".".join(codes)] = _refusal(status, codes)
    return dict(sorted(found.items()))


def _refusal(status: int, codes: list[str]) -> Shape:
    coded = {"properties": {"error": {"properties": {"code": {"enum": codes}}}}}
    refusal: Shape = {
        "description": ", ".join(codes),
        "content": {JSON_TYPE: {"schema": {"allOf": [REFUSED, coded]}}},
    }
    if status in AGAIN_LATER:
        refusal["headers"] = {"Retry-After": {"schema": {"type": "string"}}}
    return refusal


def _status(kind: type[HelplineError]) -> int:
    return status_of(kind.__new__(kind))


def _code(kind: type[HelplineError]) -> str:
    return public_code(kind.__new__(kind))
