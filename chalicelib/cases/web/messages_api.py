"""What an administrator calls about messages."""

from __future__ import annotations

from http import HTTPStatus

from chalicelib.cases.web import message_serializers
from chalicelib.cases.web.message_lists import list_page
from chalicelib.cases.web.schemas.messages import (
    CASES_AT_ONCE,
    parse_message_listing,
    parse_search,
)
from chalicelib.cases.wiring import Cases
from chalicelib.core.web.request import WebRequest
from chalicelib.core.web.responses import Accepted, Json, json_answer
from chalicelib.core.web.schemas.fields import refuse_any_field
from chalicelib.core.wiring import Core


def list_messages(request: WebRequest) -> Json[message_serializers.MessagePage]:
    """List messages, a page at a time; or what is parked."""
    listing = parse_message_listing(request.query, today=request.today())
    return json_answer(list_page(request.use(Cases).message_list, listing))


def search(request: WebRequest) -> Json[message_serializers.FoundMessages]:
    """Find a phone's messages: of its cases, ten at a time, and the answers to its words."""
    phone, cursor = parse_search(request.json())
    phone_key = request.use(Core).secrets.phone_key(phone.e164)
    messages = request.use(Cases).message_list
    page = messages.of_phone(phone_key, CASES_AT_ONCE, cursor)
    return json_answer(
        {
            "opted_out": messages.is_opted_out(phone_key),
            "messages": [message_serializers.message(each) for each in page.items],
            "cursor": page.cursor,
        }
    )


def retry(request: WebRequest, message: str) -> Accepted[message_serializers.OwedMessages]:
    """Owe again what failed, or tell of a change that was parked: the next sweep sends it."""
    refuse_any_field(request.json(required=False))
    subject, id_ = message_serializers.parts_of_id(message)
    request.concerns(subject)
    if subject == message_serializers.PARKED:
        owed = request.use(Cases).retry_messages.parked(id_, request.now())
    else:
        owed = [request.use(Cases).retry_messages.message(subject, id_, request.now())]
    return json_answer(
        {"messages": [message_serializers.message(each) for each in owed]}, HTTPStatus.ACCEPTED
    )
