"""Whether the function runs."""

from __future__ import annotations

from typing import TypedDict

from chalicelib.core.web.request import WebRequest
from chalicelib.core.web.responses import Json, json_answer


class Health(TypedDict):
    """That it runs, and no more."""

    ok: bool


def show(_: WebRequest) -> Json[Health]:
    """Answer: the function runs."""
    return json_answer({"ok": True})
