"""The models in their short form: who sees which word, what erasures leave, what abuse causes."""

from __future__ import annotations

import pytest

from tests.resilience.models import abuse, budgets
from tests.resilience.models.budgets import BUDGETS
from tests.resilience.models.erasure import Erasure
from tests.resilience.models.privacy import Privacy
from tests.resilience.models.sequences import Found, search

pytestmark = pytest.mark.xdist_group("faults")
SEEDS = range(8)

# What is known and about to be mended: each goes with its mend.
KNOWN = {
    Privacy: {
        "a link shows words of another case",
        "an administrator sees one case's words in another's",
    },
    Erasure: {"an erasure took a case that was not to be erased"},
}
KNOWN_OVER = {
    budgets.RELEASES_WITHOUT_A_REASON,
    budgets.ENTRIES_OF_A_LINK,
    budgets.STAFF_PUSHED_OUT,
}


@pytest.mark.parametrize("model", [Privacy, Erasure])
def test_every_sequence_holds(model):
    found = {each.what for each in search(model, SEEDS, tries=0) if isinstance(each, Found)}

    assert found == KNOWN[model]


def test_attacks_stay_within_their_budgets():
    measured = [each for outcome in abuse.run(long=False) for each in outcome.measured.items()]

    assert {name for name, _ in measured} == BUDGETS.keys()
    assert {name for name, amount in measured if amount > BUDGETS[name].most} == KNOWN_OVER
