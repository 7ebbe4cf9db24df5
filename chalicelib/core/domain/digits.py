"""Decimal digits of every script: people type numbers with the keyboard of their language."""

from __future__ import annotations

import unicodedata


def to_ascii_digits(text: str) -> str:
    """Replace each decimal digit (Devanagari, Tamil, Urdu, full-width…) by its ASCII digit."""
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.decimal(char)) if unicodedata.category(char) == "Nd" else char
        for char in text
    )
