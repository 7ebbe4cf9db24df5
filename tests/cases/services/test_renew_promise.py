from datetime import datetime, timedelta

import pytest

from chalicelib.cases.domain.case import CloseReason
from chalicelib.cases.domain.notifications import messages_owed
from chalicelib.cases.services.renew_promise import promising_ahead
from chalicelib.cases.services.wait_estimate import Outlook
from chalicelib.core.domain.working_hours import DEFAULT_HOURS
from chalicelib.messages.domain.templates import Template
from chalicelib.rota.services.duty_view import DutyView
from tests.support.builders import NOON, a_case, an_oncologist, duty_days
from tests.support.fakes import FakeCaseStore, FakeRotaStore

LATER = NOON + timedelta(days=3)
NIGHT = NOON + timedelta(hours=10)


@pytest.fixture
def outlook() -> Outlook:
    rota = FakeRotaStore([an_oncologist()], duty_days())
    return Outlook(FakeCaseStore(), DutyView(rota))


def owed(case):
    (message,) = messages_owed(None, case, DEFAULT_HOURS)
    return message


def test_what_is_told_in_time_promises_what_was_promised(outlook):
    case = a_case()

    assert promising_ahead(owed(case), case, outlook, NOON) == owed(case)


@pytest.mark.parametrize(
    ("asked", "template"), [(NOON, Template.RECEIVED), (NIGHT, Template.CLOSED_NOW)]
)
def test_what_is_told_late_promises_a_time_ahead(outlook, asked, template):
    case = a_case(requested_at=asked)
    told = promising_ahead(owed(case), case, outlook, LATER)

    assert told.template is template
    assert (told.subject, told.id) == (owed(case).subject, owed(case).id)
    assert told.variables.keys() == owed(case).variables.keys()
    times = [told.variables[name] for name in told.variables.keys() - {"reference"}]
    assert all(datetime.fromisoformat(each) >= LATER for each in times)


def test_who_waits_no_more_is_promised_nothing(outlook):
    case = a_case()
    closed = case.close(CloseReason.CANCELLED, "patient", NOON)

    assert promising_ahead(owed(case), closed, outlook, LATER).is_overtaken
    assert not promising_ahead(owed(case), closed, outlook, NOON).is_overtaken
