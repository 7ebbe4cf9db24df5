"""Words for the codes of cases and messages: as staff read them, and the choices of forms."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Final

from chalicelib.cases.domain.answers import Addition, Channel, Details, Mode
from chalicelib.cases.domain.case import Case, Status
from chalicelib.cases.domain.questionnaire import QUESTIONS, NumberAnswer, Question
from chalicelib.cases.domain.timeline import PATIENT, SYSTEM, CloseReason, Entry, Happening, Result
from chalicelib.cases.services.release_limit import ReleaseReason
from chalicelib.core.domain.language import Language
from chalicelib.core.domain.reference import spoken
from chalicelib.core.i18n import N_, Labels, label_of, label_options, say_instant, translator
from chalicelib.messages.domain.delivery import MessageState
from chalicelib.messages.domain.telephony import CallState

STATUSES: Final[Labels] = {
    Status.WAITING: N_("Waiting"),
    Status.CLAIMED: N_("With a doctor"),
    Status.COMPLETED: N_("Advised"),
    Status.CLOSED: N_("Closed"),
    "deferred": N_("Waiting for its time"),
}
CLOSE_REASONS: Final[Labels] = {
    CloseReason.UNREACHABLE: N_("could not be reached"),
    CloseReason.CANCELLED: N_("cancelled"),
    CloseReason.WRONG_NUMBER: N_("wrong number"),
    CloseReason.ABUSIVE: N_("abusive"),
    CloseReason.DUPLICATE: N_("asked twice"),
    CloseReason.EXPIRED: N_("too old"),
    CloseReason.ERASED: N_("erased at their wish"),
}
CHANNELS: Final[Labels] = {
    Channel.WEB: N_("on the web page"),
    Channel.API: N_("through another program"),
    Channel.SMS: N_("by SMS"),
    Channel.MISSED_CALL: N_("by a missed call"),
}
MODES: Final[Labels] = {Mode.PHONE: N_("Phone call"), Mode.VIDEO: N_("Video call")}
RESULTS: Final[Labels] = {
    Result.ANSWERED: N_("answered"),
    Result.NO_ANSWER: N_("no answer"),
    Result.BUSY: N_("busy"),
    Result.FAILED: N_("the call failed"),
    Result.WRONG_NUMBER: N_("wrong number"),
}
RELEASE_REASONS: Final[Labels] = {
    ReleaseReason.LANGUAGE: N_("I don't speak their language well enough"),
    ReleaseReason.FIELD: N_("A colleague of another field should call"),
    ReleaseReason.KNOWN: N_("I know the patient"),
    ReleaseReason.INTERRUPTED: N_("I have to stop now"),
    ReleaseReason.OTHER: N_("Another reason"),
}
MESSAGE_STATES: Final[Labels] = {
    MessageState.OWED.value: N_("to be sent"),
    MessageState.SENT.value: N_("sent"),
    MessageState.DELIVERED.value: N_("delivered"),
    MessageState.UNDELIVERED.value: N_("not delivered"),
    MessageState.FAILED.value: N_("failed"),
    MessageState.SUPPRESSED.value: N_("not sent: wants no SMS"),
    MessageState.OVERTAKEN.value: N_("not sent: too late to be of use"),
    "parked": N_("stuck"),
}
CALL_STATES: Final[Labels] = {
    CallState.UNDER_WAY: N_("under way"),
    CallState.COMPLETED: N_("it ended"),
    CallState.FAILED: N_("the call failed"),
    CallState.BUSY: N_("busy"),
    CallState.NO_ANSWER: N_("no answer"),
}
FIELDS: Final[Labels] = {
    "phone": N_("phone number"),
    "language": N_("language"),
    **{name: question.noun for name, question in QUESTIONS.items()},
    "mode": N_("kind of call"),
    "part_of_day": N_("time of day"),
    "prefers_woman": N_("wish for a woman doctor"),
    "priority": N_("urgency"),
    "consent": N_("consent"),
}

_ENTRIES: Final[Mapping[Happening, str]] = {
    Happening.REQUESTED: N_("Asked for a call %(detail)s"),
    Happening.ASKED_AGAIN: N_("Asked once more %(detail)s"),
    Happening.REPEATED: N_("Asked once more %(detail)s, and told nothing new"),
    Happening.NOT_ADDED: N_("There was no room for what was told %(detail)s"),
    Happening.WISHES_CHANGED: N_("Changed wishes: %(detail)s"),
    Happening.RESCHEDULED: N_("Wants the call at another time"),
    Happening.CLAIMED: N_("%(who)s took the case"),
    Happening.CALLING: N_("%(who)s called"),
    Happening.CALL_ENDED: N_("Call: %(detail)s"),
    Happening.VIDEO_OPENED: N_("%(who)s opened the video room"),
    Happening.ATTEMPTED: N_("%(who)s noted: %(detail)s"),
    Happening.RECORDED_LATE: N_("%(who)s noted afterwards: %(detail)s"),
    Happening.RELEASED: N_("%(who)s gave it back to the line"),
    Happening.LEASE_EXPIRED: N_("Back in line: %(detail)s did nothing for half an hour"),
    Happening.HANDED_OVER: N_("Back in line: the shift of %(detail)s ended"),
    Happening.COMPLETED: N_("%(who)s completed it"),
    Happening.CLOSED: N_("%(who)s closed it: %(detail)s"),
    Happening.ASSIGNED: N_("%(who)s gave it to %(detail)s"),
    Happening.REOPENED: N_("%(who)s opened it again"),
    Happening.CORRECTED: N_("%(who)s corrected: %(detail)s"),
    Happening.PROMISED: N_("Another time was promised, or none can be"),
    Happening.MERGED: N_("%(who)s joined the case %(detail)s to this one"),
    Happening.SEPARATED: N_("%(who)s separated the case %(detail)s from this one"),
    Happening.ERASED: N_("%(who)s erased what was personal"),
}
# What the detail of an entry is a code of; of any other it names a person.
_DETAILS: Final[Mapping[Happening, Labels]] = {
    Happening.REQUESTED: CHANNELS,
    Happening.ASKED_AGAIN: CHANNELS,
    Happening.REPEATED: CHANNELS,
    Happening.NOT_ADDED: CHANNELS,
    Happening.WISHES_CHANGED: FIELDS,
    Happening.ATTEMPTED: RESULTS,
    Happening.RECORDED_LATE: RESULTS,
    Happening.CLOSED: CLOSE_REASONS,
    Happening.CALL_ENDED: CALL_STATES,
    Happening.RELEASED: RELEASE_REASONS,
    Happening.CORRECTED: FIELDS,
}
_RELEASED_BECAUSE: Final = N_("%(who)s gave it back to the line: %(detail)s")
_PATIENT: Final = N_("The patient")
_SYSTEM: Final = N_("The helpline")
RESULTS_TOLD: Final[Labels] = {
    Result.ANSWERED: N_("We talked"),
    Result.NO_ANSWER: N_("Nobody answered"),
    Result.BUSY: N_("The line was busy"),
    Result.FAILED: N_("The call failed"),
    Result.WRONG_NUMBER: N_("It was a wrong number"),
}
_ALSO: Final = N_("Also told on %(time)s %(channel)s")
_ON: Final = N_("On %(time)s %(channel)s")
_WITH: Final = N_("%(heading)s, with the case %(reference)s")
Options = list[tuple[str, str]]
_CHOICES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "mode": (("phone", N_("Phone call")), ("video", N_("Video call"))),
    "window": (
        ("any", N_("Any time")),
        ("morning", N_("Morning")),
        ("afternoon", N_("Afternoon")),
    ),
}


def results_told(language: str) -> list[tuple[str, str]]:
    """Return the results of a call, as a doctor chooses one."""
    return label_options(RESULTS_TOLD, RESULTS_TOLD, language)


def instant(text: str) -> datetime:
    """Read an instant of what is shown to programs too."""
    return datetime.fromisoformat(text)


def languages() -> list[tuple[str, str]]:
    """List the languages in which somebody may ask, in their own names."""
    return [(each.value, each.own_name) for each in Language]


def say_who(by: str, name_of: Callable[[str], str], language: str) -> str:
    """Tell who did something: a person by name, the patient, or the helpline by itself."""
    known = {PATIENT: _PATIENT, SYSTEM: _SYSTEM}
    return translator(language).gettext(known[by]) if by in known else name_of(by)


def say_entry(entry: Entry, name_of: Callable[[str], str], language: str) -> str:
    """Tell one line of a case's timeline as a sentence."""
    pattern = _ENTRIES[entry.what]
    if entry.what is Happening.RELEASED and entry.detail:
        pattern = _RELEASED_BECAUSE
    return translator(language).gettext(pattern) % {
        "who": say_who(entry.by, name_of, language),
        "detail": _detail(entry, name_of, language),
    }


