"""Erasures: cases are merged, corrected, reopened and erased in any order, and nothing is mixed up.

After every step a case holds its own words, with those of the cases that are merged into it now,
and no other. An erasure takes the cases of one person and no others. Once an erasure counts as
proven, every item of every table, with what the indexes project of it, and every line of the logs
is searched for each word of the case and for its phones.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from typing import ClassVar, Final

from tests.resilience.harness import Image
from tests.resilience.models.scenario import WORD, Record, Scenario, Weights
from tests.resilience.models.sequences import Model, again, outcome
from tests.resilience.outcome import Outcome

PROVEN: Final = "erasure.prove"
FAILED: Final = "erasure.fail"


class Erasure(Model):
    """The model of one scenario."""

    weights: ClassVar[Weights] = {
        "ask": 26,
        "ask_the_same_again": 1,
        "correct_phone": 8,
        "correct_name": 4,
        "work": 5,
        "use_case": 2,
        "assign": 2,
        "close": 4,
        "reopen": 14,
        "merge": 18,
        "erase": 5,
        "use_link": 4,
        "send_word": 5,
        "minutes_pass": 3,
        "days_pass": 5,
        "purge": 5,
        "hold_the_stream": 3,
    }

    def __init__(self, town: Scenario) -> None:
        super().__init__(town)
        self._audit = 0
        self._proven: set[str] = set()

    def after_step(self) -> Iterator[str]:
        """Return what is wrong after a step."""
        yield from self._town.problems
        self._town.problems.clear()
        self._town.answers.clear()
        yield from self._stored()
        yield from self._proofs()

    def at_end(self) -> Iterator[str]:
        """Run the purge twice, and search for all that is proven gone."""
        for _ in range(2):
            self._town.take(("days_pass", 2, 0, 0))
            yield from self.after_step()
        if any(each.is_erased for each in self._town.records.values()) and not self._proven:
            yield "an erasure is never proven"

    def _stored(self) -> Iterator[str]:
        """Hold what is stored of each case against what belongs to it."""
        for reference, record in self._town.records.items():
            there = frozenset(WORD.findall(str(self._town.images[reference])))
            if record.is_erased:
                if there:
                    yield "an erased case holds words"
                continue
            if there - self._town.words_of(reference, "asked", "advice", "note"):
                yield "a case holds words of another"
            if self._town.own_words(reference) - there:
                yield "a case has lost words of its own"

    def _proofs(self) -> Iterator[str]:
        """Search for what is proven gone, each time that a proof was given."""
        count = self._world.count("audit")
        if count == self._audit:
            return
        self._audit = count
        entries = [(_text(item, "action"), item) for item in self._world.items("audit")]
        proven = [item for action, item in entries if action == PROVEN]
        if any(action == FAILED for action, _ in entries):
            yield "an erasure could not be proven"
        if not proven:
            return
        tables = {name: str(items) for name, items in self._world.tables().items()}
        tables["logs"] = "\n".join(self._world.logs)
        self._proven |= {_text(item, "subject") for item in proven}
        for reference in sorted(self._proven):
            yield from self._left(self._town.records[reference], tables)

    def _left(self, record: Record, tables: Mapping[str, str]) -> Iterator[str]:
        words = [
            word.text for word in self._town.words.values() if word.homes == {record.reference}
        ]
        others = {
            phone
            for each in self._town.records.values()
            if each.reference not in self._proven
            for phone in each.phones
        }
        phones = [phone for phone in record.phones - others if not self._wrote_since(phone, record)]
        for name, text in tables.items():
            if any(word in text for word in words):
                yield f"an erasure is proven and words are left in: {name}"
            digits = re.sub(r"[ -]", "", text)
            if any(phone in digits for phone in phones):
                yield f"an erasure is proven and a phone is left in: {name}"

    def _wrote_since(self, phone: str, record: Record) -> bool:
        at = self._town.wrote_at.get(phone)
        return at is not None and record.erased_at is not None and at >= record.erased_at


def run(*, long: bool) -> Iterator[Outcome]:
    """Run some 10,000 steps, or a few hundred."""
    for number in range(10 if long else 1):
        count = 30 if long else 8
        yield outcome("erasure", Erasure, range(number * count, (number + 1) * count))


def _text(item: Image, name: str) -> str:
    return str(item.get(name, {}).get("S", ""))


if __name__ == "__main__":
    sys.exit(again(Erasure))
