"""A real browser on the deployed stack."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.stack.harness import pytest_collection_modifyitems, stack

__all__ = ["browser", "pytest_collection_modifyitems", "stack"]


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Chromium, headless; it asks nothing of any other host."""
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--no-first-run", *quiet]
        )
        yield started
        started.close()
