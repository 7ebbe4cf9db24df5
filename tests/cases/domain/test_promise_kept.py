"""Whether the call came when it was promised: told once for each case, at its first call."""

from datetime import timedelta

import pytest

from chalicelib.cases.domain.promise import promise_kept
from chalicelib.cases.domain.timeline import Result
from tests.support.builders import a_case, an_attempt

PROMISED = a_case().expected


@pytest.mark.parametrize(
    ("at", "kept"),
    [
        (PROMISED.start - timedelta(minutes=20), True),
        (PROMISED.end - timedelta(seconds=1), True),
        (PROMISED.end, False),
    ],
    ids=["early", "just in time", "late"],
)
def test_a_first_call_keeps_its_promise_until_the_window_ends(at, kept):
    called = a_case(attempts=(an_attempt(Result.NO_ANSWER, at=at),))

    assert promise_kept(a_case(), called) is kept


def test_a_change_that_is_no_first_call_says_nothing():
    called = a_case(attempts=(an_attempt(),))
    again = a_case(attempts=(an_attempt(), an_attempt(Result.ANSWERED)))

    assert promise_kept(None, a_case()) is None
    assert promise_kept(a_case(), a_case()) is None
    assert promise_kept(called, again) is None
