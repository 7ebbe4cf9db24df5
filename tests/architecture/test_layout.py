"""How the folders are laid out: empty packages, small folders, names used once, handlers found."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Mapping
from fnmatch import fnmatch
from importlib import import_module

import pytest

from chalicelib.core.web.route_spec import Route
from tests.architecture.sources import (
    Crossing,
    crossing,
    folders,
    parsed,
    read,
)

MOST_MODULES = 40  # in one folder
MOST_CROSSING = 0.16  # of the imports between modules of features
# Folders inside a layer that count as layers of their own.
INNER_LAYERS = ("web/schemas", "web/console", "providers/*")


def filled_packages(sources: Mapping[str, str]) -> list[str]:
    packages = [path for path in sources if path.endswith("__init__.py")]
    return [f"{path} is not empty" for path in packages if sources[path].strip()]


def full_folders(sources: Mapping[str, str]) -> list[str]:
    full = ((name, count) for name, count in folders(sources).items() if count > MOST_MODULES)
    return [f"{name} has {count} modules" for name, count in full]


def shared_modules(sources: Mapping[str, str]) -> list[str]:
    paths = [path for path in sources if not path.endswith("__init__.py")]
    shared = repeated((layer_of(path), path.rpartition("/")[2], path) for path in paths)
    return [f"{' and '.join(found)} share a name" for found in shared.values()]


def storing_constructors(sources: Mapping[str, str]) -> list[str]:
    """List the classes whose constructor only stores its parameters: ``component`` writes it."""
    return [
        f"{path} {node.name}"
        for path, text in sources.items()
        for node in ast.walk(parsed(text))
        if isinstance(node, ast.ClassDef) and not node.bases
        for each in node.body
        if isinstance(each, ast.FunctionDef) and each.name == "__init__" and only_stores(each)
    ]


def only_stores(constructor: ast.FunctionDef) -> bool:
    given = {arg.arg for arg in (*constructor.args.args, *constructor.args.kwonlyargs)}
    body = constructor.body[1:] if ast.get_docstring(constructor) else constructor.body
    return all(
        isinstance(each, ast.Assign | ast.AnnAssign)
        and isinstance(each.value, ast.Name)
        and each.value.id in given
        for each in body
    )


def layer_of(path: str) -> str:
    below = path.split("/")[1:-1]
    inner = any(fnmatch("/".join(below[1:3]), pattern) for pattern in INNER_LAYERS)
    return "/".join(below[: 3 if inner else 2])


def shared_classes(sources: Mapping[str, str]) -> list[str]:
    """List the public class names that several modules of a feature define."""
    shared = repeated(
        (feature, node.name, "/".join([feature, *below]))
        for path, text in sources.items()
        if path.count("/") > 1
        for _, feature, *below in [path.split("/")]
        for node in parsed(text).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    return [f"{' and '.join(found)} define {name}" for (_, name), found in shared.items()]


def repeated(named: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str], list[str]]:
    """Map (group, name) to the places that use the name, where there are several."""
    found = defaultdict[tuple[str, str], list[str]](list)
    for group, name, place in named:
        found[group, name].append(place)
    return {key: places for key, places in found.items() if len(places) > 1}


def planted(handler: str, **schemas: str) -> Route:
    return Route("GET", "/planted", handler, **schemas)


def unresolved(route: Route) -> list[str]:
    """List the handler and the schemas that do not exist."""
    names = [f"{route.module}.{route.name}", route.body, route.query]
    return [name for name in names if name and not exists(f"chalicelib.{name}")]


def exists(name: str) -> bool:
    module, _, attribute = name.rpartition(".")
    try:
        found = import_module(module)
    except ModuleNotFoundError as error:
        if f"{module}.".startswith(f"{error.name}."):
            return False
        raise
    return callable(getattr(found, attribute, None))


def test_every_package_is_empty():
    assert filled_packages(read("chalicelib")) == []


def test_no_folder_is_too_full():
    assert full_folders(read("chalicelib", "helpline", "infra", "tests")) == []


def test_no_two_modules_of_a_layer_share_a_name():
    assert shared_modules(read("chalicelib")) == []


def test_no_two_classes_of_a_feature_share_a_name():
    assert shared_classes(read("chalicelib")) == []


def test_no_constructor_only_stores_its_parameters():
    assert storing_constructors(read("chalicelib")) == []


def test_every_handler_and_schema_of_a_route_exists():
    from app import app

    views = [entry.view_function for methods in app.routes.values() for entry in methods.values()]
    lazy = [view.route for view in views if hasattr(view, "route")]

    assert lazy
    assert [name for route in lazy for name in unresolved(route)] == []


def test_few_imports_cross_a_feature():
    sources = read("app.py", "chalicelib")

    assert crossing(sources).total
    assert crossing(sources).share <= MOST_CROSSING


def test_a_planted_package():
    path = "chalicelib/cases/__init__.py"

    assert filled_packages({path: "\n", "app.py": "X = 1"}) == []
    assert filled_packages({path: '"""Cases."""'}) == [f"{path} is not empty"]


def test_planted_modules_in_a_folder():
    names = ["__init__", "console/board", *(f"page_{number}" for number in range(40))]
    full = {f"chalicelib/cases/web/{name}.py": "" for name in names}

    assert full_folders(full) == []
    assert full_folders({**full, "chalicelib/cases/web/last.py": ""}) == [
        "chalicelib/cases/web has 41 modules"
    ]


@pytest.mark.parametrize(
    ("first", "second", "clash"),
    [
        ("cases/domain/case.py", "cases/domain/old/case.py", True),
        ("cases/web/forms/case.py", "cases/web/case.py", True),
        ("cases/web/schemas/old/case.py", "cases/web/schemas/case.py", True),
        ("messages/providers/aws/old/client.py", "messages/providers/aws/client.py", True),
        ("messages/providers/aws/client.py", "messages/providers/exotel/client.py", False),
        ("cases/web/console/cases.py", "cases/web/cases.py", False),
        ("cases/web/schemas/desk.py", "cases/web/desk.py", False),
        ("cases/domain/errors.py", "rota/domain/errors.py", False),
        ("cases/domain/calls.py", "cases/services/calls.py", False),
        ("cases/web/__init__.py", "cases/web/forms/__init__.py", False),
    ],
)
def test_planted_names_of_modules(first, second, clash):
    found = shared_modules({f"chalicelib/{first}": "", f"chalicelib/{second}": ""})

    assert found == [f"chalicelib/{first} and chalicelib/{second} share a name"] * clash


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("cases/services/ports.py", "class Other: ...", []),
        ("cases/services/ports.py", "class Other:\n    class Line: ...", []),
        ("cases/services/ports.py", "class _Own: ...", []),
        ("rota/services/ports.py", "class Line: ...", []),
        (
            "cases/services/ports.py",
            "class Line: ...",
            ["cases/domain/queue.py and cases/services/ports.py define Line"],
        ),
    ],
)
def test_planted_names_of_classes(path, text, found):
    queue = {"chalicelib/cases/domain/queue.py": "class Line: ...\nclass _Own: ..."}

    assert shared_classes({**queue, f"chalicelib/{path}": text}) == found


@pytest.mark.parametrize(
    ("bases", "body", "found"),
    [
        ("", "self.a = self._b = a", True),
        ("", "'Bind it.'; self.a: int = a", True),
        ("", "self.a = a; self.b = {}", False),
        ("", "self.a = a or 1", False),
        ("(Enum)", "self.a = a", False),
    ],
)
def test_planted_constructors(bases, body, found):
    text = f"class A{bases}:\n    def __init__(self, a): {body}"

    assert storing_constructors({"chalicelib/a.py": text}) == ["chalicelib/a.py A"] * found


@pytest.mark.parametrize(
    ("route", "found"),
    [
        (planted("settings:Settings", body="settings.Settings", query="settings.Settings"), []),
        (planted("cases.web.missing_api:show"), ["cases.web.missing_api.show"]),
        (planted("logs:missing"), ["logs.missing"]),
        (planted("logs:configure", body="settings.Missing"), ["settings.Missing"]),
        (planted("logs:configure", query="no.such.Schema"), ["no.such.Schema"]),
    ],
)
def test_a_planted_route(route, found):
    assert unresolved(route) == found


def test_crossing_counts_each_imported_name_once():
    text = (
        "import os, chalicelib.settings\n"
        "from chalicelib.core.domain.errors import NotFound, Blocked\n"
        "from chalicelib.cases.domain import case, queue\n"
        "if TYPE_CHECKING:\n    from chalicelib.rota.domain.model import Line, Override\n"
        "def f():\n    import chalicelib.messages.domain.templates\n"
        "import_module('chalicelib.cases.web.b')"
    )
    core = "import chalicelib.core.domain.phone"
    root = {"app.py": "import chalicelib.cases.events", "chalicelib/routes.py": text}
    sources = {**root, "chalicelib/core/web/a.py": core, "chalicelib/cases/web/a.py": text}

    assert crossing(sources) == Crossing(crossing=3, to_core=2, inside=4, total=9)
    assert crossing(sources).share == pytest.approx(3 / 9)
