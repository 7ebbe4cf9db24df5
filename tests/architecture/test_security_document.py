"""What docs/security.md claims is there: each test that it names, each item of its standard."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"\b((?:[a-z]+/)+test_\w+)::(test_\w+)", TEXT)))
RECORDS = sorted(set(re.findall(r"decisions/(\d{4})", TEXT)))
VERDICTS = "met|not met|partly|not ours|none here"
ROWS = re.findall(rf"^\| ([0-9., to]+) \|.*\| ({VERDICTS}) \|", TEXT, re.MULTILINE)
# The items of OWASP's ASVS 4.0.3 for levels 1 and 2: how many each section counts, and which of
# them were deleted, or are for level 3 alone.
SECTIONS = {
    "1.1": 7, "1.2": 4, "1.4": 5, "1.5": 4, "1.6": 4, "1.7": 2, "1.8": 2, "1.9": 2, "1.10": 1,
    "1.11": 2, "1.12": 2, "1.14": 6,
    "2.1": 12, "2.2": 3, "2.3": 3, "2.4": 6, "2.5": 7, "2.6": 3, "2.7": 6, "2.8": 7, "2.9": 3,
    "2.10": 4,
    "3.1": 1, "3.2": 4, "3.3": 4, "3.4": 5, "3.5": 3, "3.7": 1,
    "4.1": 5, "4.2": 2, "4.3": 3,
    "5.1": 5, "5.2": 8, "5.3": 10, "5.4": 3, "5.5": 4,
    "6.1": 3, "6.2": 6, "6.3": 2, "6.4": 2,
    "7.1": 4, "7.2": 2, "7.3": 4, "7.4": 3,
    "8.1": 4, "8.2": 3, "8.3": 8,
    "9.1": 3, "9.2": 4,
    "10.2": 2, "10.3": 3,
    "11.1": 8,
    "12.1": 3, "12.2": 1, "12.3": 6, "12.4": 2, "12.5": 2, "12.6": 1,
    "13.1": 5, "13.2": 6, "13.3": 2, "13.4": 2,
    "14.1": 4, "14.2": 6, "14.3": 3, "14.4": 7, "14.5": 4,
}  # fmt: skip
DELETED = {"1.4.2", "1.4.3", "1.12.1", "4.1.4", "7.3.2", "13.1.2", "13.2.4", "14.3.1"}
ITEMS = {
    f"{section}.{number}" for section, count in SECTIONS.items() for number in range(1, count + 1)
} - DELETED


def items_of(cell: str) -> list[str]:
    """Read ``2.4.1 to 2.4.6, 2.6.1``."""
    found: list[str] = []
    for part in re.split(r",\s*", cell.strip()):
        first, _, last = part.partition(" to ")
        section, _, start = first.rpartition(".")
        end = int(last.rpartition(".")[2]) if last else int(start)
        found += [f"{section}.{number}" for number in range(int(start), end + 1)]
    return [item for item in found if item not in DELETED]


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_every_test_that_it_names_is_there(file, name):
    source = (ROOT / "tests" / f"{file}.py").read_text(encoding="utf-8")

    assert re.search(rf"^ *def {name}\(", source, re.MULTILINE), f"{file} has no {name}"


def test_every_decision_that_it_names_is_there():
    assert RECORDS
    for number in RECORDS:
        assert [*(ROOT / "docs" / "decisions").glob(f"{number}-*.md")], number


def test_every_item_of_level_2_is_judged_once():
    judged = [item for cell, _ in ROWS for item in items_of(cell)]

    assert sorted(ITEMS - {*judged}) == []
    assert sorted({*judged} - ITEMS) == []
    assert sorted(item for item in {*judged} if judged.count(item) > 1) == []


def test_the_ten_risks_of_apis_are_all_there():
    assert re.findall(r"^\| (API\d+) ", TEXT, re.MULTILINE) == [f"API{n}" for n in range(1, 11)]


def test_its_counts_are_those_of_its_tables():
    counted = Counter[str]()
    for cell, verdict in ROWS:
        counted[verdict] += len(items_of(cell))
    told = re.findall(rf"^- (\d+) ({VERDICTS})\b", TEXT, re.MULTILINE)

    assert {verdict: int(count) for count, verdict in told} == counted
