"""The log's event codes of which alarms are made: their names and fields are a contract.

``infra/observability.yaml`` reads them by these names; tests/infra/test_template.py holds it to
them.
"""

import logging
from collections.abc import Iterator

import pytest

from chalicelib.cases.store.case_mapping import case_to_item
from chalicelib.cases.wiring import Cases
from chalicelib.core.wiring import Core
from chalicelib.messages.wiring import Messages
from chalicelib.rota.wiring import Rota
from tests.support import functions
from tests.support.builders import (
    NOON,
    a_case,
    a_duty_day,
    an_attempt,
    an_oncologist,
    some_settings,
)
from tests.support.fakes import FakeClock, FakeMessageGateway, FakeSecrets
from tests.support.helpline import using
from tests.support.stores import StoredCases, StoredMessages, StoredPromiseReviews, StoredRota


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with (
        using(
            Core(settings=some_settings(), clock=FakeClock(NOON), secrets=FakeSecrets()),
            Cases(store=StoredCases([a_case()]), promise_reviews=StoredPromiseReviews()),
            Rota(store=StoredRota([an_oncologist()], [a_duty_day()])),
            Messages(store=StoredMessages(), gateway=FakeMessageGateway()),
        ),
        caplog.at_level(logging.INFO),
    ):
        yield caplog


def coded(log: pytest.LogCaptureFixture, code: str) -> dict[str, object]:
    (record,) = [record for record in log.records if record.message == code]
    return vars(record)


def test_every_minute_tells_how_the_line_stands(log: pytest.LogCaptureFixture) -> None:
    functions.due_cases()

    line = coded(log, "line")
    fields = ("waiting", "oldest_minutes", "on_duty", "open", "unsent_minutes", "unserved")
    assert [line[field] for field in fields] == [1, 0, 1, True, 0, 0]


def test_the_first_call_tells_whether_its_promise_was_kept(log: pytest.LogCaptureFixture) -> None:
    waiting, called = a_case(), a_case(attempts=(an_attempt(),))
    images = [case_to_item(case, NOON).serialize() for case in (waiting, called)]
    change = {"SequenceNumber": "1", "OldImage": images[0], "NewImage": images[1]}

    assert functions.case_changes({"Records": [{"dynamodb": change}]}) == {"batchItemFailures": []}

    assert coded(log, "promise")["kept"] == 1
