"""What no route stands for: 404, 405 with what is allowed, and other sites' preflights.

API Gateway hands a request to the catch-all when nothing fits its path and method together; only
the root itself lies beside that, and names its other methods.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from chalicelib.domain.errors import NotFound
from chalicelib.web.answers import empty_answer
from chalicelib.web.blueprint import WebBlueprint
from chalicelib.web.headers import PREFLIGHT
from chalicelib.web.refusals import MethodNotAllowed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from chalice.app import Response

    from chalicelib.web.request import WebRequest

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
ANYTHING: Final = "/{proxy+}"
_VARIABLE: Final = re.compile(r"\{\w+\}")


def blueprint(
    routes: Mapping[str, Mapping[str, object]], open_to_others: Iterable[str]
) -> WebBlueprint:
    """Make the routes behind all others; ``open_to_others`` are the paths other sites may call."""
    fallback = WebBlueprint(__name__, is_page=lambda request: request.wants_html)
    known = [
        (re.compile(_VARIABLE.sub("[^/]+", path)), path, tuple(methods))
        for path, methods in routes.items()
    ]
    others = frozenset(open_to_others)

    def refuse(request: WebRequest) -> Response:
        """Tell that there is nothing, or nothing by this method."""
        found = [each for each in known if each[0].fullmatch(request.path.rstrip("/") or "/")]
        if not found:
            raise NotFound
        allow = ", ".join(sorted({method for _, _, methods in found for method in methods}))
        if request.method == "OPTIONS" and any(path in others for _, path, _ in found):
            return empty_answer(
                {**PREFLIGHT, "Allow": allow, "Access-Control-Allow-Methods": allow}
            )
        raise MethodNotAllowed(allow=allow)

    fallback.route(ANYTHING, methods=METHODS)(refuse)
    fallback.route("/", methods=[method for method in METHODS if method not in routes["/"]])(refuse)
    return fallback
