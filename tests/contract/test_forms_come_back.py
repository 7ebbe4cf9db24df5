"""Every form comes back with what was typed, whatever coded error ends it, and wherever."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest

from chalicelib.cases.wiring import Cases
from chalicelib.core.domain.errors import Busy, HelplineError, IllegalTransition, InvalidField
from chalicelib.core.web.blueprint import WebBlueprint
from chalicelib.core.web.request import WebRequest
from tests.contract.access_matrix import TABLE
from tests.contract.access_world import CASE, OFF, OTHER, Row, Who, World
from tests.support.contact_fakes import FakeRooms
from tests.support.helpline import using
from tests.support.web import Web

LONG = "What the doctor wrote with care, on a long evening,\nline after line"
OWNER, ADMIN = "owner", "admin"
NOTES = {"note": LONG, "advice": "Chemo first", "follow_up": "In June"}
PERSON = {
    "name": "Dr Chitra Sen",
    "registration": "DMC-777",
    "phone": "98111 22334",
    "gender": "female",
    "languages": "hi",
    "sites": "breast, lung",
    "version": "1",
}
FORMS: dict[str, tuple[str, dict[str, str]]] = {
    "/request": (
        "anybody",
        {"phone": "98123 99999", "name": "Sunita Devi", "message": LONG, "consent": "yes"},
    ),
    "/desk/cases/{reference}/keep": (OWNER, NOTES),
    "/desk/cases/{reference}/call": (OWNER, NOTES),
    "/desk/cases/{reference}/video": (OWNER, NOTES),
    "/desk/cases/{reference}/release": (OWNER, NOTES),
    "/desk/cases/{reference}/outcome": (OWNER, {**NOTES, "result": "no_answer"}),
    "/desk/shifts/leave": (OWNER, {"from": "2026-12-07", "last": "2026-12-08", "sure": "yes"}),
    "/desk/shifts/{shift}/offer": (OWNER, {"to": OFF}),
    "/console/blocks": (ADMIN, {"phone": "98111 55667", "until": "2026-11-30", "reason": LONG}),
    "/console/cases/search": (ADMIN, {"what": "Sunita Devi"}),
    "/console/cases/{reference}/assign": (ADMIN, {"oncologist": OTHER}),
    "/console/cases/{reference}/block": (ADMIN, {"until": "2026-11-30", "why": LONG}),
    "/console/cases/{reference}/close": (ADMIN, {"reason": "expired", "note": LONG}),
    "/console/cases/{reference}/merge": (ADMIN, {"into": "4286W85667F"}),
    "/console/cases/{reference}/correct": (ADMIN, {"name": "Sunita Devi", "city": "Indore"}),
    "/console/messages/search": (ADMIN, {"phone": "98111 55667"}),
    "/console/people": (ADMIN, {"id": "chitra", **PERSON}),
    "/console/people/{oncologist}": (ADMIN, PERSON),
    "/console/rota/leave": (
        ADMIN,
        {"oncologist": OFF, "from": "2026-12-07", "to": "2026-12-09", "sure": "yes"},
    ),
    "/console/rota/recipients": (
        ADMIN,
        {"version": "0", "phone": "98111 55667", "language": "en"},
    ),
    "/console/rota/hours": (ADMIN, {"version": "0", "mon": "10:30-16:45"}),
    "/console/rota/line": (ADMIN, {"step": "save", "id": "evening", "start": "17:15"}),
    "/console/rota/shift/{shift}/override": (ADMIN, {"add": OFF, "remove": OTHER}),
    "/console/rota/shift/{shift}/offer": (ADMIN, {"acting_for": OTHER, "to": OFF}),
    "/console/rota/swaps/{swap}/accept": (ADMIN, {"acting_for": OTHER}),
}
# Buttons alone, or forms that hold a password or a code, which no page repeats.
NOTHING_TYPED = {
    "/desk/next",
    "/desk/shifts/feed",
    "/desk/shifts/feed/revoke",
    "/desk/shifts/leave/{leave}/drop",
    "/desk/shifts/swaps/{swap}/accept",
    "/desk/shifts/swaps/{swap}/decline",
    "/desk/shifts/swaps/{swap}/withdraw",
    "/desk/shifts/{shift}/confirm",
    "/console/blocks/lift",
    "/console/cases/{reference}/erase",
    "/console/cases/{reference}/phone",
    "/console/cases/{reference}/reopen",
    "/console/messages/{message}/retry",
    "/console/people/{oncologist}/sign-in/open",
    "/console/people/{oncologist}/sign-in/close",
    "/console/rota/leave/drop",
    "/console/rota/publish",
    "/console/rota/shift/{shift}/drop",
    "/console/rota/swaps/{swap}/decline",
    "/console/rota/swaps/{swap}/withdraw",
}
# What is not asked of a form that is shown again: the button, the version, "yes, go on", and the
# result of an outcome that may be recorded no more.
NOT_SHOWN = {"step", "version", "sure", "csrf", "result"}
ERRORS = [Busy(), IllegalTransition(status="closed"), InvalidField("nothing", "unknown")]
MOST_USES = 8


@pytest.fixture
def world() -> Iterator[World]:
    web = Web()
    world = World(web)
    with using(*web.parts(), Cases(rooms=FakeRooms())):
        world.fill()
        yield world


class FailingOnce:
    """Raises an error at the ``number``-th thing that a handler reaches for, and once only."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, error: HelplineError, number: int) -> None:
        self.left: int | None = None
        self.has_raised = False
        use, check = WebRequest.use, WebBlueprint._check

        def checked(blueprint, request, *args):
            check(blueprint, request, *args)
            self.left = number

        def failing(request, kind):
            if self.left is not None:
                self.left -= 1
                if self.left == 0:
                    self.has_raised = True
                    raise error
            return use(request, kind)

        monkeypatch.setattr(WebBlueprint, "_check", checked)
        monkeypatch.setattr(WebRequest, "use", failing)


