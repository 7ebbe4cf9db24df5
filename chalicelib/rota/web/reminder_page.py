"""The page that a reminder's link opens: "I will be there", or "who can take it?".

Looking changes nothing, since mail and message programs open links by themselves. The link's
token is the right to answer, which no other site knows: no other token is needed against a
forged form.
"""

from __future__ import annotations

from urllib.parse import quote

from chalice.app import Response

from chalicelib.core.domain.datetimes import Window
from chalicelib.core.web.rendering import redirect, render, said_window
from chalicelib.core.web.request import WebRequest, id_in
from chalicelib.rota.wiring import Rota


def show(request: WebRequest, token: str) -> Response:
    """Show the shift and what can be answered."""
    now = request.now()
    reminded = request.use(Rota).shift_links.open(id_in(token), now)
    shift = reminded.shift
    return render(
        request,
        "rota/reminder.html",
        name=reminded.oncologist.name,
        said=said_window(Window(shift.start, shift.end), request.language),
        confirmed=reminded.confirmed,
        offered=reminded.offer is not None,
        has_begun=now >= shift.start,
        address=f"s/{quote(id_in(token), safe='')}",
    )


def confirm(request: WebRequest, token: str) -> Response:
    """Note that they will be there, and show it."""
    known = id_in(token)
    request.use(Rota).shift_links.confirm(known, request.now())
    return redirect(request, f"s/{quote(known, safe='')}")


def offer(request: WebRequest, token: str) -> Response:
    """Offer the shift to the colleagues, and show it."""
    known = id_in(token)
    request.use(Rota).shift_links.offer(known, request.now())
    return redirect(request, f"s/{quote(known, safe='')}")
