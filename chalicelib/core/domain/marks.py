"""Marks for the texts that the catalogues translate. What is marked stays as it is."""

from __future__ import annotations


def N_(text: str) -> str:  # noqa: N802  # gettext's own name for "to be translated later"
    """Mark a text for the catalogues."""
    return text


def NP_(context: str, text: str) -> tuple[str, str]:  # noqa: N802  # as N_
    """Mark a text, and what it is said of, for the catalogues."""
    return context, text
