"""Which messages a change of a case owes to its patient: a pure function of the two images.

A message's id follows from the case, the transition and the recipient, so that however often a
change is delivered, the same message is owed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from chalicelib.cases.domain.case import Case, Status
from chalicelib.cases.domain.timeline import TOLD, CloseReason, Entry, Happening
from chalicelib.core.domain.datetimes import Window
from chalicelib.core.domain.working_hours import NeverOpen, WorkingHours
from chalicelib.messages.domain.telephony import CallState
from chalicelib.messages.domain.templates import OwedMessage, Template

# A repeated request is confirmed once in this time: strangers who know a phone can repeat it.
CONFIRMED_AGAIN_AFTER: Final = timedelta(hours=6)
# Of new promises so many are told in that time.
MOST_NEW_TIMES: Final = 2
# "A doctor will call you in a moment" is true for so long.
_A_MOMENT: Final = timedelta(minutes=10)
_SAME_INSTANT: Final = timedelta(seconds=1)
_SERIAL: Final = "serial"
_OF_LINKS: Final = (_SERIAL, "term")
_FAREWELLS: Final = {
    Template.UNREACHABLE: CloseReason.UNREACHABLE,
    Template.CANCELLED: CloseReason.CANCELLED,
    Template.EXPIRED: CloseReason.EXPIRED,
}
_PROMISING: Final = (
    Template.RECEIVED,
    Template.MISSED_CALL,
    Template.ALREADY_IN_LINE,
    Template.NEW_TIME,
    Template.CLOSED_NOW,
)


def messages_owed(before: Case | None, after: Case, hours: WorkingHours) -> list[OwedMessage]:
    """Tell what the change from ``before`` to ``after`` owes; ``before`` is None for a new case.

    Looks at every timeline entry that came with the change, so that two transitions in one
    stream record lose nothing. Without ``before`` it is all that the case ever owed. The id is the
    transition's, whatever text fits it: ``hours`` may be edited between two deliveries. An erased
    case owes nothing any more, and a phone that was changed or turned out wrong is owed nothing of
    what happened before.
    """
    if after.is_erased:
        return []
    first = max(len(before.timeline) if before else 0, after.phone_since)
    owed = []
    for number, entry in enumerate(after.timeline[first:], start=first):
        template = _template(after, number, hours)
        if template is not None:
            owed.append(
                OwedMessage(
                    subject=after.reference,
                    id=f"{number}.{entry.what.value}.patient",
                    template=template,
                    phone=after.phone,
                    phone_key=after.phone_key,
                    language=after.language,
                    owed_at=entry.at,
                    variables=_variables(template, after, number, hours),
                )
            )
    return owed


def still_holds(message: OwedMessage, case: Case, now: datetime) -> bool:
    """Whether a message about a case is still true, and still for the phone of that case.

    A window that has passed is not checked here: another one is promised.
    """
    if case.is_erased or not is_for_its_phone(message, case):
        return False
    match message.template:
        case Template.CALLING_SOON | Template.VIDEO_LINK:
            return moment_holds(message, case, now)
        case Template.FINISHED:
            return case.status is Status.COMPLETED
        case Template.NO_TIME_YET:
            return case.status.is_open and case.expected is None
        case template if template in _FAREWELLS:
            return case.closed_reason is _FAREWELLS[template]
    return case.status.is_open or message.template is Template.NEW_LINK


def moment_holds(message: OwedMessage, case: Case, now: datetime) -> bool:
    """Whether the call or the room of which a message tells is still the one; True for others."""
    match message.template:
        case Template.VIDEO_LINK:
            room = case.video
            return room is not None and room.is_open(now) and _is_of(message, room.start)
        case Template.CALLING_SOON:
            call = case.call
            if call is None or call.state is not CallState.UNDER_WAY:
                return False
            return _is_of(message, call.at) and now - call.at < _A_MOMENT
    return True


def link_variables(message: OwedMessage) -> dict[str, str]:
    """Return those of a message's variables that tell which link of the case it carries."""
    return {name: message.variables[name] for name in _OF_LINKS if name in message.variables}


def is_for_its_phone(message: OwedMessage, case: Case) -> bool:
    """Whether the case's phone is still that of the message, and has not turned out wrong since."""
    if case.phone_key != message.phone_key:
        return False
    # The answer to STATUS follows from the phone, and knows no serial.
    is_answer = message.subject != case.reference
    return is_answer or int(message.variables.get(_SERIAL, "0")) == case.link_serial


def _is_of(message: OwedMessage, at: datetime) -> bool:
    return abs(message.owed_at - at) < _SAME_INSTANT


def promised(reference: str, expected: Window) -> dict[str, str]:
    """Give the variables of a text that tells when the call is to be expected."""
    return {
        "reference": reference,
        "from": expected.start.isoformat(),
        "to": expected.end.isoformat(),
    }


