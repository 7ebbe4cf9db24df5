"""What is remembered of the helpline, and when it is read again."""

from datetime import timedelta

import pytest

from chalicelib.cases.domain.queue import LineSnapshot
from chalicelib.cases.services.wait_estimate import Outlook
from chalicelib.rota.services.duty_view import DutyView
from tests.support.builders import NOON, a_duty_day, an_oncologist
from tests.support.stores import StoredCases, StoredRota

SECOND = timedelta(seconds=1)


@pytest.fixture
def cases() -> StoredCases:
    cases = StoredCases()
    cases.put_snapshot(LineSnapshot(NOON, {"hi": 3}, 12))
    return cases


@pytest.fixture
def outlook(cases: StoredCases) -> Outlook:
    return Outlook(cases, DutyView(StoredRota([an_oncologist()], [a_duty_day()])))


def waiting(outlook: Outlook, at) -> int:
    return outlook.at(at).lines.waiting["hi"]


def test_the_lines_are_read_once_a_minute(cases, outlook):
    assert waiting(outlook, NOON) == 3
    cases.put_snapshot(LineSnapshot(NOON, {"hi": 9}, 12))

    assert waiting(outlook, NOON + 59 * SECOND) == 3
    assert waiting(outlook, NOON + 60 * SECOND) == 9


def test_a_change_of_the_rota_lets_the_lines_be_read_again_too(cases, outlook):
    waiting(outlook, NOON)
    cases.put_snapshot(LineSnapshot(NOON, {"hi": 9}, 12))
    outlook.duty.forget()

    assert waiting(outlook, NOON) == 9
