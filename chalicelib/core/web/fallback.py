"""What no route stands for: 404, 405 with what is allowed, and other sites' preflights."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from chalice.app import Response

from chalicelib.core.domain.errors import NotFound
from chalicelib.core.web.headers import PREFLIGHT
from chalicelib.core.web.http_errors import MethodNotAllowed
from chalicelib.core.web.request import WebRequest
from chalicelib.core.web.responses import empty_answer

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
