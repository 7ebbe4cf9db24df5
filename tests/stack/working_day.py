"""What the tests of a working day share: doctors on published shifts, and a clock they set."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from chalicelib.core.domain.datetimes import IST
from chalicelib.rota.domain.duty import DutyDay, Shift
from tests.stack.harness import StackUnderTest
from tests.support.builders import an_oncologist
from tests.support.helpline import in_use, using


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """An instant of the helpline's calendar, in UTC."""
    return datetime.combine(day, time(hour, minute), IST).astimezone(UTC)


def publish(stack: StackUnderTest, days: Iterable[date], *doctors: str) -> None:
    """Put these doctors on duty from ten to five on each day; they speak Hindi and English."""
    with stack.environment(), using():
        rota = in_use().rota.store
        for doctor in doctors:
            rota.put_oncologist(an_oncologist(id=doctor, languages=("hi", "en")))
        for day in days:
            shift = Shift(f"{day}-day", "day", at(day, 10), at(day, 17), tuple(doctors))
            rota.put_duty_day(DutyDay(day, (shift,)))


def ask(stack: StackUnderTest, phone: str, **fields: Any) -> dict[str, Any]:
    """Ask for a callback by JSON."""
    answer = stack.call("POST", "/callbacks", json={"phone": phone, "consent": True, **fields})
    assert answer.status_code in (200, 201), answer.text
    body: dict[str, Any] = answer.json()
    return body


class Desk:
    """An oncologist at work."""

    def __init__(self, stack: StackUnderTest, name: str) -> None:
        self._stack = stack
        self._token = stack.token("oncologist", name)

    def next(self) -> Any:
        """Press "next" and return the answer."""
        return self._stack.call("POST", "/duty/next", token=self._token)

    def take(self) -> str:
        """Press "next" and return the reference of the case."""
        answer = self.next()
        assert answer.status_code == 200, answer.text
        return str(answer.json()["reference"])

    def tell(self, reference: str, result: str, **more: str) -> dict[str, Any]:
        """Record an attempt and return the case's new state."""
        answer = self._stack.call(
            "POST",
            f"/cases/{reference}/attempts",
            token=self._token,
            json={"result": result, **more},
        )
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body


def soon(day: date, hour: int, minute: int) -> str:
    """The same instant as the API writes it."""
    return (at(day, hour, minute).astimezone(IST)).isoformat(timespec="seconds")


ONE_DAY = timedelta(days=1)
