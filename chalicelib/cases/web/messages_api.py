"""What an administrator calls about messages."""

from __future__ import annotations

from typing import Final

from chalicelib import wiring
from chalicelib.cases.web import message_serializers as showing
from chalicelib.cases.web.message_listing import list_page
from chalicelib.cases.web.schemas.messages import parse_message_listing, parse_search
from chalicelib.core.web.request import WebRequest
from chalicelib.core.web.responses import Accepted, Json, json_answer
from chalicelib.core.web.schemas.nothing import refuse_any_field

ACCEPTED: Final = 202


def list_messages(request: WebRequest) -> Json[showing.MessagePage]:
    """List messages, a page at a time; or what is parked."""
    now = wiring.now()
    today = now.astimezone(wiring.duty_view().hours(now).zone).date()
    listing = parse_message_listing(request.query, today=today)
    return json_answer(list_page(wiring.message_list(), listing))


def search(request: WebRequest) -> Json[showing.FoundMessages]:
    """Find a phone's messages: of its last cases, and the answers to its words."""
    phone_key = wiring.secrets().phone_key(parse_search(request.json()).e164)
    messages = wiring.message_list()
    return json_answer(
        {
            "opted_out": messages.is_opted_out(phone_key),
            "messages": [showing.message(each) for each in messages.of_phone(phone_key)],
        }
    )


def retry(request: WebRequest, message: str) -> Accepted[showing.OwedMessages]:
    """Owe again what failed, or tell of a change that was parked: the next sweep sends it."""
    refuse_any_field(request.json(required=False))
    subject, id_ = showing.parts_of_id(message)
    request.concerns(subject)
    if subject == showing.PARKED:
        owed = wiring.retry_messages().parked(id_, wiring.now())
    else:
        owed = [wiring.retry_messages().message(subject, id_, wiring.now())]
    return json_answer({"messages": [showing.message(each) for each in owed]}, ACCEPTED)
