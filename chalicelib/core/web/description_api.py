"""The description of the API, as it was packed."""

from __future__ import annotations

from typing import Any, Final

from chalicelib.core.paths import STATIC
from chalicelib.core.web.request import WebRequest
from chalicelib.core.web.responses import JSON_TYPE, Json

DESCRIPTION: Final = STATIC / "openapi.json"
_FOR_AN_HOUR: Final = "public, max-age=3600"


def show(_: WebRequest) -> Json[dict[str, Any]]:
    """Show this description."""
    text = DESCRIPTION.read_text(encoding="utf-8")
    return Json(text, {"Content-Type": JSON_TYPE, "Cache-Control": _FOR_AN_HOUR}, 200)
