"""The console's people: the oncologists, who joins, who leaves, what is noted of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from urllib.parse import quote

from chalice.app import Response

from chalicelib.cases.web import labels
from chalicelib.core.domain.errors import (
    Busy,
    Conflict,
    HelplineError,
    VersionConflict,
)
from chalicelib.core.domain.phone import masked
from chalicelib.core.i18n import N_, label_options, say_date, translator
from chalicelib.core.web.authorisation import caller_id
from chalicelib.core.web.console_forms import FORM_ERRORS, form_page, typed
from chalicelib.core.web.language_names import say_languages
from chalicelib.core.web.rendering import redirect, render
from chalicelib.core.web.request import WebRequest, id_in
from chalicelib.people.web.schemas.people import GENDERS, parse_person, parse_person_change
from chalicelib.people.wiring import Staff
from chalicelib.rota.domain.duty import Oncologist
from chalicelib.rota.services.ports import Versioned
from chalicelib.rota.web.confirm_lost_shifts import ask_first
from chalicelib.rota.wiring import Rota

_TEXTS: Final = ("name", "registration", "phone", "gender", "joined", "left", "email")
_GENDERS: Final = {"female": N_("Woman"), "male": N_("Man"), "other": N_("Other")}
_NEW: Final = "id"
_LEAVES: Final = N_("leaves on %(day)s")
_SILENT: Final[tuple[str, list[str]]] = ("languages", [])


def show_list(request: WebRequest) -> Response:
    """List everybody: those who serve first, then who is to join, then who has left."""
    language = request.language
    today = request.today()
    people = [each.value for each in request.use(Staff).manage.all()]
    people.sort(key=lambda who: (who.has_left(today), who.name.casefold()))
    stopped = request.use(Rota).stopped_numbers({who.phone for who in people})
    return render(
        request,
        "console/people.html",
        people=[
            {
                "path": f"console/people/{quote(who.id, safe='')}",
                "name": who.name,
                "registration": who.registration,
                "languages": say_languages(who.languages, language),
                "phone": masked(who.phone) if who.phone else "",
                "sent_stop": who.phone in stopped,
                "standing": _standing(who, today, language),
                "is_gone": who.has_left(today),
            }
            for who in people
        ],
    )


def show_new(request: WebRequest) -> Response:
    """Show the empty form."""
    return _person_page(request, None, {})


def add(request: WebRequest) -> Response:
    """Add somebody, and invite them where an address is given."""
    values = _typed(request)
    try:
        data = {_NEW: values.get(_NEW, ""), **_as_data(values)}
        # Left out rather than empty, so that it is told with all else that is missing.
        data = {name: value for name, value in data.items() if (name, value) != _SILENT}
        oncologist, email = parse_person(data)
        kept = request.use(Staff).manage.add(oncologist, email, caller_id(request), request.now())
    except FORM_ERRORS as error:
        return _person_page(request, None, values, error, otherwise=_NEW)
    request.concerns(f"oncologist:{oncologist.id}")
    return redirect(request, f"console/people?done={_done(invited=kept.invited)}")


def show_one(request: WebRequest, oncologist: str) -> Response:
    """Show what is noted of somebody, to be changed."""
    kept = request.use(Staff).manage.get(id_in(oncologist))
    return _person_page(request, kept, _noted(kept))


def change(request: WebRequest, oncologist: str) -> Response:
    """Change somebody, upon what the editor saw."""
    who = id_in(oncologist)
    values = _typed(request)
    version = values.get("version", "")
    try:
        changes, email = parse_person_change(
            _in_order(_as_data(values), _languages_of(request, who))
        )
        if (asked := _ask_who_leaves(request, who, changes.get("left"))) is not None:
            return asked
        kept = request.use(Staff).manage.change(
            who,
            int(version) if version.isascii() and version.isdigit() else 0,
            changes,
            email,
            caller_id(request),
            request.now(),
        )
    except FORM_ERRORS as error:
        newest = request.use(Staff).manage.get(who)
        if isinstance(error, VersionConflict):
            # The page keeps what was typed beside the newer version, so that the editor can decide.
            values["version"] = str(newest.version)
        return _person_page(request, newest, values, error)
    request.changes_fields(kept.changed)
    return redirect(request, f"console/people?done={_done(invited=kept.invited)}")


def open_sign_in(request: WebRequest, oncologist: str) -> Response:
    """Open somebody's sign-in again."""
    return _set_sign_in(request, id_in(oncologist), "sign_in_opened")


