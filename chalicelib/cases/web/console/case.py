"""One case in the console: read whole, which the audit records, and what can be done to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, time
from typing import Any, Final, NamedTuple

from chalice.app import Response

from chalicelib.cases.domain.answers import Mode
from chalicelib.cases.domain.case import Case, Status
from chalicelib.cases.domain.questionnaire import QUESTIONS
from chalicelib.cases.domain.timeline import Happening
from chalicelib.cases.services.manage_cases import CLOSED_BY_HAND
from chalicelib.cases.web import case_acts, labels
from chalicelib.cases.web.labels import also_told, choices, told_messages
from chalicelib.cases.web.schemas.blocks import parse_block
from chalicelib.cases.web.schemas.case_desk import CORRECTABLE
from chalicelib.cases.wiring import Cases
from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.errors import (
    HelplineError,
    InvalidField,
    NotFound,
    VersionConflict,
)
from chalicelib.core.domain.phone import Phone, PhoneError, masked
from chalicelib.core.domain.reference import spoken
from chalicelib.core.i18n import label_of, label_options, say_instant
from chalicelib.core.web.authorisation import caller_id
from chalicelib.core.web.console_forms import FORM_ERRORS, form_page, typed
from chalicelib.core.web.language_names import say_languages
from chalicelib.core.web.rendering import redirect, said_window
from chalicelib.core.web.request import WebRequest, reference_in
from chalicelib.core.web.ticks import TICKED
from chalicelib.messages.services.ports import StoredMessage
from chalicelib.messages.web.labels import ABOUT
from chalicelib.rota.web.labels import namer

MOST_OTHERS: Final = 10
_LISTS: Final = tuple(each.name for each in CORRECTABLE if each.is_list)
_NUMBERS: Final = (*(each.name for each in CORRECTABLE if each.is_number), "priority")
_TEXTS: Final = (
    *("phone", "language", "mode"),
    *(each.name for each in CORRECTABLE if not (each.is_list or each.is_number)),
)


def show(request: WebRequest, reference: str) -> Response:
    """Show a case whole."""
    return _case_page(request, request.use(Cases).case_list.get(reference_in(reference)))


def show_phone(request: WebRequest, reference: str) -> Response:
    """Show a case with the whole number of its patient, which is masked otherwise."""
    case = request.use(Cases).case_list.get(reference_in(reference))
    return _case_page(request, case, whole_phone=case.phone)


def assign(request: WebRequest, reference: str) -> Response:
    """Give it to an oncologist on duty."""
    return _act(request, reference, _ASSIGN)


def close(request: WebRequest, reference: str) -> Response:
    """Close it for a reason."""
    return _act(request, reference, _CLOSE)


def reopen(request: WebRequest, reference: str) -> Response:
    """Put it back in line."""
    return _act(request, reference, _REOPEN)


def merge(request: WebRequest, reference: str) -> Response:
    """Let it go on in another case, and show that."""
    return _act(request, reference, _MERGE)


def block(request: WebRequest, reference: str) -> Response:
    """Block the phone from which it was asked for."""
    return _act(request, reference, _BLOCK)


def _merge(request: WebRequest, known: str, given: dict[str, Any]) -> Case:
    try:
        return case_acts.merge(request, known, given)
    except NotFound:
        raise InvalidField("into", "unknown") from None


def _block(request: WebRequest, known: str, given: dict[str, Any]) -> None:
    reason = {"reason": given.pop("why")} if "why" in given else {}
    wanted = parse_block({"reference": known, **given, **reason})
    until = datetime.combine(wanted.until, time(), IST)
    who, blocks = caller_id(request), request.use(Cases).blocks
    made = blocks.block_phone_of(known, until, wanted.reason, who, request.now())
    request.concerns(f"block:{made.block.id}")


class _Act(NamedTuple):
    """A form of the page: its name, what is said when it was taken, what it does, its fields.

    ``do`` returns the case that is shown then, or None for the one at hand.
    """

    name: str
    done: str
    do: Callable[[WebRequest, str, dict[str, Any]], Case | None]
    fields: tuple[str, ...] = ()
    ticks: tuple[str, ...] = ()


_ASSIGN: Final = _Act("assign", "case_assigned", case_acts.assign, ("oncologist",), ("anyway",))
_CLOSE: Final = _Act("close", "case_closed_by_hand", case_acts.close, ("reason", "note"))
_REOPEN: Final = _Act("reopen", "case_reopened", case_acts.reopen, (), ("another_person",))
_MERGE: Final = _Act("merge", "case_merged", _merge, ("into",))
_BLOCK: Final = _Act("block", "phone_blocked", _block, ("until", "why"))
_ACTS: Final = (_ASSIGN, _CLOSE, _REOPEN, _MERGE, _BLOCK)
_UNTOUCHED: Final = {name: "" for act in _ACTS for name in (*act.fields, *act.ticks)}


def show_correction(request: WebRequest, reference: str) -> Response:
    """Show what was noted, to be put right."""
    case = request.use(Cases).case_list.get(reference_in(reference))
    return _correction_page(request, case, _noted(case))


def correct(request: WebRequest, reference: str) -> Response:
    """Put right what was noted wrong, upon what the editor saw."""
    known = reference_in(reference)
    form, whole = typed(request.form()), request.form()
    values: dict[str, Any] = {**form, **{name: whole.get(name, []) for name in _LISTS}}
    version = form.get("version", "")
    try:
        case_acts.correct(
            request, known, _as_data(values), int(version) if version.isdecimal() else 0
        )
    except FORM_ERRORS as error:
        case = request.use(Cases).case_list.get(known)
        if isinstance(error, VersionConflict):
            # The page keeps what was typed beside the newer version, so that the editor can decide.
            values["version"] = str(case.version)
        return _correction_page(request, case, values, error)
    return redirect(request, f"console/cases/{known}?done=case_corrected")


def _act(request: WebRequest, reference: str, act: _Act) -> Response:
    """Do something to a case; what can't be done is told on its page, with what was typed."""
    known = reference_in(reference)
    form = typed(request.form())
    given: dict[str, Any] = {name: form[name] for name in act.fields if name in form}
    given.update({name: form.get(name) == TICKED for name in act.ticks})
    try:
        changed = act.do(request, known, given)
    except FORM_ERRORS as error:
        case = request.use(Cases).case_list.get(known)
        return _case_page(request, case, form, error, act.name)
    shown = changed.reference if changed else known
    return redirect(request, f"console/cases/{shown}?done={act.done}")


