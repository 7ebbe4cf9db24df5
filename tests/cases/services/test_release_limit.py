"""Nobody reads down the queue unseen: many releases in an hour need a reason, and are told of."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from chalicelib.cases.services.release_limit import MOST_AN_HOUR, ReleaseLimit, ReleaseReason
from chalicelib.core.domain.errors import Busy, TooManyReleases
from tests.support.builders import NOON
from tests.support.stores import StoredTries

ASHA, RAVI = "dr-asha", "dr-ravi"


@pytest.fixture
def counter() -> StoredTries:
    return StoredTries()


@pytest.fixture
def limit(counter: StoredTries) -> ReleaseLimit:
    limit = ReleaseLimit(counter)
    for _ in range(MOST_AN_HOUR):
        assert not limit.check(ASHA, None, NOON)
    return limit


def test_the_sixth_in_an_hour_needs_a_reason(limit: ReleaseLimit) -> None:
    for _ in range(3):
        with pytest.raises(TooManyReleases):
            limit.check(ASHA, None, NOON + timedelta(minutes=59))
    assert limit.check(ASHA, ReleaseReason.KNOWN, NOON)
    assert not limit.check(ASHA, None, NOON + timedelta(minutes=60)), "the next hour begins"


def test_each_doctor_is_counted_alone(limit: ReleaseLimit) -> None:
    assert not limit.check(RAVI, None, NOON)


def test_what_is_above_is_logged_with_its_reason_and_nobodys_name(
    limit: ReleaseLimit, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        limit.check(ASHA, ReleaseReason.LANGUAGE, NOON)

    (record,) = caplog.records
    assert (record.message, record.levelname) == ("releases_too_often", "ERROR")
    assert vars(record)["reason"] == "language"
    assert ASHA not in str(vars(record))


def test_a_fault_of_ours_keeps_no_case_from_the_queue(
    limit: ReleaseLimit, counter: StoredTries
) -> None:
    counter.fail_next = [Busy()]

    assert not limit.check(ASHA, None, NOON)