def test_every_form_of_those_who_work_here_is_walked():
    forms = {
        row.path
        for row in TABLE
        if row.method == "POST" and row.path.startswith(("/desk", "/console"))
    }

    assert forms == (FORMS.keys() - {"/request"}) | NOTHING_TYPED


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("path", FORMS)
def test_a_form_comes_back_with_what_was_typed(world, path, error):
    who, fields = FORMS[path]
    raised = 0
    for number in range(1, MOST_USES):
        with pytest.MonkeyPatch.context() as patch:
            failing = FailingOnce(patch, error, number)
            answer = _send(world, who, path, fields)
        if not failing.has_raised:
            break
        raised += 1
        if answer.status_code == 303:
            # The error met something that is not needed: it was done all the same.
            break
        page = unescape(answer.body.decode())
        lost = [
            name
            for name, value in fields.items()
            if name not in NOT_SHOWN and not re.search(re.escape(value), page)
        ]
        assert lost == [], f"the {number}. use: {answer.status_code}"
    assert raised


def test_what_is_sent_again_is_done(world, monkeypatch):
    with pytest.MonkeyPatch.context() as patch:
        FailingOnce(patch, Busy(), 1)
        answer = _send(world, ADMIN, "/console/cases/{reference}/close", {"reason": "expired"})
    page = answer.body.decode()

    assert answer.status_code == 503
    assert f'action="../../../console/cases/{CASE}/close' in page
    assert 'name="reason" value="expired"' in page
    assert 'name="csrf"' in page


@pytest.mark.parametrize("name", ["password", "new_password", "code", "device_code"])
def test_no_password_and_no_code_is_repeated(world, name):
    with pytest.MonkeyPatch.context() as patch:
        FailingOnce(patch, Busy(), 1)
        answer = _send(world, ADMIN, "/console/blocks", {name: "my secret", "reason": LONG})

    assert "my secret" not in answer.body.decode()
    assert "on a long evening" not in answer.body.decode()


def _send(world: World, who: str, path: str, fields: dict[str, str]):
    if who == "anybody":
        return world.web.send(path, fields)
    person = {OWNER: Who.OWNER, ADMIN: Who.ADMINISTRATOR}[who]
    browser = world.web.signed_in(person.role, person.value)
    address = world._filled(path, Row("POST", path, ()))
    return world.web.send(address, {**fields, "csrf": browser.form_token}, cookie=browser.cookie)
