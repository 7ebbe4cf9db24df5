"""`make screens`: a picture of every page, in each language, on two phones and on a laptop."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.core.domain.language import COPY_LANGUAGES
from chalicelib.wiring import Helpline
from infra.aws_emulator import Engine, EngineError
from infra.deploy import DeployError
from infra.local_stack import bring_up
from infra.paths import BUILD, LOCAL
from infra.run import say
from infra.screenshots import phone_simulator
from infra.screenshots.browser import HEIGHTS, PATIENCE, find_chromium, launch, sign_in, speak
from infra.screenshots.page import Row
from infra.screenshots.pages import EVERY_PAGE
from infra.screenshots.scene import Scene, beside

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SCREENS = BUILD / "screens"
STATE = LOCAL / "screens"
WIDTHS = (320, 390, 1280)


def wanted(only: str) -> list[Row]:
    """List the pages whose names match; all of them by itself."""
    return [row for row in EVERY_PAGE if re.search(only, row.name)]


class Photographer:
    """Goes through the pages in the table's order, with a browser for each who is signed in."""

    def __init__(self, scene: Scene, browser: Browser) -> None:
        self._scene = scene
        self._browser = browser
        self._base = scene.stack.url
        self._pages: dict[str | None, Page] = {}

    def take(self, row: Row) -> Iterator[Path]:
        """Take a page's pictures, and give each one's path."""
        page = self._page_of(row.who)
        address = self._base + row.address(self._scene)
        for language in COPY_LANGUAGES:
            speak(page.context, self._base, language)
            page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHTS[WIDTHS[0]]})
            page.goto(address)
            row.then(page, self._scene)
            yield from screenshots(page, f"{row.name}.{language.value}")

    def _page_of(self, who: str | None) -> Page:
        if who not in self._pages:
            context = self._browser.new_context()
            if who is not None:
                sign_in(context, self._base, who)
            self._pages[who] = context.new_page()
            self._pages[who].set_default_timeout(PATIENCE)
        return self._pages[who]


def screenshots(page: Page, name: str) -> Iterator[Path]:
    """Take a page as it is at each width, and give each picture's path."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        path = SCREENS / f"{name}.{width}.png"
        page.screenshot(path=path, full_page=True, animations="disabled")
        yield path


def photograph(photographer: Photographer, rows: list[Row]) -> list[str]:
    """Take every page's pictures, and tell the names of those that could not be taken."""
    from playwright.sync_api import Error

    total = len(rows) * len(COPY_LANGUAGES) * len(WIDTHS)
    taken, failed = count(1), []
    for row in rows:
        try:
            for path in photographer.take(row):
                say(f"{next(taken):4} of {total}  {path.name}")
        except Error as error:
            failed.append(row.name)
            say(f"helpline: no picture of {row.name}: {error.message.splitlines()[0]}")
    return failed


def take(page: Page, name: str) -> None:
    """Take a page that is no row of the table."""
    for path in screenshots(page, name):
        say(f"            {path.name}")


def run(port: int, rows: list[Row], *, with_handset: bool) -> int:
    """Bring a stack of its own up, photograph it, take it down; return the exit status."""
    from playwright.sync_api import sync_playwright

    chromium = find_chromium()
    if chromium is None:
        say("helpline: no Chromium on this machine (Debian: apt-get install chromium)")
        return 1
    engine = Engine(port, STATE)
    shutil.rmtree(SCREENS, ignore_errors=True)
    SCREENS.mkdir(parents=True)
    try:
        stack = bring_up(engine, say, fresh=True)
        with beside(stack), sync_playwright() as playwright:
            say("Seeding the demo ...")
            scene = Scene(stack, Helpline())
            scene.seed()
            browser = launch(playwright, chromium)
            failed = photograph(Photographer(scene, browser), rows)
            if with_handset:
                phone_simulator.photograph(browser, stack, take)
    except (EngineError, DeployError) as error:
        say(f"helpline: {error}")
        return 1
    finally:
        engine.stop()
    say(f"The pictures are in {os.path.relpath(SCREENS)}/")
    return 1 if failed else 0


def free_port() -> int:
    """Tell a port at which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="make screens", description=__doc__)
    parser.add_argument("--only", default="", help="a pattern of the pages' names")
    only = parser.parse_args().only
    rows, with_handset = wanted(only), re.search(only, phone_simulator.NAME) is not None
    if not rows and not with_handset:
        sys.exit("helpline: no page is called that: see infra/screenshots/")
    sys.exit(run(free_port(), rows, with_handset=with_handset))


if __name__ == "__main__":
    main()
