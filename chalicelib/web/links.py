"""References in paths, and the link that opens a patient's own case."""

from __future__ import annotations

from urllib.parse import quote, unquote

from chalicelib import wiring
from chalicelib.domain.reference import normalise_reference
from chalicelib.web.request import WebRequest


def reference_in(text: str) -> str:
    """Read a reference from a path, which comes undecoded. Raises NotFound for what is none."""
    return normalise_reference(unquote(text))


def own_path(reference: str, token: str) -> str:
    """Give the path of a patient's own page, below the stage's root."""
    return f"c/{quote(reference, safe='')}?t={quote(token, safe='')}"


def own_link(request: WebRequest, reference: str, token: str) -> str:
    """Give the address of a patient's own page, to be kept and sent on."""
    return f"{wiring.settings().public_url or request.origin}/{own_path(reference, token)}"
