"""What holds for every page of the helpline; the pages stand in infra/screenshots/."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle

import pytest
from playwright.sync_api import Browser

from chalicelib.core.domain.language import COPY_LANGUAGES
from infra import demo
from infra.screenshots.browser import WIDTHS
from infra.screenshots.page import Row
from infra.screenshots.pages import EVERY_PAGE
from infra.screenshots.scene import Scene
from tests.browser.visit import (
    Visit,
    by_keyboard,
    fits,
    no_other_host,
    no_small_targets,
    no_violations,
)
from tests.stack.harness import StackUnderTest

pytestmark = pytest.mark.browser
AXE_WIDTHS = (390, 1280)
# Everybody opens it, and it is for those who work here.
SIGN_IN = "/sign-in"


@pytest.fixture(scope="module")
def visits(
    browser: Browser, stack: StackUnderTest, scene: Scene
) -> Iterator[dict[str | None, Visit]]:
    """One browser for each who is signed in, used for all their pages."""
    visits: dict[str | None, Visit] = {}
    yield visits
    for each in visits.values():
        each.context.close()


@pytest.fixture
def visitor(
    request: pytest.FixtureRequest,
    visits: dict[str | None, Visit],
    browser: Browser,
    stack: StackUnderTest,
) -> Visit:
    row: Row = request.getfixturevalue("row")
    if row.who not in visits:
        visits[row.who] = Visit(browser, stack.url, who=row.who)
    return visits[row.who]


@pytest.mark.parametrize("row", EVERY_PAGE, ids=lambda row: row.name)
def test_every_page_is_for_everybody(row: Row, visitor: Visit, scene: Scene):
    path = row.address(scene)
    # A doctor has a phone, an administrator a laptop.
    widths = AXE_WIDTHS if row.who in (None, demo.ADMINISTRATOR) else AXE_WIDTHS[::-1]
    for language, width in zip(COPY_LANGUAGES, cycle(widths), strict=False):
        visitor.speak(language)
        page = visitor.open(path)
        row.then(page, scene)

        html = page.locator("html")
        assert html.get_attribute("lang") == language
        assert page.locator("h1").count() == 1
        fits(page, *(each for each in WIDTHS if each != width), width)
        # Languages differ in nothing but words: what is not for everybody is looked at in one.
        if row.who is None or language != COPY_LANGUAGES[0]:
            no_violations(page)
        if row.who is None and row.path != SIGN_IN:
            no_small_targets(page)
            page.evaluate("document.documentElement.dir = 'rtl'")
            fits(page, WIDTHS[0], width)
    by_keyboard(page)
    no_other_host(visitor)


def test_no_two_pages_have_one_name():
    names = [row.name for row in EVERY_PAGE]

    assert len(names) == len(set(names))
