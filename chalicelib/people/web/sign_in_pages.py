"""The pages by which those who work here sign in, and out, and what they see who may not in.

No page holds a password, and no address tells who signs in.
"""

from __future__ import annotations

import re
import secrets as randomness
from http import HTTPStatus
from typing import Final, assert_never

from chalice.app import Response

from chalicelib.core.domain.errors import (
    HelplineError,
    InvalidField,
    InvalidInput,
    SignInExpired,
    SignInTooOften,
    Unauthenticated,
    WrongSignIn,
)
from chalicelib.core.services.audit_log import Deed
from chalicelib.core.web import session
from chalicelib.core.web.authorisation import caller_id
from chalicelib.core.web.console_forms import form_page
from chalicelib.core.web.error_messages import error_message
from chalicelib.core.web.error_page import explain
from chalicelib.core.web.http_errors import (
    CrossSite,
    Malformed,
    TooLarge,
    public_code,
)
from chalicelib.core.web.navigation import other_sections
from chalicelib.core.web.rendering import redirect, render
from chalicelib.core.web.request import WebRequest
from chalicelib.core.web.responses import error_answer
from chalicelib.core.web.staff_layout import work_page
from chalicelib.core.web.typed_again import holds_a_secret, typed_again
from chalicelib.core.wiring import Core
from chalicelib.people.services.ports import Asked, Challenge, Known
from chalicelib.people.services.sign_in import TrySource
from chalicelib.people.wiring import Staff

LONGEST_NAME: Final = 128
# As OWASP's ASVS 2.1.2 has it.
LONGEST_PASSWORD: Final = 128
LONGEST_TICKET: Final = 4096
WORTH_KEEPING: Final = 10
# What authenticators take: base 32, as RFC 6238 is used by all of them.
_DEVICE_KEY: Final = re.compile(r"[A-Z2-7]{16,128}")


def show(request: WebRequest) -> Response:
    """Show the form; whoever is signed in already goes on."""
    token = session.token_of(request)
    if token and request.use(Staff).sessions.open(token, request.now()):
        return redirect(request, session.own_page(request.query.get("next", "")) or "welcome")
    return _password_page(request, _wanted(request.query.get("next", "")))


def send(request: WebRequest) -> Response:
    """Try a name and a password."""
    form = _form(request)
    person, password = form.get("username", "").strip(), form.get("password", "")
    wanted = form.get("next", "")
    missing = [name for name, value in (("username", person), ("password", password)) if not value]
    if missing:
        error = InvalidInput(InvalidField(name, "required") for name in missing)
        return _password_page(request, wanted, person, error)
    if len(person) > LONGEST_NAME or len(password) > LONGEST_PASSWORD:
        return _password_page(request, wanted, person, WrongSignIn())
    try:
        came = request.use(Staff).sign_in.password(
            person, password, _source(request, person), request.now()
        )
    except (WrongSignIn, SignInTooOften) as refused:
        return _password_page(request, wanted, person, refused)
    return _go_on(request, came, wanted)


def answer(request: WebRequest) -> Response:
    """Take the answer to what was asked after the password."""
    form = _form(request)
    wanted = form.get("next", "")
    try:
        asked = Asked(form.get("asked", ""))
    except ValueError:
        raise SignInExpired from None
    device_key = form.get("device_key", "")
    challenge = Challenge(
        form.get("username", "")[:LONGEST_NAME],
        asked,
        form.get("ticket", "")[:LONGEST_TICKET],
        device_key if _DEVICE_KEY.fullmatch(device_key) else "",
    )
    given = form.get(asked.value, "")
    problem = _wrong_with(challenge, given, form)
    if problem is None:
        try:
            came = request.use(Staff).sign_in.answer(
                challenge, given, _source(request, challenge.person), request.now()
            )
            if asked is Asked.NEW_PASSWORD:
                # Somebody else who had the old password may be signed in with it.
                request.use(Staff).sessions.end_all(came.person)
            return _go_on(request, came, wanted)
        except InvalidField as wrong:
            problem = wrong
        except (SignInExpired, SignInTooOften) as error:
            return _password_page(request, wanted, challenge.person, error)
    return _challenge_page(request, challenge, wanted, problem)


def sign_out(request: WebRequest) -> Response:
    """End the session, and forget its cookie."""
    known = Known(caller_id(request), frozenset(str(request.authorizer["roles"]).split()))
    _record(request, known, "session.end")
    request.use(Staff).sessions.end(session.token_of(request))
    response = redirect(request, f"{session.SIGN_IN}?done=signed_out")
    return session.add_cookie(response, session.drop_cookie(request))


def welcome(request: WebRequest) -> Response:
    """Send somebody to where they work, or let them choose."""
    assert request.session is not None  # noqa: S101  # a role was asked for
    places = other_sections(request.session.roles, request.path)
    if len(places) == 1:
        return redirect(request, places[0].path[1:])
    return render(request, "staff/welcome.html")


