"""The page on which patients read all that is kept about them; programs have it as a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from chalice.app import Response

from chalicelib.cases.domain.case import Case
from chalicelib.cases.domain.questionnaire import Question, in_form_order
from chalicelib.cases.domain.timeline import ASKINGS, Attempt
from chalicelib.cases.services.cases import own_path
from chalicelib.cases.web.labels import (
    MESSAGE_STATES,
    RESULTS_TOLD,
    also_told,
    choices,
    say_answer,
    say_entry,
    told_messages,
)
from chalicelib.core.domain.audit import PATIENTS, AuditEntry
from chalicelib.core.domain.roles import ADMINISTRATOR, ONCOLOGIST
from chalicelib.core.i18n import N_, label_of, say_instant, translator
from chalicelib.core.web.language_names import say_languages
from chalicelib.core.web.rendering import render, said_reference
from chalicelib.core.web.request import WebRequest, reference_in
from chalicelib.messages.web.labels import ABOUT
from chalicelib.privacy.services.patient_data import OwnRecord
from chalicelib.privacy.web.labels import ACTIONS
from chalicelib.privacy.wiring import Privacy
from chalicelib.rota.domain.duty import Oncologist

_ROLES: Final[Mapping[str, str]] = {
    PATIENTS: N_("Whoever has your link"),
    ONCOLOGIST: N_("A doctor of the helpline"),
    ADMINISTRATOR: N_("Somebody who runs the helpline"),
}
_REFUSED: Final = N_("%(action)s: this was refused, nothing was shown or changed")
_BY_ITSELF: Final = N_("The helpline, by itself")
_WOMAN: Final = N_("I would rather talk to a woman doctor")


@dataclass(frozen=True, slots=True)
class CallMade:
    """A call that we made: when, what came of it, whose it was, and what was written."""

    at: str
    result: str
    doctor: Oncologist | None
    texts: tuple[str, ...]


def show(request: WebRequest, reference: str) -> Response:
    """Show a patient everything that is kept of their case."""
    token = request.query.get("t", "")
    record = request.use(Privacy).own_data(reference_in(reference), token, request.now())
    case = record.case
    request.prefer_language(case.written_in)
    language = request.language
    request.concerns(case.reference)
    return render(
        request,
        "patient/data.html",
        case=case,
        spoken=said_reference(case.reference),
        told=list(_told(case, language)),
        also_told=also_told(case, language),
        askings=[
            (say_instant(each.at, language), say_entry(each, str, language))
            for each in case.timeline
            if each.what in ASKINGS
        ],
        asked_at=say_instant(case.requested_at, language),
        agreed_at=say_instant(case.consent.at, language),
        calls=[_call(each, record, language) for each in case.attempts],
        sent=[
            (
                say_instant(each.message.owed_at, language),
                label_of(ABOUT, each.message.template, language),
                label_of(MESSAGE_STATES, each.state.value, language),
            )
            for each in record.messages
        ],
        readings=[_reading(each, language) for each in record.readings],
        has_more_readings=record.has_more_readings,
        own_readings=[_reading(each, language) for each in record.own_readings],
        token=token,
        own=own_path(case.reference, token),
    )


def _told(case: Case, language: str) -> Iterator[tuple[str, str]]:
    """Pair each question that was answered with its answer."""
    translate, options = translator(language).gettext, choices(language)
    told = ((each.label, _answer(each, case, language)) for each in in_form_order())
    answers = (
        (N_("Your phone number"), case.phone),
        (N_("Language for the call"), say_languages([case.language], language)),
        *told,
        (N_("How shall we talk?"), dict(options["mode"])[case.mode]),
        (N_("When shall we call?"), dict(options["window"])[case.part_of_day]),
        (N_("The call"), translate(_WOMAN) if case.prefers_woman else None),
    )
    for question, answer in answers:
        if answer:
            yield translate(question), answer


def _answer(question: Question, case: Case, language: str) -> str:
    if not question.is_repeated:
        return ", ".join(say_answer(question, case.answers, language))
    messages = told_messages(case, language)
    return "\n".join(f"{text} ({heading})" if heading else text for text, heading in messages)


def _call(attempt: Attempt, record: OwnRecord, language: str) -> CallMade:
    texts = (attempt.note, attempt.advice, attempt.follow_up)
    return CallMade(
        at=say_instant(attempt.at, language),
        result=translator(language).gettext(RESULTS_TOLD[attempt.result]),
        doctor=record.doctors.get(attempt.by),
        texts=tuple(text for text in texts if text),
    )


def _reading(entry: AuditEntry, language: str) -> tuple[str, str, str]:
    who = translator(language).gettext(_ROLES.get(entry.role, _BY_ITSELF))
    done = label_of(ACTIONS, entry.action, language)
    if entry.is_refused:
        done = translator(language).gettext(_REFUSED) % {"action": done}
    return say_instant(entry.at, language), who, done
