"""Messages as administrators see them: no text, no whole number."""

from __future__ import annotations

from typing import Any, Final

from chalicelib.domain.clock import to_iso
from chalicelib.domain.errors import NotFound
from chalicelib.domain.messages import parts_of
from chalicelib.domain.phone import Phone, PhoneError
from chalicelib.services.outbox_ports import Parked
from chalicelib.services.ports import StoredMessage
from chalicelib.services.receipts import id_from_address, name_in_address

PARKED: Final = "parked"
_HIDDEN: Final = "\u2022\u2022\u2022\u2022"


def message(stored: StoredMessage) -> dict[str, Any]:
    """Show a message, and what became of it."""
    owed = stored.message
    return {
        "id": name_in_address(owed.full_id),
        "subject": owed.subject,
        "template": owed.template.value,
        "language": owed.language,
        "to": _masked(owed.phone),
        "owed_at": to_iso(owed.owed_at),
        "status": stored.state.value,
        "since": to_iso(stored.since),
        "tries": stored.tries,
        "cause": stored.cause,
        "provider_id": stored.provider_id,
    }


def parked(change: Parked) -> dict[str, Any]:
    """Show a change that could not be dealt with."""
    return {
        "id": name_in_address(f"{PARKED}/{change.id}"),
        "subject": change.subject,
        "status": PARKED,
        "since": to_iso(change.at),
        "cause": change.cause,
    }


def parts_of_id(shown: str) -> tuple[str, str]:
    """Read an id that was shown: a message's subject and id, or PARKED and a change's id.

    Raises NotFound for what is none.
    """
    subject, id_ = parts_of(id_from_address(shown))
    if not subject or not id_:
        raise NotFound
    return subject, id_


def _masked(phone: str) -> str:
    try:
        return Phone(phone).masked
    except PhoneError:
        return _HIDDEN
