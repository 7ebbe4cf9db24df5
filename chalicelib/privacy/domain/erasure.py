"""What is left of a case when it is erased: a record of which nobody can tell whose it is.

Kept is what the reports count and the law asks a record of: when somebody asked and by which way,
who called and what came of it, how the case ended, the consent and its end, and of what was told
only what falls into a known group. Free text goes, all of it: in what somebody typed there may
always be a name.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, Final, assert_never

from chalicelib.cases.domain.answers import Details
from chalicelib.cases.domain.case import Case
from chalicelib.cases.domain.questionnaire import QUESTIONS, Grouping
from chalicelib.core.domain.cancer_sites import site_of
from chalicelib.core.domain.cities import city_of

_OTHER: Final = "other"
_DECADE: Final = 10
_OLDEST: Final = 70


class Why(StrEnum):
    """Why a case is erased."""

    WITHDRAWN = "withdrawn"
    ASKED = "asked"
    RETENTION = "retention"


def erased(case: Case, why: Why, by: str, now: datetime) -> Case:
    """Erase a case; once erased it stays as it is.

    One that is open ends by it. One that has ended keeps how it ended, so that it counts as it did.
    """
    return case.erase(de_identified(case.answers), why.value, by, now)


def de_identified(told: Details) -> Details:
    """Keep of what was told the groups that the reports know: the age by tens, no free text."""
    given = told.given
    groups = {name: QUESTIONS[name].groups for name in given}
    return Details(**{name: _kept(by, given[name]) for name, by in groups.items() if by})


def of_one_person(case: Case) -> tuple[str, ...]:
    """List the other cases of the person whose case this is: those that are merged with it."""
    into = (case.merged_into,) if case.merged_into else ()
    return tuple(dict.fromkeys([*into, *case.absorbed]))


def _kept(groups: Grouping, answer: Any) -> Any:  # noqa: ANN401  # each question's own
    match groups:
        case Grouping.OPTIONS:
            return answer
        case Grouping.DECADES:
            return min(answer // _DECADE * _DECADE, _OLDEST)
        case Grouping.SITES:
            return site_of(answer) or _OTHER
        case Grouping.CITIES:
            return city_of(answer) or _OTHER
        case _:
            assert_never(groups)
