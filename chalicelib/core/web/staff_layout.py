"""What every page of the desk and the console shows beside its own matter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from chalicelib.core.web.flash_messages import NOTICES
from chalicelib.core.web.navigation import other_sections, ways_of
from chalicelib.core.web.session import FORM_TOKEN

if TYPE_CHECKING:
    from chalicelib.core.web.request import WebRequest

NOTICE = "done"


def work_page(request: WebRequest) -> dict[str, Any]:
    """Give the values that ``staff/work.html`` wants, signed in or not."""
    roles = request.session.roles if request.session else frozenset()
    return {
        "who": request.session.name if request.session else "",
        "ways": ways_of(roles, request.path),
        "other_sections": other_sections(roles, request.path),
        "notice": NOTICES.get(request.query.get(NOTICE, ""), ""),
        "csrf_field": lambda: _form_token_field(request),
    }


def _form_token_field(request: WebRequest) -> Markup:
    """Give the field without which no form of a signed-in page is taken."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(
        FORM_TOKEN, request.form_token
    )
