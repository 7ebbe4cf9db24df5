"""`docs/figures.md`: the figures of one run, with its date and the machine's kind."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeAlias

from infra.paths import ROOT

Row: TypeAlias = tuple[str, float, float, bool]
"""A figure: its name, its value, its budget, and whether that is kept."""

FIGURES: Final = ROOT / "docs" / "figures.md"
NOTES: Final = ROOT / "docs" / "figures-explained.md"


def row(name: str, value: float, budget: float, digits: int = 4) -> Row:
    """Hold a value against the most that it may be; it is told to so many digits."""
    return name, round(value, digits), budget, value <= budget


def write(results: Sequence[dict[str, Any]], at: datetime | None = None) -> None:
    """Write the figures down, those that fall short first."""
    when = (at or datetime.now(UTC)).date().isoformat()
    lines = [
        "# Figures",
        "",
        f"As `make bench` measured them on {when}, on {machine()}.",
        "Ratios compare what ran in the same run, and are all that travels to another machine.",
        f"[What falls short, and why]({NOTES.name}). [How costs grow](growth.svg).",
        "",
        "| bench | figure | value | budget | |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {row['bench']} | {row['name']} | {row['value']} | {row['budget']} "
        f"| {'' if row['ok'] else 'short'} |"
        for row in sorted(results, key=lambda row: bool(row["ok"]))
    ]
    FIGURES.write_text("\n".join(lines) + "\n", encoding="utf-8")


def show(rows: Sequence[Row]) -> None:
    """Print one benchmark's figures, and exit with 1 if one is short of its budget."""
    for name, value, budget, ok in rows:
        print(f"{'ok   ' if ok else 'SHORT'} {name:52} {value:8} <= {budget}")
    sys.exit(not all(ok for *_, ok in rows))


def machine() -> str:
    """Name the machine's kind: its processor, how many of its cores there are, and Python."""
    info = Path("/proc/cpuinfo")
    models = [
        line.partition(":")[2].strip()
        for line in (info.read_text().splitlines() if info.exists() else ())
        if line.startswith("model name")
    ]
    kind = models[0] if models else platform.machine()
    return f"{os.cpu_count()} cores of {kind}, Python {platform.python_version()}"
