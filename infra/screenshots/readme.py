"""The small pictures of README.md: `make screens README=1` writes them into docs/pictures/."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from chalicelib.core.domain.language import Language
from infra.paths import ROOT
from infra.screenshots.page import Row
from infra.screenshots.pages import EVERY_PAGE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FOLDER: Final = ROOT / "docs" / "pictures"
# A repository keeps every version of a picture.
MOST_BYTES: Final = 60_000
_QUALITY: Final = 0.8
# Chromium writes PNG and JPEG by itself; WebP is a third of their size, and a canvas writes it.
_TO_WEBP: Final = """async ([picture, quality]) => {
    const image = new Image();
    image.src = `data:image/png;base64,${picture}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.width, image.height];
    canvas.getContext("2d").drawImage(image, 0, 0);
    return canvas.toDataURL("image/webp", quality).split(",")[1];
}"""


class Picture(NamedTuple):
    """A picture of README.md: a row of the table of pages, in a language and a size in pixels."""

    name: str
    row: str
    language: Language
    width: int
    height: int


PICTURES: Final = (
    Picture("start-page", "start", Language.HI, 390, 780),
    Picture("desk", "desk-case", Language.EN, 1120, 700),
    Picture("overview", "console-board", Language.EN, 1120, 700),
)


def photograph(browser: Browser, show: Callable[[Row, Language], Page]) -> list[Path]:
    """Write each picture, and return their paths; ``show`` opens a row's page in a language."""
    FOLDER.mkdir(exist_ok=True)
    rows = {row.name: row for row in EVERY_PAGE}
    blank = browser.new_page()
    written = []
    for picture in PICTURES:
        page = show(rows[picture.row], picture.language)
        page.set_viewport_size({"width": picture.width, "height": picture.height})
        taken = base64.b64encode(page.screenshot(animations="disabled")).decode()
        path = FOLDER / f"{picture.name}.webp"
        path.write_bytes(base64.b64decode(blank.evaluate(_TO_WEBP, [taken, _QUALITY])))
        written.append(path)
    return written
