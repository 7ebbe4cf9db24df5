"""What tests read of a page."""

from __future__ import annotations

import html
import re
from typing import Any


def words(answer: Any) -> str:
    """What a page says, without its markup."""
    text = html.unescape(re.sub(r"<[^>]*>", " ", answer.body.decode()))
    return " ".join(text.split())
