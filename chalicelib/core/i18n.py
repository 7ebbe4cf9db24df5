"""The helpline's words: gettext catalogues, and how times are said.

English stands in the code; every other language is one catalogue in ``locale``, and English has
one for corrections.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from functools import cache
from typing import Final

from chalicelib.core.domain import marks
from chalicelib.core.domain.datetimes import IST, require_aware
from chalicelib.core.domain.language import Language
from chalicelib.core.domain.working_hours import WEEKDAYS
from chalicelib.core.paths import LOCALE

Labels = Mapping[str, str]
"""Texts for codes, or for the members of an enum; marked for the catalogues."""

DOMAIN: Final = "helpline"
_LAST_GROUP: Final = 3
_GROUP: Final = 2
_NOON: Final = 12
_AFTERNOON_ENDS: Final = 16
_EVENING_ENDS: Final = 20
_MORNING_STARTS: Final = 4


# The marks, for every layer above the domain.
N_ = marks.N_
NP_ = marks.NP_

_WEEKDAYS: Final = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
_MONTHS: Final = (
    N_("Jan"),
    N_("Feb"),
    N_("Mar"),
    N_("Apr"),
    N_("May"),
    N_("Jun"),
    N_("Jul"),
    N_("Aug"),
    N_("Sep"),
    N_("Oct"),
    N_("Nov"),
    N_("Dec"),
)
_MONTHS_IN_FULL: Final = (
    N_("January"),
    N_("February"),
    N_("March"),
    N_("April"),
    N_("May"),
    N_("June"),
    N_("July"),
    N_("August"),
    N_("September"),
    N_("October"),
    N_("November"),
    N_("December"),
)
_NIGHT: Final = NP_("at night, after midnight", "%(time)s am")
_MORNING: Final = NP_("in the morning", "%(time)s am")
_AFTERNOON: Final = NP_("around noon and after", "%(time)s pm")
_EVENING: Final = NP_("in the evening", "%(time)s pm")
_LATE: Final = NP_("at night, before midnight", "%(time)s pm")
# Near days by the names that people use, and never alone: a page may be read again tomorrow.
_TODAY: Final = NP_("a day", "today (%(day)s)")
_TOMORROW: Final = NP_("a day", "tomorrow (%(day)s)")
_OTHER_DAY: Final = NP_("a day", "on %(day)s")


@cache
def translator(language: str) -> gettext.NullTranslations:
    """Return a language's catalogue. Raises FileNotFoundError for a language without one.

    What English's own does not correct is said as it stands in the code.
    """
    in_code = language == Language.EN
    return gettext.translation(DOMAIN, LOCALE, languages=[language], fallback=in_code)


def label_of(labels: Labels, code: str | None, language: str) -> str:
    """Return the label of a code; a code that has none is shown as it is, and None as nothing."""
    if code is None:
        return ""
    text = labels.get(code)
    return translator(language).gettext(text) if text else str(code)


def label_options(labels: Labels, codes: Iterable[str], language: str) -> list[tuple[str, str]]:
    """Pair codes with their labels, as a form offers them."""
    return [(str(code), label_of(labels, code, language)) for code in codes]


def say_day(at: datetime, language: str) -> str:
    """Say a day in IST: ``Mon 23 Nov``."""
    local = require_aware(at).astimezone(IST)
    say = translator(language).gettext
    return f"{say(_WEEKDAYS[local.weekday()])} {local.day} {say(_MONTHS[local.month - 1])}"


def say_near_day(at: datetime, now: datetime, language: str) -> str:
    """Say a day within a sentence: ``today (Mon 23 Nov)``, ``on Wed 25 Nov``."""
    days = (_local_date(at) - _local_date(now)).days
    context, text = {0: _TODAY, 1: _TOMORROW}.get(days, _OTHER_DAY)
    return translator(language).pgettext(context, text) % {"day": say_day(at, language)}


def say_near(at: datetime, now: datetime, language: str) -> str:
    """Say an instant; of one today, the time is enough."""
    days = (_local_date(at) - _local_date(now)).days
    if not days:
        return say_time(at, language)
    day = say_near_day(at, now, language) if days == 1 else say_day(at, language)
    return f"{day} {say_time(at, language)}"


def say_date(day: date, language: str) -> str:
    """Say a date of the helpline's calendar: ``Mon 23 Nov``."""
    return say_day(datetime.combine(day, time(), IST), language)


def say_month(day: date, language: str) -> str:
    """Say the month of a date: ``November 2026``."""
    say = translator(language).gettext
    return f"{say(_MONTHS_IN_FULL[day.month - 1])} {day.year}"


def say_month_briefly(day: date, language: str) -> str:
    """Say the month of a date, without its year: ``Nov``."""
    return translator(language).gettext(_MONTHS[day.month - 1])


def say_number(number: int) -> str:
    """Write a whole number with its commas where India has them: ``12,34,567``."""
    digits = str(abs(number))
    head, groups = digits[:-_LAST_GROUP], [digits[-_LAST_GROUP:]]
    while head:
        head, groups = head[:-_GROUP], [head[-_GROUP:], *groups]
    return f"{'-' if number < 0 else ''}{','.join(groups)}"


def say_weekday(name: str, language: str) -> str:
    """Say a weekday by the rota's name for it: ``mon`` is ``Mon``."""
    return translator(language).gettext(_WEEKDAYS[WEEKDAYS.index(name)])


def say_time(at: datetime, language: str) -> str:
    """Say a time of day in IST: ``10:15 am``."""
    local = require_aware(at).astimezone(IST)
    if local.hour < _MORNING_STARTS:
        context, text = _NIGHT
    elif local.hour < _NOON:
        context, text = _MORNING
    elif local.hour < _AFTERNOON_ENDS:
        context, text = _AFTERNOON
    elif local.hour < _EVENING_ENDS:
        context, text = _EVENING
    else:
        context, text = _LATE
    clock = f"{(local.hour - 1) % 12 + 1}:{local.minute:02}"
    return translator(language).pgettext(context, text) % {"time": clock}


def say_instant(at: datetime, language: str) -> str:
    """Say a day and a time in IST: ``Mon 23 Nov 10:15 am``."""
    return f"{say_day(at, language)} {say_time(at, language)}"


def _local_date(at: datetime) -> date:
    return require_aware(at).astimezone(IST).date()
