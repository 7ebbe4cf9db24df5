"""Which messages a change of a case owes to whom: a pure function of the two images.

A message's id follows from the case, the transition and the recipient, so that however often a
change is delivered, the same message is owed. The words stand in the language catalogues; here
are only the template's name and its variables. An SMS may be read by a whole family: no variable
carries a diagnosis or a patient's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.case import Case, CloseReason, Happening, Status, Window


class Template(StrEnum):
    """The registered texts."""

    RECEIVED = "received"
    ALREADY_IN_LINE = "already_in_line"
    UNREACHABLE = "unreachable"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    STATUS = "status"
    NO_OPEN_CASE = "no_open_case"
    HELP = "help"
    OPTED_OUT = "opted_out"
    OPTED_IN = "opted_in"

    @property
    def answers_a_word(self) -> bool:
        """Whether it answers STOP, START or HELP, which are answered even after STOP."""
        return self in (Template.OPTED_OUT, Template.OPTED_IN, Template.HELP)


@dataclass(frozen=True, slots=True)
class OwedMessage:
    """One SMS that is owed.

    ``subject`` groups messages: a case's reference, or an inbound message's id. ``id`` is unique
    within it. ``phone`` is E.164. ``variables`` fill the template and are stored with it.
    """

    subject: str
    id: str
    template: Template
    phone: str
    phone_key: str
    language: str
    owed_at: datetime
    variables: Mapping[str, str]


def messages_owed(before: Case | None, after: Case) -> list[OwedMessage]:
    """Tell what the change from ``before`` to ``after`` owes; ``before`` is None for a new case.

    Looks at every timeline entry that came with the change, so that two transitions in one
    stream record lose nothing.
    """
    known = len(before.timeline) if before else 0
    owed = []
    for number, entry in enumerate(after.timeline[known:], start=known):
        template = _template(after, number)
        if template is not None:
            owed.append(
                OwedMessage(
                    subject=after.reference,
                    id=f"{number}.{template.value}.patient",
                    template=template,
                    phone=after.phone,
                    phone_key=after.phone_key,
                    language=after.language,
                    owed_at=entry.at,
                    variables=_variables(template, after, number),
                )
            )
    return owed


def promised(reference: str, expected: Window) -> dict[str, str]:
    """Give the variables of a text that tells when the call is to be expected."""
    return {
        "reference": reference,
        "from": expected.start.isoformat(),
        "to": expected.end.isoformat(),
    }


def _template(case: Case, number: int) -> Template | None:
    entry = case.timeline[number]
    match entry.what:
        case Happening.REQUESTED:
            return Template.RECEIVED
        case Happening.ASKED_AGAIN:
            return Template.ALREADY_IN_LINE
        case Happening.ATTEMPTED | Happening.CLOSED if number == len(case.timeline) - 1:
            return _farewell(case)
    return None


def _farewell(case: Case) -> Template | None:
    if case.status is Status.COMPLETED:
        return Template.FINISHED
    match case.closed_reason:
        case CloseReason.UNREACHABLE:
            return Template.UNREACHABLE
        case CloseReason.CANCELLED:
            return Template.CANCELLED
    return None


def _variables(template: Template, case: Case, number: int) -> dict[str, str]:
    match template:
        case Template.RECEIVED | Template.ALREADY_IN_LINE:
            return promised(case.reference, case.expected)
        case Template.FINISHED:
            return {"reference": case.reference, "oncologist": case.timeline[number].by}
    return {"reference": case.reference}
