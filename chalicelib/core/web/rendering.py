"""Turns templates into pages, in the caller's language."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from chalice.app import Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from chalicelib.core.domain.datetimes import Window
from chalicelib.core.domain.language import COPY_LANGUAGES, Language
from chalicelib.core.domain.plain_text import without_invisible
from chalicelib.core.domain.reference import spoken
from chalicelib.core.i18n import say_day, say_instant, say_near, say_near_day, say_time, translator
from chalicelib.core.paths import TEMPLATES
from chalicelib.core.web.language_negotiation import first_written
from chalicelib.core.web.request import WebRequest
from chalicelib.core.web.staff_layout import work_page
from chalicelib.core.web.static_files import static_name
from chalicelib.core.wiring import Core

_A_YEAR: Final = 365 * 24 * 3600
_HALF: Final = 5
_UNBROKEN_SPACE: Final = "\N{NO-BREAK SPACE}"
_UNBROKEN_HYPHEN: Final = "\N{NON-BREAKING HYPHEN}"


def render(
    request: WebRequest,
    template: str,
    status: int = HTTPStatus.OK,
    **values: Any,  # noqa: ANN401  # whatever the template shows
) -> Response:
    """Render a page, and remember the language that was chosen on the way."""
    number = request.use(Core).settings.helpline_number
    text = (
        _environment()
        .get_template(template)
        .render(
            _=translator(request.language).gettext,
            language=request.language,
            direction=Language(request.language).direction,
            languages=_other_languages(request),
            # What answers a form has no address of its own: a link in it would lead nowhere, and
            # lose what was typed.
            answers_form=request.method == "POST",
            path=lambda to: with_language(request, request.root + to) or "./",
            static=lambda name: f"{request.root}static/{static_name(name)}",
            tel=f"+91{number}",
            number=f"{number[:_HALF]}{_UNBROKEN_SPACE}{number[_HALF:]}",
            **(work_page(request) if request.session else {}),
            **values,
        )
    )
    return Response(
        text, {"Content-Type": "text/html; charset=utf-8", **_remember(request)}, status
    )


def redirect(request: WebRequest, path: str) -> Response:
    """Send the browser on to a path below the stage's root."""
    headers = {
        "Location": with_language(request, request.root + path),
        "Content-Type": "text/html; charset=utf-8",
    }
    return Response("", {**headers, **_remember(request)}, HTTPStatus.SEE_OTHER)


def with_language(request: WebRequest, path: str) -> str:
    """Carry the chosen language on to a path, as long as no cookie does."""
    chosen = first_written(request.query.get("lang", ""))
    if chosen is None or request.cookies.get("lang") == chosen:
        return path
    return f"{path}{'&' if '?' in path else '?'}lang={chosen}"


def said_reference(reference: str) -> str:
    """Say a reference in its groups, between which no line breaks."""
    return spoken(reference).replace("-", _UNBROKEN_HYPHEN)


def said_promise(span: Window, now: datetime, language: str) -> dict[str, str]:
    """Say a span of time to whoever waits for it; ``day`` is empty where it has more than one."""
    at_last = say_near(span.end, now, language)
    if say_day(span.start, language) != say_day(span.end, language):
        start = say_near(span.start, now, language)
        return {"day": "", "start": start, "end": at_last, "at_last": at_last}
    return {
        "day": say_near_day(span.start, now, language),
        "start": say_time(span.start, language),
        "end": say_time(span.end, language),
        "at_last": at_last,
    }


def said_window(span: Window, language: str) -> dict[str, str]:
    """Say a span of time: its day is told once where it has one."""
    same_day = say_day(span.start, language) == say_day(span.end, language)
    return {
        "start": say_instant(span.start, language),
        "end": (say_time if same_day else say_instant)(span.end, language),
    }


def _other_languages(request: WebRequest) -> list[tuple[str, str, str]]:
    """List each other language: its code, its own name, and this page in it."""
    kept = request.query if request.session else ("t",)
    known = {name: request.query[name] for name in kept if name in request.query}
    return [
        (each.value, each.own_name, f"?{urlencode({**known, 'lang': each.value})}")
        for each in COPY_LANGUAGES
        if each != request.language
    ]


def _remember(request: WebRequest) -> dict[str, str]:
    chosen = first_written(request.query.get("lang", ""))
    if chosen is None or request.cookies.get("lang") == chosen:
        return {}
    secure = "; Secure" if request.is_secure else ""
    return {
        "Set-Cookie": f"lang={chosen}; Path=/; Max-Age={_A_YEAR}; SameSite=Lax; HttpOnly{secure}"
    }


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        finalize=_shown,
    )


def _shown(value: object) -> object:
    """Return what a page shows of a value; what was stored before such marks were taken off too."""
    if not isinstance(value, str) or value.isascii():
        return value
    shown = without_invisible(value)
    return value if shown == value else type(value)(shown)