# The block's reason has another name on a page where a case is closed for one too.
_FIELD_OF: Final = {("block", "reason"): "why"}


def _case_page(
    request: WebRequest,
    case: Case,
    form: Mapping[str, str] | None = None,
    error: HelplineError | None = None,
    opened: str = "",
    *,
    whole_phone: str = "",
) -> Response:
    language, now = request.language, request.now()
    messages = request.use(Cases).message_list.of_case(case.reference)
    name_of = namer(request)
    others = _others(request, case)
    return form_page(
        request,
        "console/case.html",
        error,
        otherwise=f"{opened}-title",
        named=lambda field: _FIELD_OF.get((opened, field), field),
        case=case,
        title=spoken(case.reference),
        facts=_facts(case, language),
        also_told=also_told(case, language),
        told_messages=told_messages(case, language),
        standing=_standing(request, case, language, now),
        phone=masked(case.phone) if case.phone else "",
        whole_phone=whole_phone,
        others=others[:MOST_OTHERS],
        has_more_others=len(others) > MOST_OTHERS,
        timeline=[
            (say_instant(each.at, language), labels.say_entry(each, name_of, language))
            for each in reversed(case.timeline)
        ],
        attempts=[
            {
                "at": say_instant(each.at, language),
                "by": name_of(each.by),
                "result": label_of(labels.RESULTS, each.result, language),
                "texts": [text for text in (each.note, each.advice, each.follow_up) if text],
            }
            for each in reversed(case.attempts)
        ],
        notes=[
            (say_instant(each.at, language), name_of(each.by), each.text) for each in case.notes
        ],
        messages=[_message(each, language) for each in messages],
        on_duty=[(each.id, each.name) for each in request.use(Cases).outlook.at(now).on_duty],
        reasons_to_close=label_options(labels.CLOSE_REASONS, CLOSED_BY_HAND, language),
        can_assign=case.status.is_open,
        can_close=case.status.is_open,
        can_reopen=not case.status.is_open and not case.is_erased,
        can_merge=case.status is Status.WAITING,
        say_status=lambda code: label_of(labels.STATUSES, code, language),
        say_reason=lambda code: label_of(labels.CLOSE_REASONS, code, language),
        spoken=spoken,
        values={**_UNTOUCHED, **(form or {})},
        opened=opened,
    )


