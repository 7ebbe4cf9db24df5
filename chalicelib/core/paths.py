"""The folders of the package that hold no code."""

from __future__ import annotations

from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).parents[1]
LOCALE: Final = PACKAGE / "locale"
STATIC: Final = PACKAGE / "static"
TEMPLATES: Final = PACKAGE / "templates"
DESCRIPTION: Final = STATIC / "openapi.json"
