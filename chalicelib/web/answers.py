"""Answers in JSON, and the one shape in which an error is told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from chalice.app import Response

from chalicelib.web.refusals import (
    NewerVersion,
    Unexpected,
    fields_of,
    headers_of,
    public_code,
    status_of,
)

if TYPE_CHECKING:
    from chalicelib.domain.errors import HelplineError
    from chalicelib.web.request import WebRequest

JSON_TYPE: Final = "application/json"


def json_answer(body: object, status: int = 200, headers: dict[str, Any] | None = None) -> Response:
    """Answer with JSON, its letters as they are: an escaped Hindi text is twice as long."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(text, {"Content-Type": JSON_TYPE, **(headers or {})}, status)


def empty_answer(headers: dict[str, Any] | None = None) -> Response:
    """Answer that there is nothing."""
    return Response("", {"Content-Type": JSON_TYPE, **(headers or {})}, 204)


def error_answer(error: HelplineError, request: WebRequest) -> Response:
    """Tell a program what went wrong; of a fault of ours, by what id it stands in the logs."""
    from chalicelib.web.phrases import error_message, field_message

    code, status, language = public_code(error), status_of(error), request.language
    fields = [
        {
            "field": field.field,
            "code": field.field_code,
            "message": field_message(field, language),
        }
        for field in fields_of(error)
    ]
    body: dict[str, object] = {
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
