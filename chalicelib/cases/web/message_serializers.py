"""Messages as administrators see them: no text, no whole number."""

from __future__ import annotations

from typing import Final, Literal, TypedDict

from chalicelib.core.domain.errors import NotFound
from chalicelib.core.domain.phone import masked
from chalicelib.core.web.responses import Instant
from chalicelib.core.web.serializers import to_json
from chalicelib.messages.domain.templates import parts_of
from chalicelib.messages.services.delivery_receipts import id_from_address, name_in_address
from chalicelib.messages.services.ports import Parked, StoredMessage

PARKED: Final = "parked"


class ShownMessage(TypedDict):
    """A message, and what became of it; ``to`` is masked."""

    id: str
    subject: str
    template: str
    language: str
    to: str
    owed_at: Instant
    status: str
    since: Instant
    tries: int
    cause: str | None
    provider_id: str | None


class ParkedChange(TypedDict):
    """A change that could not be dealt with."""

    id: str
    subject: str
    status: Literal["parked"]
    since: Instant
    cause: str


class MessagePage(TypedDict):
    """A page of a list; ``cursor`` asks for the next, null on the last."""

    messages: list[ShownMessage] | list[ParkedChange]
    cursor: str | None


class FoundMessages(TypedDict):
    """What a phone was sent, and whether it has opted out.

    ``cursor`` asks for the messages of older cases; it is null where there are none.
    """

    opted_out: bool
    messages: list[ShownMessage]
    cursor: str | None


class OwedMessages(TypedDict):
    """What is owed again."""

    messages: list[ShownMessage]


def message(stored: StoredMessage) -> ShownMessage:
    """Show a message, and what became of it."""
    owed = stored.message
    return to_json(
        ShownMessage,
        stored,
        id=name_in_address(owed.full_id),
        subject=owed.subject,
        template=owed.template,
        language=owed.language,
        to=masked(owed.phone),
        owed_at=owed.owed_at,
        status=stored.state,
    )


def parked(change: Parked) -> ParkedChange:
    """Show a change that could not be dealt with."""
    id_ = name_in_address(f"{PARKED}/{change.id}")
    return to_json(ParkedChange, change, id=id_, status=PARKED, since=change.at)


def parts_of_id(shown: str) -> tuple[str, str]:
    """Read an id that was shown: a message's subject and id, or PARKED and a change's id.

    Raises NotFound for what is none.
    """
    subject, id_ = parts_of(id_from_address(shown))
    if not subject or not id_:
        raise NotFound
    return subject, id_
