"""`make openapi`: writes the description of the API, for people and for the package.

`docs/openapi.json` is the one to read and compare; the package has the same without its blanks.
`--check` only tells whether both are what the code says.
"""

import argparse
import json
import sys
from pathlib import Path

from app import app
from chalicelib.core.paths import DESCRIPTION
from infra.openapi.document import Undescribed, describe
from infra.paths import ROOT

PUBLISHED = ROOT / "docs" / "openapi.json"


def texts() -> dict[Path, str]:
    """Return the description in both its forms, by where each one stands."""
    description = describe(app)
    return {
        PUBLISHED: json.dumps(description, indent=1, ensure_ascii=False) + "\n",
        DESCRIPTION: json.dumps(description, separators=(",", ":"), ensure_ascii=False) + "\n",
    }


def outdated() -> list[Path]:
    """Return which of the files are not what the code says."""
    return [
        path
        for path, text in texts().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]


def main() -> None:
    """Write the description, or check it."""
    parser = argparse.ArgumentParser(prog="make openapi", description=__doc__)
    parser.add_argument("--check", action="store_true")
    try:
        if parser.parse_args().check:
            if found := outdated():
                names = ", ".join(str(path.relative_to(ROOT)) for path in found)
                sys.exit(f"helpline: {names}: not what the code says: run make openapi")
            return
        for path, text in texts().items():
            path.write_text(text, encoding="utf-8")
            print(f"{path.relative_to(ROOT)}: {len(text):,} bytes")
    except Undescribed as undescribed:
        sys.exit(f"helpline: {undescribed}")


if __name__ == "__main__":
    main()
