"""Calling the patient: bridged by a provider, or dialled by the doctor where there is none."""

from __future__ import annotations

import logging
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final

from chalicelib.cases.domain.calls import Call
from chalicelib.cases.domain.case import Case
from chalicelib.cases.services.ports import CaseStore
from chalicelib.cases.services.update_case import change_case
from chalicelib.cases.services.work_queue import doctor_on_duty
from chalicelib.core.component import component
from chalicelib.core.domain.errors import CallFailed, CallsNotConfigured, NotFound
from chalicelib.messages.domain.telephony import CallState
from chalicelib.messages.services.ports import BridgeUnconfigured, CallBridge, CallNotPlaced
from chalicelib.rota.services.duty_view import DutyView

log = logging.getLogger(__name__)

ID_BYTES: Final = 6
_SLASH: Final = "/"


class Tell(Enum):
    """Which patients are sent an SMS just before they are called."""

    NOBODY = "nobody"
    LATE = "late"
    EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True)
class Calling:
    """A call that was begun; ``dial`` is the number that the doctor dials where nobody bridges."""

    case: Case
    call: Call
    dial: str | None


@component
class Calls:
    """Calls of an oncologist on duty to the patient of the case they hold."""

    cases: CaseStore
    duty: DutyView
    bridge: CallBridge | None
    """None: nobody bridges calls; doctors dial."""
    draw: Callable[[int], bytes]
    """A source of bytes none of which recur."""
    tell: Tell = Tell.NOBODY

    def begin(self, reference: str, who: str, now: datetime) -> Calling:
        """Call; a second click within a minute is the same call, and rings nobody twice.

        Raises NotFound, IllegalTransition, NotYourCase, Forbidden, NotOnDuty, CallsNotConfigured,
        CallFailed, Busy.
        """
        doctor = doctor_on_duty(self.duty, who, now)
        mine = Call(urlsafe_b64encode(self.draw(ID_BYTES)).decode(), now)
        case = change_case(
            self.cases,
            reference,
            lambda case: case.begin_call(who, mine, tell=self._tells(case, now)),
            now,
        )
        if self.bridge is None:
            return Calling(case, case.call or mine, dial=case.phone)
        if case.call == mine:
            # Only whoever stored the call rings.
            self._ring(self.bridge, doctor.phone, case, mine, now)
        return Calling(case, case.call or mine, dial=None)

    def note(self, name: str, state: CallState, now: datetime) -> bool:
        """Note what the provider says became of a call; False for a call that is none.

        A call that has ended, or whose case its owner has let go, changes no more. Raises Busy.
        """
        reference, _, call = name.partition(_SLASH)
        try:
            case = change_case(
                self.cases, reference, lambda case: case.end_call(call, state, now), now
            )
        except NotFound:
            return False
        return case.call is not None and case.call.id == call

    def _ring(self, bridge: CallBridge, doctor: str, case: Case, call: Call, now: datetime) -> None:
        try:
            bridge.connect(doctor, case.phone, name_of(case, call))
        except CallNotPlaced as failure:
            log.warning("call_not_placed", extra={"cause": failure.cause})
            self.note(name_of(case, call), CallState.FAILED, now)
            raise CallFailed from failure
        except BridgeUnconfigured as missing:
            self.note(name_of(case, call), CallState.FAILED, now)
            raise CallsNotConfigured from missing

    def _tells(self, case: Case, now: datetime) -> bool:
        """Whether the patient is told: an SMS more for each case is a matter of money."""
        if self.tell is Tell.LATE:
            return bool(case.attempts) or case.expected is None or now >= case.expected.end
        return self.tell is Tell.EVERYBODY


def name_of(case: Case, call: Call) -> str:
    """Name a call to whoever tells of it later."""
    return f"{case.reference}{_SLASH}{call.id}"
