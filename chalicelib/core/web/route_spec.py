"""What a route says of itself, for the description of the API (``infra/openapi``).

What it answers stands in its handler's return annotation (:mod:`chalicelib.core.web.responses`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from chalicelib.core.domain.errors import HelplineError


class Takes(NamedTuple):
    """What a handler takes, and what it may refuse beside what every route does.

    ``module``, ``body`` and ``query`` are paths below ``chalicelib``, the latter two of schemas:
    importing them costs more than a route that takes nothing may. One that ``edits`` a document
    takes the version that its editor saw as well (:mod:`chalicelib.core.web.etags`).
    """

    module: str
    name: str
    body: str = ""
    query: str = ""
    edits: bool = False
    refuses: tuple[type[HelplineError], ...] = ()


class Made(NamedTuple):
    """How a route was made: who may call it, with what, and whether people read its answers."""

    role: str | None
    accepts: str | None
    is_page: bool
