"""Who may import whom, read from the syntax trees.

The direction is ``domain`` <- ``services`` <- {``store``, ``gateways``} <- ``wiring`` <-
{``web``, ``events``} <- ``app``, with ``settings``, ``logs`` and ``wording`` at its side. An
import counts wherever it stands: at the top, inside a function, or under ``TYPE_CHECKING``.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# At the side of the layers: what the edges know, and the domain and the services do not.
ASIDE = frozenset({"settings", "logs", "core.i18n"})

# Modules move from folders of layers into folders of features, with the layers inside.
FEATURES = frozenset(
    {"core", "messages", "rota", "cases", "people", "privacy", "reports", "console"}
)
ALIASES = {
    "dynamodb": "store",
    "providers": "gateways",
    "i18n": "core.i18n",
    "paths": "core.i18n",
    "routes": "web",
}

# Each layer, and the others of ours that it may import.
ALLOWED: dict[str, frozenset[str]] = {
    "domain": frozenset(),
    "settings": frozenset({"domain"}),
    "logs": frozenset(),
    "core.i18n": frozenset({"domain"}),
    "services": frozenset({"domain", "core.i18n"}),
    "store": frozenset({"domain", "services", *ASIDE}),
    "gateways": frozenset({"domain", "services", *ASIDE}),
    "wiring": frozenset({"domain", "services", "store", "gateways", *ASIDE}),
    "web": frozenset({"domain", "services", "gateways", "wiring", *ASIDE}),
    "events": frozenset({"domain", "services", "gateways", "wiring", *ASIDE}),
    "app": frozenset({"domain", "services", "gateways", "wiring", "web", "events", *ASIDE}),
}

# What comes from outside and belongs to some layers only.
RESERVED: dict[str, frozenset[str]] = {
    "chalice": frozenset({"app", "web"}),
    "pynamodb": frozenset({"store"}),
    "boto3": frozenset({"store", "gateways", "wiring"}),
    "botocore": frozenset({"store", "gateways", "wiring"}),
    "os": frozenset(ALLOWED) - {"domain", "services"},
}

ENVIRONMENT = frozenset({"environ", "environb", "getenv", "getenvb", "putenv", "unsetenv"})
READS_ENVIRONMENT = "settings"


def violations(sources: Mapping[str, str]) -> list[str]:
    """Say each import that goes against the direction; the keys are paths from the root."""
    return [
        f"{path}:{line}: {layer} {problem}"
        for path, text in sources.items()
        for layer in [layer_of(module_of(path))]
        for line, problem in problems(layer, module_of(path), path, ast.parse(text))
    ]


def problems(layer: str, module: str, path: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    if layer not in ALLOWED:
        yield 1, "is no layer: give it a place in ALLOWED"
        return
    package = module if path.endswith("/__init__.py") else module.rpartition(".")[0]
    for node in ast.walk(tree):
        for target in imported(node, package):
            if not may_import(layer, target):
                yield node.lineno, f"imports {target}"
        if layer != READS_ENVIRONMENT and touches_environment(node):
            yield node.lineno, "reads the environment"


def may_import(layer: str, target: str) -> bool:
    other = layer_of(target)
    if other is None:
        return layer in RESERVED.get(target.partition(".")[0], ALLOWED)
    return other == layer or other in ALLOWED[layer]


def imported(node: ast.AST, package: str) -> Iterator[str]:
    """Name every module that this node may bring in, in full."""
    match node:
        case ast.Import(names=names):
            yield from (alias.name for alias in names)
        case ast.ImportFrom(module=name, names=names, level=level):
            above = package.split(".")[: len(package.split(".")) - level + 1] if level else []
            base = ".".join([*above, *([name] if name else [])])
            # "from chalicelib import store" names a module only in its last part.
            yield from (f"{base}.{alias.name}" for alias in names)
        case ast.Call(
            func=ast.Name(id="__import__" | "import_module") | ast.Attribute(attr="import_module"),
            args=[ast.Constant(value=str(name)), *_],
        ):
            yield name


def touches_environment(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(attr=attr):  # of os, under whatever name it was imported
            return attr in ENVIRONMENT
        case ast.ImportFrom(module="os", names=names):
            return any(alias.name in ENVIRONMENT for alias in names)
    return False


def module_of(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def layer_of(module: str) -> str | None:
    """Name the layer of one of our modules; None for a module from elsewhere."""
    match module.split("."):
        case ["app", *_]:
            return "app"
        case ["chalicelib", feature, layer, *_] if feature in FEATURES:
            return ALIASES.get(layer, layer)
        case ["chalicelib", layer, *_]:
            return ALIASES.get(layer, layer)
    return None


def our_sources() -> dict[str, str]:
    paths = [ROOT / "app.py", *sorted((ROOT / "chalicelib").rglob("*.py"))]
    root_package = "chalicelib/__init__.py"
    return {
        name: path.read_text(encoding="utf-8")
        for path in paths
        for name in [path.relative_to(ROOT).as_posix()]
        if name not in {root_package, *(f"chalicelib/{each}/__init__.py" for each in FEATURES)}
    }


def test_imports_go_one_way():
    assert violations(our_sources()) == []


def test_every_layer_is_looked_at():
    seen = {layer_of(module_of(path)) for path in our_sources()}

    assert seen == set(ALLOWED)


def test_the_root_package_is_empty():
    assert (ROOT / "chalicelib" / "__init__.py").read_text(encoding="utf-8").strip() == ""


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("chalicelib/domain/case.py", "from chalicelib.domain.errors import NotFound"),
        ("chalicelib/services/intake.py", "from chalicelib.domain.case import Case"),
        ("chalicelib/store/cases.py", "from pynamodb.models import Model\nimport botocore.config"),
        ("chalicelib/settings.py", "import os\nREGION = os.environ['AWS_REGION']"),
        ("chalicelib/wiring/world.py", "def store():\n    from chalicelib.store import cases"),
        ("chalicelib/web/pages.py", "import chalice\nfrom chalicelib import wiring"),
        ("chalicelib/events/shifts.py", "import os.path\nimport chalicelib.services.hand_over"),
        ("app.py", "from chalice import Chalice\nfrom chalicelib.web import public"),
    ],
)
def test_what_is_allowed_passes(path, text):
    assert violations({path: text}) == []


@pytest.mark.parametrize(
    ("path", "text", "problem"),
    [
        ("chalicelib/domain/case.py", "import os", "domain imports os"),
        ("chalicelib/domain/case.py", "from os import path", "domain imports os.path"),
        ("chalicelib/domain/case.py", "import boto3", "domain imports boto3"),
        (
            "chalicelib/domain/case.py",
            "from chalicelib.services.ports import Stale",
            "domain imports chalicelib.services.ports.Stale",
        ),
        (
            "chalicelib/domain/case.py",
            "import chalicelib.settings",
            "domain imports chalicelib.settings",
        ),
        (
            "chalicelib/services/intake.py",
            "from chalice import Response",
            "services imports chalice.Response",
        ),
        (
            "chalicelib/services/intake.py",
            "def f():\n    from pynamodb.models import Model",
            "services imports pynamodb.models.Model",
        ),
        (
            "chalicelib/services/intake.py",
            "import botocore.exceptions",
            "services imports botocore.exceptions",
        ),
        (
            "chalicelib/services/intake.py",
            "if TYPE_CHECKING:\n    from chalicelib import store",
            "services imports chalicelib.store",
        ),
        (
            "chalicelib/store/cases.py",
            "from ..gateways import sms",
            "store imports chalicelib.gateways.sms",
        ),
        (
            "chalicelib/store/__init__.py",
            "from ..web import pages",
            "store imports chalicelib.web.pages",
        ),
        ("chalicelib/gateways/sms.py", "import pynamodb", "gateways imports pynamodb"),
        (
            "chalicelib/gateways/sms.py",
            "import os as system\nKEY = system.getenv('KEY')",
            "gateways reads the environment",
        ),
        (
            "chalicelib/gateways/sms.py",
            "from os import environ",
            "gateways reads the environment",
        ),
        ("chalicelib/wiring/w.py", "from chalicelib import web", "wiring imports chalicelib.web"),
        (
            "chalicelib/web/pages.py",
            "from chalicelib.store.cases import Cases",
            "web imports chalicelib.store.cases.Cases",
        ),
        (
            "chalicelib/web/pages.py",
            "import importlib\nimportlib.import_module('chalicelib.store')",
            "web imports chalicelib.store",
        ),
        ("chalicelib/web/pages.py", "import app", "web imports app"),
        (
            "chalicelib/events/shifts.py",
            "import chalicelib.store",
            "events imports chalicelib.store",
        ),
        ("chalicelib/events/shifts.py", "import chalice", "events imports chalice"),
        (
            "chalicelib/events/shifts.py",
            "from chalicelib.web import pages",
            "events imports chalicelib.web.pages",
        ),
        ("app.py", "import pynamodb", "app imports pynamodb"),
        ("app.py", "from chalicelib.store import cases", "app imports chalicelib.store.cases"),
        ("app.py", "import os\nos.environ['X']", "app reads the environment"),
        (
            "chalicelib/helpers.py",
            "",
            "helpers is no layer: give it a place in ALLOWED",
        ),
    ],
)
def test_what_is_planted_is_found(path, text, problem):
    found = [violation.partition(": ")[2] for violation in violations({path: text})]

    assert found == [problem]
