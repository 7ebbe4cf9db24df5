"""The page of one's own account: change the password, sign out everywhere."""

from __future__ import annotations

from typing import Final

from chalice.app import Response

from chalicelib.core.domain.errors import HelplineError, InvalidField, SignInTooOften
from chalicelib.core.web import session
from chalicelib.core.web.authorisation import caller_id
from chalicelib.core.web.console_forms import form_page
from chalicelib.core.web.rendering import redirect
from chalicelib.core.web.request import WebRequest
from chalicelib.people.services.sign_in import TrySource
from chalicelib.people.web.sign_in_pages import LONGEST_PASSWORD
from chalicelib.people.wiring import Staff

_FIELDS: Final = ("password", "code", "new_password", "new_password_again")
_CODE: Final = "code"


def show(request: WebRequest) -> Response:
    """Show the page."""
    return _page(request)


def change_password(request: WebRequest) -> Response:
    """Change the password, and end all sessions."""
    form = {name: values[-1] for name, values in request.form().items()}
    given = {name: form.get(name, "") for name in _FIELDS}
    try:
        if problem := _wrong_with(given):
            raise problem
        request.use(Staff).own_account.change_password(
            caller_id(request),
            given["password"],
            given[_CODE].strip(),
            given["new_password"],
            # The holder of this session is no stranger who could be locking its person out.
            TrySource(request.source, device="signed-in"),
            request.now(),
        )
    except (InvalidField, SignInTooOften) as error:
        return _page(request, error)
    return _signed_out(request, "password_changed")


def sign_out_everywhere(request: WebRequest) -> Response:
    """End all sessions and tokens of the caller."""
    request.use(Staff).own_account.sign_out_everywhere(caller_id(request))
    return _signed_out(request, "signed_out_everywhere")


def _signed_out(request: WebRequest, done: str) -> Response:
    response = redirect(request, f"{session.SIGN_IN}?done={done}")
    return session.add_cookie(response, session.drop_cookie(request))


def _wrong_with(given: dict[str, str]) -> InvalidField | None:
    for name, value in given.items():
        if not value and name != _CODE:
            return InvalidField(name, "required")
        if len(value) > LONGEST_PASSWORD:
            return InvalidField(name, "too_long")
    if given["new_password"] != given["new_password_again"]:
        return InvalidField("new_password_again", "not_the_same")
    # Who changes it because somebody else knows it must not keep it. No word on which is right.
    if given["new_password"] == given["password"]:
        return InvalidField("new_password", "not_new")
    return None


def _page(request: WebRequest, error: HelplineError | None = None) -> Response:
    return form_page(
        request,
        "staff/account.html",
        error,
        otherwise="password",
        person=caller_id(request),
        values=dict.fromkeys(_FIELDS, ""),
    )
