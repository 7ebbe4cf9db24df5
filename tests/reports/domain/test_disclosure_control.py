"""What is published gives no small group away to whoever knows the rules: searched exhaustively."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from chalicelib.reports.domain import disclosure_control
from chalicelib.reports.domain.disclosure_control import (
    FEWEST,
    SMALL_GROUPS,
    for_publication,
    hidden_among,
)
from chalicelib.reports.domain.report import Counts, DayTotals, Group, Report, report_of
from chalicelib.reports.domain.tally import NOT_TOLD

EMPTY = report_of(date(2026, 11, 1), date(2026, 12, 1), {}, {})
NAMES = "abcdefgh"
Sizes = tuple[int, ...]
Seen = tuple[Hashable, Iterable[int], int]
"""What an outsider sees of some sizes; the places that are not shown; what these are together."""


def given_away(candidates: Iterable[tuple[Sizes, Seen]]) -> tuple[list[str], int]:
    """Search all candidates, and name each hidden size to which what is seen leaves few values.

    Few are fewer than five, or than a group can have beside another. Returns these, and how many
    outputs were searched.
    """
    values: dict[Hashable, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    together = {}
    for sizes, (seen, places, sum_of_hidden) in candidates:
        together[seen] = sum_of_hidden
        for place in places:
            values[seen][place].add(sizes[place])
    bad = [
        f"{seen}: place {place} is one of {sorted(found)}"
        for seen, by_place in values.items()
        for place, found in by_place.items()
        if len(found) < min(FEWEST, together[seen] - 1)
    ]
    return bad, len(values)


def tables(names: int, most: int) -> Iterator[tuple[Sizes, Seen]]:
    """All tables of so many names, the empty among them, whose hidden parts sum to ``most``.

    Up to that sum, each table that looks like it is searched too.
    """
    for sizes in product(range(most + 1), repeat=names):
        hidden = hidden_among(dict(zip(NAMES, sizes, strict=False)))
        shown = tuple(
            (name, size)
            for name, size in zip(NAMES, sizes, strict=False)
            if size and name not in hidden
        )
        together = sum(sizes) - sum(size for _, size in shown)
        if hidden and together <= most and sum(sizes) >= FEWEST:
            unshown = [NAMES.index(name) for name in NAMES[:names] if name not in dict(shown)]
            yield sizes, ((shown, together), unshown, together)


@pytest.mark.parametrize(("names", "most"), [(2, 80), (3, 40), (4, 16), (5, 10)])
def test_no_table_gives_a_hidden_part_away(names, most):
    bad, searched = given_away(tables(names, most))

    assert searched >= most - FEWEST
    assert bad == []


def test_the_search_finds_what_is_given_away(monkeypatch):
    """The rule that looks at nothing but the number of the hidden, and at their sum."""

    def protects(limit, sizes):
        hidden = [size for size in sizes if size < limit]
        return len(hidden) == len(sizes) or (len(hidden) >= 2 and sum(hidden) >= FEWEST)

    monkeypatch.setattr(disclosure_control, "_protects", protects)
    bad, _ = given_away(tables(4, 16))

    assert any("((('d', 6),), 12)" in each for each in bad), "4, 4, 4 and 6"


def report(calls: int, groups: dict[str, dict[str, int]], answered=0, missed=0) -> Report:
    return replace(
        EMPTY,
        counts=Counts(calls, answered, missed),
        callers=calls,
        groups={
            **EMPTY.groups,
            **{
                dimension: tuple(Group(name, Counts(size)) for name, size in sizes.items() if size)
                for dimension, sizes in groups.items()
            },
        },
    )


def seen_of(published) -> Hashable:
    """All that is published, so that it can be a key."""
    groups = tuple(sorted((each, found) for each, found in published.groups.items()))
    return (str(replace(published, groups={})), groups)


def test_tables_that_share_a_total_and_the_headline_give_nothing_away():
    """Three sexes, two hospitals and what became of requests, of one total: searched jointly."""

    def candidates(of: str) -> Iterator[tuple[Sizes, Seen]]:
        for calls in range(FEWEST, 13):
            for split, other in product(range(calls + 1), range(calls + 1)):
                if split + other > calls:
                    continue
                parts = (split, other, calls - split - other)
                for private in range(0, calls + 1, 2):
                    hospital = {"private": private, "government": calls - private}
                    sexes = dict(zip(("female", "male", "other"), parts, strict=True))
                    found = report(
                        calls,
                        {"sex": sexes, "hospital": hospital},
                        parts[0],
                        parts[1],
                    )
                    published = for_publication(found)
                    if of == "sex":
                        shown = {each.name for each in published.groups["sex"]}
                        unshown = [at for at, name in enumerate(sexes) if name not in shown]
                        together = sum(parts[at] for at in unshown)
                    else:
                        unshown = [0, 1, 2] if published.answered is None else []
                        together = calls
                    if together:
                        yield parts, (seen_of(published), unshown, together)

    for of in ("sex", "headline"):
        bad, searched = given_away(candidates(of))
        assert searched > 20
        assert bad == []


def test_who_is_in_two_groups_of_the_reasons_can_not_be_counted():
    """Each request has no reason, the cost, a doubt, or both; none may be known if it is small."""
    values: dict[Hashable, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for none, cost, doubt, both in product(range(12), repeat=4):
        calls = none + cost + doubt + both
        sizes = {"cost": cost + both, "diagnosis_doubt": doubt + both, NOT_TOLD: none}
        published = for_publication(report(calls, {"reason": sizes}))
        shown = published.groups["reason"]
        assert all(each.calls >= FEWEST for each in shown)
        assert all(calls - each.calls == 0 or calls - each.calls >= FEWEST for each in shown)
        assert not {SMALL_GROUPS, NOT_TOLD} & {each.name for each in shown}
        # Of more requests than this, some that look alike were not searched.
        if FEWEST <= calls <= 11:
            for name, size in {**sizes, "both": both}.items():
                if name not in {each.name for each in shown}:
                    values[calls, shown][name].add(size)

    assert [
        (seen, name, found)
        for seen, by_name in values.items()
        for name, found in by_name.items()
        if len(found) == 1 and 0 < min(found) < FEWEST
    ] == []


def test_of_fewer_than_five_requests_nothing_is_told():
    reasons = {"reason": {"cost": 4, "other": 4}, "sex": {"female": 4}}
    published = for_publication(report(4, reasons, answered=4))

    assert published.calls is published.answered is published.missed is None
    assert not any(published.groups.values())


def test_large_groups_stay_as_they_are():
    sizes = {"a": 40, "b": 25, "c": 9}

    assert not hidden_among(sizes)
    assert hidden_among({**sizes, "d": 3}) == {"c", "d"}
    small = {"d": 3, "e": 2, "f": 3, "g": 2, "h": 1}
    assert hidden_among({**sizes, **small}) == small.keys()


def test_totals_of_no_day_publish_nothing():
    assert for_publication(report_of(EMPTY.start, EMPTY.end, {EMPTY.start: DayTotals()}, {}))
