"""What an administrator sends about oncologists."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from chalicelib.core.web.schemas.fields import (
    INVALID,
    Choice,
    Field,
    Many,
    PhoneNumber,
    Problem,
    StrictSchema,
    Text,
    as_text,
    load,
)
from chalicelib.core.web.schemas.values import Day, LanguageCode, PlainIdentifier, refuse_blank
from chalicelib.rota.domain.duty import Oncologist

GENDERS: Final = ("female", "male", "other")
MOST_SITES: Final = 20
MOST_SPOKEN: Final = 24
_LONGEST_ADDRESS: Final = 254
_LONGEST_SITE: Final = 60
# RFC 5321: words with dots or one in quotes, at a domain, an IPv4 address or localhost.
_WORDS: Final = r"[-!#$%&'*+/=?^`{}|~\w]+(?:\.[-!#$%&'*+/=?^`{}|~\w]+)*"
_QUOTED: Final = r'"(?:[\001-\010\013\014\016-\037!#-\[\]-\177]|\\[\001-\011\013\014\016-\177])*"'
_LETTER: Final = r"[a-z0-9\u00a1-\uffff]"
_INNER: Final = r"[a-z0-9\u00a1-\uffff-]"
_DOMAIN: Final = rf"(?:{_LETTER}(?:{_INNER}{{0,61}}{_LETTER})?\.)+{_INNER}{{2,}}"
_BYTE: Final = r"(?:25[0-5]|2[0-4]\d|[0-1]?\d?\d)"
_ADDRESS: Final = re.compile(
    rf"(?:{_WORDS}|{_QUOTED})@(?:{_DOMAIN}|\[{_BYTE}(?:\.{_BYTE}){{3}}\]|localhost)", re.IGNORECASE
)


class EmailAddress(Field[str | None]):
    """An address to which an invitation goes."""

    def _read(self, value: object) -> str | None:
        text = as_text(value).strip()
        if not text:
            return None
        if len(text) > _LONGEST_ADDRESS or not _ADDRESS.fullmatch(text):
            raise Problem(INVALID)
        return text


class PersonSchema(StrictSchema):
    """Somebody who joins. ``left`` is the first day on which they are gone."""

    id = PlainIdentifier(required=True)
    name = Text(100, required=True)
    registration = Text(60, required=True)
    phone = PhoneNumber(required=True)
    languages = Many(LanguageCode(), MOST_SPOKEN, required=True)
    gender = Choice(GENDERS, required=True)
    sites = Many(Text(_LONGEST_SITE), MOST_SITES)
    joined = Day()
    left = Day()
    email = EmailAddress()


class PersonChangeSchema(StrictSchema):
    """What changes about somebody: what is left out stays, and null takes a date back."""

    name = Text(100, nullable=False)
    registration = Text(60, nullable=False)
    phone = PhoneNumber(nullable=False)
    languages = Many(LanguageCode(), MOST_SPOKEN, nullable=False)
    gender = Choice(GENDERS, nullable=False)
    sites = Many(Text(_LONGEST_SITE), MOST_SITES)
    joined = Day()
    left = Day()
    email = EmailAddress()


def parse_person(data: Mapping[str, Any]) -> tuple[Oncologist, str | None]:
    """Read somebody who joins, and where their invitation goes. Raises InvalidInput."""
    given = _read(PersonSchema, data)
    email = given.pop("email", None)
    return Oncologist(**given), email


def parse_person_change(data: Mapping[str, Any]) -> tuple[dict[str, object], str | None]:
    """Read what changes, by the names of an oncologist's fields, and where an invitation goes."""
    given = _read(PersonChangeSchema, data)
    email = given.pop("email", None)
    return given, email


def _read(kind: type[StrictSchema], data: Mapping[str, Any]) -> dict[str, Any]:
    given = load(kind, data)
    refuse_blank(given, "name", "registration", "languages", "gender")
    if "phone" in given:
        given["phone"] = given["phone"].e164
    if "sites" in given:
        given["sites"] = tuple(site for site in given["sites"] or () if site)
    if "languages" in given:
        given["languages"] = tuple(dict.fromkeys(given["languages"]))
    return given
