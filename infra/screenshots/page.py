"""What a row of the table of pages says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from infra.screenshots.scene import Scene


def as_it_opens(_page: Page, _scene: Scene) -> None:
    """Leave the page as it is when it has loaded."""


@dataclass(frozen=True, slots=True)
class Row:
    """One page in one state.

    ``name`` is its test's and its picture's. ``path`` is where it stands, or prepares what it shows
    and tells where. ``who`` is signed in: a demo person's user name; None is anybody. ``then`` is
    done in the browser before it is looked at (send a form with mistakes, open a fold); it may not
    rely on words, which are another language's in the next picture, and may be done twice.
    """

    name: str
    path: str | Callable[[Scene], str]
    who: str | None = None
    then: Callable[[Page, Scene], None] = as_it_opens

    def address(self, scene: Scene) -> str:
        """Prepare what the page shows, and tell its path."""
        return self.path if isinstance(self.path, str) else self.path(scene)
