"""The page that says what went wrong, and the number to call."""

from __future__ import annotations

from typing import Final

from chalice.app import Response

from chalicelib.core.domain.errors import HelplineError, NotFound
from chalicelib.core.i18n import N_, translator
from chalicelib.core.web.error_messages import error_message
from chalicelib.core.web.http_errors import Unexpected, headers_of, public_code, status_of
from chalicelib.core.web.rendering import render
from chalicelib.core.web.request import WebRequest

_NOT_FOUND: Final = N_("We can't find that page")
_NOT_DONE: Final = N_("That did not work")


def error_page(error: HelplineError, request: WebRequest) -> Response:
    """Return the page that says what went wrong, and the number to call."""
    heading = _NOT_FOUND if public_code(error) == NotFound.code else _NOT_DONE
    response = render(
        request,
        "patient/error.html",
        status_of(error),
        heading=translator(request.language).gettext(heading),
        message=error_message(public_code(error), request.language, error.params),
        request_id=request.request_id if isinstance(error, Unexpected) else "",
    )
    response.headers.update(headers_of(error))
    return response
