"""One page of a list."""

from __future__ import annotations

from typing import Final

from chalicelib.core.web.schemas.fields import Cursor, Digits, QuerySchema
from chalicelib.core.web.schemas.values import Day

MOST_ITEMS: Final = 100
USUAL_ITEMS: Final = 25


class PagedSchema(QuerySchema):
    """One page of a list, of some days; ``cursor`` is the page before's."""

    start = Day(data_key="from")
    end = Day(data_key="to")
    limit = Digits(1, MOST_ITEMS)
    cursor = Cursor()
