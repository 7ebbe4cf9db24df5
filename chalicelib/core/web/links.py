"""References in paths, and the link that opens a patient's own case."""

from __future__ import annotations

from urllib.parse import unquote

from chalicelib.core.domain.reference import normalise_reference


def reference_in(text: str) -> str:
    """Read a reference from a path, which comes undecoded. Raises NotFound for what is none."""
    return normalise_reference(unquote(text))


def id_in(text: str) -> str:
    """Read any other id from a path."""
    return unquote(text)
