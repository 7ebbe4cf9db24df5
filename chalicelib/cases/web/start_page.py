"""The patient's pages: they work without JavaScript, in every language of the catalogues.

Anonymous forms carry no CSRF token: a forged request for a callback could be sent without a
browser just as well, and no cookie gives it any right. What changes a case carries that case's own
token, which no other site knows.
"""

from __future__ import annotations

from typing import Any

from chalice.app import Response

from chalicelib.cases.web.call_checklist import ALWAYS
from chalicelib.core.domain.consent_notices import notice
from chalicelib.core.domain.errors import HelplineError
from chalicelib.core.i18n import say_near
from chalicelib.core.web.rendering import render
from chalicelib.core.web.request import WebRequest
from chalicelib.rota.wiring import Rota


def start(request: WebRequest) -> Response:
    """Show the number, whether we are open, and the way to the form."""
    return render(request, "patient/start.html", opening=_opening(request), ready=ALWAYS)


def show_notice(request: WebRequest) -> Response:
    """Show by itself what consent is asked for, and how to go back on it.

    ``version`` shows again what was agreed to under an earlier one. Raises NotFound.
    """
    shown = notice(request.language, request.query.get("version"))
    return render(request, "patient/notice_page.html", consent_notice=shown)


def _opening(request: WebRequest) -> dict[str, Any] | None:
    """Return whether we are open; None if that can't be read: the number matters more."""
    now, language = request.now(), request.language
    try:
        hours = request.use(Rota).duty_view.hours(now)
        is_open, opens_at = hours.is_open(now), hours.next_opening(now)
        closes_at = hours.next_closing(now)
    except HelplineError:
        return None
    changes_at = closes_at if is_open else opens_at
    return {"open": is_open, "until": say_near(changes_at, now, language) if changes_at else None}
