"""Who may call what: every route, asked by ten people, answers as its row of the table says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.contract.access_matrix import TABLE
from tests.contract.access_world import Row, Who, World
from tests.support.helpline import using
from tests.support.web import Web


@contextmanager
def a_world() -> Iterator[World]:
    web = Web()
    world = World(web)
    with using(*web.parts()):
        world.fill()
        yield world


def routes() -> set[str]:
    return {f"{method} {path}" for path, methods in Web().app.routes.items() for method in methods}


def test_every_route_has_its_row_and_every_row_its_route():
    named = Counter(row.name for row in TABLE)

    assert named.keys() - routes() == set(), "rows of routes that are no more"
    assert routes() - named.keys() == set(), "routes without a row in access_matrix.py"
    assert [name for name, count in named.items() if count > 1] == []


def answers(row: Row) -> Iterator[tuple[Who, int, bool]]:
    """Ask as each, and tell the status and whether anything changed; each change in a new world."""
    left = list(Who)
    while left:
        with a_world() as world:
            before = world.state()
            for who in [*left]:
                left.remove(who)
                status, changed = world.ask(who, row), world.state() != before
                yield who, status, changed
                if changed or (status < 400 and row.method not in ("GET", "HEAD")):
                    break


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_each_answers_each_as_its_row_says(row):
    found = list(answers(row))

    assert {who.value: status for who, status, _ in found} == dict(
        zip((who.value for who in Who), row.expected, strict=True)
    )
    assert [who.value for who, status, changed in found if changed and status >= 400] == []
