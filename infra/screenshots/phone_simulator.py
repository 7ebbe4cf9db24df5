"""The handset, which stands beside the helpline: its pictures are no rows of the table."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from infra.phone_simulator.pages import PEOPLE
from infra.phone_simulator.server import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from infra.local_stack import LocalStack

NAME: Final = "handset"
# In milliseconds: a function that is not awake yet takes a while.
_ANSWERED_WITHIN: Final = 30_000


def photograph(browser: Browser, stack: LocalStack, take: Callable[[Page, str], None]) -> None:
    """Have each person ask by SMS, and ``take`` their phone; then what programs can call."""
    with serving(stack) as handset:
        page = browser.new_page()
        for number, _, language in PEOPLE:
            page.goto(handset.url)
            page.click(f"button[value='{number}']")
            page.click(".samples button")
            page.wait_for_selector(".came", timeout=_ANSWERED_WITHIN)
            take(page, f"{NAME}.{language}")
        page.goto(f"{handset.url}/api")
        page.click("summary")
        take(page, f"{NAME}-api.en")
        page.close()
