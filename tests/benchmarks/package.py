"""The package's weight, and whether a cold start has anything to compile in it."""

from __future__ import annotations

import sys
from typing import TypeAlias

from infra.package import build, heaviest, uncompiled

Row: TypeAlias = tuple[str, float, float, bool]
"""What was measured, its value, its budget, and whether it keeps it."""

MEGABYTES = 10.0


def run() -> list[Row]:
    """Build what Lambda gets, and hold the budgets."""
    code = build("prod").code
    size, left = code.stat().st_size / 1e6, uncompiled(code)
    for name, weight in heaviest(code):
        print(f"  {weight / 1e6:8.2f} MB  {name}")
    return [
        ("package, MB zipped", round(size, 2), MEGABYTES, size <= MEGABYTES),
        ("modules not compiled", len(left), 0, not left),
    ]


def main() -> None:
    """Print the figures; exit with 1 on a shortfall."""
    rows = run()
    for name, value, budget, ok in rows:
        print(f"{'ok   ' if ok else 'SHORT'} {name:48} {value:8} <= {budget}")
    sys.exit(not all(ok for *_, ok in rows))


if __name__ == "__main__":
    main()
