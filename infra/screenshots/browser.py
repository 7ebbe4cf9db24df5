"""The system's Chromium, as the tests and the pictures use it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final

from infra import demo

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Playwright

WIDTHS: Final = (320, 390, 1280)
HEIGHTS: Final = {320: 568, 390: 844, 1280: 800}
# In milliseconds: a stack that is awake answers in a few dozen, one that wakes on a busy machine in
# thousands.
PATIENCE: Final = 30_000
# It asks nothing of any other host by itself.
_ARGUMENTS: Final = (
    "--no-sandbox",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> str | None:
    """Tell where the system's Chromium is; None where there is none."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def launch(playwright: Playwright, chromium: str) -> Browser:
    """Start it, headless."""
    return playwright.chromium.launch(executable_path=chromium, args=list(_ARGUMENTS))


def speak(context: BrowserContext, base: str, language: str) -> None:
    """Choose a language, as the link of a page does."""
    context.add_cookies([{"name": "lang", "value": language, "url": base}])


def sign_in(context: BrowserContext, base: str, who: str) -> None:
    """Sign a demo person in, by the page on which they do it themselves."""
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{base}/sign-in")
    page.fill("input[name=username]", who)
    page.fill("input[name=password]", demo.PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: not url.partition("?")[0].endswith("/sign-in"))
    page.close()
