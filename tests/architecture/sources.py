"""Read our modules as source text: where each is in the layout, and what it imports.

``python -m tests.architecture.sources`` prints how much the features import from one another, and
how many modules each folder and how many lines each part has.
"""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
# Each feature and its rank. A feature may import features of a lower rank.
FEATURES = {"core": 0, "messages": 1, "rota": 2, "cases": 3}
FEATURES |= {"people": 4, "privacy": 4, "reports": 4, "console": 5}

parsed = cache(ast.parse)


class Place(NamedTuple):
    """The place ``<feature>/<layer>/<part>`` of a module below chalicelib.

    A root module has ``chalicelib`` for a feature, and ``app.py`` has none.
    """

    feature: str
    layer: str
    part: str

    @property
    def label(self) -> str:
        return "/".join(name for name in (self.feature, self.layer) if name)

    @property
    def names(self) -> frozenset[str]:
        """Return each name that a table may use for this place."""
        if self.feature not in FEATURES or not self.layer:
            return frozenset({self.label})
        return frozenset({self.label, self.layer, f"{self.layer}/{self.part}"})


class Import(NamedTuple):
    """One name that a module imports; ``target`` is its full dotted name."""

    path: str
    line: int
    module: str
    target: str


class Crossing(NamedTuple):
    """Count the names that modules of features import from modules of features."""

    crossing: int  # from another feature than core
    to_core: int  # from core, by another feature
    inside: int  # from the same feature
    total: int

    @property
    def share(self) -> float:
        return self.crossing / self.total if self.total else 0.0


def read(*tops: str) -> dict[str, str]:
    """Read the Python files at or below each path; the keys are paths from the root."""
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for top in tops
        for path in sorted([ROOT / top] if top.endswith(".py") else (ROOT / top).rglob("*.py"))
    }


def module_of(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def place_of(module: str) -> Place | None:
    """Return the place of a module, or of a name in it; None if it is not one of ours."""
    match [*module.split("."), "", "", ""]:
        case ["app", *_]:
            return Place("", "app", "")
        case ["chalicelib", feature, layer, part, *_] if feature in FEATURES:
            return Place(feature, layer, part)
        case ["chalicelib", name, *_]:
            return Place("chalicelib", name, "")
    return None


def imports(sources: Mapping[str, str]) -> Iterator[Import]:
    """Find every import: at the top, in a function, under TYPE_CHECKING, by import_module."""
    for path, text in sources.items():
        module = module_of(path)
        package = module if path.endswith("/__init__.py") else module.rpartition(".")[0]
        for node in ast.walk(parsed(text)):
            for target in targets(node, package):
                yield Import(path, node.lineno, module, target)


def targets(node: ast.AST, package: str) -> Iterator[str]:
    """Return the full name of everything that this node may import."""
    match node:
        case ast.Import(names=names):
            yield from (alias.name for alias in names)
        case ast.ImportFrom(module=name, names=names, level=level):
            above = package.split(".")[: len(package.split(".")) - level + 1] if level else []
            base = ".".join([*above, *([name] if name else [])])
            # "from chalicelib.cases import store" names a module only in its last part.
            yield from (f"{base}.{alias.name}" for alias in names)
        case ast.Call(
            func=ast.Name(id="__import__" | "import_module") | ast.Attribute(attr="import_module"),
            args=[ast.Constant(value=str(name)), *_],
        ):
            yield name


def arrows(sources: Mapping[str, str]) -> Counter[tuple[str, str]]:
    """Count the imports from each feature to each feature, one for each imported name."""
    pairs = ((place_of(found.module), place_of(found.target)) for found in imports(sources))
    features = ((place.feature, other.feature) for place, other in pairs if place and other)
    return Counter(pair for pair in features if FEATURES.keys() >= {*pair})


def crossing(sources: Mapping[str, str]) -> Crossing:
    counts = arrows(sources)
    inside = sum(counts[feature, feature] for feature in FEATURES)
    to_core = sum(counts[feature, "core"] for feature in FEATURES if feature != "core")
    return Crossing(counts.total() - to_core - inside, to_core, inside, counts.total())


def folders(sources: Mapping[str, str]) -> Counter[str]:
    """Count the modules directly in each folder, without its ``__init__.py``."""
    paths = [Path(path) for path in sources]
    return Counter(path.parent.as_posix() for path in paths if path.name != "__init__.py")


def summary(found: Crossing) -> str:
    """Describe the share of imports that cross a feature, on one line."""
    return (
        f"{found.share:.1%} of the imports cross a feature "
        f"({found.crossing} of {found.total}; {found.to_core} go to core)"
    )


def lines_of_code() -> str:
    """Count the lines of each part, on one line."""
    parts = {
        "chalicelib": ("chalicelib",),
        "tests": ("tests",),
        "resilience": ("tests/resilience",),
        "benchmarks": ("tests/benchmarks",),
    }
    counts = {
        name: sum(len(text.splitlines()) for text in read(*tops).values())
        for name, tops in parts.items()
    }
    counts["tests"] -= counts["resilience"] + counts["benchmarks"]
    return "lines: " + ", ".join(f"{name} {count:,}" for name, count in counts.items())


def report(sources: Mapping[str, str]) -> str:
    """Describe the imports between features and the size of each folder, as text."""
    found, counts = crossing(sources), arrows(sources)
    lines = [summary(found), ""]
    lines += ["importing".ljust(9) + "".join(f"{other:>9}" for other in FEATURES)]
    for feature in FEATURES:
        row = (counts[feature, other] or "." for other in FEATURES)
        lines += [f"{feature:9}" + "".join(f"{count:>9}" for count in row)]
    sizes = [f"{count:4} {folder}" for folder, count in sorted(folders(sources).items())]
    return "\n".join([*lines, "", "modules in each folder", *sizes, ""])


if __name__ == "__main__":
    # By itself the summary, as `make check` prints it; --all adds who imports whom.
    found = read("app.py", "chalicelib")
    shown = report(found) if "--all" in sys.argv else f"{summary(crossing(found))}\n"
    sys.stdout.write(f"{shown}{lines_of_code()}\n")
