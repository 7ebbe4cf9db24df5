"""The package's weight, and whether a cold start has anything to compile in it."""

from __future__ import annotations

from infra.package import build, heaviest, uncompiled
from tests.benchmarks._figures import Row, row, show

MEGABYTES = 10.0


def run() -> list[Row]:
    """Build what Lambda gets, and hold the budgets."""
    code = build("prod").code
    size, left = code.stat().st_size / 1e6, uncompiled(code)
    for name, weight in heaviest(code):
        print(f"  {weight / 1e6:8.2f} MB  {name}")
    return [
        row("package, MB zipped", size, MEGABYTES, 2),
        row("modules not compiled", len(left), 0),
    ]


if __name__ == "__main__":
    show(run())
