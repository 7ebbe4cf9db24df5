"""A case as a doctor takes it in before the call, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from chalicelib.cases.domain.answers import Details
from chalicelib.cases.domain.case import Case
from chalicelib.cases.domain.questionnaire import FOR_ANOTHER, QUESTIONS, Question
from chalicelib.cases.domain.timeline import Attempt
from chalicelib.cases.web.labels import (
    RESULTS_TOLD,
    also_told,
    results_told,
    say_alone,
    told_messages,
)
from chalicelib.core.domain.language import Language
from chalicelib.core.domain.phone import Phone
from chalicelib.core.domain.reference import spoken
from chalicelib.core.i18n import say_instant, translator
from chalicelib.core.web.language_names import say_languages


@dataclass(frozen=True, slots=True)
class Tried:
    """An earlier attempt: when, by whom, what came of it, and what was written."""

    at: str
    by: str
    result: str
    texts: tuple[str, ...]


class Fact(NamedTuple):
    """What was answered under one heading; ``texts`` are several where several may be chosen."""

    heading: str
    texts: tuple[str, ...]
    is_list: bool


@dataclass(frozen=True, slots=True)
class Glance:
    """What there is to know; what was not told is empty."""

    reference: str
    name: str
    phone: str
    language: str
    is_other_language: bool
    asks_for_other: bool
    facts: tuple[Fact, ...]
    messages: tuple[tuple[str, str], ...]
    also_told: tuple[tuple[str, str], ...]
    asked: str
    is_minor: bool
    consent_is_open: bool
    prefers_woman: bool
    attempts: tuple[Tried, ...]
    results: tuple[tuple[str, str], ...]


def at_a_glance(case: Case, language: str, name_of: Callable[[str], str]) -> Glance:
    """Put a case into words; ``name_of`` gives the name of who made an attempt."""
    details = case.answers
    return Glance(
        reference=spoken(case.reference),
        name=details.name or "",
        phone=Phone(case.phone).masked,
        language=say_languages([case.language], language),
        is_other_language=case.language not in (Language.EN, Language.HI),
        asks_for_other=details.asking_for == FOR_ANOTHER,
        facts=tuple(_facts(details, language)),
        messages=tuple(told_messages(case, language)),
        also_told=tuple(also_told(case, language)),
        asked=say_instant(case.requested_at, language),
        is_minor=case.is_minor,
        consent_is_open=not case.consent.is_confirmed,
        prefers_woman=case.prefers_woman,
        attempts=tuple(_tried(each, language, name_of) for each in case.attempts),
        results=tuple(results_told(language)),
    )


def _tried(attempt: Attempt, language: str, name_of: Callable[[str], str]) -> Tried:
    return Tried(
        at=say_instant(attempt.at, language),
        by=name_of(attempt.by),
        result=translator(language).gettext(RESULTS_TOLD[attempt.result]),
        texts=tuple(
            text for text in (attempt.note, attempt.advice, attempt.follow_up) if text is not None
        ),
    )


def _facts(details: Details, language: str) -> Iterator[Fact]:
    """Yield what was answered; answers under one heading stand together."""
    translate = translator(language).gettext
    by_heading: dict[str, list[Question]] = {}
    for question in QUESTIONS.values():
        if question.fact:
            by_heading.setdefault(question.fact, []).append(question)
    for heading, questions in by_heading.items():
        said = tuple(text for each in questions for text in say_alone(each, details, language))
        if said:
            is_list = questions[0].is_several
            yield Fact(translate(heading), said if is_list else (", ".join(said),), is_list)
