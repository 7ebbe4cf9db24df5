"""Fields of requests, strict about types: each error is a stable code at its path.

A schema is a class whose attributes are its fields, in the order in which it lists their errors.
Reading a value raises InvalidInput with everything that is wrong with it. Each path begins below
the value: ``""`` is the value itself, ``.start`` a field of it, ``[0]`` an item.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any, ClassVar, Final, Generic, TypeAlias, TypedDict, TypeVar, Unpack

from chalicelib.core.domain.cursors import LONGEST_CURSOR
from chalicelib.core.domain.errors import InvalidField, InvalidInput
from chalicelib.core.domain.language import COPY_LANGUAGES
from chalicelib.core.domain.phone import Phone, PhoneError, parse_phone
from chalicelib.core.domain.plain_text import plain_text

REQUIRED: Final = "required"
WRONG_TYPE: Final = "wrong_type"
UNKNOWN_FIELD: Final = "unknown_field"
TOO_LONG: Final = "too_long"
OUT_OF_RANGE: Final = "out_of_range"
NOT_ONE_OF: Final = "not_one_of"
CONSENT_REQUIRED: Final = "consent_required"
NOT_TEXT: Final = "not_text"
INVALID: Final = "invalid"

_LONGEST_PATH: Final = 64
_DIGITS: Final = re.compile(r"[0-9]{1,9}")
T = TypeVar("T")
K = TypeVar("K")
Reader: TypeAlias = Callable[[object], T]


class Problem(InvalidInput):
    """One error of a value itself: its code, and the values that its sentence needs."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__([InvalidField("", code, **params)])


class Options(TypedDict, total=False):
    """What every field may be told: ``key`` is its name in the body where Python has another."""

    required: bool
    nullable: bool
    default: object
    key: str


class Field(Generic[T]):
    """Reads one value. Null counts as absent, unless the field is required or not ``nullable``."""

    missing: ClassVar[str] = REQUIRED

    def __init__(
        self,
        *,
        required: bool = False,
        nullable: bool | None = None,
        default: object = None,
        key: str = "",
    ) -> None:
        self.required = required
        self.nullable = not required if nullable is None else nullable
        self.default = default
        self.key = key

    def __set_name__(self, _: type, name: str) -> None:
        """Store the attribute's name as the key of a field that has none."""
        self.key = self.key or name

    def read(self, value: object) -> T | None:
        """Return what a value means. Raises InvalidInput."""
        return None if value is None and self.nullable else self.read_item(value)

    def read_item(self, value: object) -> T:
        """Return what an item of a list means, which is never null. Raises InvalidInput."""
        if value is None:
            raise Problem(self.missing)
        return self._read(value)

    def _read(self, value: object) -> T:
        """Return what a value other than null means. Raises InvalidInput."""
        raise NotImplementedError


class Text(Field[str | None]):
    """Text without its outer blanks and invisible characters; blank is None."""

    def __init__(self, longest: int, *, lines: bool = False, **options: Unpack[Options]) -> None:
        super().__init__(**options)
        self.longest = longest
        self._lines = lines

    def _read(self, value: object) -> str | None:
        text = clean(as_text(value), lines=self._lines)
        if len(text) > self.longest:
            raise Problem(TOO_LONG, longest=self.longest)
        return text or None


class PhoneNumber(Field[Phone]):
    """An Indian phone number."""

    def _read(self, value: object) -> Phone:
        try:
            return parse_phone(as_text(value))
        except PhoneError as error:
            raise Problem(error.field_code) from None


class Choice(Field[str | None]):
    """One of some words; blank counts as absent."""

    def __init__(self, among: Iterable[str], **options: Unpack[Options]) -> None:
        super().__init__(**options)
        self.among = tuple(str(each) for each in among)

    def _read(self, value: object) -> str | None:
        word = as_text(value)
        if not word and not self.required:
            return None
        if word not in self.among:
            raise Problem(NOT_ONE_OF, among=", ".join(self.among))
        return word


class Member(Choice):
    """One member of an enumeration, by its value."""

    def __init__(self, kind: type[StrEnum], **options: Unpack[Options]) -> None:
        super().__init__(kind, **options)
        self._kind = kind

    def _read(self, value: object) -> str | None:
        word = super()._read(value)
        return word if word is None else self._kind(word)


class YesNo(Field[bool]):
    """True or false, and nothing that only means it."""

    def _read(self, value: object) -> bool:
        if not isinstance(value, bool):
            raise Problem(WRONG_TYPE)
        return value


class Agreement(YesNo):
    """Consent: no "no" can be stored."""

    missing = CONSENT_REQUIRED

    def __init__(self) -> None:
        super().__init__(required=True)

    def _read(self, value: object) -> bool:
        if not super()._read(value):
            raise Problem(CONSENT_REQUIRED)
        return True


