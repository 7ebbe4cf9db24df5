"""Promises against what follows, in the short form, and that a wrong promise is seen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.cases.domain import promise as rule
from chalicelib.cases.domain.promise import Queues
from chalicelib.cases.services import wait_estimate
from chalicelib.cases.services.wait_estimate import Outlook
from chalicelib.core.domain.datetimes import Window
from chalicelib.core.domain.working_hours import DayPart
from tests.resilience.models.promises import explore


def only_the_own_language_counts(monkeypatch):
    """Count only the cases of the own language, whoever else the same doctors serve."""
    promise = wait_estimate.promise

    def own(name, queues, stretches, hours, *, not_before):
        language = name.partition("#")[0]
        waiting = {
            each: count
            for each, count in queues.waiting.items()
            if each.partition("#")[0] == language
        }
        queues = Queues(waiting, queues.handling_minutes)
        return promise(name, queues, stretches, hours, not_before=not_before)

    monkeypatch.setattr(wait_estimate, "promise", own)


def whoever_is_entered_serves(monkeypatch):
    """Promise the next working hour, whoever is on duty."""

    def at_once(self, _line, part, now, **_):
        hours = self.duty.hours(now)
        first = hours.next_in_part(now, part)
        window = Window(first, hours.add(first, timedelta(hours=1)))
        return (now if part is DayPart.ANY else first), window

    monkeypatch.setattr(Outlook, "promise", at_once)


def the_same_day_next_week_is_promised(monkeypatch):
    promise = wait_estimate.promise

    def late(*asked, **more):
        window = promise(*asked, **more)
        return window and Window(window.start, window.end + timedelta(days=7))

    monkeypatch.setattr(wait_estimate, "promise", late)


def a_window_ends_on_the_next_quarter(monkeypatch):
    """Round the end of a window up, past the closing of the helpline."""
    monkeypatch.setattr(rule, "_up", lambda at, _hours: at + timedelta(minutes=15))


def test_the_promises_of_random_helplines_are_kept():
    outcome = explore(1, 200)

    assert not outcome.broken
    assert outcome.counts["promises"] >= 1_000
    assert outcome.counts["told that nobody can say"] >= 50


@pytest.mark.parametrize(
    ("plant", "found"),
    [
        (only_the_own_language_counts, "of the promises are kept"),
        (whoever_is_entered_serves, "whom nobody serves"),
        (the_same_day_next_week_is_promised, "as long as its wait"),
        (a_window_ends_on_the_next_quarter, "outside the hours"),
    ],
)
def test_what_is_planted_is_found(monkeypatch, plant, found):
    plant(monkeypatch)

    assert any(found in each for each in explore(1, 200).broken)
