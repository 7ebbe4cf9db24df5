"""The models in their short form, and that each finds what is planted for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from chalicelib.cases.domain import notifications
from chalicelib.cases.domain.answers import Details
from chalicelib.cases.domain.case import Case
from chalicelib.cases.domain.links import Link, Strength
from chalicelib.cases.services.links import CaseLinks
from chalicelib.messages.services.sms_budget import Caps
from tests.resilience.models import abuse, budgets
from tests.resilience.models.budgets import BUDGETS
from tests.resilience.models.erasure import Erasure
from tests.resilience.models.privacy import Privacy
from tests.resilience.models.sequences import Found, Runner, runner

pytestmark = pytest.mark.xdist_group("faults")
SEEDS = range(6)
# Two people ask; the second case is merged into the first, reopened and erased; a night goes by.
MERGED_AND_UNDONE = (
    ("ask", 0, 0, 0),
    ("ask", 1, 0, 0),
    ("merge", 1, 1, 0),
    ("reopen", 0, 1, 0),
    ("erase", 1, 0, 0),
    ("days_pass", 2, 0, 0),
)


@pytest.fixture(scope="module")
def runs() -> Iterator[Runner]:
    """One helpline for a module: each sequence begins with it as it was furnished."""
    with runner() as opened:
        yield opened


def no_serial(patch):
    patch.setattr(Case, "link_serial", property(lambda self: 0))


def no_strength(patch):
    def check(self, case, token, now, needs=Strength.WEAK):
        self.find(case, token)
        return Strength.STRONG

    patch.setattr(CaseLinks, "check", check)


def no_term(patch):
    patch.setattr(Link, "has_ended", lambda self, case, now: False)


def keep_the_tie(patch):
    patch.setattr(Case, "separate", lambda self, *_: self)


def separate_too_much(patch):
    separate = Case.separate

    def separated(self, duplicate, by, now, via=None):
        return replace(separate(self, duplicate, by, now, via), details=Details())

    patch.setattr(Case, "separate", separated)


def confirm_every_repeat(patch):
    patch.setattr(notifications, "_is_confirmed_again", lambda case, number: True)
    patch.setattr(Caps, "share", lambda self, of: None)


@pytest.mark.parametrize("model", [Privacy, Erasure])
def test_every_sequence_holds(runs, model):
    found = {each.what for each in runs.search(model, SEEDS, tries=0) if isinstance(each, Found)}

    assert found == set()


@pytest.mark.parametrize(
    ("plant", "model", "seed", "what"),
    [
        (
            no_serial,
            Privacy,
            2,
            "a link opens a case although its phone was corrected or was wrong",
        ),
        (no_strength, Privacy, 2, "a link that was only shown shows what others typed"),
        (no_term, Privacy, 2, "a link opens a case after its time"),
    ],
)
def test_a_planted_fault_is_found(runs, monkeypatch, plant, model, seed, what):
    plant(monkeypatch)
    found = runs.search(model, range(seed, seed + 1), tries=0)

    assert what in {each.what for each in found if isinstance(each, Found)}


@pytest.mark.parametrize(
    ("plant", "model", "what"),
    [
        (keep_the_tie, Privacy, "a link shows words of another case"),
        (keep_the_tie, Erasure, "a case holds words of another"),
        (keep_the_tie, Erasure, "an erasure is proven and words are left in: cases"),
        (separate_too_much, Erasure, "a case has lost words of its own"),
    ],
)
def test_what_a_merge_leaves_is_found(runs, monkeypatch, plant, model, what):
    plant(monkeypatch)

    assert what in runs.run(model, MERGED_AND_UNDONE)


def test_attacks_stay_within_their_budgets(runs):
    measured = [each for by in abuse.ATTACKS for each in abuse.attack(runs, by, 0).measured.items()]

    assert {name for name, _ in measured} == BUDGETS.keys()
    assert {name for name, amount in measured if amount > BUDGETS[name].most} == set()


def test_a_flood_that_is_planted_is_over_budget(runs, monkeypatch):
    confirm_every_repeat(monkeypatch)
    measured = abuse.attack(runs, abuse.flood_by_web, 0).measured

    over = {name for name, amount in measured.items() if amount > BUDGETS[name].most}
    assert over >= {
        budgets.SMS_IN_TEN_MINUTES,
        budgets.SEGMENTS_IN_A_DAY,
        budgets.REPEATS_IN_SIX_HOURS,
        budgets.WHAT_MATTERS_LOST,
    }
