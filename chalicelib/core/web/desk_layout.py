"""A page of the desk, with the desk's own style sheet."""

from __future__ import annotations

from typing import Any

from chalice.app import Response

from chalicelib.core.web.rendering import render
from chalicelib.core.web.request import WebRequest
from chalicelib.core.web.static_files import static_name


def desk_page(
    request: WebRequest,
    template: str,
    status: int = 200,
    **values: Any,  # noqa: ANN401  # whatever the template shows
) -> Response:
    """Render a page of the desk."""
    style = f"{request.root}static/{static_name('desk.css')}"
    return render(request, template, status, desk_style=style, **values)
