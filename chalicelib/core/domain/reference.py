"""Case references: eleven characters that survive a bad line, a small screen and a tired hand.

The alphabet is the ten digits and F K M R W X Y. The digits come first because everybody in India
reads numbers out, in whatever language, and knows their names. Of the letters:

* none looks like a digit or like another: no O Q D (0), I L (1), Z (2), S (5), G (6), B (8), and no
  U V N H beside W and M;
* none sounds like another on a line that carries only 300 to 3,400 Hz: nothing of the "ee" family
  (B C D E G P T V), no N beside M, no S beside F and X, no J or A beside K, no H beside 8
  (आठ, "aitch") and no Z (said "jed") or V (one sound with W in Hindi);
* no vowels, so that no word appears by chance.

That leaves 17 characters, a prime. Ten are random (40.9 bits, so that references can't be counted
through) and the last is a check: the characters' values, weighted by powers of 3, sum to 0 mod 17.
As 17 is prime and the weights differ, every single wrong character and every exchange of two
characters, adjacent or not, is caught, and so is a doubled pair gone wrong (KK for MM). A reference
holds at least one letter, so that it is never taken for a phone number.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Final

from chalicelib.core.domain.errors import NotFound
from chalicelib.core.domain.text_matching import to_ascii_digits

ALPHABET: Final = "0123456789FKMRWXY"
LENGTH: Final = 11

_BASE: Final = len(ALPHABET)
_WEIGHT: Final = 3
_RANDOM_LENGTH: Final = LENGTH - 1
_RANDOM_BYTES: Final = 6
_SPACE: Final = _BASE**_RANDOM_LENGTH
_FAIR_BELOW: Final = 256**_RANDOM_BYTES // _SPACE * _SPACE
_MOST_DRAWS: Final = 1000
_MOST_CHARACTERS: Final = 64
_GROUPS: Final = (slice(0, 4), slice(4, 8), slice(8, LENGTH))
_REPAIRS: Final = str.maketrans("OQDILZSGBN", "000112568M")


class InvalidReference(NotFound):
    """No case can have this reference: ``params["reason"]`` is ``malformed`` or ``check``."""


def new_reference(random_bytes: Callable[[int], bytes]) -> str:
    """Draw a reference; each possible one is equally likely.

    ``random_bytes(n)`` returns ``n`` unpredictable bytes: pass ``secrets.token_bytes``. Raises
    ValueError where it returns the same unusable bytes for ever.
    """
    for _ in range(_MOST_DRAWS):
        drawn = int.from_bytes(random_bytes(_RANDOM_BYTES), "big")
        if drawn >= _FAIR_BELOW:
            continue
        digits = []
        for _ in range(_RANDOM_LENGTH):
            drawn, digit = divmod(drawn, _BASE)
            digits.append(ALPHABET[digit])
        stem = "".join(digits)
        reference = stem + _check_character(stem)
        if not reference.isdigit():
            return reference
    raise ValueError("random_bytes is not random")


def normalise_reference(text: str) -> str:
    """Return the canonical reference: eleven capitals and digits without separators.

    Takes any case, spaces, hyphens, dots, digits of any script, and puts right what can only be a
    look-alike (O for 0, l for 1, N heard for M). Raises InvalidReference.
    """
    if len(text) > _MOST_CHARACTERS:
        raise InvalidReference(reason="malformed")
    plain = to_ascii_digits(unicodedata.normalize("NFKC", text))
    joined = "".join(char for char in plain if not _is_separator(char))
    reference = joined.upper().translate(_REPAIRS)
    if len(reference) != LENGTH or not set(reference) <= set(ALPHABET) or reference.isdigit():
        raise InvalidReference(reason="malformed")
    if _weighted_sum(reference):
        raise InvalidReference(reason="check")
    return reference


def spoken(reference: str) -> str:
    """Group a canonical reference for reading out and for messages: ``K7M2-40R5-9XW``."""
    return "-".join(reference[group] for group in _GROUPS)


def _weighted_sum(characters: str) -> int:
    """Sum the values with the weights 3ⁿ … 3, 1, modulo the alphabet's size."""
    total = 0
    for char in characters:
        total = (total * _WEIGHT + ALPHABET.index(char)) % _BASE
    return total


def _check_character(stem: str) -> str:
    return ALPHABET[-_weighted_sum(stem + ALPHABET[0]) % _BASE]


def _is_separator(char: str) -> bool:
    return char in "._/" or char.isspace() or unicodedata.category(char) in ("Cf", "Pd")
