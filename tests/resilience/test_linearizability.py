"""The checker of histories, by histories made by hand: what fits into an order, what does not."""

from __future__ import annotations

import pytest

from tests.resilience.linearizability import (
    BACK,
    CANCELLED,
    CLAIMED,
    DONE,
    REFUSED,
    Act,
    violations,
)

ONE_AFTER_THE_OTHER = (
    Act("asha", CLAIMED, "A", 0, 1),
    Act("asha", BACK, "A", 2, 3),
    Act("bharat", CLAIMED, "A", 4, 5),
    Act("bharat", DONE, "A", 6, 7),
)


@pytest.mark.parametrize(
    "acts",
    [
        ONE_AFTER_THE_OTHER,
        # They overlap: the second may have come after the first gave the case back.
        (
            Act("asha", CLAIMED, "A", 0, 1),
            Act("asha", BACK, "A", 2, 6),
            Act("bharat", CLAIMED, "A", 3, 5),
        ),
        # Whoever was refused had a case at some moment meanwhile.
        (Act("asha", CLAIMED, "A", 0, 3), Act("asha", REFUSED, "", 1, 2)),
        (Act("asha", CLAIMED, "A", 0, 2), Act("patient", CANCELLED, "A", 1, 3)),
        # No answer came: it may have been done, or not.
        (Act("asha", CLAIMED, "A", 0, None), Act("asha", BACK, "A", 4, 5)),
        (Act("asha", CLAIMED, "A", 0, None), Act("bharat", CLAIMED, "A", 4, 5)),
        # A patient's cancelling lets the owner go on, however late the owner learns of it.
        (
            Act("asha", CLAIMED, "A", 0, 1),
            Act("patient", CANCELLED, "A", 2, 3),
            Act("asha", CLAIMED, "B", 4, 5),
        ),
    ],
)
def test_what_fits_into_an_order(acts):
    assert not list(violations(acts))


@pytest.mark.parametrize(
    ("acts", "whose"),
    [
        # Two owners at once.
        ((Act("asha", CLAIMED, "A", 0, 1), Act("bharat", CLAIMED, "A", 2, 3)), ["case"]),
        ((Act("asha", CLAIMED, "A", 0, 3), Act("bharat", CLAIMED, "A", 1, 2)), ["case"]),
        # Two cases in one hand.
        ((Act("asha", CLAIMED, "A", 0, 1), Act("asha", CLAIMED, "B", 2, 3)), ["oncologist"]),
        ((Act("asha", CLAIMED, "A", 0, 3), Act("asha", CLAIMED, "B", 1, 2)), ["oncologist"]),
        # Claimed again when it was done with, or cancelled.
        ((*ONE_AFTER_THE_OTHER, Act("asha", CLAIMED, "A", 8, 9)), ["case"]),
        (
            (Act("patient", CANCELLED, "A", 0, 1), Act("asha", CLAIMED, "A", 2, 3)),
            ["case"],
        ),
        # Given back by who did not have it: too late, or not the owner.
        (
            (Act("asha", CLAIMED, "A", 0, 1), Act("bharat", BACK, "A", 2, 3)),
            ["case", "oncologist"],
        ),
        # The second began when the first had not begun to give back.
        (
            (
                Act("asha", CLAIMED, "A", 0, 1),
                Act("bharat", CLAIMED, "A", 2, 3),
                Act("asha", BACK, "A", 4, 5),
            ),
            ["case"],
        ),
        # Refused, and had nothing.
        ((Act("asha", REFUSED, "", 0, 1),), ["oncologist"]),
        (
            (
                Act("asha", CLAIMED, "A", 0, 1),
                Act("asha", DONE, "A", 2, 3),
                Act("asha", REFUSED, "", 4, 5),
            ),
            ["oncologist"],
        ),
    ],
)
def test_what_fits_into_none(acts, whose):
    told = list(violations(acts))
    assert len(told) == len(whose)
    assert all(word in each for word, each in zip(whose, told, strict=True))