def _correction_page(
    request: WebRequest,
    case: Case,
    values: Mapping[str, Any],
    error: HelplineError | None = None,
) -> Response:
    blank = dict.fromkeys((*_TEXTS, *_NUMBERS, "prefers_woman", "version"), "")
    return form_page(
        request,
        "console/correct.html",
        error,
        case=case,
        title=spoken(case.reference),
        phone=masked(case.phone) if case.phone else "",
        values={**blank, **{name: [] for name in _LISTS}, **values},
        questions=CORRECTABLE,
        offers_video=request.use(Cases).offers_video or case.mode is Mode.VIDEO,
        choices=choices(request.language),
    )


def _noted(case: Case) -> dict[str, Any]:
    """Give what was noted as a form holds it."""
    told = case.answers.given
    return {
        **{name: told.get(name, ()) for name in _LISTS},
        **{each.name: str(told.get(each.name, "")) for each in CORRECTABLE if not each.is_list},
        "language": case.language,
        "mode": case.mode.value,
        "prefers_woman": TICKED if case.prefers_woman else "",
        "priority": str(case.priority),
        "version": str(case.version),
    }


def _as_data(values: Mapping[str, Any]) -> dict[str, Any]:
    """Put the form into the shape of a JSON correction: what is blank takes an answer back."""
    data: dict[str, Any] = {name: values.get(name) or None for name in _TEXTS}
    # The page does not show the number that is noted: a blank field leaves it as it is.
    if not data["phone"]:
        del data["phone"]
    for name in _NUMBERS:
        text = str(values.get(name, ""))
        data[name] = int(text) if text.isascii() and text.isdigit() else (text or None)
    data.update({name: list(values.get(name, [])) for name in _LISTS})
    data["prefers_woman"] = values.get("prefers_woman") == TICKED
    return {name: value for name, value in data.items() if (name, value) != ("priority", None)}


def _facts(case: Case, language: str) -> list[tuple[str, str]]:
    """Pair what was told with the name of its field; what was not told is left out."""
    details = case.answers
    answers = {
        each.name: "; ".join(labels.say_answer(each, details, language))
        for each in QUESTIONS.values()
        if not each.is_repeated
    }
    told = {
        "name": answers["name"],
        "language": say_languages([case.language], language),
        **answers,
        "mode": label_of(labels.MODES, case.mode, language) if case.mode is Mode.VIDEO else "",
    }
    return [
        (label_of(labels.FIELDS, name, language), value) for name, value in told.items() if value
    ]


def _standing(request: WebRequest, case: Case, language: str, now: datetime) -> dict[str, Any]:
    name_of = namer(request)
    return {
        "asked": say_instant(case.requested_at, language),
        "expected": said_window(case.expected, language)
        if case.expected and case.status.is_open
        else None,
        "is_late": case.status.is_open
        and not case.attempts
        and case.expected is not None
        and now > case.expected.end,
        "is_unpromised": case.status.is_open and case.expected is None,
        "owner": name_of(case.owner) if case.owner else "",
        "lease": say_instant(case.lease_until, language) if case.lease_until else "",
        "not_before": say_instant(case.not_before, language) if case.not_before > now else "",
        "finished": say_instant(case.finished_at, language) if case.finished_at else "",
        "consent": say_instant(case.consent.at, language),
        "consent_is_open": not case.consent.is_confirmed,
        "channel": label_of(labels.CHANNELS, case.channel, language),
        "came_back": any(each.what is Happening.REOPENED for each in case.timeline),
    }


def _others(request: WebRequest, case: Case) -> list[Case]:
    """Find the latest other cases of this phone, at most one more than are shown."""
    try:
        phone = Phone(case.phone)
    except PhoneError:
        return []
    page = request.use(Cases).find_cases.of_phone(phone, MOST_OTHERS + 2, None)
    return [each for each in page.items if each.reference != case.reference]


def _message(stored: StoredMessage, language: str) -> dict[str, str]:
    return {
        "what": label_of(ABOUT, stored.message.template, language),
        "at": say_instant(stored.message.owed_at, language),
        "state": label_of(labels.MESSAGE_STATES, stored.state.value, language),
        "code": stored.state.value,
    }
