"""The helpline's words: gettext catalogues, how times are said, and the texts of SMS.

English stands in the code; every other language is one catalogue in ``locale``.
"""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

from chalicelib.domain.clock import IST, require_aware
from chalicelib.domain.language import Language, copy_language
from chalicelib.domain.messages import Template
from chalicelib.domain.reference import spoken

DOMAIN: Final = "helpline"
FOLDER: Final = Path(__file__).parent / "locale"
LONGEST_VARIABLE: Final = 30
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
_NIGHT: Final = NP_("at night, after midnight", "%(time)s am")
_MORNING: Final = NP_("in the morning", "%(time)s am")
_AFTERNOON: Final = NP_("around noon and after", "%(time)s pm")
_EVENING: Final = NP_("in the evening", "%(time)s pm")
_LATE: Final = NP_("at night, before midnight", "%(time)s pm")

# Neutral on purpose: a whole family may read them. Variables are at most 30 characters long and
# never side by side, as the registration of templates asks. The number stands in the template, as
# registered.
_SMS: Final[Mapping[Template, str]] = {
    Template.RECEIVED: N_(
        "We have your request %(reference)s. A doctor will call you between %(from)s and %(to)s."
        " The call is free. To check, reply STATUS."
    ),
    Template.ALREADY_IN_LINE: N_(
        "You are already in line: request %(reference)s. A doctor will call you between %(from)s"
        " and %(to)s."
    ),
    Template.UNREACHABLE: N_(
        "We called you about request %(reference)s but could not reach you. To ask again, call"
        " 9355520202 or send us an SMS."
    ),
    Template.FINISHED: N_(
        "Thank you for talking with %(doctor)s (Reg. No. %(registration)s). Request %(reference)s"
        " is complete. To ask again, call 9355520202."
    ),
    Template.CANCELLED: N_(
        "Request %(reference)s is cancelled. To ask again, call 9355520202 or send us an SMS."
    ),
    Template.STATUS: N_(
        "Request %(reference)s is in line. A doctor will call you between %(from)s and %(to)s."
    ),
    Template.NO_OPEN_CASE: N_(
        "You have no request in line. To ask for a call, reply CALL or call 9355520202."
    ),
    Template.HELP: N_(
        "Reply CALL and a doctor will call you back, free. STATUS: when we will call. STOP: no more"
        " messages. Or call 9355520202."
    ),
    Template.OPTED_OUT: N_(
        "You will get no more messages from us. To get them again, reply START."
    ),
    Template.OPTED_IN: N_("You will get our messages again. To ask for a call, reply CALL."),
}


@cache
def translator(language: str) -> gettext.NullTranslations:
    """Give a language's catalogue; raises FileNotFoundError for a language without one."""
    if language == Language.EN:
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, FOLDER, languages=[language])


def sms_text(template: Template, language: str, variables: Mapping[str, str]) -> str:
    """Write an SMS in the language, or in English where we do not write it.

    ``variables`` hold the case's reference and instants in ISO 8601, as a message owed does; they
    are put into words here.
    """
    code = copy_language(language).value
    return translator(code).gettext(_SMS[template]) % _said(variables, code)


def say_day(at: datetime, language: str) -> str:
    """Say a day in IST: ``Mon 23 Nov``."""
    local = require_aware(at).astimezone(IST)
    say = translator(language).gettext
    return f"{say(_WEEKDAYS[local.weekday()])} {local.day} {say(_MONTHS[local.month - 1])}"


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
    time = f"{(local.hour - 1) % 12 + 1}:{local.minute:02}"
    return translator(language).pgettext(context, text) % {"time": time}


def say_instant(at: datetime, language: str) -> str:
    """Say a day and a time in IST: ``Mon 23 Nov 10:15 am``."""
    return f"{say_day(at, language)} {say_time(at, language)}"


def _said(variables: Mapping[str, str], language: str) -> dict[str, str]:
    """Put what a message carries into words, each short enough for its template."""
    said = dict(variables)
    if "reference" in said:
        said["reference"] = spoken(said["reference"])
    if "from" in said and "to" in said:
        start, end = datetime.fromisoformat(said["from"]), datetime.fromisoformat(said["to"])
        said["from"] = say_instant(start, language)
        same_day = say_day(start, language) == say_day(end, language)
        said["to"] = (say_time if same_day else say_instant)(end, language)
    return {name: value[:LONGEST_VARIABLE] for name, value in said.items()}
