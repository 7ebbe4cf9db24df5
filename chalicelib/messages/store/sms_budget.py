"""What is spent on SMS in a day, in DynamoDB: the port SpendStore, in the messages table."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Final

from chalicelib.core.component import component
from chalicelib.core.dynamodb.conditions import absent_or, all_of
from chalicelib.core.dynamodb.errors import ConditionFailed
from chalicelib.core.dynamodb.table import Key, Table
from chalicelib.messages.domain.delivery import SPENDING_KEPT
from chalicelib.messages.domain.templates import MessageClass
from chalicelib.messages.services.ports import Share
from chalicelib.messages.store.message_models import SpendItem

_OF_CLASS: Final = {
    MessageClass.ANSWER: SpendItem.answers,
    MessageClass.REPEAT: SpendItem.repeats,
    MessageClass.REQUESTED: SpendItem.requested,
}


@component
class DynamoSpend:
    """The port SpendStore. A partition for each count, so that no day's phones crowd one."""

    table: Table

    def spend(
        self, name: str, day: date, segments: int, cap: int, share: Share | None = None
    ) -> bool:
        """Count these segments unless the day's, or the share's, would exceed its cap.

        An update whose answer was lost is repeated and counts twice, which is on the safe side.
        """
        if segments > min(cap, share.cap if share else cap):
            return False
        actions = [
            SpendItem.segments.add(segments),
            SpendItem.expires_at.set(datetime.combine(day, time(), UTC) + SPENDING_KEPT),
        ]
        room = absent_or(SpendItem.segments, SpendItem.segments <= cap - segments)
        if share is not None:
            part = _OF_CLASS[share.message_class]
            actions.append(part.add(segments))
            room = all_of(room, absent_or(part, part <= share.cap - segments))
        try:
            self.table.update(_key(name, day), actions, room)
        except ConditionFailed:
            return False
        return True

    def give_back(self, name: str, day: date, segments: int, share: Share | None = None) -> None:
        """Subtract what was counted and then not spent.

        As a transaction, of which an answer that was lost makes no second one: taken back twice,
        the count would let more pass than the cap.
        """
        actions = [SpendItem.segments.add(-segments)]
        if share is not None:
            actions.append(_OF_CLASS[share.message_class].add(-segments))
        self.table.transact(self.table.update_part(_key(name, day), actions))


def _key(name: str, day: date) -> Key:
    return Key(f"SPEND#{day.isoformat()}#{name}", "SPEND")
