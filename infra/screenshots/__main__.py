"""`make screens`: a picture of every page, in each language, on two phones and on a laptop."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.core.domain.language import COPY_LANGUAGES, Language
from chalicelib.wiring import Helpline
from infra.aws_emulator import Engine, EngineError
from infra.deploy import DeployError
from infra.local_stack import bring_up
from infra.paths import BUILD, LOCAL, ROOT
from infra.run import say
from infra.screenshots import phone_simulator, readme
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
        self.stack = scene.stack
        self._scene = scene
        self._browser = browser
        self._base = scene.stack.url
        self._pages: dict[str | None, Page] = {}

    def take(self, row: Row) -> Iterator[Path]:
        """Take a page's pictures, and give each one's path."""
        address = row.address(self._scene)
        for language in COPY_LANGUAGES:
            page = self._open(row, address, language)
            yield from screenshots(page, f"{row.name}.{language.value}")

    def show(self, row: Row, language: Language) -> Page:
        """Return the browser's page that shows a row in a language."""
        return self._open(row, row.address(self._scene), language)

    def _open(self, row: Row, address: str, language: Language) -> Page:
        page = self._page_of(row.who)
        speak(page.context, self._base, language)
        page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHTS[WIDTHS[0]]})
        page.goto(self._base + address)
        row.then(page, self._scene)
        return page

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


def photograph_all(photographer: Photographer, browser: Browser, only: str) -> bool:
    """Take the pictures whose names match into build/screens; return whether all were taken."""
    shutil.rmtree(SCREENS, ignore_errors=True)
    SCREENS.mkdir(parents=True)
    failed = photograph(photographer, wanted(only))
    if re.search(only, phone_simulator.NAME):
        phone_simulator.photograph(browser, photographer.stack, take)
    say(f"The pictures are in {os.path.relpath(SCREENS)}/")
    return not failed


def photograph_readme(photographer: Photographer, browser: Browser) -> bool:
    """Take the pictures of README.md; return whether each is small enough for a repository."""
    small = True
    for path in readme.photograph(browser, photographer.show):
        size = path.stat().st_size
        small = small and size <= readme.MOST_BYTES
        say(f"{size:7,} bytes  {path.relative_to(ROOT)}")
    return small


def run(port: int, work: Callable[[Photographer, Browser], bool]) -> int:
    """Bring a stack of its own up, photograph it, take it down; return the exit status."""
    from playwright.sync_api import sync_playwright

    chromium = find_chromium()
    if chromium is None:
        say("helpline: no Chromium on this machine (Debian: apt-get install chromium)")
        return 1
    engine = Engine(port, STATE)
    try:
        stack = bring_up(engine, say, fresh=True)
        with beside(stack), sync_playwright() as playwright:
            say("Seeding the demo ...")
            scene = Scene(stack, Helpline())
            scene.seed()
            browser = launch(playwright, chromium)
            done = work(Photographer(scene, browser), browser)
    except (EngineError, DeployError) as error:
        say(f"helpline: {error}")
        return 1
    finally:
        engine.stop()
    return 0 if done else 1


def free_port() -> int:
    """Tell a port at which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="make screens", description=__doc__)
    parser.add_argument("--only", default="", help="a pattern of the pages' names")
    parser.add_argument("--readme", default="", help="take the pictures of README.md alone")
    arguments = parser.parse_args()
    only = arguments.only
    if arguments.readme not in {"", "0"}:
        sys.exit(run(free_port(), photograph_readme))
    if not wanted(only) and not re.search(only, phone_simulator.NAME):
        sys.exit("helpline: no page is called that: see infra/screenshots/")
    sys.exit(run(free_port(), partial(photograph_all, only=only)))


if __name__ == "__main__":
    main()
