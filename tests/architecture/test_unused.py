"""Nothing at the top of a module is there that nothing uses."""

from __future__ import annotations

from chalicelib.messages.providers.contract import AwsSmsProvider, CallProvider, SmsProvider
from chalicelib.providers import PROVIDERS
from tests.architecture.sources import read
from tests.architecture.unused import unused_names

SHAPE = "the template, and moto's tables, are held to it by tests"
BY_LOOP = "called by the loop of chalicelib/routes.py"
# By the module's path below the root and the name; the list may only shrink.
KNOWN = {
    **{
        f"chalicelib/{feature}/web/routes.py register": BY_LOOP
        for feature in (
            *("cases", "console", "core", "messages"),
            *("people", "privacy", "reports", "rota"),
        )
    },
    **{
        f"chalicelib/core/dynamodb/schema.py {table}": SHAPE
        for table in ("CASES", "ROTA", "MESSAGES", "AUDIT", "REPORTS")
    },
}


def without_line(found: str) -> str:
    place, _, name = found.partition(" ")
    return f"{place.partition(':')[0]} {name}"


def by_contract() -> str:
    """What gateways and handlers call of a provider, as imports: they know no provider by name."""
    modules: list[tuple[str, type]] = []
    for provider in PROVIDERS:
        modules.append((provider.module, AwsSmsProvider if provider.by_aws else SmsProvider))
        if provider.bridges_calls:
            modules.append((f"{provider.name}.calls", CallProvider))
    return "\n".join(
        f"import chalicelib.messages.providers.{module}.{name}"
        for module, contract in modules
        for name in (*contract.__annotations__, *vars(contract))
        if not name.startswith("_")
    )


def test_what_is_deployed_and_the_commands_hold_nothing_unused():
    users = read("app.py", "chalicelib", "helpline", "infra") | {"contract.py": by_contract()}
    found = unused_names(read("app.py", "chalicelib", "helpline"), users)

    assert {without_line(each) for each in found} == KNOWN.keys(), found


def test_what_serves_the_project_holds_nothing_unused():
    users = read("app.py", "chalicelib", "helpline", "infra", "tests")

    found = unused_names(read("infra", "tests/support"), users)
    assert [each for each in found if " test_" not in each] == []


USED = """
import second
from second import taken
from typing import Final

LIMIT: Final = 3
SPARE: Final = 4
first, other = 1, 2


def alone():
    return alone()


def called(asked: "Later"):
    '''Docstrings name alone and SPARE, and use nothing.'''
    return LIMIT + first + second.by_module


class Later:
    pass


@cli.command("run")
def run():
    return called
"""
SECOND = """
taken = by_module = by_route = nowhere = 1
ROUTE = Route("GET", "/", "second:by_route")
print(ROUTE)
"""


def test_what_is_planted_is_found():
    sources = {"first.py": USED, "second.py": SECOND}

    assert unused_names(sources, sources) == [
        "first.py:7 SPARE",
        "first.py:8 other",
        "first.py:11 alone",
        "second.py:2 nowhere",
    ]
