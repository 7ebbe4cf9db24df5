"""The console's blocked phones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time

from chalice.app import Response

from chalicelib.cases.services.blocked_phones import Blocked
from chalicelib.cases.web.schemas.blocks import parse_block
from chalicelib.cases.wiring import Cases
from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.errors import HelplineError, InvalidField
from chalicelib.core.domain.reference import spoken
from chalicelib.core.i18n import say_instant
from chalicelib.core.web.authorisation import caller_id
from chalicelib.core.web.console_forms import FORM_ERRORS, form_page, typed
from chalicelib.core.web.rendering import redirect
from chalicelib.core.web.request import WebRequest
from chalicelib.rota.web.labels import namer


def show(request: WebRequest) -> Response:
    """List what is blocked, with a form for another."""
    return _page(request, {})


def add(request: WebRequest) -> Response:
    """Block a phone, and tell which cases of it are open still."""
    form = typed(request.form())
    try:
        made = _block(request, form)
    except FORM_ERRORS as error:
        return _page(request, form, error)
    request.concerns(f"block:{made.block.id}")
    if made.open_cases:
        return _page(request, {}, open_cases=[case.reference for case in made.open_cases])
    return redirect(request, "console/blocks?done=phone_blocked")


def _block(request: WebRequest, form: Mapping[str, str]) -> Blocked:
    named = {name: form[name] for name in ("until", "reason") if name in form}
    wanted = parse_block({"phone": form.get("phone", ""), **named})
    if wanted.phone is None:
        raise InvalidField("phone", "required")
    until = datetime.combine(wanted.until, time(), IST)
    who, blocks = caller_id(request), request.use(Cases).blocks
    return blocks.block(wanted.phone, until, wanted.reason, who, request.now())


def lift(request: WebRequest) -> Response:
    """Let a phone ask again."""
    block = typed(request.form()).get("id", "")
    request.use(Cases).blocks.lift(block)
    request.concerns(f"block:{block}")
    return redirect(request, "console/blocks?done=block_lifted")


def _page(
    request: WebRequest,
    form: Mapping[str, str],
    error: HelplineError | None = None,
    open_cases: list[str] | None = None,
) -> Response:
    now, language, name_of = request.now(), request.language, namer(request)
    return form_page(
        request,
        "console/blocks.html",
        error,
        blocks=[
            {
                "id": each.id,
                "phone": each.phone,
                "until": say_instant(each.until, language),
                "reason": each.reason,
                "by": name_of(each.by),
                "at": say_instant(each.at, language),
            }
            for each in request.use(Cases).blocks.all(now)
        ],
        open_cases=open_cases or [],
        spoken=spoken,
        values={"phone": "", "until": "", "reason": "", **form},
    )
