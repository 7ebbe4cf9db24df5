"""What an administrator calls."""

from __future__ import annotations

from chalicelib.cases.web import message_serializers
from chalicelib.cases.web.admin_serializers import AdminCase, admin_case
from chalicelib.cases.web.case_lists import list_page
from chalicelib.cases.web.schemas.case_lists import parse_listing
from chalicelib.cases.web.serializers import CasePage
from chalicelib.cases.wiring import Cases
from chalicelib.core.web.http_errors import version_tag
from chalicelib.core.web.links import reference_in
from chalicelib.core.web.request import WebRequest
from chalicelib.core.web.responses import Json, json_answer
from chalicelib.rota.wiring import Rota


def list_cases(request: WebRequest) -> Json[CasePage]:
    """List cases of one status, a page at a time, nothing personal in them."""
    now = request.now()
    today = now.astimezone(request.use(Rota).duty_view.hours(now).zone).date()
    return json_answer(
        list_page(request.use(Cases).case_list, parse_listing(request.query, today=today))
    )


class CaseWithMessages(AdminCase):
    """A case, whole, with what became of its messages."""

    messages_sent: list[message_serializers.ShownMessage]


def show_case(request: WebRequest, reference: str) -> Json[CaseWithMessages]:
    """Show a case whole, with what became of its messages."""
    case = request.use(Cases).case_list.get(reference_in(reference))
    messages = [
        message_serializers.message(each)
        for each in request.use(Cases).message_list.of_case(case.reference)
    ]
    shown: CaseWithMessages = {**admin_case(case), "messages_sent": messages}
    return json_answer(shown, headers=version_tag(case.version))
