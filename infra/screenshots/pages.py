"""Every page of the helpline: the one table from which its pictures and its tests are made.

A new page is a new row in its area's module. ``tests/browser/test_every_page.py`` then looks at
it with axe, at three widths, in each language and by keyboard, and ``make screens`` takes its
pictures.
"""

from __future__ import annotations

from typing import Final

from infra.screenshots import console, desk, patient, rota
from infra.screenshots.page import Row

EVERY_PAGE: Final[tuple[Row, ...]] = (*patient.PAGES, *desk.PAGES, *console.PAGES, *rota.PAGES)
