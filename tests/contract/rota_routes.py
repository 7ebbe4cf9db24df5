"""Every route of the rota, called for the comparison with the policy of the API's function."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from chalicelib.core.domain.roles import ADMINISTRATOR, ONCOLOGIST
from tests.contract.rota_uses import ADMIN, MONDAY, WEEKDAYS
from tests.support.builders import an_oncologist
from tests.support.helpline import in_use

Call = Callable[..., Any]
ME, RAVI = "dr-asha", "dr-ravi"
TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)


def use_rota_routes(call: Call) -> None:
    """Call them all: whoever calls is dr-asha, in any role."""
    ravi = an_oncologist(id=RAVI, phone="+919898989801")
    in_use().rota.manage_rota.add_oncologist(ravi, ADMIN, in_use().core.now())
    _edit_documents(call)
    _read(call)
    _change_days(call)
    _swap(call)
    _open_links(call)


def _edit_documents(call: Call) -> None:
    rotation = {"kind": "round_robin", "members": [ME, RAVI], "anchor": MONDAY.isoformat()}
    line = {"days": list(WEEKDAYS), "start": "10:00", "end": "17:00", "people": 1}
    recipients = [{"phone": "9811111111", "language": "hi"}]
    for path, changes in (
        ("/admin/hours", {}),
        ("/admin/lines", {"lines": [{"id": "day", **line, "rotation": rotation}]}),
        ("/admin/rota/recipients", {"recipients": recipients}),
    ):
        seen = call("GET", path, ADMINISTRATOR)
        call("PUT", path, ADMINISTRATOR, **{**seen, **changes})
    assert call("POST", "/admin/rota/publish", ADMINISTRATOR)["days"]


def _read(call: Call) -> None:
    for path in (
        "rota",
        "rota/quality",
        "rota/gaps",
        "rota/changes",
        "overrides",
        "leave",
        "swaps",
    ):
        call("GET", f"/admin/{path}", ADMINISTRATOR)
    call("GET", "/admin/rota/route?language=hi", ADMINISTRATOR)
    span = {"from": MONDAY.isoformat(), "to": TUESDAY.isoformat()}
    call("POST", "/admin/rota/preview", ADMINISTRATOR, **span, oncologists=[], lines=[])


def _change_days(call: Call) -> None:
    span = {
        "line": "day",
        "from": f"{WEDNESDAY}T10:00:00+05:30",
        "to": f"{WEDNESDAY}T12:00:00+05:30",
    }
    for change in ({"on": []}, {"add": RAVI}):
        added = call("POST", "/admin/overrides", ADMINISTRATOR, **span, **change)
        call("DELETE", f"/admin/overrides?id={added['id']}", ADMINISTRATOR)
    later = WEDNESDAY + timedelta(days=7)
    leave = {"from": str(later), "to": str(later + timedelta(days=1))}
    for path, role, more in (
        ("/admin/leave", ADMINISTRATOR, {"oncologist": RAVI}),
        ("/leave", ONCOLOGIST, {}),
    ):
        added = call("POST", path, role, **leave, **more)
        call("DELETE", f"{path}?id={added['id']}", role)


def _swap(call: Call) -> None:
    """Offer and answer, each as an administrator for dr-ravi or as oneself."""
    mine, his = _shift_of(ME), _shift_of(RAVI)
    for answer in ("decline", "withdraw"):
        offer = call("POST", f"/shifts/{mine}/swap", ONCOLOGIST, to=RAVI)["id"]
        call("GET", "/swaps", ONCOLOGIST)
        if answer == "decline":
            path = f"/admin/swaps/{offer}/decline"
            call("POST", path, ADMINISTRATOR, acting_for=RAVI)
        else:
            call("POST", f"/swaps/{offer}/withdraw", ONCOLOGIST)
    for answer in ("decline", "accept"):
        offer = call("POST", f"/admin/shifts/{his}/swap", ADMINISTRATOR, acting_for=RAVI, to=ME)
        call("POST", f"/swaps/{offer['id']}/{answer}", ONCOLOGIST)
    # It is dr-asha's now: back again, in dr-ravi's name.
    offer = call("POST", f"/shifts/{his}/swap", ONCOLOGIST)["id"]
    call("POST", f"/admin/swaps/{offer}/accept", ADMINISTRATOR, acting_for=RAVI)
    offer = call("POST", f"/admin/shifts/{his}/swap", ADMINISTRATOR, acting_for=RAVI)["id"]
    call("POST", f"/admin/swaps/{offer}/withdraw", ADMINISTRATOR, acting_for=RAVI)


def _open_links(call: Call) -> None:
    url = call("POST", "/rota/feed", ONCOLOGIST)["url"]
    call("GET", urlsplit(url).path)
    call("DELETE", "/rota/feed", ONCOLOGIST)
    shift = next(
        shift
        for shift in in_use().rota.view.shifts_of(ME, MONDAY, MONDAY + timedelta(days=20))
        if shift.id != _shift_of(ME)
    )
    link = f"/{in_use().rota.shift_links.make(shift, ME)}"
    call("GET", link)
    for answer in ("confirm", "offer"):
        call("POST", f"{link}/{answer}")


def _shift_of(who: str) -> str:
    found = in_use().rota.view.shifts_of(who, MONDAY, MONDAY + timedelta(days=20))
    return found[0].id
