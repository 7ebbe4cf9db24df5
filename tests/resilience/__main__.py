"""Every fault, one module of this folder after the other: ``python -m tests.resilience [--long]``.

What was done is counted and printed as it is done, what broke as it breaks; the sums come last.
Exits 1 where an invariant broke.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path

from infra.translations import compile_catalogues
from tests.resilience.outcome import CLEAR, Outcome

Run = Callable[..., Iterator[Outcome]]


@dataclass
class Sum:
    """What a module came to."""

    name: str
    counts: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def __str__(self) -> str:
        """Tell it in one line."""
        found = f"{len(self.broken)} BROKEN" if self.broken else "held"
        return f"{self.name:<12} {_words(self.counts)} in {self.seconds:.0f} s: {found}"


def main() -> int:
    """Run what is asked for, and tell 1 where anything broke."""
    parser = argparse.ArgumentParser(prog="python -m tests.resilience")
    parser.add_argument("--long", action="store_true", help="every fault, and not a choice of them")
    parser.add_argument("--only", nargs="+", choices=names(), help="of the modules these alone")
    asked = parser.parse_args()
    compile_catalogues()
    sums = [tell(name, long=asked.long) for name in asked.only or names()]
    print("\n".join(map(str, sums)))
    broken = [f"broken: {each}" for done in sums for each in done.broken]
    print("\n".join(broken or ["nothing is broken"]))
    return 1 if broken else 0


def names() -> list[str]:
    """Name the modules that have a ``run``, in this folder and in that of the models."""
    return [name for name in sorted(_modules()) if hasattr(import_module(_modules()[name]), "run")]


def tell(name: str, *, long: bool) -> Sum:
    """Run a module, print what it does as it does it, and sum it up."""
    run: Run = import_module(_modules()[name]).run
    started = time.monotonic()
    done = Sum(name)
    for outcome in run(long=long):
        done.counts.update(outcome.counts)
        done.broken += [f"{name}, {outcome.name}: {each}" for each in outcome.broken]
        found = f"{len(outcome.broken)} BROKEN" if outcome.broken else "held"
        clear = CLEAR if sys.stderr.isatty() else ""
        told = _words({**outcome.counts, **outcome.measured})
        print(f"{clear}{name:<12} {outcome.name:<40} {told:<40} {found}", flush=True)
        for each in outcome.broken:
            print(f"             {each}", flush=True)
    done.seconds = time.monotonic() - started
    print(flush=True)
    return done


@cache
def _modules() -> Mapping[str, str]:
    """Return the full name of each module that is no test, by its own."""
    here = Path(__file__).parent
    found = {path.stem: f"{__package__}.{path.stem}" for path in here.glob("*.py")}
    found |= {path.stem: f"{__package__}.models.{path.stem}" for path in here.glob("models/*.py")}
    return {
        name: module
        for name, module in found.items()
        if not name.startswith(("_", "test_", "conftest"))
    }


def _words(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number:,} {what}" for what, number in counts.items())


if __name__ == "__main__":
    sys.exit(main())