def close_sign_in(request: WebRequest, oncologist: str) -> Response:
    """Close somebody's sign-in."""
    return _set_sign_in(request, id_in(oncologist), "sign_in_closed")


def _set_sign_in(request: WebRequest, who: str, done: str) -> Response:
    manage = request.use(Staff).manage
    change = manage.open_sign_in if done == "sign_in_opened" else manage.close_sign_in
    try:
        change(who, request.now())
    except Conflict as error:
        kept = manage.get(who)
        return _person_page(request, kept, _noted(kept), error, otherwise="sign-in")
    return redirect(request, f"console/people/{quote(who, safe='')}?done={done}")


def _ask_who_leaves(request: WebRequest, who: str, left: object) -> Response | None:
    """Ask once more before a day is noted from which somebody's shifts are given up."""
    if not isinstance(left, date):
        return None
    gone = translator(request.language).gettext(_LEAVES) % {"day": say_date(left, request.language)}
    title = f"{request.use(Staff).manage.get(who).value.name}: {gone}"
    path = f"console/people/{quote(who, safe='')}"
    return ask_first(request, who, (left, None), title=title, action=path, back=path)


def _done(*, invited: bool) -> str:
    return "person_invited" if invited else "person_kept"


def _person_page(
    request: WebRequest,
    kept: Versioned[Oncologist] | None,
    values: Mapping[str, Any],
    error: HelplineError | None = None,
    otherwise: str = "main",
) -> Response:
    blank = dict.fromkeys((_NEW, *_TEXTS, "sites", "version"), "")
    return form_page(
        request,
        "console/person.html",
        error,
        otherwise=otherwise,
        person=kept.value if kept else None,
        sent_stop=bool(kept and request.use(Rota).stopped_numbers({kept.value.phone})),
        action=f"console/people/{quote(kept.value.id, safe='')}" if kept else "console/people",
        values={**blank, "languages": [], **values},
        sign_in=_sign_in_state(request, kept.value.id) if kept else "",
        genders=label_options(_GENDERS, GENDERS, request.language),
        languages_spoken=labels.languages(),
    )


def _sign_in_state(request: WebRequest, who: str) -> str:
    """Return whether somebody can sign in; nothing where the user pool is out of reach."""
    try:
        return request.use(Staff).manage.sign_in_state(who).value
    except Busy:
        return ""


def _typed(request: WebRequest) -> dict[str, Any]:
    form = request.form()
    return {**typed(form), "languages": [each for each in form.get("languages", []) if each]}


def _as_data(values: Mapping[str, Any]) -> dict[str, Any]:
    """Put the form into the shape of the JSON call: a blank date is taken back."""
    data: dict[str, Any] = {name: values.get(name) or None for name in _TEXTS}
    for name in ("name", "registration", "phone", "gender"):
        data[name] = values.get(name, "")
    sites = [site.strip() for site in values.get("sites", "").split(",")]
    return {**data, "languages": values["languages"], "sites": [site for site in sites if site]}


def _languages_of(request: WebRequest, who: str) -> Sequence[str]:
    return request.use(Staff).manage.get(who).value.languages


def _in_order(data: dict[str, Any], known: Sequence[str]) -> dict[str, Any]:
    """Keep the languages in the order that somebody prefers; those that are new come last."""
    chosen = [*known, *data["languages"]]
    kept = [each for each in dict.fromkeys(chosen) if each in data["languages"]]
    return {**data, "languages": kept}


def _noted(kept: Versioned[Oncologist]) -> dict[str, Any]:
    who = kept.value
    return {
        "name": who.name,
        "registration": who.registration,
        "phone": who.phone,
        "gender": who.gender,
        "joined": who.joined.isoformat() if who.joined else "",
        "left": who.left.isoformat() if who.left else "",
        "languages": list(who.languages),
        "sites": ", ".join(who.sites),
        "version": str(kept.version),
    }


def _standing(who: Oncologist, today: date, language: str) -> str:
    say = translator(language).gettext
    if who.left is not None:
        text = N_("left on %(day)s") if who.has_left(today) else _LEAVES
        return say(text) % {"day": say_date(who.left, language)}
    if who.joined is not None and who.joined > today:
        return say(N_("joins on %(day)s")) % {"day": say_date(who.joined, language)}
    return say(N_("serves"))
