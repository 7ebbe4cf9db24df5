"""Every fault, one module of this folder after the other: ``python -m faults [--long]``.

What was done is counted and printed as it is done. Exits 1 where an invariant broke.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path

from faults._outcome import Outcome
from infra.catalogues import compile_catalogues

Run = Callable[..., Iterator[Outcome]]


def main() -> int:
    """Run what is asked for, and tell 1 where anything broke."""
    parser = argparse.ArgumentParser(prog="python -m faults")
    parser.add_argument("--long", action="store_true", help="every fault, and not a choice of them")
    parser.add_argument("--only", nargs="*", default=[], help="modules, by name: crash clock ...")
    asked = parser.parse_args()
    compile_catalogues()
    broken = [each for name in asked.only or names() for each in tell(name, long=asked.long)]
    for each in broken:
        print(f"broken: {each}")
    return 1 if broken else 0


def names() -> list[str]:
    """Name the modules that have a ``run``."""
    here = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem[0] != "_")
    return [name for name in here if hasattr(import_module(f"faults.{name}"), "run")]


def tell(name: str, *, long: bool) -> list[str]:
    """Run a module, print what it does as it does it, and return what it found broken."""
    run: Run = import_module(f"faults.{name}").run
    started = time.monotonic()
    sums: Counter[str] = Counter()
    broken: list[str] = []
    for outcome in run(long=long):
        sums.update(outcome.counts)
        broken += [f"{name}, {outcome.name}: {each}" for each in outcome.broken]
        found = f"{len(outcome.broken)} BROKEN" if outcome.broken else "held"
        print(f"{name:<12} {outcome.name:<40} {_words(outcome.counts):<40} {found}", flush=True)
    seconds = time.monotonic() - started
    print(f"{name:<12} {'in all':<40} {_words(sums)} in {seconds:.0f} s\n", flush=True)
    return broken


def _words(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number:,} {what}" for what, number in counts.items())


if __name__ == "__main__":
    sys.exit(main())
