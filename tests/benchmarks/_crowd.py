"""A million cases without storing them: what a read would have read, had they been there.

The table holds the first of a line; the crowd knows how many more stand behind them and what one
weighs. A query that asks for 20 and finds 20 never sees it. One without a limit, or a scan, pays
for every one, in as many pages as that takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

PAGE: Final = 1_048_576


@dataclass(frozen=True, slots=True)
class Behind:
    """So many items more, of so many bytes each."""

    items: int = 0
    weight: int = 0


@dataclass(frozen=True, slots=True)
class Crowd:
    """What stands behind the items of each partition, and of each table as a scan sees it."""

    partitions: Mapping[tuple[str, str], Behind] = field(default_factory=dict)
    tables: Mapping[str, Behind] = field(default_factory=dict)

    def read_by(self, operation: str, params: Mapping[str, Any], found: int) -> tuple[int, int]:
        """Tell the bytes and pages that the call would have read beyond what it ``found``."""
        behind = self._behind(operation, params)
        limit = params.get("Limit")
        more = behind.items if limit is None else min(behind.items, max(0, limit - found))
        size = more * behind.weight
        return size, size // PAGE

    def _behind(self, operation: str, params: Mapping[str, Any]) -> Behind:
        table = str(params["TableName"])
        if operation == "Scan":
            return self.tables.get(table, Behind())
        place = f"{table}/{params['IndexName']}" if "IndexName" in params else table
        values = params["ExpressionAttributeValues"].values()
        asked = ((place, value["S"]) for value in values if "S" in value)
        return next((self.partitions[each] for each in asked if each in self.partitions), Behind())