def refused(error: HelplineError, request: WebRequest) -> Response:
    """Tell somebody at work what went wrong; who is signed out is asked to sign in."""
    if isinstance(error, Unauthenticated):
        return _signed_out(error, request)
    return explain(
        error,
        request,
        "staff/work_error.html",
        **({} if request.session else work_page(request)),
        message=error_message(public_code(error), request.language, error.params),
        typed_again=typed_again(error, request) if request.session else [],
    )


def _signed_out(error: Unauthenticated, request: WebRequest) -> Response:
    """Send a reader to sign in; give back to a writer what was typed, to be kept and sent again."""
    if request.header(session.REFRESH_HEADER):
        return error_answer(error, request)
    if request.method in ("GET", "HEAD"):
        return redirect(request, session.sign_in_path(request.path_and_query))
    return render(
        request,
        "staff/signed_out.html",
        HTTPStatus.UNAUTHORIZED,
        **work_page(request),
        typed="\n\n".join(_worth_keeping(request)),
        address=session.sign_in_path(session.section_of(request)),
    )


def _worth_keeping(request: WebRequest) -> list[str]:
    """List what was typed at some length, unless it holds a password or can't be read."""
    try:
        form = request.form()
    except (Malformed, TooLarge):
        return []
    if holds_a_secret(form):
        return []
    return [
        text
        for name, values in form.items()
        for text in values
        if name != session.FORM_TOKEN and len(text.strip()) >= WORTH_KEEPING
    ]


def _form(request: WebRequest) -> dict[str, str]:
    """Read a form of these pages. Raises CrossSite where it came from another site's.

    There is no session yet whose token it could carry: without this check somebody could be
    signed in, unknowing, as somebody else.
    """
    if session.is_from_elsewhere(request, must_tell=True):
        raise CrossSite
    return {name: values[-1] for name, values in request.form().items()}


def _go_on(request: WebRequest, came: Known | Challenge, wanted: str) -> Response:
    """Ask what is asked next, or let somebody in under a new token."""
    match came:
        case Challenge():
            return _challenge_page(request, came, wanted)
        case Known():
            return _enter(request, came, wanted)
        case _:
            assert_never(came)


def _enter(request: WebRequest, known: Known, wanted: str) -> Response:
    if old := session.token_of(request):
        request.use(Staff).sessions.end(old)
    _record(request, known, "session.begin")
    token, _ = request.use(Staff).sessions.begin(known, request.now())
    response = redirect(request, session.own_page(wanted) or "welcome")
    session.add_cookie(response, session.keep_cookie(request, token))
    return session.add_cookie(response, _device_cookie(request, known.person))


def _source(request: WebRequest, person: str) -> TrySource:
    """Return from where somebody tries, and whether their browser is known as theirs."""
    devices = session.devices_of(request)
    return TrySource(request.source, request.use(Staff).sign_in.known_device(person, devices))


def _device_cookie(request: WebRequest, person: str) -> str:
    """Write the cookie by which a browser is known where people have signed in before."""
    sign_in = request.use(Staff).sign_in
    others = [
        each for each in session.devices_of(request) if not sign_in.known_device(person, [each])
    ]
    device = sign_in.remember_device(person, randomness.token_bytes)
    return session.device_cookie(request, [device, *others])


def _record(request: WebRequest, known: Known, action: str) -> None:
    """Record in the audit who came or went, and from where. Raises Busy."""
    roles = " ".join(sorted(known.roles))
    deed = Deed(known.person, roles, action, address=request.source, request_id=request.request_id)
    request.use(Core).audit_log.record(deed, request.now())


def _wrong_with(challenge: Challenge, given: str, form: dict[str, str]) -> InvalidField | None:
    """Tell what is wrong with an answer before anybody is asked about it."""
    if not given.strip():
        return InvalidField(challenge.asked.value, "required")
    if len(given) > LONGEST_PASSWORD:
        return InvalidField(challenge.asked.value, "too_long")
    if challenge.asked is Asked.NEW_PASSWORD and given != form.get("new_password_again", ""):
        return InvalidField("new_password_again", "not_the_same")
    return None


def _password_page(
    request: WebRequest,
    wanted: str,
    person: str = "",
    error: HelplineError | None = None,
) -> Response:
    return form_page(
        request,
        "staff/sign_in.html",
        error,
        otherwise="username",
        **work_page(request),
        wanted=_wanted(wanted),
        values={"username": person[:LONGEST_NAME], "password": ""},
    )


def _challenge_page(
    request: WebRequest,
    challenge: Challenge,
    wanted: str,
    error: HelplineError | None = None,
) -> Response:
    return form_page(
        request,
        "staff/sign_in_next.html",
        error,
        **work_page(request),
        wanted=_wanted(wanted),
        challenge=challenge,
        values={"new_password": "", "new_password_again": "", "code": "", "device_code": ""},
    )


def _wanted(path: str) -> str:
    """Keep where somebody wanted to go only where it is a page of ours."""
    return path if session.own_page(path) else ""
