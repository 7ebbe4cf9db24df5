"""Delivery receipts: what a provider says became of a message that it took.

A receipt names our own message: its address carries the name, so that it finds its message without
an index, and even before we stored under which name the provider took it.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from enum import Enum
from typing import Final

from chalicelib.core.component import component
from chalicelib.core.domain.errors import NotFound
from chalicelib.messages.domain.delivery import Receipt
from chalicelib.messages.domain.templates import parts_of
from chalicelib.messages.services.ports import MessageStore

LONGEST_NAME: Final = 512


class Noted(Enum):
    """What became of a receipt."""

    NOTED = "noted"
    UNKNOWN = "unknown"


@component
class NoteReceipt:
    """Notes receipts, in any order and however often they come."""

    messages: MessageStore

    def __call__(self, message_id: str, receipt: Receipt, now: datetime) -> Noted:
        """Note one receipt of the message that was sent under this id. Raises Busy."""
        subject, id_ = parts_of(message_id)
        if not subject or not id_:
            return Noted.UNKNOWN
        known = self.messages.note_receipt(subject, id_, receipt, now)
        return Noted.NOTED if known else Noted.UNKNOWN


def name_in_address(message_id: str) -> str:
    """Write a message's id as a part of a path."""
    return urlsafe_b64encode(message_id.encode()).decode().rstrip("=")


def id_from_address(name: str) -> str:
    """Read what :func:`name_in_address` wrote. Raises NotFound for anything else."""
    if len(name) > LONGEST_NAME:
        raise NotFound
    padding = "=" * (-len(name) % 4)
    try:
        message_id = urlsafe_b64decode(name.encode("ascii") + padding.encode()).decode()
    except ValueError:
        raise NotFound from None
    if name_in_address(message_id) != name:
        raise NotFound
    return message_id
