"""Blocks of phones, in DynamoDB: the port BlockStore.

The time stands in the phone's item, of which every asking asks it already, and in an item of the
one partition that is the list. Both expire by time on reading; TTL only tidies up.
"""

from __future__ import annotations

from typing import Final

from pynamodb.attributes import UnicodeAttribute

from chalicelib.cases.domain.phone_limits import BLOCK_KEPT
from chalicelib.cases.services.ports import Block
from chalicelib.cases.store import keys
from chalicelib.cases.store import phone_record as phone
from chalicelib.core.component import component
from chalicelib.core.dynamodb.attributes import ExpiryAttribute, UtcAttribute
from chalicelib.core.dynamodb.base_model import Item
from chalicelib.core.dynamodb.errors import Image
from chalicelib.core.dynamodb.table import Key, Table

_BLOCKS: Final = "BLOCK"


class BlockItem(Item):
    """A block: ``BLOCK``, the phone's HMAC."""

    phone = UnicodeAttribute()
    until = UtcAttribute()
    reason = UnicodeAttribute()
    by = UnicodeAttribute()
    at = UtcAttribute()
    expires_at = ExpiryAttribute()


@component
class DynamoBlocks:
    """The port BlockStore over the cases table. Calls nothing until it is used."""

    table: Table

    def put(self, block: Block) -> None:
        """Block a phone in both places."""
        key = _key(block.id)
        item = BlockItem(
            pk=key.pk,
            sk=key.sk,
            phone=block.phone,
            until=block.until,
            reason=block.reason,
            by=block.by,
            at=block.at,
            expires_at=block.until + BLOCK_KEPT,
        )
        self.table.transact(
            self.table.filled_part(keys.phone_key(block.id), phone.blocking(block.until, block.at)),
            self.table.put_part(item),
        )

    def drop(self, id_: str) -> None:
        """Lift a block from both places; nothing where there is none."""
        self.table.transact(
            self.table.filled_part(keys.phone_key(id_), phone.unblocking()),
            self.table.delete_part(_key(id_)),
        )

    def find(self, id_: str) -> Block | None:
        """Find a phone's block, as of now."""
        image = self.table.get(_key(id_), consistent=True)
        return _block(image) if image else None

    def blocks(self) -> list[Block]:
        """List every block by its id."""
        return [_block(image) for image in self.table.query_all(_BLOCKS)]


def _key(id_: str) -> Key:
    return Key(_BLOCKS, id_)


def _block(image: Image) -> Block:
    item = BlockItem.from_raw_data(image)
    return Block(item.sk, item.phone, item.until, item.reason, item.by, item.at)