def without_time(case: Case) -> dict[str, str]:
    """Return the variables of a text that cannot tell when the call is to be expected."""
    return {"reference": case.reference, **_serial(case)}


def first_message_id() -> str:
    """Tell the id of the message that a new case owes, whatever its text."""
    return f"0.{Happening.REQUESTED.value}.patient"


def _template(case: Case, number: int, hours: WorkingHours) -> Template | None:
    entry = case.timeline[number]
    match entry.what:
        case Happening.REQUESTED | Happening.REOPENED | Happening.CORRECTED if _begins_anew(
            case, entry
        ):
            return _greeting(case, entry.at, hours)
        case Happening.ASKED_AGAIN if _is_confirmed_again(case, number):
            return Template.ALREADY_IN_LINE if case.expected else Template.NO_TIME_YET
        case Happening.PROMISED if case.status.is_open and _is_told_again(case, number):
            return Template.NEW_TIME if case.expected else Template.NO_TIME_YET
        case Happening.CALLING | Happening.VIDEO_OPENED:
            return _invitation(case, entry)
        case Happening.ATTEMPTED | Happening.CLOSED if _is_the_end(case, number):
            return _farewell(case)
    return None


def _is_the_end(case: Case, number: int) -> bool:
    """Whether nothing happened since that changed where the case stands."""
    later = case.timeline[number + 1 :]
    moves_nothing = (Happening.RECORDED_LATE, Happening.SEPARATED)
    return all(entry.what in moves_nothing for entry in later)


def _is_confirmed_again(case: Case, number: int) -> bool:
    """Whether this repeated request is confirmed: the first is, then one in six hours at most."""
    return _is_among(case, number, Happening.ASKED_AGAIN, most=1)


def _is_told_again(case: Case, number: int) -> bool:
    """Whether this new promise is told: a repeated request may change the wish, again and again."""
    return _is_among(case, number, Happening.PROMISED, most=MOST_NEW_TIMES)


def _is_among(case: Case, number: int, what: Happening, most: int) -> bool:
    """Whether an entry owes an SMS, where so many of its kind do in any six hours."""
    told: list[datetime] = []
    for place, entry in enumerate(case.timeline[: number + 1]):
        if entry.what is not what:
            continue
        recent = [at for at in told if entry.at - at < CONFIRMED_AGAIN_AFTER]
        if len(recent) < most:
            if place == number:
                return True
            told = [*recent, entry.at]
    return False


def _begins_anew(case: Case, entry: Entry) -> bool:
    """Who is back in line, or was written to at a wrong number, is told as if they asked now."""
    if entry.what is Happening.REQUESTED:
        return True
    reopened = entry.what is Happening.REOPENED
    return case.status.is_open and (reopened or "phone" in entry.fields)


def _greeting(case: Case, at: datetime, hours: WorkingHours) -> Template:
    if case.expected is None:
        return Template.NO_TIME_YET
    if not case.consent.is_confirmed:
        return Template.MISSED_CALL
    return Template.RECEIVED if _opens(at, hours) in (None, at) else Template.CLOSED_NOW


def _invitation(case: Case, entry: Entry) -> Template | None:
    """Of a call and of a room that are over nobody is told any more."""
    if entry.what is Happening.VIDEO_OPENED:
        return Template.VIDEO_LINK if case.video else None
    return Template.CALLING_SOON if case.call and entry.detail == TOLD else None


def _farewell(case: Case) -> Template | None:
    if case.status is Status.COMPLETED:
        return Template.FINISHED
    return next((each for each, why in _FAREWELLS.items() if why is case.closed_reason), None)


def _opens(at: datetime, hours: WorkingHours) -> datetime | None:
    """Tell when we open next: now, where we are open; None for hours without any opening."""
    try:
        return hours.next_opening(at)
    except NeverOpen:
        return None


def _variables(template: Template, case: Case, number: int, hours: WorkingHours) -> dict[str, str]:
    """Return what fills a text, with the serial of the links in it where that is not the first.

    It is the serial of the phone to which the message is owed: however late it is sent, its link
    opens nothing once that phone has turned out wrong.
    """
    return {**_words(template, case, number, hours), **_serial(case)}


def _serial(case: Case) -> dict[str, str]:
    return {_SERIAL: str(case.link_serial)} if case.link_serial else {}


def _words(template: Template, case: Case, number: int, hours: WorkingHours) -> dict[str, str]:
    if template is Template.FINISHED:
        return {"reference": case.reference, "oncologist": case.timeline[number].by}
    if case.expected is not None and template in _PROMISING:
        if template is not Template.CLOSED_NOW:
            return promised(case.reference, case.expected)
        opens = hours.next_opening(case.timeline[number].at)
        return {
            "reference": case.reference,
            "opens": opens.isoformat(),
            "to": case.expected.end.isoformat(),
        }
    return {"reference": case.reference}
