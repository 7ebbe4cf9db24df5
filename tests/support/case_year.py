"""Lives of made-up cases over a year, the same for the same seed: every version of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from chalicelib.cases.domain.answers import Channel, Details
from chalicelib.cases.domain.case import Case
from chalicelib.cases.domain.timeline import Attempt, CloseReason, Result, first_entry
from chalicelib.core.domain.datetimes import Window
from chalicelib.core.domain.language import Language
from tests.support.builders import a_case, with_attempt

YEAR = datetime(2026, 1, 1, tzinfo=UTC)
DOCTORS = ("dr-asha", "dr-bharat", "dr-chitra", "dr-deepa")
CITIES = ("Indore", "इंदौर", "indore, MP", "Delhi", "Bhopal", "Chhota Gaon", "मुंबई", None)
SITES = ("breast", "Left breast", "मुंह का कैंसर", "lung", "ghutna", None)
ENDS = (CloseReason.CANCELLED, CloseReason.EXPIRED, CloseReason.ABUSIVE, CloseReason.DUPLICATE)
_HOUR = timedelta(hours=1)
_ANY = a_case()
_CHANNELS = tuple(Channel)
_LANGUAGES = tuple(language.value for language in Language)


def lives(seed: int, count: int, *, days: int = 365) -> Iterator[list[Case]]:
    """Yield each case's versions, the first to the last."""
    dice = Random(seed)
    for number in range(count):
        yield list(_life(dice, number, days))


def _life(dice: Random, number: int, days: int) -> Iterator[Case]:
    at = YEAR + timedelta(minutes=dice.randrange(days * 24 * 60))
    phone = f"+9198{dice.randrange(12_000):08d}"
    channel = dice.choice(_CHANNELS)
    case = replace(
        _ANY,
        reference=f"REF{number:06d}",
        phone=phone,
        phone_key=f"key of {phone}",
        requested_at=at,
        not_before=at,
        expected=Window(at + _HOUR, at + 3 * _HOUR),
        language=dice.choice(_LANGUAGES),
        channel=channel,
        details=_details(dice),
        timeline=(first_entry(channel, at),),
    )
    yield case
    while case.status.is_open:
        at += _HOUR * dice.choice((0.3, 1, 5, 26))
        if dice.random() < 0.08:
            yield (case := case.close(dice.choice(ENDS), "admin", at))
            return
        if dice.random() < 0.04:
            return
        doctor = dice.choice(DOCTORS)
        yield (case := case.claim(doctor, at))
        if dice.random() < 0.05:
            yield (case := case.release(doctor, at))
            continue
        results = (*(Result.ANSWERED,) * 6, Result.NO_ANSWER, Result.NO_ANSWER, Result.WRONG_NUMBER)
        attempt = Attempt(at, doctor, dice.choice(results))
        yield (case := with_attempt(case, attempt))
    if dice.random() < 0.02:
        yield (case := case.reopen("admin", at + _HOUR, case.expected))
    if dice.random() < 0.05:
        told = replace(case.details, city=dice.choice(CITIES))
        yield replace(case, details=told, version=case.version + 1)


def _details(dice: Random) -> Details:
    return Details(
        age=dice.choice((None, 4, 25, 39, 40, 55, 69, 70, 101)),
        sex=dice.choice((None, "female", "male", "other")),
        cancer_site=dice.choice(SITES),
        stage=dice.choice((None, "1", "2", "1-2", "3", "4", "3-4", "unknown")),
        city=dice.choice(CITIES),
        hospital=dice.choice((None, "private", "government", "none")),
        reasons=dice.choice(((), ("cost",), ("cost", "diagnosis_doubt"))),
    )
