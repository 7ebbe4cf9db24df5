"""A case as a doctor takes it in before the call, in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from chalicelib.cases.domain.case import Case
from chalicelib.cases.domain.timeline import Attempt
from chalicelib.cases.web.labels import (
    RESULTS_TOLD,
    also_told,
    choices,
    results_told,
    told_messages,
)
from chalicelib.core.domain.language import Language
from chalicelib.core.domain.phone import Phone
from chalicelib.core.domain.reference import spoken
from chalicelib.core.i18n import N_, say_instant, translator
from chalicelib.core.web.language_names import say_languages

_AGE: Final = N_("%(age)s years")


@dataclass(frozen=True, slots=True)
class Tried:
    """An earlier attempt: when, by whom, what came of it, and what was written."""

    at: str
    by: str
    result: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Glance:
    """What there is to know; what was not told is empty."""

    reference: str
    name: str
    phone: str
    language: str
    is_other_language: bool
    person: str
    asks_for_other: bool
    illness: str
    hospital: str
    city: str
    reasons: tuple[str, ...]
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
    say, options = translator(language).gettext, choices(language)
    details = case.answers

    def chosen(name: str, value: str | None) -> str:
        return dict(options[name]).get(value or "", value or "")

    age = say(_AGE) % {"age": details.age} if details.age is not None else ""
    return Glance(
        reference=spoken(case.reference),
        name=details.name or "",
        phone=Phone(case.phone).masked,
        language=say_languages([case.language], language),
        is_other_language=case.language not in (Language.EN, Language.HI),
        person=_joined(age, chosen("sex", details.sex)),
        asks_for_other=details.asking_for == "other",
        illness=_joined(details.cancer_site or "", chosen("stage", details.stage)),
        hospital=chosen("hospital", details.hospital),
        city=details.city or "",
        reasons=tuple(chosen("reasons", each) for each in details.reasons),
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


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
