"""Find module-level names that nothing uses, by what modules import and say."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

from tests.architecture.sources import module_of, parsed

# A route names its handler and its schemas: "cases.web.public_api:ask", "….callbacks.Schema".
_NAMED = re.compile(r"([a-z_][\w.]*)[.:](\w+)")
# What these decorate is called by whoever collects it: commands, functions of AWS, routes.
_REGISTERS = re.compile(r"command|group|app\.|on_|schedule|authorizer|hookimpl|fixture")
Name = tuple[str, str]
"""A module's dotted name, and a name in it."""


def unused_names(sources: Mapping[str, str], users: Mapping[str, str]) -> list[str]:
    """List what ``sources`` define at their top and none of ``users`` uses, with file and line.

    Both are texts by their paths. A name is used where its module loads it outside its own
    definition, where another imports it, takes it from its module, or names it in a string.
    """
    known = {module_of(path) for path in users}
    used = {name for path, text in users.items() for name in _used(module_of(path), text, known)}
    return [
        f"{path}:{line} {name}"
        for path, text in sources.items()
        for name, line in _defined(parsed(text))
        if (module_of(path), name) not in used
    ]


def _defined(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in tree.body:
        match node:
            case ast.FunctionDef() | ast.ClassDef():
                if not any(_REGISTERS.search(ast.unparse(each)) for each in node.decorator_list):
                    yield node.name, node.lineno
            case ast.Assign(value=ast.Call(func=ast.Name(id=maker))) if maker.endswith("_fixture"):
                # pytest collects it by its name.
                pass
            case ast.Assign(targets=targets):
                for target in targets:
                    yield from (
                        (each.id, node.lineno)
                        for each in ast.walk(target)
                        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
                    )
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name, node.lineno


def _used(module: str, text: str, known: Iterable[str]) -> Iterator[Name]:
    tree = parsed(text)
    modules = dict(_imported(tree))
    yield from (tuple(full.rpartition(".")[::2]) for full in modules.values())  # type: ignore[misc]
    yield from _in_strings(tree)
    for top in tree.body:
        own = getattr(top, "name", None)
        for node in ast.walk(top):
            match node:
                case ast.Name(id=name, ctx=ast.Load()) if name != own:
                    yield module, name
                # In quotes: a type that is known to the type checker alone.
                case ast.Constant(value=str(value)) if value.isidentifier() and value != own:
                    yield module, value
                case ast.Attribute(value=ast.Name(id=name), attr=attr) if name in modules:
                    yield modules[name], attr
                case ast.Attribute(value=ast.Attribute() as place, attr=attr):
                    if (dotted := ast.unparse(place)) in known:
                        yield dotted, attr


def _imported(tree: ast.Module) -> Iterator[Name]:
    """Pair each name that is imported with the full name of what it is."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((each.asname or each.name, each.name) for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for each in node.names:
                yield each.asname or each.name, f"{node.module}.{each.name}"


def _in_strings(tree: ast.Module) -> Iterator[Name]:
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in docstrings:
            continue
        for place, name in _NAMED.findall(node.value) if isinstance(node.value, str) else ():
            yield place, name
            yield f"chalicelib.{place}", name
