"""What is left of a case when it is erased: a record of which nobody can tell whose it is.

Kept is what the reports count and the law asks a record of: when somebody asked and by which way,
who called and what came of it, how the case ended, the consent and its end, and of what was told
only what falls into a known group. Free text goes, all of it: in what somebody typed there may
always be a name.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

from chalicelib.cases.domain.answers import Details
from chalicelib.cases.domain.case import Case
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
    return Details(
        asking_for=told.asking_for,
        age=None if told.age is None else min(told.age // _DECADE * _DECADE, _OLDEST),
        sex=told.sex,
        cancer_site=_known(told.cancer_site and site_of(told.cancer_site), told.cancer_site),
        stage=told.stage,
        city=_known(told.city and city_of(told.city), told.city),
        hospital=told.hospital,
        reasons=told.reasons,
    )


def of_one_person(case: Case) -> tuple[str, ...]:
    """List the other cases of the person whose case this is: those that are merged with it."""
    into = (case.merged_into,) if case.merged_into else ()
    return tuple(dict.fromkeys([*into, *case.absorbed]))


def _known(found: str | None, told: str | None) -> str | None:
    return found or (_OTHER if told else None)
