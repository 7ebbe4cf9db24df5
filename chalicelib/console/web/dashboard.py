"""The console's first page: how the helpline stands now."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from chalice.app import Response

from chalicelib.console.wiring import Console
from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.reference import spoken
from chalicelib.core.i18n import N_, say_day, say_instant, say_time, translator
from chalicelib.core.web.language_names import say_languages
from chalicelib.core.web.rendering import render
from chalicelib.core.web.request import WebRequest
from chalicelib.rota.web.labels import said_shift

MOST_GAPS: Final = 6
LONG_WAIT: Final = timedelta(hours=2)
_HOURS: Final = N_("%(hours)s h %(minutes)s min")
_MINUTES: Final = N_("%(minutes)s min")


def show(request: WebRequest) -> Response:
    """Show the board; static/refresh.js asks for it again every half minute."""
    now, language = request.now(), request.language
    board = request.use(Console).board(now)
    today = say_day(now, language)
    promised = board.kept + board.late
    return render(
        request,
        "console/board.html",
        board=board,
        promised=promised,
        share=round(100 * board.kept / promised) if promised else None,
        gaps=board.gaps[:MOST_GAPS],
        more_gaps=len(board.gaps) - len(board.gaps[:MOST_GAPS]),
        month=f"{now.astimezone(IST):%Y-%m}",
        now=say_time(now, language),
        is_long=lambda waited: waited >= LONG_WAIT,
        say_languages=lambda codes: say_languages(codes, language),
        say_length=lambda length: say_length(length, language),
        say_soon=lambda at: (say_time if say_day(at, language) == today else say_instant)(
            at, language
        ),
        said_shift=lambda gap: said_shift(gap, language),
        day_of=lambda gap: gap.start.astimezone(IST).date(),
        spoken=spoken,
    )


def say_length(length: timedelta, language: str) -> str:
    """Say a length of time: ``2 h 10 min``."""
    hours, minutes = divmod(int(length / timedelta(minutes=1)), 60)
    pattern = _HOURS if hours else _MINUTES
    return translator(language).gettext(pattern) % {"hours": hours, "minutes": minutes}
