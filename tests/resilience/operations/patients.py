"""What patients do: ask, by every way in; look, change, cancel and withdraw; and say STOP."""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import urlencode

from chalicelib.core.web.ticks import TICKED
from tests.resilience import actors
from tests.resilience.harness import WEBHOOK, World
from tests.resilience.operation import (
    PATIENT,
    Act,
    Done,
    Operation,
    State,
    ask,
    cases,
    is_now,
    post,
    was_sent,
)
from tests.support import functions
from tests.support.helpline import strong_link

RANG: Final = "9812345677"
FORM: Final = "application/x-www-form-urlencoded"


def by_form(world: World, _: State) -> object:
    """Send the form, with the same name each time, as a double click does."""
    return actors.send_form(world, "/request", {**PATIENT, "consent": TICKED})


def text(words: str, phone: str = PATIENT["phone"]) -> Act:
    """Send an SMS; AWS hands it over again where the function failed."""

    def act(_: World, __: State) -> object:
        told = {
            "originationNumber": f"+91{phone}",
            "messageBody": words,
            "inboundMessageId": f"one-{words[:4]}",
        }
        functions.inbound_sms({"Records": [{"Sns": {"Message": json.dumps(told)}}]})
        return None

    return act


def ring(world: World, _: State = None) -> object:
    """Ring once; Exotel tells of it."""
    told = urlencode({"CallSid": "one", "CallFrom": f"0{RANG}", "Direction": "incoming"})
    return world.send("GET", f"/webhooks/exotel/{WEBHOOK}/missed-call?{told}")


def own(call: str, body: dict[str, Any] | None = None) -> Act:
    """Do something to one's own case, by its link."""

    def act(world: World, state: State) -> object:
        token = f"t={strong_link(state['reference'])}"
        method = "GET" if call == "data" else "POST"
        return world.http(method, f"/callbacks/{state['reference']}/{call}?{token}", body)

    return act


def waiting(world: World) -> State:
    """Have one case waiting, its message sent."""
    return ask(world, phone="9812345670")


def _rang(world: World) -> State:
    world.run(lambda: ring(world))
    world.deliver()


def _stopped(world: World) -> State:
    _rang(world)
    world.run(lambda: text("STOP", RANG)(world, None))
    world.deliver()


def _may_be_sent(world: World, state: State) -> bool:
    opted_out = any(item["pk"]["S"].startswith("OPTOUT#") for item in world.items("messages"))
    return not opted_out and was_sent("opted_in")(world, state)


def _one_is_open(world: World, _: State) -> bool:
    """Ask whether there is the one case that was asked for, and its first message was sent."""
    return [case["status"]["S"] for case in cases(world)] == ["waiting"]


def _added(where: str) -> Done:
    """Ask whether one addition stands in this list of the case."""
    return lambda world, _: len(cases(world)[0].get(where, {}).get("L", ())) == 1


def _noted(number: int) -> Done:
    """Ask whether so many further requests are noted, each with its event."""

    def done(world: World, _: State) -> bool:
        (case,) = cases(world)
        noted = len(case.get("request_ids", {}).get("SS", ()))
        return noted == number == len(case["timeline"]["L"]) - 1

    return done


def _wishes_hold(world: World, _: State) -> bool:
    """Ask whether the case has them, and stands where they put it; there are two more events."""
    (case,) = cases(world)
    has = (case["language"]["S"], case["mode"]["S"], case.get("part", {}).get("S"))
    events = len(case["timeline"]["L"])
    return has == ("en", "video", "afternoon") and "prefers_woman" in case and events == 3  # noqa: PLR2004


def _again(**wishes: Any) -> Act:  # noqa: ANN401  # fields of a request
    body = {"phone": "9812345670", "consent": True, "request_id": "another", **wishes}
    return post("/callbacks", body, who="")


def _rescheduled(world: World, _: State) -> bool:
    return len(cases(world)[0]["timeline"]["L"]) == 2  # noqa: PLR2004  # asked, rescheduled


def _erased(world: World, _: State) -> bool:
    return "erased_at" in cases(world)[0]


def _declined(world: World, _: State) -> bool:
    return bool(cases(world)[0].get("closed_reason", {}).get("S") == "cancelled")


OPERATIONS: Final = (
    Operation("ask, JSON", post("/callbacks", PATIENT, who=""), done=_one_is_open),
    Operation("ask, form", by_form, done=_one_is_open),
    Operation("ask, SMS", text("मुझे कॉल कीजिए"), done=_one_is_open),
    Operation("ask, missed call", ring, done=_one_is_open),
    Operation(
        "ask again, with details",
        post("/callbacks", {**PATIENT, "phone": "9812345670", "request_id": "another"}, who=""),
        waiting,
        _added("told_others"),
    ),
    Operation(
        "ask again, by SMS",
        text("कब कॉल आएगा", "9812345670"),
        waiting,
        _added("told_phone"),
    ),
    Operation("ask again, with nothing to tell", _again(), waiting, _noted(1)),
    Operation(
        "ask again, with other wishes",
        _again(language="en", mode="video", window="afternoon", prefers_woman=True),
        waiting,
        _wishes_hold,
    ),
    Operation(
        "ask for another person",
        post(
            "/callbacks",
            {**PATIENT, "phone": "9812345670", "request_id": "other", "another_person": True},
            who="",
        ),
        waiting,
        lambda world, _: len(cases(world)) == 2,  # noqa: PLR2004  # the two persons'
    ),
    Operation("cancel", own("cancel"), waiting, is_now("closed", "cancelled")),
    Operation("reschedule", own("reschedule", {"window": "afternoon"}), waiting, _rescheduled),
    Operation("withdraw", own("withdraw"), waiting, _erased, mends=(functions.purge,)),
    Operation("own data", own("data"), waiting),
    Operation("SMS: STATUS", text("STATUS", "9812345670"), waiting, was_sent("status")),
    Operation("SMS: STOP to a missed call", text("STOP", RANG), _rang, _declined),
    Operation("SMS: START", text("START", RANG), _stopped, _may_be_sent),
)
