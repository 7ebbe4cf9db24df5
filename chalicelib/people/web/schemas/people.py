"""What an administrator sends about oncologists."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from marshmallow import ValidationError
from marshmallow.validate import Email

from chalicelib.core.domain.errors import InvalidField, InvalidInput
from chalicelib.core.web.schemas.fields import (
    REQUIRED,
    Choice,
    Coded,
    PhoneNumber,
    Problem,
    StrictSchema,
    Text,
    as_text,
    load,
)
from chalicelib.core.web.schemas.values import Day, LanguageCode, Many, PlainIdentifier
from chalicelib.rota.domain.duty import Oncologist

GENDERS: Final = ("female", "male", "other")
MOST_SITES: Final = 20
MOST_SPOKEN: Final = 24
_LONGEST_ADDRESS: Final = 254
_LONGEST_SITE: Final = 60


class EmailAddress(Coded[str | None]):
    """An address to which an invitation goes."""

    def _deserialize(self, value: object, *_: object, **__: object) -> str | None:
        text = as_text(value).strip()
        if not text:
            return None
        try:
            Email()(text)
        except ValidationError:
            raise Problem("invalid") from None
        if len(text) > _LONGEST_ADDRESS:
            raise Problem("invalid")
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

    name = Text(100, allow_none=False)
    registration = Text(60, allow_none=False)
    phone = PhoneNumber(allow_none=False)
    languages = Many(LanguageCode(), MOST_SPOKEN, allow_none=False)
    gender = Choice(GENDERS, allow_none=False)
    sites = Many(Text(_LONGEST_SITE), MOST_SITES)
    joined = Day()
    left = Day()
    email = EmailAddress()


_NEVER_BLANK: Final = ("name", "registration", "languages", "gender")
_schema = cache(lambda kind: kind())


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
    given = load(_schema(kind), data)
    blank = [name for name in _NEVER_BLANK if name in given and not given[name]]
    if blank:
        raise InvalidInput(InvalidField(name, REQUIRED) for name in blank)
    if "phone" in given:
        given["phone"] = given["phone"].e164
    if "sites" in given:
        given["sites"] = tuple(site for site in given["sites"] or () if site)
    if "languages" in given:
        given["languages"] = tuple(dict.fromkeys(given["languages"]))
    return given
