"""What a route says of itself, for the description of the API (``infra/openapi``).

What it answers stands in its handler's return annotation (:mod:`chalicelib.core.web.responses`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from chalicelib.core.web.request import LARGEST_BODY

if TYPE_CHECKING:
    from chalicelib.core.domain.errors import HelplineError

NOTHING: Final = "core.web.schemas.fields.NothingSchema"
"""The schema of a body that has no field."""


class Route(NamedTuple):
    """One route: its methods, its path and the handler that answers, as ``cases.web.api:show``.

    ``audit`` names the action in the audit. ``body`` and ``query`` are paths of the schemas that
    read what is sent, as ``cases.web.schemas.desk.AttemptSchema``. One that ``edits`` a document
    takes the version that its editor saw. ``refuses`` lists what it may answer beside what every
    route does. ``largest`` is how many bytes its body may have; with ``any_body`` it is of any
    kind. A page's form ``from_other_sites`` is not refused before its handler sees it.
    """

    methods: str
    path: str
    handler: str
    audit: str | None = None
    body: str = ""
    query: str = ""
    edits: bool = False
    refuses: tuple[type[HelplineError], ...] = ()
    largest: int = LARGEST_BODY
    any_body: bool = False
    from_other_sites: bool = False

    @property
    def module(self) -> str:
        """The handler's module, as a path below ``chalicelib``."""
        return self.handler.partition(":")[0]

    @property
    def name(self) -> str:
        """The handler's name."""
        return self.handler.partition(":")[2]


class Made(NamedTuple):
    """How a route was made: who may call it, with what, and whether people read its answers."""

    role: str | None
    accepts: str | None
    is_page: bool
