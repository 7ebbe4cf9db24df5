"""What people ask and tell in their requests, and how it is kept by who told it.

Nothing here is changed in place. All instants are aware and in UTC.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from chalicelib.core.domain.working_hours import DayPart

ADULT = 18
# Anybody can fill in a form with a phone's number, but only its owner sends an SMS from it: each
# has room of its own, so that nobody takes the owner's. One more is neither stored nor lost in
# silence: the answer says so to the one who asks, and the case says so too.
MOST_ADDITIONS = 6
MOST_ASKINGS = 20


class Channel(StrEnum):
    """How the request reached us."""

    WEB = "web"
    API = "api"
    SMS = "sms"
    MISSED_CALL = "missed_call"

    @property
    def is_own_phone(self) -> bool:
        """Whether the request came from the phone itself, and not from somebody who typed it."""
        return self in (Channel.SMS, Channel.MISSED_CALL)


class Mode(StrEnum):
    """How the patient wants to speak with the oncologist."""

    PHONE = "phone"
    VIDEO = "video"


@dataclass(frozen=True, slots=True)
class Consent:
    """What the person agreed to: the notice's version, its language, when and how; until when."""

    version: str
    language: str
    at: datetime
    given_by: Channel
    withdrawn_at: datetime | None = None

    @property
    def is_confirmed(self) -> bool:
        """Whether the person saw what they agree to; who only rang is asked first of all."""
        return self.given_by is not Channel.MISSED_CALL


@dataclass(frozen=True, slots=True)
class Details:
    """What the person told us, beyond how to reach them. All of it optional, all of it private.

    Each field is the answer to a question of :mod:`~chalicelib.cases.domain.questionnaire`, but for
    ``name_key``: the HMAC of the name, by which alone it is looked up. It comes and goes with the
    name.
    """

    name: str | None = None
    asking_for: str | None = None
    age: int | None = None
    sex: str | None = None
    cancer_site: str | None = None
    stage: str | None = None
    city: str | None = None
    hospital: str | None = None
    reasons: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    name_key: str | None = None

    @property
    def given(self) -> dict[str, object]:
        """The answers that were given, by their names; without the key of the name."""
        return {name: value for name, value in _said(self).items() if name != "name_key"}

    def is_empty(self) -> bool:
        """Whether nothing was told."""
        return self == Details()

    def filled_from(self, other: Details) -> Details:
        """Fill what is blank here with what was told there; messages follow one another.

        Answers about another person, by another name, age or sex, fill nothing.
        """
        messages = (*self.messages, *other.messages)
        if self.contradicts(other):
            return replace(self, messages=messages)
        filled = {
            each.name: getattr(other, each.name)
            for each in fields(self)
            if getattr(self, each.name) in (None, ())
        }
        if self.name is not None:
            filled.pop("name_key", None)
        return replace(self, **{**filled, "messages": messages})

    def contradicts(self, other: Details) -> bool:
        """Whether the two can hardly be of one person: another name, age or sex was told."""
        keyed = self.name_key is not None and other.name_key is not None
        pairs = (
            (self.name_key, other.name_key) if keyed else (self.name, other.name),
            (self.age, other.age),
            (self.sex, other.sex),
        )
        return any(None not in pair and pair[0] != pair[1] for pair in pairs)

    def unlike(self, other: Details) -> Details:
        """Keep the answers that differ from those there, without messages."""
        same = {
            each.name: each.default
            for each in fields(self)
            if getattr(self, each.name) == getattr(other, each.name)
        }
        if "name" in same:
            same["name_key"] = None
        return replace(self, **{**same, "messages": ()})  # type: ignore[arg-type]  # fields of Details

    def without(self, other: Details) -> Details:
        """Return the answers and messages that ``other`` does not have."""
        unlike = self.unlike(other)
        return replace(
            unlike, messages=tuple(each for each in self.messages if each not in other.messages)
        )


ANSWER_FIELDS: Final = frozenset(field.name for field in fields(Details))


@dataclass(frozen=True, slots=True)
class Addition:
    """What a later request for the phone told, or a case that was merged into this one.

    ``source`` is the request's id, or the merged case's reference where ``is_merged``: it keeps
    that when the case goes on in a third one.
    """

    source: str
    at: datetime
    channel: Channel
    details: Details
    is_merged: bool = False

    @property
    def order(self) -> tuple[datetime, str, str, bool]:
        """What orders additions: when each was told."""
        return (self.at, self.channel.value, self.source, self.is_merged)


@dataclass(frozen=True, slots=True)
class Merge:
    """A case that goes on in this one, with the urgency and the wish that it brought.

    ``own_priority`` and ``own_prefers_woman`` are this case's without any merge, which a
    separation restores.
    """

    reference: str
    priority: int
    prefers_woman: bool
    own_priority: int
    own_prefers_woman: bool


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody expressly asks of the call; None: nothing was said about it.

    ``language`` is that of the queue: a language that somebody serves.
    """

    language: str | None = None
    mode: Mode | None = None
    part_of_day: DayPart | None = None
    prefers_woman: bool | None = None

    @property
    def named(self) -> dict[str, object]:
        """The wishes that were said, by the names of the case's fields."""
        return _said(self)


@dataclass(frozen=True, slots=True)
class Asking:
    """A further request for a phone that has an open case.

    ``digest`` tells its body from another one under the same ``request_id``; None where the caller
    can't choose the id.
    """

    request_id: str
    at: datetime
    channel: Channel
    details: Details
    wishes: Wishes
    consent: Consent
    digest: str | None = None

    @property
    def tells(self) -> bool:
        """Whether it answered anything beyond how to call."""
        return not self.details.is_empty()

    @property
    def addition(self) -> Addition:
        """What it told."""
        return Addition(self.request_id, self.at, self.channel, self.details)


def _said(record: Details | Wishes) -> dict[str, object]:
    """Return the fields that hold something, by their names."""
    held = {each.name: getattr(record, each.name) for each in fields(record)}
    return {name: value for name, value in held.items() if value not in (None, ())}


def in_order(additions: Iterable[Addition]) -> tuple[Addition, ...]:
    """Return additions in the order in which they were told."""
    return tuple(sorted(additions, key=lambda each: each.order))


def most_askings(*, tells: bool) -> int:
    """Return how many requests there may be before one that ``tells`` something, or nothing."""
    return MOST_ASKINGS if tells else MOST_ASKINGS - MOST_ADDITIONS
