"""A real browser on the deployed stack: one Chromium for all, and people who use it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from infra.screenshots.browser import launch
from infra.screenshots.scene import Scene
from tests.browser.visit import Visit
from tests.stack.harness import StackUnderTest, pytest_collection_modifyitems, stack
from tests.support.helpline import using

__all__ = ["browser", "pytest_collection_modifyitems", "stack"]


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """Chromium, headless: started once, and a new context for each who visits."""
    with sync_playwright() as playwright:
        started = launch(playwright, chromium)
        yield started
        started.close()


@pytest.fixture(scope="module")
def sessions() -> dict[str, list[Any]]:
    """The cookies of those who have signed in: nobody may try as often as there are tests."""
    return {}


@pytest.fixture
def visit(
    browser: Browser, stack: StackUnderTest, sessions: dict[str, list[Any]]
) -> Iterator[Callable[..., Visit]]:
    """Let somebody visit: `visit(width=320, language="hi", javascript=False, who=None)`.

    At the end nobody may have asked anything of another host, or been refused by the policy.
    """
    visits: list[Visit] = []

    def begin(**how: Any) -> Visit:
        visits.append(Visit(browser, stack.url, sessions=sessions, **how))
        return visits[-1]

    yield begin
    for each in visits:
        each.end()


@pytest.fixture(scope="module")
def scene(stack: StackUnderTest) -> Iterator[Scene]:
    """The demo's people on an empty stack, and the cases that pages show."""
    stack.empty()
    with stack.environment(), using() as helpline:
        scene = Scene(stack.local, helpline)
        scene.seed()
        yield scene
    stack.empty()
