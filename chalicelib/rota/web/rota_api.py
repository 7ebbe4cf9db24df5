"""What an oncologist calls about their own rota: swaps, leave, and the calendar's address."""

from __future__ import annotations

from http import HTTPStatus

from chalicelib.core.web.authorisation import caller_id
from chalicelib.core.web.request import WebRequest, id_in
from chalicelib.core.web.responses import Created, Empty, Json, empty_answer, json_answer
from chalicelib.core.web.schemas.fields import refuse_any_field
from chalicelib.rota.domain.change_log import By
from chalicelib.rota.web import serializers
from chalicelib.rota.web.labels import feed_address
from chalicelib.rota.web.schemas.rota_edits import parse_dropped, parse_offer, parse_own_leave
from chalicelib.rota.wiring import Rota


def list_offers(request: WebRequest) -> Json[serializers.Offers]:
    """List the open offers that the caller made or may answer."""
    offers = request.use(Rota).swaps.open_for(caller_id(request), request.now())
    return json_answer({"swaps": [serializers.offer(each) for each in offers]})


def offer(request: WebRequest, shift: str) -> Created[serializers.ShownOffer]:
    """Offer one's own shift to a colleague, or to anyone."""
    given = parse_offer(request.json(required=False))
    made = request.use(Rota).swaps.offer(id_in(shift), given.to, _by(request), request.now())
    return json_answer(serializers.offer(made), HTTPStatus.CREATED)


def accept(request: WebRequest, swap: str) -> Json[serializers.ShownOffer]:
    """Accept an offered shift."""
    refuse_any_field(request.json(required=False))
    taken = request.use(Rota).swaps.accept(id_in(swap), _by(request), request.now())
    return json_answer(serializers.offer(taken))


def decline(request: WebRequest, swap: str) -> Json[serializers.ShownOffer]:
    """Decline a shift that was offered to oneself."""
    refuse_any_field(request.json(required=False))
    declined = request.use(Rota).swaps.decline(id_in(swap), _by(request), request.now())
    return json_answer(serializers.offer(declined))


def withdraw(request: WebRequest, swap: str) -> Json[serializers.ShownOffer]:
    """Withdraw one's own offer."""
    refuse_any_field(request.json(required=False))
    withdrawn = request.use(Rota).swaps.withdraw(id_in(swap), _by(request), request.now())
    return json_answer(serializers.offer(withdrawn))


def take_leave(request: WebRequest) -> Created[serializers.AddedLeave]:
    """Add one's own leave. The answer says whether a shift is left with too few."""
    leave = parse_own_leave(request.json(), caller_id(request))
    applied = request.use(Rota).take_leave.add(leave, _by(request), request.now())
    return json_answer(
        {**serializers.leave(applied.kept), **serializers.effect(applied)}, HTTPStatus.CREATED
    )


def drop_leave(request: WebRequest) -> Empty:
    """Drop one's own leave, for the days that are not yet published."""
    dropped = parse_dropped({**request.json(required=False), **request.query_fields})
    request.use(Rota).take_leave.drop(dropped, _by(request), request.now())
    return empty_answer()


def make_feed(request: WebRequest) -> Created[serializers.CalendarAddress]:
    """Create a new address of one's own calendar. The old address stops working."""
    refuse_any_field(request.json(required=False))
    secret = request.use(Rota).calendar_feeds.rotate(caller_id(request))
    return json_answer({"url": feed_address(request, secret)}, HTTPStatus.CREATED)


def revoke_feed(request: WebRequest) -> Empty:
    """Remove the address of one's own calendar."""
    refuse_any_field(request.json(required=False))
    request.use(Rota).calendar_feeds.revoke(caller_id(request))
    return empty_answer()


def _by(request: WebRequest) -> By:
    return By(caller_id(request))
