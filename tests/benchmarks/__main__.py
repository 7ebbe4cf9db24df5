"""Runs every benchmark of this folder: one table, two files of it, and 1 on a shortfall.

A module with a `run()` that returns rows of a name, a value, its budget and whether it is kept is a
benchmark.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

from infra.paths import BUILD
from tests.benchmarks import _figures

HERE = Path(__file__).parent


def main() -> None:
    """Run them in the order of their names, and tell all the figures at the end."""
    results: list[dict[str, Any]] = []
    for path in sorted(HERE.glob("*.py")):
        module = path.stem.startswith("_") or importlib.import_module(f"{__package__}.{path.stem}")
        if module is True or not hasattr(module, "run"):
            continue
        print(f"{path.stem}:", flush=True)
        results += [
            {"bench": path.stem, "name": name, "value": value, "budget": budget, "ok": ok}
            for name, value, budget, ok in module.run()
        ]
    print()
    for row in results:
        mark = "ok   " if row["ok"] else "SHORT"
        print(f"{mark} {row['bench']:12} {row['name']:56} {row['value']:>10} {row['budget']:>10}")
    BUILD.mkdir(exist_ok=True)
    (BUILD / "bench.json").write_text(json.dumps(results, indent=1) + "\n")
    _figures.write(results)
    short = sum(not row["ok"] for row in results)
    print(f"\n{len(results)} figures, {short} short of their budgets: docs/figures.md has them")
    sys.exit(short > 0)


if __name__ == "__main__":
    main()
