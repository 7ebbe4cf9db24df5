"""What the rota costs: a handover with nothing to do, and who is on duty, whatever there is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.cases.domain.phone_limits import PhoneLimits
from chalicelib.cases.services.shift_handover import HandedOver, HandOver
from chalicelib.cases.store.case_mapping import case_to_item
from chalicelib.messages.services.send_messages import SendMessages
from chalicelib.rota.services.recipients import Addresses
from tests.support.builders import NOON, a_case, a_duty_day, a_shift, an_oncologist
from tests.support.fakes import FakeMessageGateway, FakeSecrets
from tests.support.ledger import counting
from tests.support.stores import StoredMessages

DOCTORS = [f"dr-{number:02}" for number in range(20)]


@pytest.fixture
def hand_over(cases, rota, rota_edits) -> HandOver:
    for who in DOCTORS:
        rota.put_oncologist(an_oncologist(id=who))
    shifts = [
        a_shift(id=f"line-{number}-20261123-1000", line=f"line-{number}", on=(who,))
        for number, who in enumerate(DOCTORS)
    ]
    rota.put_duty_day(a_duty_day(shifts=tuple(shifts)))
    send = SendMessages(StoredMessages(), FakeMessageGateway(), lambda owed: owed.template.value)
    return HandOver(cases, rota, rota_edits, Addresses(rota, FakeSecrets()), send)


@pytest.fixture(params=[1, 300], ids=["one case", "hundreds"])
def crowd(request, client, cases, cases_table, hand_over) -> None:
    """Cases in line, and one in the hands of each doctor as far as there are any."""
    hand_over(NOON - timedelta(hours=1))
    for number in range(request.param):
        case = a_case(
            reference=f"R{number:010}", request_id=f"{number}", phone=f"+9198123{number:05}"
        )
        if number < len(DOCTORS):
            cases.open(case, PhoneLimits())
            cases.claim(case.reference, DOCTORS[number], NOON)
        else:
            client.put_item(TableName=cases_table, Item=case_to_item(case, NOON).serialize())


def test_a_handover_with_nothing_to_do(database, hand_over, crowd):
    with counting(database) as ledger:
        handed_over = hand_over(NOON + timedelta(minutes=5))
    assert handed_over == HandedOver(0, 0, 0, 0)
    assert (ledger.operations, ledger.read_units, ledger.write_units) == (
        ["Query", "Query"],
        1,
        0,
    )


def test_at_a_shifts_end_every_case_goes_back(cases, hand_over, crowd):
    held = len(cases.claims())
    assert held > 0

    handed_over = hand_over(NOON + timedelta(hours=2))

    assert (handed_over.boundaries, handed_over.cases) == (1, held)
    assert cases.claims() == []
    assert hand_over(NOON + timedelta(hours=2)) == HandedOver(0, 0, 0, 0)


def test_who_is_on_duty_is_one_read(database, rota, hand_over):
    with counting(database) as ledger:
        rota.find_duty_day(a_duty_day().day)
    assert (ledger.operations, ledger.read_units) == (["GetItem"], 0.5)