@cache
def choices(language: str) -> Mapping[str, Options]:
    """Return the options of every choice, in the language; languages in their own names."""
    say = translator(language).gettext
    options = {
        name: [(value, say(label)) for value, label in pairs] for name, pairs in _CHOICES.items()
    }
    for question in QUESTIONS.values():
        options[question.name] = [(each.value, say(each.label)) for each in question.offered]
    return {**options, "language": [(each.value, each.own_name) for each in Language]}


def say_answer(question: Question, details: Details, language: str) -> tuple[str, ...]:
    """List an answer in words, each of several by itself; empty where there is none."""
    answer = details.given.get(question.name, ())
    each = answer if isinstance(answer, tuple) else (answer,)
    labels = ((str(one), question.option(str(one)).label) for one in each)
    translate = translator(language).gettext
    return tuple(translate(label) if label else text for text, label in labels)


def say_alone(question: Question, details: Details, language: str) -> tuple[str, ...]:
    """Return an answer in words that are understood without its question."""
    said = say_answer(question, details, language)
    if isinstance(question.answer, NumberAnswer):
        in_words = translator(language).gettext(question.answer.in_words)
        return tuple(in_words % {question.name: number} for number in said)
    return said


def also_told(case: Case, language: str) -> list[tuple[str, str]]:
    """Pair who told it with the answers that differ from those that count."""
    return [
        (_heading(_ALSO, each, language), ", ".join(_alone(each.details, language)))
        for each in case.also_told
    ]


def told_messages(case: Case, language: str) -> list[tuple[str, str]]:
    """Pair each message with where a later one came from; empty for the first request's."""
    first = [(text, "") for text in case.details.messages]
    later = [
        (text, _heading(_ON, each, language))
        for each in case.additions
        for text in each.details.messages
    ]
    return first + later


def _heading(pattern: str, addition: Addition, language: str) -> str:
    translate = translator(language).gettext
    heading = translate(pattern) % {
        "time": say_instant(addition.at, language),
        "channel": label_of(CHANNELS, addition.channel, language),
    }
    if not addition.is_merged:
        return heading
    return translate(_WITH) % {"heading": heading, "reference": spoken(addition.source)}


def _alone(details: Details, language: str) -> Iterator[str]:
    for question in QUESTIONS.values():
        if not question.is_repeated:
            yield from say_alone(question, details, language)


def _detail(entry: Entry, name_of: Callable[[str], str], language: str) -> str:
    if table := _DETAILS.get(entry.what):
        return ", ".join(label_of(table, code, language) for code in entry.detail.split(","))
    names_a_case = entry.what in (Happening.MERGED, Happening.SEPARATED)
    return spoken(entry.detail) if names_a_case else name_of(entry.detail)
