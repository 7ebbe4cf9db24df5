"""The helpline's words: gettext catalogues, how times are said, and the texts of SMS.

English stands in the code; every other language is one catalogue in ``locale``, and English has
one for corrections.
"""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Final

from chalicelib.domain.clock import IST, require_aware
from chalicelib.domain.language import Language, copy_language
from chalicelib.domain.messages import Template
from chalicelib.domain.reference import spoken
from chalicelib.domain.working_hours import WEEKDAYS

DOMAIN: Final = "helpline"
FOLDER: Final = Path(__file__).parent / "locale"
LONGEST_VARIABLE: Final = 30
_LAST_GROUP: Final = 3
_GROUP: Final = 2
_NOON: Final = 12
_AFTERNOON_ENDS: Final = 16
_EVENING_ENDS: Final = 20
_MORNING_STARTS: Final = 4


def N_(text: str) -> str:  # noqa: N802  # gettext's own name for "to be translated later"
    """Mark a text for the catalogues."""
    return text


def NP_(context: str, text: str) -> tuple[str, str]:  # noqa: N802  # as N_
    """Mark a text, and what it is said of, for the catalogues."""
    return context, text


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

# Neutral on purpose: a whole family may read them. Variables are at most 30 characters long and
# never side by side, as the registration of templates asks; of a link, the part after the page's
# fixed address is the variable. The number stands in the template, as registered. A wording that
# changes, in any language, needs a new registration: see services/registrations.py.
_SMS: Final[Mapping[Template, tuple[str, str]]] = {
    Template.RECEIVED: NP_(
        "SMS received",
        "A doctor will call you between %(from)s and %(to)s. The call is free. Your request:"
        " %(link)s",
    ),
    Template.MISSED_CALL: NP_(
        "SMS missed_call",
        "Thank you for calling. A doctor will call you between %(from)s and %(to)s. If you do not"
        " want this: %(link)s",
    ),
    Template.CLOSED_NOW: NP_(
        "SMS closed_now",
        "We are closed now and open %(opens)s. A doctor will call you by %(to)s. Your request:"
        " %(reference)s.",
    ),
    Template.ALREADY_IN_LINE: NP_(
        "SMS already_in_line",
        "You are already in line: request %(reference)s. A doctor will call you between %(from)s"
        " and %(to)s.",
    ),
    Template.CALLING_SOON: NP_(
        "SMS calling_soon",
        "A doctor will call you in a moment about request %(reference)s. Please keep your phone"
        " with you.",
    ),
    Template.VIDEO_LINK: NP_(
        "SMS video_link",
        "The doctor is ready for your video call. Please open %(link)s",
    ),
    Template.UNREACHABLE: NP_(
        "SMS unreachable",
        "We called you about request %(reference)s but could not reach you. To ask again, call"
        " 9355520202 or send us an SMS.",
    ),
    Template.FINISHED: NP_(
        "SMS finished",
        "You talked with %(doctor)s (Reg. No. %(registration)s). Request %(reference)s"
        " is complete. To ask again, call 9355520202.",
    ),
    Template.CANCELLED: NP_(
        "SMS cancelled",
        "Request %(reference)s is cancelled. To ask again, call 9355520202 or send us an SMS.",
    ),
    Template.STATUS: NP_(
        "SMS status",
        "Request %(reference)s is in line. A doctor will call you between %(from)s and %(to)s.",
    ),
    Template.NO_OPEN_CASE: NP_(
        "SMS no_open_case",
        "You have no request in line. To ask for a call, reply CALL or call 9355520202.",
    ),
    Template.HELP: NP_(
        "SMS help",
        "Reply CALL and a doctor will call you back, free. STATUS: when we will call. STOP: no more"
        " messages. Or call 9355520202.",
    ),
    Template.OPTED_OUT: NP_(
        "SMS opted_out",
        "You will get no more messages from us. To get them again, reply START.",
    ),
    Template.OPTED_IN: NP_(
        "SMS opted_in",
        "You will get our messages again. To ask for a call, reply CALL.",
    ),
    Template.SHIFT_TOMORROW: NP_(
        "SMS shift_tomorrow",
        "Helpline: you are on duty tomorrow, %(day)s, from %(from)s. To confirm it or offer it to"
        " others: %(link)s",
    ),
    Template.SHIFT_SOON: NP_(
        "SMS shift_soon",
        "Helpline: you are on duty from %(from)s on. To confirm it or offer it to others: %(link)s",
    ),
    Template.SHIFT_STARTS: NP_(
        "SMS shift_starts",
        "Helpline: your shift on %(day)s runs from %(from)s to %(to)s. Please open your desk.",
    ),
    Template.SHIFT_ENDED: NP_(
        "SMS shift_ended",
        "Helpline: your shift is over. Thank you! What is not finished is back in line.",
    ),
    Template.SHIFT_CHANGED: NP_(
        "SMS shift_changed",
        "Helpline: your shifts on %(day)s have changed. Please look at your rota.",
    ),
    Template.SWAP_OFFERED: NP_(
        "SMS swap_offered",
        "Helpline: %(colleague)s asks you to take the shift on %(day)s from %(from)s to %(to)s."
        " Please answer at your desk.",
    ),
    Template.SWAP_DECLINED: NP_(
        "SMS swap_declined",
        "Helpline: %(colleague)s can't take your shift on %(day)s from %(from)s to %(to)s. It stays"
        " yours.",
    ),
    Template.GAP: NP_(
        "SMS gap",
        "Helpline rota: places to fill from %(day)s on: %(count)s. Please look at the gaps.",
    ),
}


@cache
def translator(language: str) -> gettext.NullTranslations:
    """Give a language's catalogue; raises FileNotFoundError for a language without one.

    What English's own does not correct is said as it stands in the code.
    """
    in_code = language == Language.EN
    return gettext.translation(DOMAIN, FOLDER, languages=[language], fallback=in_code)


def sms_text(template: Template, language: str, variables: Mapping[str, str]) -> str:
    """Write an SMS in the language, or in English where we do not write it.

    ``variables`` hold the case's reference, dates and instants in ISO 8601, as a message owed
    does; they are put into words here. ``link`` is an address.
    """
    code = copy_language(language).value
    return sms_pattern(template, code) % _said(variables, code)


def sms_pattern(template: Template, language: str) -> str:
    """Give a template's text as it is registered, with the names of its variables."""
    return translator(language).pgettext(*_SMS[template])


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


def _said(variables: Mapping[str, str], language: str) -> dict[str, str]:
    """Put what a message carries into words, each short enough for its template.

    A time is said without its day where the day was told just before. A window over several days
    is said in days: a promise for so long a wait is no finer, and an SMS is short.
    """
    said = {name: value[:LONGEST_VARIABLE] for name, value in variables.items() if name != "link"}
    day = None
    if "day" in variables:
        midnight = datetime.combine(date.fromisoformat(variables["day"]), time(), IST)
        day = say_day(midnight, language)
        said["day"] = day
    times = [name for name in ("opens", "from", "to") if name in variables]
    instants = [datetime.fromisoformat(variables[name]) for name in times]
    days = [say_day(at, language) for at in instants]
    in_days = times == ["from", "to"] and days[0] != days[1]
    for name, at, its_day in zip(times, instants, days, strict=True):
        if in_days:
            said[name] = its_day
        else:
            said[name] = (say_time if its_day == day else say_instant)(at, language)
        day = its_day
    if "reference" in variables:
        said["reference"] = spoken(variables["reference"])
    # Without an address of ours there is no link: the reference stands in its place.
    said["link"] = variables.get("link") or said.get("reference", "")
    return said
