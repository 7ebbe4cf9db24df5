"""What tests read of a page."""

from __future__ import annotations

import html
import re
from typing import Any


def words(answer: Any) -> str:
    """What a page says, without its markup."""
    text = html.unescape(re.sub(r"<[^>]*>", " ", answer.body.decode()))
    return " ".join(text.split())


def said(answer: Any, status: int = 200) -> str:
    """What a page says that came under this status."""
    page = answer.body.decode()
    assert answer.status_code == status, page
    assert "Traceback" not in page
    return words(answer)


def done(answer: Any) -> str:
    """Where a form leads when it was taken."""
    assert answer.status_code == 303, answer.body.decode()
    return answer.headers["Location"].replace("../", "")
