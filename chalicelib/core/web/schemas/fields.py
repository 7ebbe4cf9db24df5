"""Fields of requests: strict about types, and telling what is wrong by stable codes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

from marshmallow import INCLUDE, RAISE, Schema, ValidationError, fields, pre_load

from chalicelib.core.domain.errors import InvalidField, InvalidInput
from chalicelib.core.domain.language import COPY_LANGUAGES
from chalicelib.core.domain.phone import Phone, PhoneError, parse_phone
from chalicelib.core.domain.plain_text import plain_text

REQUIRED = "required"
WRONG_TYPE = "wrong_type"
UNKNOWN_FIELD = "unknown_field"
TOO_LONG = "too_long"
OUT_OF_RANGE = "out_of_range"
NOT_ONE_OF = "not_one_of"
CONSENT_REQUIRED = "consent_required"
NOT_TEXT = "not_text"

INVALID = "invalid"

LONGEST_CURSOR = 4_000
_LONGEST_NAME = 64
_DIGITS = re.compile(r"[0-9]{1,9}")
CODES = {"required": REQUIRED, "null": REQUIRED}
T = TypeVar("T")


class Problem(ValidationError):
    """A code, and the values that its sentence needs."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__([{"code": code, "params": params}])


class Coded(fields.Field[T]):
    """A field that tells codes, and that takes null for absent unless it is required."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401  # marshmallow's own
        codes = {**CODES, **kwargs.pop("error_messages", {})}
        super().__init__(
            **{"allow_none": not kwargs.get("required"), "error_messages": codes, **kwargs}
        )


class Text(Coded[str | None]):
    """Text, its edges and what nobody sees taken off; blank is None."""

    def __init__(self, longest: int, *, lines: bool = False, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(**kwargs)
        self.longest = longest
        self._lines = lines

    def _deserialize(self, value: object, *_: object, **__: object) -> str | None:
        text = clean(as_text(value), lines=self._lines)
        if len(text) > self.longest:
            raise Problem(TOO_LONG, longest=self.longest)
        return text or None


class PhoneNumber(Coded[Phone]):
    """An Indian phone number."""

    def _deserialize(self, value: object, *_: object, **__: object) -> Phone:
        try:
            return parse_phone(as_text(value))
        except PhoneError as error:
            raise Problem(error.field_code) from None


class Choice(Coded[str | None]):
    """One of some words; blank counts as absent."""

    def __init__(self, among: Iterable[str], **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(**kwargs)
        self.among = tuple(str(each) for each in among)

    def _deserialize(self, value: object, *_: object, **__: object) -> str | None:
        word = as_text(value)
        if not word and not self.required:
            return None
        if word not in self.among:
            raise Problem(NOT_ONE_OF, among=", ".join(self.among))
        return word


class Member(Choice):
    """One member of an enumeration, by its value."""

    def __init__(self, kind: type[StrEnum], **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(kind, **kwargs)
        self._kind = kind

    def _deserialize(self, value: object, *_: object, **__: object) -> str | None:
        word = super()._deserialize(value)
        return word if word is None else self._kind(word)


class YesNo(Coded[bool]):
    """True or false, and nothing that only means it."""

    def _deserialize(self, value: object, *_: object, **__: object) -> bool:
        if not isinstance(value, bool):
            raise Problem(WRONG_TYPE)
        return value


class Agreement(YesNo):
    """Consent: there is no "no" that could be stored."""

    def __init__(self) -> None:
        missing = {"required": CONSENT_REQUIRED, "null": CONSENT_REQUIRED}
        super().__init__(required=True, error_messages=missing)

    def _deserialize(self, value: object, *_: object, **__: object) -> bool:
        if not super()._deserialize(value):
            raise Problem(CONSENT_REQUIRED)
        return True


class WholeNumber(Coded[int]):
    """A whole number in a range, both ends included."""

    def __init__(self, least: int, most: int, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(**kwargs)
        self.least, self.most = least, most

    def _deserialize(self, value: object, *_: object, **__: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise Problem(WRONG_TYPE)
        if not self.least <= value <= self.most:
            raise Problem(OUT_OF_RANGE, least=self.least, most=self.most)
        return value


class Digits(WholeNumber):
    """A whole number as a query has it: in digits."""

    def _deserialize(self, value: object, *_: object, **__: object) -> int:
        text = as_text(value)
        if not _DIGITS.fullmatch(text):
            raise Problem(WRONG_TYPE)
        return super()._deserialize(int(text))


class Cursor(Text):
    """Where a page of a list begins: what the page before it gave."""

    def __init__(self) -> None:
        super().__init__(LONGEST_CURSOR)

    def _deserialize(self, value: object, *_: object, **__: object) -> str | None:
        try:
            return super()._deserialize(value)
        except ValidationError:
            raise Problem(INVALID) from None


class Choices(Coded[tuple[str, ...]]):
    """A list of words, each kept once; what is wrong with one is told by its place."""

    def __init__(self, among: Iterable[str], **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(**kwargs)
        self.among = tuple(among)
        self.one = Choice(self.among, required=True)

    def _deserialize(self, value: object, *_: object, **__: object) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise Problem(WRONG_TYPE)
        if len(value) > len(self.among):
            raise Problem(TOO_LONG, longest=len(self.among))
        problems = {}
        for place, word in enumerate(value):
            try:
                self.one.deserialize(word)
            except ValidationError as problem:
                problems[place] = problem.messages
        if problems:
            raise ValidationError(problems)
        return tuple(dict.fromkeys(value))


class StrictSchema(Schema):
    """A body of which nothing is ignored."""

    class Meta:
        """What no field stands for is refused."""

        unknown = RAISE

    def __init__(self) -> None:
        super().__init__()
        self.error_messages = {**self.error_messages, "unknown": UNKNOWN_FIELD}


class QuerySchema(StrictSchema):
    """A query; ``lang`` asks for a language, on every call. What is blank is not there."""

    lang = Choice(COPY_LANGUAGES)

    @pre_load
    def _without_blanks(self, data: Mapping[str, str], **_: object) -> dict[str, str]:
        return {name: value for name, value in data.items() if value}


class NothingSchema(StrictSchema):
    """Nothing: no field at all."""


class AnythingSchema(QuerySchema):
    """A provider's own parameters, of which the few that count are read."""

    class Meta:
        """There may be any number."""

        unknown = INCLUDE


