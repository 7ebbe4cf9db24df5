"""References in paths, and the link that opens a patient's own case."""

from __future__ import annotations

from urllib.parse import unquote

from chalicelib import wiring
from chalicelib.domain.reference import normalise_reference
from chalicelib.services.own_path import own_path
from chalicelib.web.request import WebRequest


def reference_in(text: str) -> str:
    """Read a reference from a path, which comes undecoded. Raises NotFound for what is none."""
    return normalise_reference(unquote(text))


def id_in(text: str) -> str:
    """Read any other id from a path."""
    return unquote(text)


def own_link(request: WebRequest, reference: str, token: str) -> str:
    """Give the address of a patient's own page, to be kept and sent on."""
    return f"{wiring.settings().public_url or request.origin}/{own_path(reference, token)}"
