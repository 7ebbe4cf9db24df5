"""Indian phone numbers, in any form in which people type them.

``phonenumbers`` knows the ranges; it is slow to import, so it is imported at the first number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chalicelib.core.domain.errors import InvalidField
from chalicelib.core.domain.text_matching import to_ascii_digits

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

COUNTRY_CODE: Final = "91"
OWN_NUMBER: Final = "own_number"
NATIONAL_DIGITS: Final = 10
_MOST_DIGITS: Final = 20
_MOST_CHARACTERS: Final = 200
_MOBILE_STARTS: Final = ("6", "7", "8", "9")

_SEPARATOR_CATEGORIES: Final = frozenset({"Cf", "Zs", "Zl", "Zp", "Pd", "Ps", "Pe"})
_SEPARATORS: Final = frozenset("./,_·・\N{MINUS SIGN}\N{VARIATION SELECTOR-16}\u20e3")
_PLUSES: Final = frozenset("+\N{FULLWIDTH PLUS SIGN}\N{SMALL PLUS SIGN}")
_TEL_LINK: Final = re.compile(r"tel:(?://)?([^;]*)(?:;phone-context=\+91)?", re.IGNORECASE)
_HIDDEN: Final = "••••"
_E164: Final = re.compile(r"\+91[1-9][0-9]{9}", re.ASCII)


class PhoneError(InvalidField):
    """What was typed is no phone that this helpline can call.

    ``field_code`` is one of ``required``, ``not_a_phone`` (letters or other signs), ``too_short``,
    ``too_long``, ``invalid`` (no such range), ``foreign`` (a good number of another country),
    ``service_number`` (toll-free, premium, a short code: nobody to call back), ``own_number`` (of
    the helpline itself).
    """

    def __init__(self, code: str) -> None:
        """Name what is wrong; the number itself is never kept."""
        super().__init__("phone", code)


@dataclass(frozen=True, slots=True, repr=False)
class Phone:
    """An Indian number that can be called back, as E.164: ``+91`` and ten digits.

    Its ``repr`` and ``str`` are masked, so that a log line or a traceback gives no number away.
    """

    e164: str

    def __post_init__(self) -> None:
        """Refuse what is not ``+91`` and ten digits, with PhoneError."""
        if not _E164.fullmatch(self.e164):
            raise PhoneError("invalid")

    def __repr__(self) -> str:
        """Show the masked number."""
        return f"Phone({self.masked})"

    def __str__(self) -> str:
        """Show the masked number."""
        return self.masked

    @property
    def masked(self) -> str:
        """The number with all but its last four digits hidden: ``+91 ••••• •3210``."""
        return f"+91 ••••• •{self.e164[-4:]}"

    @property
    def is_mobile(self) -> bool:
        """Whether an SMS may reach it; ranges shared with landlines count as mobile."""
        from phonenumbers import PhoneNumberType, number_type

        return number_type(_indian(self.e164[3:])) in (
            PhoneNumberType.MOBILE,
            PhoneNumberType.FIXED_LINE_OR_MOBILE,
        )


def masked(e164: str) -> str:
    """Hide all but a number's last four digits; of what is none of ours, everything."""
    try:
        return Phone(e164).masked
    except PhoneError:
        return _HIDDEN


def parse_phone(text: str) -> Phone:
    """Read an Indian phone number, mobile or landline with its STD code.

    Takes any digits, spaces, hyphens, dots, brackets and invisible characters, with ``0``, ``91``,
    ``+91``, ``0091``, both, or nothing before the ten digits, and ``tel:`` links.
    Raises PhoneError.
    """
    international, digits = _read_digits(text)
    if len(digits) > _MOST_DIGITS:
        raise PhoneError("too_long")
    if international and digits.startswith(COUNTRY_CODE):
        national = _without_prefixes(digits[len(COUNTRY_CODE) :])
    elif international:
        raise PhoneError(_why_not_abroad(digits))
    else:
        national = _without_prefixes(digits)
    problem = _why_not_in_india(national)
    if problem:
        raise PhoneError(problem)
    return Phone(f"+{COUNTRY_CODE}{national}")


def refuse_own_number(phone: Phone, own: Collection[str]) -> None:
    """Check that this is no number of the helpline itself; ``own`` are those, as E.164.

    Raises PhoneError: such a number can call nobody, and nobody can be called back on it.
    """
    if phone.e164 in own:
        raise PhoneError(OWN_NUMBER)


def _read_digits(text: str) -> tuple[bool, str]:
    """Return whether an international prefix stood first, and the ASCII digits after it."""
    visible = "".join(char for char in text if unicodedata.category(char) != "Cf").strip()
    if not visible:
        raise PhoneError("required")
    if len(visible) > _MOST_CHARACTERS:
        raise PhoneError("not_a_phone")
    link = _TEL_LINK.fullmatch(visible)
    signs = "".join(
        "+" if char in _PLUSES else char
        for char in to_ascii_digits(link[1] if link else visible)
        if not _is_separator(char)
    )
    digits = signs.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()):
        raise PhoneError("not_a_phone")
    if signs.startswith("+"):
        # No country code begins with 0: "+0 98765 43210" is a trunk 0 after a stray plus.
        return not digits.startswith("0") or digits.startswith("00"), digits.removeprefix("00")
    return digits.startswith("00"), digits.removeprefix("00")


def _is_separator(char: str) -> bool:
    return (
        char in _SEPARATORS or char.isspace() or unicodedata.category(char) in _SEPARATOR_CATEGORIES
    )


def _without_prefixes(digits: str) -> str:
    """Take off a trunk 0, the country code and what people put before it once more.

    A second 91 (typed after a form's own "+91") is taken off only before a mobile's ten digits.
    """
    rest = digits.removeprefix("0")
    if len(rest) > NATIONAL_DIGITS:
        rest = rest.removeprefix(COUNTRY_CODE).removeprefix("0")
    twice = rest.removeprefix(COUNTRY_CODE).removeprefix("0")
    if (
        len(rest) > NATIONAL_DIGITS
        and len(twice) == NATIONAL_DIGITS
        and twice.startswith(_MOBILE_STARTS)
    ):
        return twice
    return rest


def _why_not_abroad(digits: str) -> str:
    from phonenumbers import NumberParseException, is_valid_number, parse

    try:
        number = parse(f"+{digits}")
    except NumberParseException:
        return "invalid"
    return "foreign" if is_valid_number(number) else "invalid"


def _why_not_in_india(national: str) -> str | None:
    from phonenumbers import PhoneNumberType, is_valid_short_number_for_region, number_type

    number = _indian(national or "0")
    kind = number_type(number)
    callable_kinds = (
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
    )
    # The ranges list 160x, from which banks and offices call out, as mobile.
    calls_out_only = kind == PhoneNumberType.MOBILE and not national.startswith(_MOBILE_STARTS)
    if (
        calls_out_only
        or kind not in (*callable_kinds, PhoneNumberType.UNKNOWN)
        or is_valid_short_number_for_region(number, "IN")
    ):
        return "service_number"
    if len(national) != NATIONAL_DIGITS:
        return "too_short" if len(national) < NATIONAL_DIGITS else "too_long"
    return None if kind in callable_kinds else "invalid"


def _indian(national: str) -> PhoneNumber:
    from phonenumbers import PhoneNumber

    return PhoneNumber(country_code=int(COUNTRY_CODE), national_number=int(national))
