"""What no route stands for: 404, 405 with what is allowed, and other sites' preflights."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from chalice.app import Response

from chalicelib.domain.errors import NotFound
from chalicelib.web.answers import empty_answer
from chalicelib.web.headers import PREFLIGHT
from chalicelib.web.refusals import MethodNotAllowed
from chalicelib.web.request import WebRequest

_VARIABLE: Final = re.compile(r"\{\w+\}")


def refuse(
    request: WebRequest, known: Mapping[str, tuple[str, ...]], open_to_others: frozenset[str]
) -> Response:
    """Raise NotFound, or MethodNotAllowed for a path that is there by another method.

    ``known`` are the paths' patterns with their methods; those that are ``open_to_others`` answer
    a preflight.
    """
    path = request.path.rstrip("/") or "/"
    found = {
        pattern: methods
        for pattern, methods in known.items()
        if re.fullmatch(_VARIABLE.sub("[^/]+", pattern), path)
    }
    if not found:
        raise NotFound
    allow = ", ".join(sorted({method for methods in found.values() for method in methods}))
    if request.method == "OPTIONS" and open_to_others.intersection(found):
        return empty_answer({**PREFLIGHT, "Allow": allow, "Access-Control-Allow-Methods": allow})
    raise MethodNotAllowed(allow=allow)
