"""The page that says what went wrong, and the number to call."""

from __future__ import annotations

from typing import Any, Final

from chalice.app import Response

from chalicelib.core.domain.errors import HelplineError, LinkRefused, NotFound
from chalicelib.core.i18n import N_, translator
from chalicelib.core.web.error_messages import error_message
from chalicelib.core.web.http_errors import Unexpected, headers_of, public_code, status_of
from chalicelib.core.web.rendering import render
from chalicelib.core.web.request import WebRequest
from chalicelib.core.web.typed_again import typed_again

_NOT_FOUND: Final = N_("We can't find that page")
_NOT_DONE: Final = N_("That did not work")


_WRONG_LINK: Final = N_(
    "This link opens nothing. Perhaps a part of it is missing, or the phone number of the request"
    " was changed since. Please call us, or ask for a call again."
)
_OF_A_LINK: Final = ("/c/", "/v/")


def error_page(error: HelplineError, request: WebRequest) -> Response:
    """Return the page that says what went wrong, and the number to call."""
    if isinstance(error, LinkRefused):
        return _link_page(error, request)
    heading = _NOT_FOUND if public_code(error) == NotFound.code else _NOT_DONE
    return explain(
        error,
        request,
        "patient/error.html",
        heading=translator(request.language).gettext(heading),
        message=_message(error, request),
        typed_again=typed_again(error, request),
    )


def explain(
    error: HelplineError,
    request: WebRequest,
    template: str,
    **values: Any,  # noqa: ANN401  # whatever the template shows
) -> Response:
    """Render a page about an error, under its status; of a fault of ours with the request's id."""
    response = render(
        request,
        template,
        status_of(error),
        request_id=request.request_id if isinstance(error, Unexpected) else "",
        typed_for=request.path_and_query[1:],
        **values,
    )
    response.headers.update(headers_of(error))
    return response


def _message(error: HelplineError, request: WebRequest) -> str:
    code, language = public_code(error), request.language
    if code == NotFound.code and request.pattern.startswith(_OF_A_LINK):
        return translator(language).gettext(_WRONG_LINK)
    return error_message(code, language, error.params)


def _link_page(error: LinkRefused, request: WebRequest) -> Response:
    """Explain why a patient's link does not open this, and offer the one that does."""
    request.prefer_language(error.language)
    return render(request, "patient/link.html", status_of(error), link=error)
