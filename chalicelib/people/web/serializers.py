"""Oncologists as administrators see them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Literal, TypedDict

from chalicelib.core.web.responses import Date
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
    return {
        "id": who.id,
        "name": who.name,
        "registration": who.registration,
        "phone": who.phone,
        "languages": list(who.languages),
        "gender": who.gender,
        "sites": list(who.sites),
        "joined": _day(who.joined),
        "left": _day(who.left),
        "version": version,
    }


def listed_person(who: Oncologist, version: int, stopped: Collection[str]) -> ListedPerson:
    """Show an oncologist in the list; ``stopped`` are the phones that have sent STOP."""
    return {**person(who, version), "sent_stop": who.phone in stopped}


def kept_person(kept: Kept) -> KeptPerson:
    """Show an oncologist who was just added or changed."""
    stored = kept.oncologist
    return {**person(stored.value, stored.version), "invited": kept.invited}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
