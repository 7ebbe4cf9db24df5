from datetime import datetime, timedelta

import pytest

from chalicelib.cases.domain.notifications import messages_owed
from chalicelib.cases.domain.timeline import CloseReason
from chalicelib.cases.services.renew_promise import as_of_now, promising_ahead
from chalicelib.cases.services.wait_estimate import Outlook
from chalicelib.core.domain.working_hours import DEFAULT_HOURS
from chalicelib.messages.domain.templates import Template
from chalicelib.rota.services.duty_view import DutyView
from tests.support.builders import NOON, a_case, an_oncologist, duty_days
from tests.support.stores import StoredCases, StoredRota

LATER = NOON + timedelta(days=3)
NIGHT = NOON + timedelta(hours=10)


@pytest.fixture
def outlook() -> Outlook:
    rota = StoredRota([an_oncologist()], duty_days())
    return Outlook(StoredCases(), DutyView(rota))


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


def test_a_phone_that_was_changed_meanwhile_is_sent_no_link_of_the_new_one(outlook):
    case = a_case()
    moved = case.correct({"phone": "+919812345670", "phone_key": "k"}, "meera", NOON)
    back = moved.correct({"phone": case.phone, "phone_key": case.phone_key}, "meera", NOON)

    assert as_of_now(owed(case), moved, outlook, LATER).is_overtaken
    assert as_of_now(owed(case), back, outlook, LATER).is_overtaken
    assert not as_of_now(owed(moved), moved, outlook, LATER).is_overtaken


def test_where_nobody_can_say_when_the_link_is_that_of_the_messages_own_phone():
    nobody = Outlook(StoredCases(), DutyView(StoredRota()))
    case = a_case()
    moved = case.correct({"phone": "+919812345670", "phone_key": "k"}, "meera", NOON)

    told = promising_ahead(owed(case), moved, nobody, LATER)

    assert told.template is Template.NO_TIME_YET
    assert "serial" not in told.variables
