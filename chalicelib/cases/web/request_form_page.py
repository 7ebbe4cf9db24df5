"""The request form, empty and sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from http import HTTPStatus
from typing import Any

from chalice.app import Response

from chalicelib.cases.domain.answers import Channel
from chalicelib.cases.domain.questionnaire import FORM
from chalicelib.cases.services.cases import own_path
from chalicelib.cases.services.request_callback import CallbackAnswer, CallbackRequest
from chalicelib.cases.web.labels import choices
from chalicelib.cases.web.request_form import (
    CONSENT,
    OTHER_LANGUAGE,
    as_data,
    blank_form,
    in_other_language,
    request_id,
    tells_more,
    typed,
)
from chalicelib.cases.wiring import Cases
from chalicelib.core.domain.consent_notices import notice
from chalicelib.core.domain.errors import InvalidField, InvalidInput
from chalicelib.core.i18n import N_, translator
from chalicelib.core.web.error_messages import field_message
from chalicelib.core.web.http_errors import CrossSite, status_of
from chalicelib.core.web.rendering import redirect, render, said_promise, said_reference
from chalicelib.core.web.request import WebRequest
from chalicelib.core.web.ticks import TICKED


def show_form(request: WebRequest) -> Response:
    """Show the empty form; ``another`` ticks that it is for a different patient than before."""
    values = blank_form(request.language)
    if "another" in request.query:
        values["another_person"] = TICKED
    return _form_page(request, values, ())


def send_form(request: WebRequest) -> Response:
    """Take the form: to the case's own page, or back with everything typed and what is wrong.

    Whoever had asked already is only told so: their page's address is in the SMS that they got.

    Where another language was asked for, the form comes back in it, unjudged. So does one that
    another site's page sent, with what it holds but without its consent: a family loses nothing,
    and nobody's browser asks without them.
    """
    # The empty form is the first page of most, and is shown without the schemas.
    from chalicelib.cases.web.schemas.callbacks import parse_callback

    form = request.form()
    if OTHER_LANGUAGE in form:
        return _form_page(request, in_other_language(form, request.language), ())
    if request.is_cross_site:
        values = {**typed(form, request.language), CONSENT: ""}
        problem = InvalidInput([InvalidField(CONSENT, CrossSite.code)])
        return _form_page(request, values, _told(problem, request.language), status_of(CrossSite()))
    try:
        callback = parse_callback(
            as_data(form),
            channel=Channel.WEB,
            language=request.language,
            request_id=request_id(form),
            consent_version=request.use(Cases).consent_version,
            offers_video=request.use(Cases).offers_video,
        )
        now = request.now()
        request.use(Cases).address_limit.check(request.source, now)
        answer = request.use(Cases).request_callback(callback, now)
    except InvalidInput as problems:
        return _form_page(
            request,
            typed(form, request.language),
            _told(problems, request.language),
            HTTPStatus.UNPROCESSABLE_ENTITY,
        )
    if answer.link_token is None:
        return _in_line_already(request, callback, answer, now)
    return redirect(request, own_path(answer.reference, answer.link_token))


def _in_line_already(
    request: WebRequest, callback: CallbackRequest, answer: CallbackAnswer, now: datetime
) -> Response:
    """Show what became of this form, and nothing that was told before it."""
    expected, told = answer.expected, callback.details
    return render(
        request,
        "patient/in_line_already.html",
        expected=said_promise(expected, now, request.language) if expected else None,
        spoken=said_reference(answer.reference),
        tells=not told.is_empty(),
        added=answer.added,
        not_added="\n".join(told.messages),
        wishes=list(_granted(callback, answer, request.language)),
    )


def _granted(
    callback: CallbackRequest, answer: CallbackAnswer, language: str
) -> Iterator[tuple[str, str]]:
    """Pair the form's own wishes that hold now with their questions."""
    say, options, wishes = translator(language).gettext, choices(language), callback.wishes
    said = {
        "language": (N_("Language for the call"), "language", wishes.language),
        "mode": (N_("How shall we talk?"), "mode", wishes.mode),
        "part_of_day": (N_("When shall we call?"), "window", wishes.part_of_day),
    }
    for name in answer.granted:
        if name == "prefers_woman":
            yield say(N_("The call")), say(N_("I would rather talk to a woman doctor"))
            continue
        question, of, value = said[name]
        yield say(question), dict(options[of]).get(str(value), str(value))


def _form_page(
    request: WebRequest,
    values: dict[str, Any],
    problems: tuple[tuple[str, str], ...],
    status: int = HTTPStatus.OK,
) -> Response:
    return render(
        request,
        "patient/request.html",
        status,
        values=values,
        problems=problems,
        wrong=(wrong := dict(reversed(problems))),
        is_told=tells_more(values, wrong),
        sections=FORM,
        choices=choices(request.language),
        offers_video=request.use(Cases).offers_video,
        consent_notice=notice(request.language),
    )


def _told(problems: InvalidInput, language: str) -> tuple[tuple[str, str], ...]:
    """Pair each field's name with what is wrong with it, in words."""
    return tuple(
        (each.field.partition("[")[0], field_message(each, language)) for each in problems.fields
    )
