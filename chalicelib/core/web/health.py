"""Whether the function runs, and what the application can be asked: ``/openapi.json``."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final, TypedDict

from chalicelib.core.web.request import WebRequest
from chalicelib.core.web.responses import JSON_TYPE, Json, json_answer

_FOR_AN_HOUR: Final = "public, max-age=3600"


class Health(TypedDict):
    """That it runs, and no more."""

    ok: bool


def show(_: WebRequest) -> Json[Health]:
    """Answer: the function runs."""
    return json_answer({"ok": True})


def describe(_: WebRequest) -> Json[dict[str, Any]]:
    """Show this description."""
    # Whether the function runs is asked more often, and needs no path.
    from chalicelib.core.paths import DESCRIPTION

    text = DESCRIPTION.read_text(encoding="utf-8")
    return Json(text, {"Content-Type": JSON_TYPE, "Cache-Control": _FOR_AN_HOUR}, HTTPStatus.OK)
