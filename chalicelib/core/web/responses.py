"""Answers, and the one shape in which an error is told.

What a handler answers stands in its return annotation, status and shape: ``Json[Duty] | Empty``.
The types hold each handler to it, and the API's description is made from it (``infra/openapi``).
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Final,
    Generic,
    Literal,
    NotRequired,
    TypeAlias,
    TypedDict,
    TypeVar,
    overload,
)

from chalice.app import Response

from chalicelib.core.web.http_errors import (
    NewerVersion,
    Unexpected,
    fields_of,
    headers_of,
    public_code,
    status_of,
)

if TYPE_CHECKING:
    from chalicelib.core.domain.errors import HelplineError
    from chalicelib.core.web.request import WebRequest

JSON_TYPE: Final = "application/json"
T = TypeVar("T")
Headers = dict[str, Any] | None
Instant: TypeAlias = Annotated[str, "date-time"]
Date: TypeAlias = Annotated[str, "date"]
Address: TypeAlias = Annotated[str, "uri"]


class Json(Response, Generic[T]):
    """What was asked for, as JSON."""

    status: ClassVar[int] = HTTPStatus.OK
    media_type: ClassVar[str] = JSON_TYPE


class Created(Response, Generic[T]):
    """What was made, as JSON."""

    status: ClassVar[int] = HTTPStatus.CREATED
    media_type: ClassVar[str] = JSON_TYPE


class Accepted(Response, Generic[T]):
    """What will be done, as JSON."""

    status: ClassVar[int] = HTTPStatus.ACCEPTED
    media_type: ClassVar[str] = JSON_TYPE


class Empty(Response):
    """Nothing, where that is an answer."""

    status: ClassVar[int] = HTTPStatus.NO_CONTENT
    media_type: ClassVar[str] = ""


class WrongField(TypedDict):
    """What is wrong with one field: its path, a stable code, and a sentence."""

    field: str
    code: str
    message: str


class Refusal(TypedDict):
    """What went wrong: a stable code, and a sentence in the caller's language.

    ``request_id`` names a fault of ours in the logs; ``current`` is a document that somebody else
    has changed meanwhile.
    """

    code: str
    message: str
    fields: list[WrongField]
    request_id: NotRequired[str]
    current: NotRequired[object]


class Refused(TypedDict):
    """An error."""

    error: Refusal


class PlainText(Response):
    """Text, or no more than the type of an empty one."""

    status: ClassVar[int] = HTTPStatus.OK
    media_type: ClassVar[str] = "text/plain"


_KINDS: Final[dict[int, type[Response]]] = {kind.status: kind for kind in (Json, Created, Accepted)}


@overload
def json_answer(
    body: T, status: Literal[HTTPStatus.OK] = HTTPStatus.OK, headers: Headers = None
) -> Json[T]: ...
@overload
def json_answer(
    body: T, status: Literal[HTTPStatus.CREATED], headers: Headers = None
) -> Created[T]: ...
@overload
def json_answer(
    body: T, status: Literal[HTTPStatus.ACCEPTED], headers: Headers = None
) -> Accepted[T]: ...
@overload
def json_answer(body: object, status: int, headers: Headers = None) -> Response: ...
def json_answer(body: object, status: int = HTTPStatus.OK, headers: Headers = None) -> Response:
    """Answer with JSON, its letters as they are: an escaped Hindi text is twice as long.

    Half a character, which the name of an unknown field may have, cannot be sent: it is a ``?``.
    """
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    text = text.encode(errors="replace").decode()
    kind = _KINDS.get(status, Response)
    return kind(text, {"Content-Type": JSON_TYPE, **(headers or {})}, status)


def empty_answer(headers: Headers = None) -> Empty:
    """Answer that there is nothing."""
    return Empty("", {"Content-Type": JSON_TYPE, **(headers or {})}, HTTPStatus.NO_CONTENT)


def plain_answer(text: str = "") -> PlainText:
    """Answer with text."""
    return PlainText(text, {"Content-Type": PlainText.media_type}, HTTPStatus.OK)


def error_answer(error: HelplineError, request: WebRequest) -> Response:
    """Tell a program what went wrong; of a fault of ours, by what id it stands in the logs."""
    from chalicelib.core.web.error_messages import error_message, field_message

    code, status, language = public_code(error), status_of(error), request.language
    fields: list[WrongField] = [
        {
            "field": field.field,
            "code": field.field_code,
            "message": field_message(field, language),
        }
        for field in fields_of(error)
    ]
    body: Refusal = {
        "code": code,
        "message": error_message(code, language, error.params),
        "fields": fields,
    }
    if isinstance(error, Unexpected):
        body["request_id"] = request.request_id
    if isinstance(error, NewerVersion):
        body["current"] = error.document
    return json_answer({"error": body}, status, headers_of(error))


def last_answer(request: WebRequest) -> Response:
    """Answer when even the words of an error are out of reach."""
    body = {
        "code": Unexpected.code,
        "message": "Something went wrong on our side. Please try again.",
        "fields": [],
        "request_id": request.request_id,
    }
    return json_answer({"error": body}, status_of(Unexpected()))
