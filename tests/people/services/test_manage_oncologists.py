"""People on fakes: joining, leaving, and what follows for shifts, case and sign-in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.cases.domain.case import Status
from chalicelib.core.domain.errors import (
    Busy,
    HasLeft,
    InvalidInput,
    NotFound,
    NotInvited,
    SignInClosed,
    VersionConflict,
)
from chalicelib.people.services.manage_oncologists import ManageOncologists
from chalicelib.people.services.ports import SignInState
from chalicelib.rota.domain.errors import AlreadyThere
from tests.support.builders import a_case
from tests.support.fakes import FakeAccounts
from tests.support.rota_world import MONDAY, RotaWorld, a_doctor, at

NOW = at(MONDAY, 11)
EMAIL = "dr@hospital.example"
NEW = a_doctor("dr-new", joined=MONDAY)


class Staff:
    """Three doctors with four weeks published, all of whom can sign in."""

    def __init__(self) -> None:
        self.world = RotaWorld()
        self.world.publish(at(MONDAY, 2))
        self.accounts = FakeAccounts()
        for who in ("dr-asha", "dr-ravi", "dr-tara"):
            self.accounts.may_sign_in[who] = True
        self.ended: list[str] = []
        self.revoked: list[str] = []
        self.people = ManageOncologists(
            self.world.manage,
            self.world.cases,
            self.accounts,
            self.ended.append,
            self.revoked.append,
        )

    def change(self, who, changes, email=None, now=NOW):
        version = self.people.get(who).version
        return self.people.change(who, version, changes, email, "meera", now)

    def shifts_of(self, who, since):
        days = self.world.edits.duty_days(since, since + timedelta(days=40))
        return [shift.id for day in days for shift in day.shifts if who in shift.on]


@pytest.fixture
def staff():
    return Staff()


def test_who_joins_is_kept_and_invited(staff):
    kept = staff.people.add(NEW, EMAIL, "meera", NOW)
    assert (kept.oncologist.value, kept.oncologist.version, kept.invited) == (NEW, 1, True)
    assert staff.accounts.invited == [("dr-new", EMAIL)]


def test_who_joins_without_an_address_is_kept_and_cannot_sign_in_yet(staff):
    assert staff.people.add(NEW, None, "meera", NOW).invited is False
    assert "dr-new" not in staff.accounts.may_sign_in
    assert staff.change("dr-new", {}, EMAIL).invited is True


def test_what_was_cut_off_is_done_by_the_same_call_again(staff):
    staff.accounts.broken = 1
    with pytest.raises(Busy):
        staff.people.add(NEW, EMAIL, "meera", NOW)
    assert staff.people.add(NEW, EMAIL, "meera", NOW).oncologist.version == 1
    assert staff.accounts.may_sign_in["dr-new"]


def test_an_id_is_one_persons(staff):
    staff.people.add(NEW, None, "meera", NOW)
    with pytest.raises(AlreadyThere):
        staff.people.add(replace(NEW, name="Somebody Else"), EMAIL, "meera", NOW)
    assert staff.accounts.invited == []


def test_who_has_left_gives_back_case_shifts_and_sign_in(staff):
    case = staff.world.cases.put(a_case(requested_at=NOW))
    staff.world.cases.claim(case.reference, "dr-asha", NOW)
    assert staff.shifts_of("dr-asha", MONDAY + timedelta(days=1))

    staff.change("dr-asha", {"left": MONDAY})

    assert staff.world.cases.cases[case.reference].status is Status.WAITING
    assert staff.shifts_of("dr-asha", MONDAY + timedelta(days=1)) == []
    assert staff.accounts.may_sign_in["dr-asha"] is False
    assert staff.world.messages.messages, "whose shift moved is told"


def test_who_will_leave_works_and_signs_in_until_then(staff):
    leaves = MONDAY + timedelta(days=8)
    staff.change("dr-asha", {"left": leaves})
    assert staff.shifts_of("dr-asha", MONDAY)
    assert staff.shifts_of("dr-asha", leaves) == []
    assert staff.accounts.may_sign_in["dr-asha"] is True
    assert staff.people.close_gone(at(leaves - timedelta(days=1), 2)) == 0
    assert staff.people.close_gone(at(leaves, 2)) == 1
    assert staff.accounts.may_sign_in["dr-asha"] is False
    assert staff.revoked == ["dr-asha"]


def test_a_night_that_failed_is_made_up_for_and_old_leavers_cost_nothing(staff):
    staff.change("dr-asha", {"left": MONDAY})
    assert staff.people.close_gone(at(MONDAY + timedelta(days=7), 2)) == 1
    assert staff.people.close_gone(at(MONDAY + timedelta(days=8), 2)) == 0


def test_a_returner_signs_in_again_only_by_an_explicit_act(staff):
    staff.change("dr-asha", {"left": MONDAY})
    with pytest.raises(HasLeft):
        staff.people.open_sign_in("dr-asha", NOW)
    staff.change("dr-asha", {"left": None})
    assert staff.accounts.may_sign_in["dr-asha"] is False

    assert staff.people.open_sign_in("dr-asha", NOW) is SignInState.OPEN
    assert staff.accounts.may_sign_in["dr-asha"] is True


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Dr A. Verma"},
        {"registration": "DMC-2"},
        {"phone": "+919812345600"},
        {"languages": ("hi",)},
        {"gender": "other"},
        {"sites": ("lung",)},
        {"joined": MONDAY - timedelta(days=400)},
        {"left": MONDAY + timedelta(days=30)},
        {"left": None},
        {},
    ],
)
def test_no_edit_opens_a_sign_in_that_was_closed(staff, changes):
    staff.people.close_sign_in("dr-asha", NOW)

    staff.change("dr-asha", changes)

    assert staff.people.sign_in_state("dr-asha") is SignInState.CLOSED


def test_an_invitation_opens_no_sign_in_that_was_closed(staff):
    staff.people.add(NEW, EMAIL, "meera", NOW)
    staff.people.close_sign_in("dr-new", NOW)
    staff.accounts.invited.clear()

    with pytest.raises(SignInClosed):
        staff.change("dr-new", {"name": "Dr Other"}, EMAIL)
    with pytest.raises(SignInClosed):
        staff.people.add(NEW, EMAIL, "meera", NOW)

    assert staff.people.get("dr-new").value.name == NEW.name, "nothing is half done"
    assert staff.accounts.invited == []
    assert staff.people.sign_in_state("dr-new") is SignInState.CLOSED


def test_closing_a_sign_in_gives_the_case_back_and_leaves_the_shifts(staff):
    case = staff.world.cases.put(a_case(requested_at=NOW))
    staff.world.cases.claim(case.reference, "dr-asha", NOW)

    for _ in range(2):
        assert staff.people.close_sign_in("dr-asha", NOW) is SignInState.CLOSED

    assert staff.world.cases.cases[case.reference].status is Status.WAITING
    assert staff.shifts_of("dr-asha", MONDAY + timedelta(days=1))
    assert staff.ended == ["dr-asha"] * 2, "their sessions end at once"
    assert staff.revoked == ["dr-asha"] * 2, "and the address of their calendar"


def test_who_was_never_invited_has_no_sign_in_to_open(staff):
    staff.people.add(NEW, None, "meera", NOW)
    assert staff.people.sign_in_state("dr-new") is SignInState.NONE
    with pytest.raises(NotInvited):
        staff.people.open_sign_in("dr-new", NOW)
    assert staff.people.close_sign_in("dr-new", NOW) is SignInState.NONE
    for act in (staff.people.open_sign_in, staff.people.close_sign_in):
        with pytest.raises(NotFound):
            act("nobody", NOW)


def test_a_leaving_that_was_cut_off_is_finished_by_any_later_change(staff):
    staff.accounts.broken = 1
    with pytest.raises(Busy):
        staff.change("dr-asha", {"left": MONDAY})
    assert staff.accounts.may_sign_in["dr-asha"] is True
    staff.change("dr-asha", {"left": MONDAY})
    assert staff.accounts.may_sign_in["dr-asha"] is False


def test_what_makes_no_sense_changes_nothing(staff):
    with pytest.raises(InvalidInput):
        staff.change("dr-asha", {"joined": MONDAY, "left": MONDAY - timedelta(days=1)})
    with pytest.raises(NotFound):
        staff.change("dr-nobody", {})
    version = staff.people.get("dr-asha").version
    staff.change("dr-asha", {"name": "Dr Asha"})
    with pytest.raises(VersionConflict):
        staff.people.change("dr-asha", version, {"name": "x"}, None, "meera", NOW)
    assert staff.people.get("dr-asha").value.name == "Dr Asha"