class WholeNumber(Field[int]):
    """A whole number in a range, both ends included."""

    def __init__(self, least: int, most: int, **options: Unpack[Options]) -> None:
        super().__init__(**options)
        self.least, self.most = least, most

    def _read(self, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise Problem(WRONG_TYPE)
        if not self.least <= value <= self.most:
            raise Problem(OUT_OF_RANGE, least=self.least, most=self.most)
        return value


class Digits(WholeNumber):
    """A whole number as a query has it: in digits."""

    def _read(self, value: object) -> int:
        text = as_text(value)
        if not _DIGITS.fullmatch(text):
            raise Problem(WRONG_TYPE)
        return super()._read(int(text))


class Cursor(Text):
    """Where a page of a list begins: what the page before it gave."""

    def __init__(self) -> None:
        super().__init__(LONGEST_CURSOR)

    def _read(self, value: object) -> str | None:
        try:
            return super()._read(value)
        except InvalidInput:
            raise Problem(INVALID) from None


class Many(Field[tuple[T, ...]]):
    """A list, none of whose items is null."""

    def __init__(self, one: Field[T], longest: int, **options: Unpack[Options]) -> None:
        super().__init__(**options)
        self.one = one
        self.longest = longest

    def _read(self, value: object) -> tuple[T, ...]:
        if not isinstance(value, list):
            raise Problem(WRONG_TYPE)
        if len(value) > self.longest:
            raise Problem(TOO_LONG, longest=self.longest)
        read = self.one.read_item
        items = ((place, f"[{place}]", read, item) for place, item in enumerate(value))
        return tuple(read_each(items).values())


class Choices(Many[Any]):
    """A list of some words, each kept once."""

    def __init__(self, among: Iterable[str], **options: Unpack[Options]) -> None:
        one = Choice(among, required=True)
        super().__init__(one, len(one.among), **options)

    def _read(self, value: object) -> tuple[str, ...]:
        return tuple(dict.fromkeys(super()._read(value)))


class StrictSchema:
    """A body, in which nothing is ignored."""

    fields: ClassVar[dict[str, Field[Any]]] = {}
    is_open: ClassVar[bool] = False

    def __init_subclass__(cls) -> None:
        own = {name: each for name, each in vars(cls).items() if isinstance(each, Field)}
        cls.fields = {**cls.fields, **own}

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values by their attributes' names. Raises InvalidInput."""
        absent = {
            name: field.default
            for name, field in cls.fields.items()
            if field.default is not None and field.key not in data
        }
        return absent | read_each(cls._given(data))

    @classmethod
    def _given(cls, data: Mapping[str, Any]) -> Iterator[tuple[str, str, Reader[Any], object]]:
        others = dict(data)
        for name, field in cls.fields.items():
            if field.key in data or field.required:
                yield name, f".{field.key}", field.read, others.pop(field.key, None)
        yield from ((key, f".{key}", _refuse, other) for key, other in others.items())


class QuerySchema(StrictSchema):
    """A query; ``lang`` asks for a language, on every call. What is blank is absent."""

    lang = Choice(COPY_LANGUAGES)

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values by their attributes' names. Raises InvalidInput."""
        return super().read({name: value for name, value in data.items() if value})


class NothingSchema(StrictSchema):
    """A body without any field."""


class AnythingSchema(QuerySchema):
    """A provider's own parameters. The provider's module reads them; no schema does."""

    is_open = True


def read_each(several: Iterable[tuple[K, str, Reader[T], object]]) -> dict[K, T]:
    """Read each value by its reader, after its key and its path. Raises InvalidInput with all."""
    values: dict[K, T] = {}
    problems: list[InvalidField] = []
    for key, path, read, value in several:
        try:
            values[key] = read(value)
        except InvalidInput as error:
            problems += (
                InvalidField(path + each.field, each.field_code, **each.params)
                for each in error.fields
            )
    if problems:
        raise InvalidInput(problems)
    return values


def load(schema: type[StrictSchema], data: Mapping[str, Any]) -> dict[str, Any]:
    """Read a request. Raises InvalidInput with everything that is wrong, in the form's order."""
    try:
        return schema.read(data)
    except InvalidInput as error:
        raise InvalidInput(
            InvalidField(each.field[1 : 1 + _LONGEST_PATH], each.field_code, **each.params)
            for each in error.fields
        ) from None


def refuse_any_field(data: Mapping[str, Any]) -> None:
    """Accept no field at all. Raises InvalidInput."""
    load(NothingSchema, data)


def as_text(value: object) -> str:
    """Return text; raises Problem for anything else."""
    if not isinstance(value, str):
        raise Problem(WRONG_TYPE)
    return value


def clean(text: str, *, lines: bool = False) -> str:
    """Return :func:`plain_text`; raises Problem for half a character (a lone surrogate)."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Problem(NOT_TEXT) from None
    return plain_text(text, lines=lines)


def _refuse(_: object) -> None:
    raise Problem(UNKNOWN_FIELD)
