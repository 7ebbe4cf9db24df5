"""What an administrator calls about phones that are a nuisance."""

from __future__ import annotations

from datetime import datetime, time
from http import HTTPStatus
from typing import assert_never

from chalicelib.cases.web import admin_serializers
from chalicelib.cases.web.schemas.blocks import parse_block, parse_lift
from chalicelib.cases.wiring import Cases
from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.errors import InvalidField, NotFound
from chalicelib.core.domain.phone import Phone
from chalicelib.core.web.authorisation import caller_id
from chalicelib.core.web.request import WebRequest, reference_in
from chalicelib.core.web.responses import Created, Empty, Json, empty_answer, json_answer
from chalicelib.core.web.serializers import to_json


def list_blocks(request: WebRequest) -> Json[admin_serializers.Blocks]:
    """List what is blocked now."""
    blocks = request.use(Cases).blocks.all(request.now())
    return json_answer({"blocks": [to_json(admin_serializers.ShownBlock, each) for each in blocks]})


def add(request: WebRequest) -> Created[admin_serializers.NewBlock]:
    """Block a phone; what it has open stays until somebody closes it."""
    wanted = parse_block(request.json())
    until = datetime.combine(wanted.until, time(), IST)
    who, now = caller_id(request), request.now()
    if wanted.phone is not None:
        made = request.use(Cases).blocks.block(wanted.phone, until, wanted.reason, who, now)
    else:
        try:
            made = request.use(Cases).blocks.block_phone_of(
                reference_in(wanted.reference), until, wanted.reason, who, now
            )
        except NotFound:
            raise InvalidField("reference", "unknown") from None
    request.concerns(f"block:{made.block.id}")
    return json_answer(admin_serializers.new_block(made.block, made.open_cases), HTTPStatus.CREATED)


def lift(request: WebRequest) -> Empty:
    """Remove a block, so that the phone may ask again. The address takes a block's id only."""
    if "phone" in request.query:
        raise InvalidField("phone", "unknown_field")
    named = parse_lift({**request.json(required=False), **request.query_fields})
    match named:
        case Phone():
            request.use(Cases).blocks.lift_from(named)
        case str():
            request.use(Cases).blocks.lift(named)
            request.concerns(f"block:{named}")
        case _:
            assert_never(named)
    return empty_answer()
