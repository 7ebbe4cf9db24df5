"""Every route: each feature registers its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.cases.web import routes as cases
from chalicelib.console.web import routes as console
from chalicelib.core.web import routes as core
from chalicelib.core.web.routing import Site
from chalicelib.messages.web import routes as messages
from chalicelib.people.web import routes as people
from chalicelib.privacy.web import routes as privacy
from chalicelib.reports.web import routes as reports
from chalicelib.rota.web import routes as rota

if TYPE_CHECKING:
    from chalice.app import Chalice, ChaliceAuthorizer

    from chalicelib.core.domain.session import Session
    from chalicelib.wiring import Helpline


def register(app: Chalice, authorise: ChaliceAuthorizer, helpline: Callable[[], Helpline]) -> None:
    """Register them all; ``authorise`` asks for a token, ``helpline`` is what handlers work with.

    The core knows no feature: what it needs of them is handed to it here.
    """

    def open_session(token: str, now: datetime, *, present: bool) -> Session | None:
        return helpline().people.sessions.open(token, now, present=present)

    site = Site(
        app,
        helpline,
        authorise=authorise,
        open_session=open_session,
        staff_error_page=people.staff_error_page,
    )
    for feature in (core, messages, rota, cases, people, privacy, reports, console):
        feature.register(site)
    site.rest()
