"""Claiming: one atomic write, one winner, one case an oncologist."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.cases.domain.answers import Details
from chalicelib.cases.domain.case import LEASE
from chalicelib.cases.domain.queue import Claim, Line, Ticket
from chalicelib.cases.domain.timeline import PATIENT, CloseReason
from chalicelib.cases.store.cases import DynamoCases
from chalicelib.core.domain.errors import AlreadyClaimed, Busy, HasOpenCase
from chalicelib.core.dynamodb.errors import Contended
from tests.support.builders import NOON, a_case, an_asking
from tests.support.ledger import counting

LATER = NOON + timedelta(minutes=5)


@pytest.fixture
def case(cases, limits):
    case = a_case()
    cases.open(case, limits)
    return case


def another(cases, limits, number=2):
    case = a_case(reference=f"REF{number}", phone=f"+91980000000{number}", request_id=f"{number}")
    cases.open(case, limits)
    return case


def test_it_does_what_the_domain_says(cases, case):
    claimed = cases.claim(case.reference, "dr-asha", LATER)
    assert claimed == case.claim("dr-asha", LATER)
    assert claimed == cases.get(case.reference)


def test_the_claim_is_found_and_listed(cases, case):
    cases.claim(case.reference, "dr-asha", LATER)
    claim = Claim("dr-asha", case.reference, LATER, LATER + LEASE)
    assert cases.find_claim("dr-asha") == claim
    assert cases.claims() == [claim]
    assert cases.find_claim("dr-bela") is None


def test_a_claimed_case_leaves_the_line(cases, case):
    assert [w.reference for w in cases.front("dr-asha", [Line("hi")], 5).waiting]
    cases.claim(case.reference, "dr-asha", LATER)
    front = cases.front("dr-asha", [Line("hi")], 5)
    assert front.waiting == []
    assert front.held.reference == case.reference


def test_one_winner(cases, case):
    cases.claim(case.reference, "dr-asha", LATER)
    with pytest.raises(AlreadyClaimed):
        cases.claim(case.reference, "dr-bela", LATER)
    assert cases.get(case.reference).owner == "dr-asha"
    assert cases.find_claim("dr-bela") is None


def test_one_case_an_oncologist(cases, limits, case):
    other = another(cases, limits)
    cases.claim(case.reference, "dr-asha", LATER)
    with pytest.raises(HasOpenCase):
        cases.claim(other.reference, "dr-asha", LATER + timedelta(seconds=1))
    assert cases.get(other.reference) == other


def test_pressing_twice_claims_once(cases, case):
    cases.claim(case.reference, "dr-asha", LATER)
    with pytest.raises(HasOpenCase):
        cases.claim(case.reference, "dr-asha", LATER + timedelta(seconds=1))


def test_a_case_whose_time_is_still_to_come_is_not_claimed(cases, limits):
    case = a_case(not_before=LATER)
    cases.open(case, limits)
    with pytest.raises(AlreadyClaimed):
        cases.claim(case.reference, "dr-asha", LATER - timedelta(microseconds=1))
    assert cases.claim(case.reference, "dr-asha", LATER).owner == "dr-asha"


def test_a_case_that_has_ended_or_never_was_is_not_claimed(cases, case):
    cases.save(case, case.close(CloseReason.CANCELLED, PATIENT, LATER), LATER)
    for reference in (case.reference, "NONE"):
        with pytest.raises(AlreadyClaimed):
            cases.claim(reference, "dr-asha", LATER)
    assert cases.claims() == []


def test_a_lost_acknowledgement_is_a_claim(database, cases, case, lose_answer):
    lose_answer("TransactWriteItems")
    with counting(database) as ledger:
        claimed = cases.claim(case.reference, "dr-asha", LATER)
    assert claimed == case.claim("dr-asha", LATER) == cases.get(case.reference)
    assert sorted(ledger.operations) == ["GetItem", "TransactWriteItems"]


class Replica:
    """A read beside the claim that shows what an older, or a newer, replica would."""

    def __init__(self, table, images):
        self.table, self.images, self.asked = table, images, []

    def get(self, key, *, consistent=False):
        self.asked.append(consistent)
        if self.images and isinstance(self.images[0], Exception):
            raise self.images.pop(0)
        return self.images.pop(0) if self.images else self.table.get(key, consistent=consistent)

    def __getattr__(self, name):
        return getattr(self.table, name)


@pytest.mark.parametrize("shown", ["nothing", "claimed by another", "claimed already by us"])
def test_the_read_beside_it_may_come_from_any_replica(cases, raw, case, shown):
    key = (f"CASE#{case.reference}", "CASE")
    image = None
    if shown != "nothing":
        who = "dr-asha" if "us" in shown else "dr-bela"
        cases.claim(case.reference, who, LATER)
        image = raw.get(*key)
        claimed = cases.get(case.reference)
        case = cases.save(claimed, claimed.release(who, LATER), LATER)
    replica = Replica(cases.table, [image])
    now = LATER + timedelta(seconds=1)
    claimed = DynamoCases(replica).claim(case.reference, "dr-asha", now)
    assert claimed == case.claim("dr-asha", now)
    assert replica.asked == [False, True]


def test_a_claim_stands_where_the_read_beside_it_failed(cases, case):
    reader = DynamoCases(Replica(cases.table, [Busy()]))
    assert reader.claim(case.reference, "dr-asha", LATER) == case.claim("dr-asha", LATER)


def test_a_read_that_shows_our_own_claim_is_believed(cases, raw, case):
    cases.claim(case.reference, "dr-asha", LATER)
    image = raw.get(f"CASE#{case.reference}", "CASE")
    claim = cases.find_claim("dr-asha")
    assert cases._claimed(image, claim) == case.claim("dr-asha", LATER)


def test_a_read_that_missed_an_addition_gives_a_version_that_cannot_be_saved_upon(cases, raw, case):
    image = raw.get(f"CASE#{case.reference}", "CASE")
    cases.add(case.reference, an_asking(details=Details(age=38)))
    claimed = DynamoCases(Replica(cases.table, [image])).claim(case.reference, "dr-asha", LATER)
    assert claimed.version == cases.get(case.reference).version - 1


def test_a_crowd_on_one_case_is_a_lost_race(cases, case, monkeypatch):
    asked = []

    def crowded(*parts, tries):
        asked.append(tries)
        raise Contended

    monkeypatch.setattr(cases.table, "transact", crowded)
    with pytest.raises(AlreadyClaimed):
        cases.claim(case.reference, "dr-asha", LATER)
    assert asked == [3]


def test_tickets_count_those_who_come_to_a_line_within_a_few_seconds(cases, raw):
    hindi, english = Line("hi"), Line("en")
    first = cases.draw_ticket(hindi, ["A", "B"], NOON)
    second = cases.draw_ticket(hindi, ["B", "C"], NOON + timedelta(milliseconds=4999))
    assert (first, second) == (Ticket(0, ("A", "B")), Ticket(1, ("A", "B")))
    assert cases.draw_ticket(hindi, ["B"], NOON + timedelta(seconds=5)) == Ticket(0, ("B",))
    assert cases.draw_ticket(english, ["E"], NOON) == Ticket(0, ("E",))
    ticket = raw.get("TICKET#ready#hi#any#0", str(int(NOON.timestamp()) // 5))
    assert int(ticket["expires_at"]["N"]) > NOON.timestamp()
