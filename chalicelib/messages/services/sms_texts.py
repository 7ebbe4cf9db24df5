"""The texts of the SMS: as they are registered, and as they are sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Final

from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.language import copy_language
from chalicelib.core.domain.reference import spoken
from chalicelib.core.i18n import NP_, say_day, say_instant, say_time, translator
from chalicelib.messages.domain.templates import Template

LONGEST_VARIABLE: Final = 30

# Neutral on purpose: a whole family may read them. Variables are at most 30 characters long and
# never side by side, as the registration of templates asks; of a link, the part after the page's
# fixed address is the variable. The number stands in the template, as registered. A wording that
# changes, in any language, needs a new registration: see messages/services/dlt_registrations.py.
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
    Template.NEW_LINK: NP_(
        "SMS new_link",
        "The link to your request: %(link)s Keep it to yourself. If you did not ask for it, you"
        " need do nothing.",
    ),
    Template.NEW_TIME: NP_(
        "SMS new_time",
        "The time of our call has changed. A doctor will call you between %(from)s and %(to)s.",
    ),
    Template.NO_TIME_YET: NP_(
        "SMS no_time_yet",
        "No doctor for your request is on duty yet, so we cannot say when we will call. We will"
        " send you an SMS. Your request: %(link)s",
    ),
    Template.EXPIRED: NP_(
        "SMS expired",
        "We are sorry: no doctor could call you about request %(reference)s, and we have closed it."
        " To ask again, reply CALL.",
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
