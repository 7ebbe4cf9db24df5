"""What is stored reads back as it was: cases, timelines, instants."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.cases.domain.answers import Channel, Consent, Details, Mode
from chalicelib.cases.domain.calls import Call, VideoRoom
from chalicelib.cases.domain.case import Case, Status
from chalicelib.cases.domain.questionnaire import QUESTIONS
from chalicelib.cases.domain.timeline import Attempt, CloseReason, Entry, Happening, Result
from chalicelib.cases.store import timeline
from chalicelib.cases.store.case_mapping import case_from_image, case_to_item, is_case
from chalicelib.cases.store.models import PhoneItem
from chalicelib.cases.store.timeline import entry_from_text, entry_to_text
from chalicelib.core.domain.datetimes import NaiveDatetimeError, Window
from chalicelib.core.dynamodb.attributes import ExpiryAttribute, UtcAttribute, sortable
from chalicelib.messages.domain.telephony import CallState
from tests.support.builders import NOON, a_case, an_attempt, with_attempt
from tests.support.ledger import item_size

instants = st.datetimes(
    min_value=datetime(1990, 1, 1),  # noqa: DTZ001  # Hypothesis takes the zone apart
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
texts = st.text(min_size=1, max_size=30)
some = st.none() | texts
windows = st.builds(Window, instants, instants)
entries = st.builds(Entry, instants, texts, st.sampled_from(Happening), st.text(max_size=12))
attempts = st.builds(Attempt, instants, texts, st.sampled_from(Result), some, some, some)
all_details = st.builds(
    Details,
    **{
        name: st.lists(st.text(max_size=60), max_size=3).map(tuple)
        if question.is_list
        else st.none() | (st.integers(0, 120) if question.is_number else texts)
        for name, question in QUESTIONS.items()
    },
)
all_cases = st.builds(
    Case,
    reference=st.text("0123456789FKMRWXY", min_size=11, max_size=11),
    request_id=texts,
    phone=texts,
    phone_key=texts,
    language=texts,
    channel=st.sampled_from(Channel),
    requested_at=instants,
    not_before=instants,
    expected=windows,
    consent=st.builds(Consent, texts, texts, instants, st.sampled_from(Channel)),
    details=all_details,
    another_person=st.booleans(),
    mode=st.sampled_from(Mode),
    prefers_woman=st.booleans(),
    priority=st.integers(0, 99),
    status=st.sampled_from(Status),
    closed_reason=st.none() | st.sampled_from(CloseReason),
    finished_at=st.none() | instants,
    owner=some,
    claimed_at=st.none() | instants,
    lease_until=st.none() | instants,
    call=st.none() | st.builds(Call, texts, instants, st.sampled_from(CallState)),
    video=st.none() | st.builds(VideoRoom, instants, instants),
    attempts=st.lists(attempts, max_size=3).map(tuple),
    timeline=st.lists(entries, max_size=8).map(tuple),
    request_ids=st.sets(texts, max_size=3).map(lambda ids: tuple(sorted(ids))),
    version=st.integers(1, 1000),
)


@given(all_cases, instants)
def test_any_case_reads_back_as_it_was(case, now):
    assert case_from_image(case_to_item(case, now).serialize()) == case


@given(entries)
def test_any_timeline_entry_reads_back_as_it_was(entry):
    assert entry_from_text(entry_to_text(entry)) == entry


@pytest.mark.parametrize("what", Happening)
def test_every_kind_of_timeline_entry_reads_back_as_it_was(what):
    entry = Entry(NOON, "patient", what)

    assert entry_from_text(entry_to_text(entry)) == entry


def test_a_timeline_entry_is_short():
    entry = Entry(NOON.replace(microsecond=123456), "dr-asha", Happening.ATTEMPTED, "no_answer")
    assert entry_to_text(entry) == "hof6g4zc5c|T|dr-asha|no_answer"


@given(instants)
def test_any_instant_reads_back_to_the_microsecond(at):
    assert UtcAttribute().deserialize(UtcAttribute().serialize(at)) == at


@given(instants, instants)
def test_instants_sort_as_text(one, other):
    assert (sortable(one) < sortable(other)) == (one < other)


def test_any_zone_is_read_back_in_utc():
    india = timezone(timedelta(hours=5, minutes=30))
    at = UtcAttribute().deserialize(UtcAttribute().serialize(NOON.astimezone(india)))
    assert (at, at.tzinfo) == (NOON, UTC)


@pytest.mark.parametrize("attribute", [UtcAttribute(), ExpiryAttribute()])
def test_a_naive_datetime_is_refused(attribute):
    with pytest.raises(NaiveDatetimeError):
        attribute.serialize(NOON.replace(tzinfo=None))


def test_an_expiry_is_whole_seconds_and_never_early():
    stored = ExpiryAttribute().serialize(NOON + timedelta(microseconds=1))
    assert ExpiryAttribute().deserialize(stored) == NOON + timedelta(seconds=1)


def test_only_a_case_is_read_as_one():
    phone = PhoneItem(pk="PHONE#x", sk="PHONE").serialize()
    assert not is_case(phone)
    assert is_case(case_to_item(a_case(), NOON).serialize())


def test_an_ordinary_case_is_one_write_unit_from_first_to_last():
    """Name, city, 60 characters of Hindi, three attempts, times to the microsecond."""
    now = NOON.replace(microsecond=123457)
    case = a_case(requested_at=now)
    assert len(case.details.messages[0]) >= 60
    sizes = [item_size(case_to_item(case, now).serialize())]
    while case.status.is_open:
        case = case.claim("dr-asha", now)
        sizes.append(item_size(case_to_item(case, now).serialize()))
        attempt = an_attempt(at=now + timedelta(seconds=90))
        case = with_attempt(case, attempt)
        sizes.append(item_size(case_to_item(case, attempt.at).serialize()))
        now = case.not_before
    assert (len(case.attempts), len(case.timeline)) == (3, 7)
    assert sizes == [605, 611, 705, 723, 799, 817, 990]


def test_each_happening_has_a_letter_of_its_own():
    assert sorted(timeline._HAPPENINGS.values()) == sorted(Happening)