def load(schema: StrictSchema, data: Mapping[str, Any]) -> dict[str, Any]:
    """Read ``data``; raises InvalidInput with everything that is wrong, in the form's order."""
    try:
        loaded: dict[str, Any] = schema.load(data)
    except ValidationError as error:
        raise InvalidInput(_problems(schema, error.messages_dict)) from None
    return loaded


schema_of = cache(lambda kind: kind())
"""Return a schema's one instance: making one takes longer than reading a request by it."""


def refuse_any_field(data: Mapping[str, Any]) -> None:
    """Accept no field at all. Raises InvalidInput."""
    load(NothingSchema(), data)


def as_text(value: object) -> str:
    """Take text only; raises Problem for anything else."""
    if not isinstance(value, str):
        raise Problem(WRONG_TYPE)
    return value


def clean(text: str, *, lines: bool = False) -> str:
    """Return :func:`plain_text`; raises Problem for half a letter (a lone surrogate)."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Problem(NOT_TEXT) from None
    return plain_text(text, lines=lines)


def _problems(schema: Schema, messages: Mapping[str, Any]) -> list[InvalidField]:
    named_as = (field.data_key or name for name, field in schema.fields.items())
    order = {name: number for number, name in enumerate(named_as)}
    named = sorted(messages.items(), key=lambda each: order.get(str(each[0]), len(order)))
    return [problem for name, found in named for problem in _flatten(str(name), found)]


def _flatten(path: str, found: object) -> Iterable[InvalidField]:
    if isinstance(found, Mapping) and "code" in found and "params" in found:
        yield InvalidField(path[:_LONGEST_NAME], found["code"], **found["params"])
    elif isinstance(found, Mapping):
        for key, inner in found.items():
            place = f"[{key}]" if isinstance(key, int) else f".{key}"
            yield from _flatten(path + place, inner)
    elif isinstance(found, list):
        for inner in found:
            yield from _flatten(path, inner)
    else:
        yield InvalidField(path[:_LONGEST_NAME], str(found))
