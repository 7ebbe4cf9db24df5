"""The rota through its calls on the deployed stack: lines, days, a swap, a leave, a calendar."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from icalendar import Calendar

from tests.stack.harness import StackUnderTest
from tests.stack.working_day import ONE_DAY, at
from tests.support.builders import an_oncologist
from tests.support.helpline import in_use, using

MONDAY = date(2027, 4, 5)
TUESDAY = MONDAY + ONE_DAY
DOCTORS = ("rota-anil", "rota-bina", "rota-chand")
LINE: dict[str, Any] = {
    "id": "day",
    "days": ["mon", "tue", "wed", "thu", "fri", "sat"],
    "start": "10:00",
    "end": "17:00",
    "people": 1,
    "languages": ["hi"],
    "rotation": {
        "kind": "round_robin",
        "unit": "shift",
        "every": 1,
        "members": list(DOCTORS),
        "anchor": MONDAY.isoformat(),
    },
}


class Caller:
    """Somebody with a role, who expects to be let do what they ask."""

    def __init__(self, stack: StackUnderTest, role: str, name: str | None = None) -> None:
        self._stack = stack
        self._token = stack.token(role, name)

    def ask(self, method: str, path: str, **options: Any) -> Any:
        """Call, and give the answer."""
        return self._stack.call(method, path, token=self._token, **options)

    def do(self, method: str, path: str, status: int = 200, **options: Any) -> Any:
        """Call, and give the answer's body."""
        answer = self.ask(method, path, **options)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None


@pytest.fixture
def admin(stack: StackUnderTest) -> Caller:
    """An administrator; the rota has three doctors, one line, and 30 days published."""
    stack.empty()
    stack.set_clock(at(MONDAY, 9))
    with stack.environment(), using():
        for number, doctor in enumerate(DOCTORS):
            phone = f"+9198989800{number:02}"
            in_use().rota.store.put_oncologist(an_oncologist(id=doctor, phone=phone))
    admin = Caller(stack, "admin")
    seen = admin.do("GET", "/admin/lines")
    assert seen == {"version": 0, "lines": []}
    admin.do("PUT", "/admin/lines", json={**seen, "lines": [LINE]})
    assert admin.do("POST", "/admin/rota/publish")["days"] == 30
    return admin


def on(admin: Caller, day: date) -> list[list[str]]:
    """Who is on, shift by shift, on a published day."""
    (found,) = admin.do("GET", f"/admin/rota?from={day}&to={day + ONE_DAY}")["days"]
    return [shift["on"] for shift in found["shifts"]]


def test_a_swap_moves_a_shift_from_one_calendar_to_the_other(
    stack: StackUnderTest, admin: Caller
) -> None:
    anil, bina = (Caller(stack, "oncologist", name) for name in DOCTORS[:2])
    assert (on(admin, MONDAY), on(admin, TUESDAY)) == ([["rota-anil"]], [["rota-bina"]])
    shift = f"day-{TUESDAY:%Y%m%d}-1000"
    calendars = {
        name: urlsplit(caller.do("POST", "/rota/feed", 201)["url"]).path
        for name, caller in (("rota-anil", anil), ("rota-bina", bina))
    }

    offer = bina.do("POST", f"/shifts/{shift}/swap", 201, json={"to": "rota-anil"})
    assert bina.ask("POST", f"/swaps/{offer['id']}/accept").status_code == 409
    assert anil.do("POST", f"/swaps/{offer['id']}/accept")["state"] == "accepted"

    assert on(admin, TUESDAY) == [["rota-anil"]]
    states = {}
    for name, path in calendars.items():
        answer = stack.call("GET", path)
        assert answer.headers["Content-Type"].startswith("text/calendar")
        for event in Calendar.from_ical(answer.text).walk("VEVENT"):
            if event["DTSTART"].dt == at(TUESDAY, 10):
                states[name] = str(event["STATUS"])
    assert states == {"rota-anil": "CONFIRMED", "rota-bina": "CANCELLED"}
    assert anil.ask("DELETE", "/rota/feed").status_code == 204
    assert stack.call("GET", calendars["rota-anil"]).status_code == 404


def test_leave_opens_a_gap_that_an_override_closes(stack: StackUnderTest, admin: Caller) -> None:
    bina = Caller(stack, "oncologist", "rota-bina")
    leave = {"from": TUESDAY.isoformat(), "to": (TUESDAY + ONE_DAY).isoformat()}

    assert bina.do("POST", "/leave", 201, json=leave)["gap"] is True
    (gap,) = admin.do("GET", f"/admin/rota/gaps?from={TUESDAY}")["gaps"]
    assert (gap["start"], gap["missing"]) == (f"{TUESDAY}T10:00:00+05:30", 1)
    override = {"line": "day", "from": gap["start"], "to": gap["end"], "add": "rota-chand"}
    admin.do("POST", "/admin/overrides", 201, json=override)

    assert admin.do("GET", f"/admin/rota/gaps?from={TUESDAY}") == {"gaps": []}
    stack.set_clock(at(TUESDAY, 11))
    routed = admin.do("GET", "/admin/rota/route?language=hi")
    assert [each["id"] for each in routed["oncologists"]] == ["rota-chand"]
    on_leave = admin.ask("POST", "/admin/overrides", json={**override, "add": "rota-bina"})
    (field,) = on_leave.json()["error"]["fields"]
    assert (on_leave.status_code, field["field"], field["code"]) == (422, "add", "on_leave")


def test_of_two_administrators_one_is_shown_what_the_other_wrote(
    stack: StackUnderTest, admin: Caller
) -> None:
    seen = admin.do("GET", "/admin/lines")
    edits = [[{**LINE, "people": people}] for people in (2, 3)]

    def put(lines: list[dict[str, Any]]) -> Any:
        body = {"lines": lines}
        headers = {"If-Match": f'"{seen["version"]}"'}
        return admin.ask("PUT", "/admin/lines", json=body, headers=headers)

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(put, edits), key=lambda answer: answer.status_code)

    assert [answer.status_code for answer in answers] == [200, 409]
    error = answers[1].json()["error"]
    assert error["code"] == "version_conflict"
    assert error["current"] == answers[0].json() == admin.do("GET", "/admin/lines")
    assert answers[1].headers["ETag"] == f'"{seen["version"] + 1}"'


def test_a_large_preview_passes_the_gateway_and_stores_nothing(
    stack: StackUnderTest, admin: Caller
) -> None:
    before = stack.items("RotaTable")
    names = [f"oncologist-{number:02}" for number in range(50)]
    rotation = {**LINE["rotation"], "members": names}
    lines = [{**LINE, "id": f"line-{n}", "people": 2, "rotation": rotation} for n in range(20)]
    body = {
        "from": MONDAY.isoformat(),
        "to": (MONDAY + timedelta(days=84)).isoformat(),
        "oncologists": [{"id": name, "languages": ["hi"]} for name in names],
        "lines": lines,
    }

    answer = admin.do("POST", "/admin/rota/preview", json=body)

    assert len(answer["shifts"]) == 20 * 6 * 12
    assert (answer["gaps"], answer["quality"]["coverage"]) == ([], 1.0)
    assert stack.items("RotaTable") == before
