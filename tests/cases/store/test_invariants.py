"""Whatever happens in whatever order, the raw tables agree with themselves.

In memory, a tenth of moto's time. One after the other only: races run on the engine.
"""

from __future__ import annotations

from datetime import timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from chalicelib.cases.domain.answers import Details
from chalicelib.cases.domain.case import Status
from chalicelib.cases.domain.phone_limits import Intake, PhoneLimits
from chalicelib.cases.domain.retry_policy import RetryPolicy
from chalicelib.cases.domain.timeline import PATIENT, CloseReason, Result
from chalicelib.cases.store.case_mapping import case_from_image, is_case
from chalicelib.cases.store.cases import DynamoCases
from chalicelib.core.domain.errors import (
    AlreadyClaimed,
    HasOpenCase,
    HelplineError,
    NotFound,
    TooManyOpenCases,
    TooManyRequests,
)
from chalicelib.core.domain.working_hours import DEFAULT_HOURS
from chalicelib.core.dynamodb import schema
from chalicelib.core.services.ports import Stale
from tests.support.builders import NOON, a_case, an_asking, an_attempt
from tests.support.memory_dynamodb import MemoryDatabase

PHONES = st.sampled_from(["+919800000001", "+919800000002"])
DOCTORS = st.sampled_from(["dr-asha", "dr-bela"])
PICKS = st.integers(0, 30)
LIMITS = PhoneLimits(open_cases=2)


class Line(RuleBasedStateMachine):
    """Patients ask, oncologists work, time passes."""

    @initialize()
    def start(self):
        table = MemoryDatabase().table("cases", schema.CASES)
        self.client = table.database.client
        self.cases = DynamoCases(table)
        self.now = NOON
        self.asked = []
        self.known = []

    @rule(phone=PHONES, another=st.booleans(), woman=st.booleans(), later=st.booleans())
    def ask(self, phone, another, woman, later):
        number = len(self.asked)
        case = a_case(
            reference=f"R{number:03d}",
            request_id=f"request-{number}",
            phone=phone,
            another_person=another,
            prefers_woman=woman,
            requested_at=self.now,
            not_before=self.now + timedelta(hours=later),
        )
        self.asked.append(case)
        self._open(case)

    @rule(pick=PICKS)
    def ask_the_same_again(self, pick):
        if self.asked:
            case = self.asked[pick % len(self.asked)]
            self._open(case)

    def _open(self, case):
        try:
            opened = self.cases.open(case, LIMITS)
        except (TooManyOpenCases, TooManyRequests):
            return
        assert opened.reference in {*self.known, case.reference}
        if opened.intake is Intake.NEW and case.reference not in self.known:
            self.known.append(case.reference)

    @rule(pick=PICKS, number=st.integers(0, 3))
    def add(self, pick, number):
        if self.known:
            details = Details(age=number, messages=(f"message {number}",))
            asking = an_asking(f"again-{number}", at=self.now, details=details)
            try:
                self.cases.add(self._pick(pick), asking)
            except NotFound:
                assert not self.cases.get(self._pick(pick)).status.is_open

    @rule(pick=PICKS, doctor=DOCTORS)
    def claim(self, pick, doctor):
        if self.known:
            try:
                claimed = self.cases.claim(self._pick(pick), doctor, self.now)
            except (AlreadyClaimed, HasOpenCase):
                return
            assert claimed == self.cases.get(self._pick(pick))

    @rule(pick=PICKS, result=st.sampled_from(Result))
    def attempt(self, pick, result):
        self._change(
            pick,
            lambda case: case.record(
                an_attempt(result, at=self.now, by=case.owner or "nobody"),
                retries=RetryPolicy(),
                hours=DEFAULT_HOURS,
            ),
        )

    @rule(pick=PICKS, how=st.sampled_from(["release", "hand over", "expire", "close"]))
    def move(self, pick, how):
        changes = {
            "release": lambda case: case.release(case.owner or "nobody", self.now),
            "hand over": lambda case: case.hand_over(self.now),
            "expire": lambda case: case.expire_lease(self.now),
            "close": lambda case: case.close(CloseReason.CANCELLED, PATIENT, self.now),
        }
        self._change(pick, changes[how])

    @rule(pick=PICKS)
    def save_upon_what_has_changed(self, pick):
        if self.known:
            case = self.cases.get(self._pick(pick))
            try:
                changed = case.close(CloseReason.ABUSIVE, "admin", self.now)
            except HelplineError:
                return
            added = self.cases.add(case.reference, an_asking("in between", at=self.now))
            if added.version == case.version:
                return
            with pytest.raises(Stale):
                self.cases.save(case, changed, self.now)

    @rule(minutes=st.sampled_from([1, 31, 24 * 60]))
    def wait(self, minutes):
        self.now += timedelta(minutes=minutes)
        for due in self.cases.due(self.now, 100):
            assert due.not_before <= self.now
            assert self.cases.make_ready(due)

    def _change(self, pick, change):
        if self.known:
            before = self.cases.get(self._pick(pick))
            try:
                after = change(before)
            except HelplineError:
                return
            assert self.cases.save(before, after, self.now) == after
            assert self.cases.get(before.reference) == after

    def _pick(self, pick):
        return self.known[pick % len(self.known)]

    @invariant()
    def the_tables_agree(self):
        if not hasattr(self, "table"):
            return
        items = self.client.scan(TableName="cases")["Items"]
        read = [case_from_image(item) for item in items if is_case(item)]
        stored = {case.reference: case for case in read}
        assert set(stored) == set(self.known)
        for item in items:
            if is_case(item):
                case = case_from_image(item)
                assert ("queue_line" in item) == (case.status is Status.WAITING)
                assert ("queue_order" in item) == ("queue_line" in item)
                assert ("finished_day" in item) == (not case.status.is_open)
        claimed = {(c.owner, c.reference) for c in stored.values() if c.status is Status.CLAIMED}
        assert claimed == {(claim.oncologist, claim.reference) for claim in self.cases.claims()}
        open_cases = {(c.phone_key, c.reference) for c in stored.values() if c.status.is_open}
        locks = {
            (item["pk"]["S"].removeprefix("PHONE#"), reference)
            for item in items
            if item["sk"]["S"] == "PHONE"
            for reference in item.get("open", {}).get("SS", [])
        }
        assert locks == open_cases
        for item in items:
            if item["sk"]["S"] == "PHONE":
                assert len(item.get("open", {}).get("SS", [])) <= LIMITS.open_cases


Line.TestCase.settings = settings(max_examples=20, stateful_step_count=20)
TestLine = Line.TestCase
