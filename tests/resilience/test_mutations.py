"""The crash sweep sees what it is there to see: a fault planted for each invariant is found."""

import logging
from collections.abc import Callable
from dataclasses import replace

import pytest

from chalicelib.cases.domain.phone_limits import Intake, Opened
from chalicelib.cases.services import manage_cases
from chalicelib.cases.services.request_callback import RequestCallback
from chalicelib.cases.services.shift_handover import HandOver
from chalicelib.cases.store import cases as store
from chalicelib.cases.store import keys, phone_record
from chalicelib.cases.store.blocks import DynamoBlocks
from chalicelib.cases.store.case_mapping import case_to_item
from chalicelib.cases.store.cases import DynamoCases
from chalicelib.cases.store.models import PhoneItem
from chalicelib.core.dynamodb.conditions import absent_or
from chalicelib.core.dynamodb.errors import TransactionRefused
from chalicelib.core.web import audit_trail
from chalicelib.messages.services.send_messages import Outcome, SendMessages
from chalicelib.people.services.manage_oncologists import ManageOncologists
from chalicelib.privacy.store.erasures import DynamoErasures
from chalicelib.reports.services.count_cases import CountCases
from chalicelib.rota.domain import overrides
from chalicelib.rota.services.rota_writer import TellChange
from tests.resilience import crash
from tests.resilience.harness import World

Patch = pytest.MonkeyPatch
pytestmark = pytest.mark.xdist_group("faults")


def acknowledge_before_storing(patch: Patch) -> None:
    def open_in_two(self, case, limits, digest=None):
        key = keys.phone_key(case.phone_key)
        try:
            self.table.transact(self.table.filled_part(key, phone_record.asking(case, limits)))
        except TransactionRefused as refused:
            return phone_record.answer_from(refused.refusals[0].image, case, limits)
        self.table.put(case_to_item(case, case.requested_at))
        return Opened(Intake.NEW, case.reference, case.expected)

    patch.setattr(DynamoCases, "open", open_in_two)


def drop_the_lock(patch: Patch) -> None:
    def anybody(limits, *, another_person):
        return absent_or(PhoneItem.blocked_until, PhoneItem.blocked_until <= phone_record._NOW)

    patch.setattr(phone_record, "_asking", phone_record._asking.__wrapped__)
    patch.setattr(phone_record, "_may_open", anybody)


def keep_the_claim(patch: Patch) -> None:
    patch.setattr(DynamoCases, "_claim_parts", lambda self, before, after: iter(()))


def forget_the_line(patch: Patch) -> None:
    def nowhere(case, now):
        item = case_to_item(case, now)
        if case.version > 1:
            item.queue_line = item.queue_order = None
        return item

    patch.setattr(store, "case_to_item", nowhere)


def lose_the_message(patch: Patch) -> None:
    patch.setattr(SendMessages, "_store_and_send", lambda self, message, now: Outcome.SENT)


def hand_over_nobodys_case(patch: Patch) -> None:
    patch.setattr(HandOver, "_take_back", lambda self, claims, turning, now: 0)


def let_one_be_in_two_places(patch: Patch) -> None:
    patch.setattr(overrides, "_first_clash", lambda stretches, standing: None)


def log_who_asks(patch: Patch) -> None:
    ask = RequestCallback.__call__

    def told(self, request, now):
        log = logging.getLogger("chalicelib.cases.services.request_callback")
        log.info("asked", extra={"phone": request.phone.e164})
        return ask(self, request, now)

    patch.setattr(RequestCallback, "__call__", told)


def sum_nothing_up(patch: Patch) -> None:
    patch.setattr(CountCases, "sum_up", lambda self, days: None)


def record_what_was_done_afterwards(patch: Patch) -> None:
    patch.setattr(audit_trail, "subject_named", lambda variables: None)


def note_no_erasure(patch: Patch) -> None:
    patch.setattr(DynamoErasures, "begin", lambda self, erasure: None)


def block_in_two_steps(patch: Patch) -> None:
    transact = DynamoBlocks.put

    def put(self, block):
        blocking = phone_record.blocking(block.until, block.at)
        self.table.transact(self.table.filled_part(keys.phone_key(block.id), blocking))
        transact(self, block)

    patch.setattr(DynamoBlocks, "put", put)


def tell_of_changes_only_at_once(patch: Patch) -> None:
    patch.setattr(TellChange, "sweep", lambda self, now: 0)


def leave_the_door_open(patch: Patch) -> None:
    patch.setattr(ManageOncologists, "close_gone", lambda self, now: 0)


def separate_one_side_alone(patch: Patch) -> None:
    patch.setattr(manage_cases, "absorbers", lambda cases, duplicate: iter(()))


WRITE, PUT = "TransactWriteItems", "PutItem"


@pytest.mark.parametrize(
    ("invariant", "operation", "at", "plant"),
    [
        (1, "ask, JSON", WRITE, acknowledge_before_storing),
        (2, "ask, JSON", WRITE, drop_the_lock),
        (3, "release", PUT, keep_the_claim),
        (4, "release", WRITE, forget_the_line),
        (5, "cancel", WRITE, lose_the_message),
        (6, "turn_shifts", WRITE, hand_over_nobodys_case),
        (7, "override onto two lines", WRITE, let_one_be_in_two_places),
        (8, "ask, missed call", WRITE, log_who_asks),
        (9, "release", WRITE, sum_nothing_up),
        (10, "release", WRITE, record_what_was_done_afterwards),
        (11, "erase", WRITE, note_no_erasure),
        (12, "block", WRITE, block_in_two_steps),
        (13, "leave", WRITE, tell_of_changes_only_at_once),
        (14, "somebody leaves, with a case", WRITE, leave_the_door_open),
        (15, "reopen, merged", WRITE, separate_one_side_alone),
    ],
)
def test_a_planted_fault_is_found(
    world: World,
    monkeypatch: Patch,
    invariant: int,
    operation: str,
    at: str,
    plant: Callable[[Patch], None],
) -> None:
    swept = next(each for each in crash.OPERATIONS if each.name == operation)
    plant(monkeypatch)
    # The invariants are to find it, not that the work is not done.
    with crash.prepared(world, replace(swept, done=None)) as cuts:
        found = (
            violation.invariant
            for point, again in cuts.at(at) or cuts.points()[-1:]
            for violation in cuts.after(point, again=again)
        )

        assert invariant in found


def test_each_invariant_has_a_fault_that_is_planted() -> None:
    planted = {mark.args[1][n][0] for mark in _marks() for n in range(len(mark.args[1]))}

    assert planted == {*crash.CHECKS}


def _marks() -> list[pytest.Mark]:
    marks = test_a_planted_fault_is_found.pytestmark
    return [mark for mark in marks if mark.name == "parametrize"]
