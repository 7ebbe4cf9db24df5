"""Oncologists as administrators see them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, TypedDict

from chalicelib.core.web.responses import Date
from chalicelib.core.web.serializers import to_json
from chalicelib.people.services.manage_oncologists import Kept
from chalicelib.people.services.ports import SignInState
from chalicelib.rota.domain.duty import Oncologist


class ShownPerson(TypedDict):
    """An oncologist; ``left`` is the first day on which they are gone."""

    id: str
    name: str
    registration: str
    phone: str
    languages: list[str]
    gender: str
    sites: list[str]
    joined: Date | None
    left: Date | None
    version: int


class ListedPerson(ShownPerson):
    """An oncologist in the list; ``sent_stop``: their own phone has sent STOP.

    The rota writes to it all the same; the carrier may block that.
    """

    sent_stop: bool


class People(TypedDict):
    """Everybody by id, those who have left too."""

    oncologists: list[ListedPerson]


class KeptPerson(ShownPerson):
    """An oncologist as kept, and whether an invitation to sign in went out."""

    invited: bool


class SignInJson(TypedDict):
    """Whether an oncologist can sign in: ``none`` (never invited), ``open`` or ``closed``."""

    sign_in: Literal["none", "open", "closed"]


def sign_in(state: SignInState) -> SignInJson:
    """Show whether an oncologist can sign in."""
    return {"sign_in": state.value}


def person(who: Oncologist, version: int) -> ShownPerson:
    """Show an oncologist."""
    return to_json(ShownPerson, who, version=version)


def listed_person(who: Oncologist, version: int, stopped: Collection[str]) -> ListedPerson:
    """Show an oncologist in the list; ``stopped`` are the phones that have sent STOP."""
    return to_json(ListedPerson, who, version=version, sent_stop=who.phone in stopped)


def kept_person(kept: Kept) -> KeptPerson:
    """Show an oncologist who was just added or changed."""
    stored = kept.oncologist
    return to_json(KeptPerson, stored.value, version=stored.version, invited=kept.invited)
