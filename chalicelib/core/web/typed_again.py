"""What a form held that ended on an error page: it is shown, to be sent again, never lost.

A form's own page shows what was typed beside what is wrong. This is for every error that it does
not expect: a case that moved meanwhile, a busy store, a fault of ours.
"""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Final

from chalicelib.core.domain.errors import HelplineError
from chalicelib.core.web.http_errors import Malformed, TooLarge, status_of
from chalicelib.core.web.request import WebRequest
from chalicelib.core.web.session import FORM_TOKEN

_SECRET: Final = ("password", "code")
# Of a form that is not ours, not readable, or from nobody known, nothing is repeated.
_SILENT: Final = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.METHOD_NOT_ALLOWED,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    }
)
_SHORT: Final = 40

Fields = list[tuple[str, str, bool]]


def holds_a_secret(form: Iterable[str]) -> bool:
    """Whether a form's fields, by their names, hold a password or a code: no page shows those."""
    return any(part in name for name in form for part in _SECRET)


def typed_again(error: HelplineError, request: WebRequest) -> Fields:
    """List a form's fields: name, value, and whether it is long enough to be shown as text.

    Empty for anything but a form, and for one that holds a password or a code.
    """
    if request.method != "POST" or status_of(error) in _SILENT:
        return []
    try:
        form = request.form()
    except (Malformed, TooLarge):
        return []
    if holds_a_secret(form):
        return []
    return [
        (name, value, len(value) > _SHORT or "\n" in value)
        for name, values in form.items()
        if name != FORM_TOKEN
        for value in values
    ]
