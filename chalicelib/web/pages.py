"""The patient's pages: they work without JavaScript, in every language of the catalogues.

Anonymous forms carry no CSRF token: a forged request for a callback could be sent without a
browser just as well, and no cookie gives it any right. What changes a case carries that case's own
token, which no other site knows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.domain.errors import HelplineError, InvalidInput
from chalicelib.web.blueprint import WebBlueprint
from chalicelib.web.request import FORM

if TYPE_CHECKING:
    from chalice.app import Response

    from chalicelib.web.request import WebRequest


def blueprint() -> WebBlueprint:
    """Make the routes."""
    routes = WebBlueprint(__name__, is_page=_is_page)
    routes.route("/")(start)
    routes.route("/request")(show_form)
    routes.route("/request", methods=["POST"], accepts=FORM)(send_form)
    routes.route("/c/{reference}")(own_page)
    routes.route("/c/{reference}/cancel", methods=["POST"], accepts=FORM)(cancel)
    return routes


def start(request: WebRequest) -> Response:
    """Show the number, whether we are open, and the way to the form."""
    from chalicelib.web.rendering import render

    return render(request, "start.html", opening=_opening(request))


def show_form(request: WebRequest) -> Response:
    """Show the empty form."""
    from chalicelib.web.forms import blank_form

    return _form_page(request, blank_form(request.language), ())


def send_form(request: WebRequest) -> Response:
    """Take the form: to the case's own page, or back with everything typed and what is wrong."""
    from chalicelib import wiring
    from chalicelib.domain.case import Channel
    from chalicelib.web.forms import as_data, request_id, typed
    from chalicelib.web.links import own_path
    from chalicelib.web.parsing.callbacks import parse_callback
    from chalicelib.web.rendering import redirect

    form = request.form()
    try:
        callback = parse_callback(
            as_data(form),
            channel=Channel.WEB,
            language=request.language,
            request_id=request_id(form),
            consent_version=wiring.CONSENT_VERSION,
        )
    except InvalidInput as problems:
        return _form_page(
            request, typed(form, request.language), _told(problems, request.language), 422
        )
    answer = wiring.request_callback()(callback, wiring.now())
    again = "&again=1" if answer.duplicate else ""
    return redirect(request, own_path(answer.reference, answer.link_token) + again)


def own_page(request: WebRequest, reference: str) -> Response:
    """Show the patient's own case: what happens next, what to keep ready, the way out."""
    from chalicelib import wiring
    from chalicelib.domain.reference import spoken
    from chalicelib.web.links import own_link, reference_in
    from chalicelib.web.rendering import render, said_window
    from chalicelib.web.showing import own_reason
    from chalicelib.wording import say_instant

    token = request.query.get("t", "")
    case = wiring.own_case().get(reference_in(reference), token)
    return render(
        request,
        "case.html",
        case=case,
        reason=own_reason(case),
        spoken=spoken(case.reference),
        expected=said_window(case.expected, request.language),
        token=token,
        link=own_link(request, case.reference, token),
        asked_again="again" in request.query,
        is_late=wiring.now() > case.expected.end,
        tried_at=say_instant(case.attempts[-1].at, request.language) if case.attempts else None,
    )


def cancel(request: WebRequest, reference: str) -> Response:
    """Cancel the patient's own case, and show it."""
    from chalicelib import wiring
    from chalicelib.web.links import own_path, reference_in
    from chalicelib.web.rendering import redirect

    token = request.form().get("t", [""])[-1]
    case = wiring.own_case().cancel(reference_in(reference), token, wiring.now())
    return redirect(request, own_path(case.reference, token))


def error_page(error: HelplineError, request: WebRequest) -> Response:
    """Tell a person what went wrong, and the number to call."""
    from chalicelib.web.phrases import error_message
    from chalicelib.web.refusals import Unexpected, headers_of, public_code, status_of
    from chalicelib.web.rendering import render

    response = render(
        request,
        "error.html",
        status_of(error),
        message=error_message(public_code(error), request.language, error.params),
        request_id=request.request_id if isinstance(error, Unexpected) else "",
    )
    response.headers.update(headers_of(error))
    return response


def _form_page(
    request: WebRequest,
    values: dict[str, Any],
    problems: tuple[tuple[str, str], ...],
    status: int = 200,
) -> Response:
    from chalicelib.web.forms import choices
    from chalicelib.web.rendering import render

    return render(
        request,
        "request.html",
        status,
        values=values,
        problems=problems,
        wrong=dict(reversed(problems)),
        choices=choices(request.language),
    )


def _told(problems: InvalidInput, language: str) -> tuple[tuple[str, str], ...]:
    """Pair each field's name with what is wrong with it, in words."""
    from chalicelib.web.phrases import field_message

    return tuple(
        (each.field.partition("[")[0], field_message(each, language)) for each in problems.fields
    )


def _opening(request: WebRequest) -> dict[str, Any] | None:
    """Tell whether we are open; nothing where that can't be known: the number matters more."""
    from chalicelib import wiring
    from chalicelib.wording import say_day, say_instant, say_time

    now, language = wiring.now(), request.language
    try:
        hours = wiring.outlook().hours(now)
        is_open, opens_at = hours.is_open(now), hours.next_opening(now)
        closes_at = hours.next_closing(now)
    except HelplineError:
        return None
    today = say_day(now, language)
    changes_at = closes_at if is_open else opens_at
    if changes_at is None:
        return {"open": is_open, "until": None}
    same_day = say_day(changes_at, language) == today
    return {"open": is_open, "until": (say_time if same_day else say_instant)(changes_at, language)}


def _is_page(request: WebRequest) -> bool:
    return request.wants_html or "application/json" not in request.header("accept")
