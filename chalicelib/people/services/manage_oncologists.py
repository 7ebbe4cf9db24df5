"""The oncologists: who joins, who leaves, and what follows for the rota, their case, their sign-in.

The rota is written first, and what follows is done from what it then says, not from what was
changed: whatever was cut off in between is made good by the same call again, or by the night's run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from chalicelib.cases.domain.case import Case
from chalicelib.cases.services.ports import CaseStore
from chalicelib.cases.services.update_case import change_case
from chalicelib.core.component import component
from chalicelib.core.domain.datetimes import calendar_day
from chalicelib.core.domain.errors import (
    Busy,
    HasLeft,
    IllegalTransition,
    NotFound,
    NotInvited,
    SignInClosed,
)
from chalicelib.people.services.ports import Accounts, SignInState
from chalicelib.rota.domain.change_log import By
from chalicelib.rota.domain.duty import Oncologist
from chalicelib.rota.domain.errors import AlreadyThere
from chalicelib.rota.services.manage_rota import ManageRota
from chalicelib.rota.services.ports import Versioned

# A night's run that failed is made up for by one of the next.
NIGHTS: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Kept:
    """An oncologist as kept, and whether an invitation to sign in went out.

    ``changed`` names the fields that differ from before, with ``email`` where one was invited.
    """

    oncologist: Versioned[Oncologist]
    invited: bool
    changed: tuple[str, ...] = ()


@component
class ManageOncologists:
    """Keeps the oncologists."""

    manage: ManageRota
    cases: CaseStore
    accounts: Accounts
    end_sessions: Callable[[str], object]
    """Ends all sessions of a person."""
    revoke_feed: Callable[[str], object]
    """Closes the address of a person's calendar."""

    def all(self) -> list[Versioned[Oncologist]]:
        """List everybody by id, those who have left too."""
        return self.manage.oncologists()

    def get(self, who: str) -> Versioned[Oncologist]:
        """Give one of them. Raises NotFound."""
        found = next((each for each in self.all() if each.value.id == who), None)
        if found is None:
            raise NotFound
        return found

    def add(self, oncologist: Oncologist, email: str | None, by: str, now: datetime) -> Kept:
        """Add somebody, and invite them to sign in where there is an ``email``.

        The very same person once more is no error: what was cut off the first time is done then.
        Raises AlreadyThere, InvalidInput, InvalidField (``email``), Busy.
        """
        try:
            stored = self.manage.add_oncologist(oncologist, By(by), now)
        except AlreadyThere:
            stored = self.get(oncologist.id)
            if stored.value != oncologist:
                raise
            self._refuse_closed(oncologist.id, email)
        return self._follow(stored, email, now)

    def change(
        self,
        who: str,
        version: int,
        changes: Mapping[str, object],
        email: str | None,
        by: str,
        now: datetime,
    ) -> Kept:
        """Change somebody, upon the version that the editor saw; ``changes`` are fields by name.

        Who has left, by today, gives back their case, their shifts and their sign-in; shifts after
        the day on which they will leave are given up at once. An ``email`` invites them (again).
        Nothing here opens a sign-in that was closed: :meth:`open_sign_in` does. Raises NotFound,
        VersionConflict, SignInClosed (with ``email``), InvalidInput, InvalidField (``email``),
        Busy.
        """
        self._refuse_closed(who, email)
        changed: tuple[str, ...] = ()

        def change(known: Oncologist) -> Oncologist:
            nonlocal changed
            changed = tuple(name for name in changes if getattr(known, name) != changes[name])
            return replace(known, **changes)  # type: ignore[arg-type]  # its own fields

        stored = self.manage.change_oncologist(who, version, change, By(by), now)
        kept = self._follow(stored, email, now)
        return replace(kept, changed=(*changed, *(["email"] if kept.invited else [])))

    def sign_in_state(self, who: str) -> SignInState:
        """Return whether an oncologist can sign in. Raises NotFound, Busy."""
        self.get(who)
        return self.accounts.state(who)

    def open_sign_in(self, who: str, now: datetime) -> SignInState:
        """Open an oncologist's sign-in again. Raises NotFound, HasLeft, NotInvited, Busy."""
        if self.get(who).value.has_left(calendar_day(now)):
            raise HasLeft
        if not self.accounts.open(who):
            raise NotInvited
        return SignInState.OPEN

    def close_sign_in(self, who: str, now: datetime) -> SignInState:
        """Close an oncologist's sign-in and put their case back into the queue.

        It stays closed until :meth:`open_sign_in`. Their shifts stay theirs. Raises NotFound, Busy.
        """
        self.get(who)
        self._let_go(who, now)
        return self.accounts.state(who)

    def close_gone(self, now: datetime) -> int:
        """Close the sign-ins of those who left in the last days; return how many they are.

        Their cases went back with their shifts, by the handover.
        """
        today = calendar_day(now)
        gone = [
            each.value
            for each in self.all()
            if each.value.left is not None and today - NIGHTS <= each.value.left <= today
        ]
        for oncologist in gone:
            self.accounts.close(oncologist.id)
            self.revoke_feed(oncologist.id)
        return len(gone)

    def _follow(self, stored: Versioned[Oncologist], email: str | None, now: datetime) -> Kept:
        who = stored.value
        if who.has_left(calendar_day(now)):
            self._let_go(who.id, now)
            return Kept(stored, invited=False)
        if email is None:
            return Kept(stored, invited=False)
        self.accounts.invite(who.id, email)
        return Kept(stored, invited=True)

    def _refuse_closed(self, who: str, email: str | None) -> None:
        """Refuse to invite somebody whose sign-in was closed. Raises SignInClosed, Busy."""
        if email is not None and self.accounts.state(who) is SignInState.CLOSED:
            raise SignInClosed

    def _let_go(self, who: str, now: datetime) -> None:
        """Close the sign-in before the case goes back, so that no other is taken in between."""
        self.accounts.close(who)
        self.end_sessions(who)
        self.revoke_feed(who)
        claim = self.cases.find_claim(who)
        if claim is None:
            return

        def change(case: Case) -> Case:
            return case.hand_over(now) if case.owner == who else case

        try:
            change_case(self.cases, claim.reference, change, now)
        except (Busy, IllegalTransition):
            # Somebody acts on it at this moment; the handover takes it from who is off duty.
            return
