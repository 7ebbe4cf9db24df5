"""What an administrator calls about the rota: its sources, its days, its swaps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from chalicelib import wiring
from chalicelib.core.domain.errors import InvalidField, InvalidInput, NotFound, VersionConflict
from chalicelib.core.web.authorisation import caller_id
from chalicelib.core.web.etags import seen_version
from chalicelib.core.web.http_errors import NewerVersion, version_tag
from chalicelib.core.web.links import id_in
from chalicelib.core.web.request import WebRequest
from chalicelib.core.web.responses import Created, Empty, Json, empty_answer, json_answer
from chalicelib.core.web.schemas.nothing import refuse_any_field
from chalicelib.domain.rota_history import By
from chalicelib.domain.rota_sources import Override
from chalicelib.services.rota_ports import Versioned
from chalicelib.web import showing_rota
from chalicelib.web.parsing.rota_edits import (
    parse_acting_for,
    parse_dropped,
    parse_exception,
    parse_hours,
    parse_leave,
    parse_lines,
    parse_offer_for,
    parse_recipients,
)
from chalicelib.web.parsing.rota_queries import Days, parse_days

_CREATED: Final = 201
T = TypeVar("T")
V = TypeVar("V")
D = TypeVar("D", bound=Mapping[str, Any])


def show_hours(_: WebRequest) -> Json[showing_rota.HoursDocument]:
    """Show the working hours, with their version."""
    hours = wiring.manage_rota().hours()
    return _document(showing_rota.hours, hours)


def put_hours(request: WebRequest) -> Json[showing_rota.HoursDocument]:
    """Change the working hours, as the caller saw them last."""
    return _changed(request, parse_hours, wiring.manage_rota().put_hours, showing_rota.hours)


def show_lines(_: WebRequest) -> Json[showing_rota.LinesDocument]:
    """Show the lines in their order of precedence, with their version."""
    lines = wiring.manage_rota().lines()
    return _document(showing_rota.lines, lines)


def put_lines(request: WebRequest) -> Json[showing_rota.LinesDocument]:
    """Change the lines, as the caller saw them last."""
    return _changed(request, parse_lines, wiring.manage_rota().put_lines, showing_rota.lines)


def show_recipients(_: WebRequest) -> Json[showing_rota.RecipientsDocument]:
    """Show who is told of gaps, with their version."""
    recipients = wiring.manage_rota().recipients()
    return _document(showing_rota.recipients, recipients)


def put_recipients(request: WebRequest) -> Json[showing_rota.RecipientsDocument]:
    """Change who is told of gaps, as the caller saw them last."""
    return _changed(
        request, parse_recipients, wiring.manage_rota().put_recipients, showing_rota.recipients
    )


def list_overrides(request: WebRequest) -> Json[showing_rota.Overrides]:
    """List the overrides and temporary schedules that touch some days."""
    days = _days(request)
    dated = wiring.manage_rota().dated(days.start, days.end)
    return json_answer(
        {
            "overrides": [showing_rota.override(each) for each in dated.overrides],
            "temporary": [showing_rota.temporary(each) for each in dated.temporary],
        }
    )


def add_override(
    request: WebRequest,
) -> Created[showing_rota.AddedOverride] | Created[showing_rota.AddedTemporary]:
    """Add an override, or a temporary schedule where it says who is ``on``."""
    given = parse_exception(request.json())
    manage, by, now = wiring.manage_rota(), _by(request), wiring.now()
    if isinstance(given, Override):
        override = _of_one("overrides", lambda: manage.add_override(given, by, now))
        added: showing_rota.AddedOverride = {
            **showing_rota.override(override.kept),
            **showing_rota.effect(override),
        }
        return json_answer(added, _CREATED)
    temporary = _of_one("temporary", lambda: manage.add_temporary(given, by, now))
    scheduled: showing_rota.AddedTemporary = {
        **showing_rota.temporary(temporary.kept),
        **showing_rota.effect(temporary),
    }
    return json_answer(scheduled, _CREATED)


def drop_override(request: WebRequest) -> Empty:
    """Drop an override or a temporary schedule, for the days that are not yet published."""
    dropped, by, now = _dropped(request), _by(request), wiring.now()
    try:
        wiring.manage_rota().drop_override(dropped, by, now)
    except NotFound:
        wiring.manage_rota().drop_temporary(dropped, by, now)
    return empty_answer()


def list_leave(request: WebRequest) -> Json[showing_rota.Leaves]:
    """List the leave that touches some days."""
    days = _days(request)
    dated = wiring.manage_rota().dated(days.start, days.end)
    return json_answer({"leave": [showing_rota.leave(each) for each in dated.leave]})


def add_leave(request: WebRequest) -> Created[showing_rota.AddedLeave]:
    """Take leave for somebody."""
    leave = parse_leave(request.json())
    by = By(caller_id(request), acting_for=leave.oncologist)
    applied = wiring.take_leave().add(leave, by, wiring.now())
    return json_answer(
        {**showing_rota.leave(applied.kept), **showing_rota.effect(applied)}, _CREATED
    )


def drop_leave(request: WebRequest) -> Empty:
    """Drop somebody's leave, for the days that are not yet published."""
    wiring.take_leave().drop_for(_dropped(request), _by(request), wiring.now())
    return empty_answer()


def list_swaps(request: WebRequest) -> Json[showing_rota.Offers]:
    """List the offers of the shifts of some days."""
    start, end = _instants(_days(request), _zone())
    offers = wiring.swaps().between(start, end, wiring.now())
    return json_answer({"swaps": [showing_rota.offer(each) for each in offers]})


def offer_for(request: WebRequest, shift: str) -> Created[showing_rota.ShownOffer]:
    """Offer somebody's shift."""
    given = parse_offer_for(request.json())
    by = By(caller_id(request), given.acting_for)
    offer = wiring.swaps().offer(id_in(shift), given.to, by, wiring.now())
    return json_answer(showing_rota.offer(offer), _CREATED)


def accept_for(request: WebRequest, swap: str) -> Json[showing_rota.ShownOffer]:
    """Take an offered shift for somebody."""
    offer = wiring.swaps().accept(id_in(swap), _acting(request), wiring.now())
    return json_answer(showing_rota.offer(offer))


def decline_for(request: WebRequest, swap: str) -> Json[showing_rota.ShownOffer]:
    """Decline an offered shift for somebody."""
    offer = wiring.swaps().decline(id_in(swap), _acting(request), wiring.now())
    return json_answer(showing_rota.offer(offer))


def withdraw_for(request: WebRequest, swap: str) -> Json[showing_rota.ShownOffer]:
    """Withdraw somebody's offer."""
    offer = wiring.swaps().withdraw(id_in(swap), _acting(request), wiring.now())
    return json_answer(showing_rota.offer(offer))


def show_rota(request: WebRequest) -> Json[showing_rota.PublishedDays]:
    """Show the published days, with who has confirmed."""
    days = _days(request)
    view = wiring.rota_view()
    confirmed = showing_rota.confirmed(view.confirmations(days.start, days.end))
    published = view.days(days.start, days.end)
    return json_answer({"days": [showing_rota.duty_day(day, confirmed) for day in published]})


def show_quality(request: WebRequest) -> Json[showing_rota.ShownQuality]:
    """Show how good the published days are."""
    days = _days(request)
    return json_answer(showing_rota.quality(wiring.rota_view().quality(days.start, days.end)))


def show_gaps(request: WebRequest) -> Json[showing_rota.Gaps]:
    """Show where somebody, or a language, is missing in the published days."""
    days = _days(request)
    found = wiring.rota_view().gaps(days.start, days.end)
    return json_answer({"gaps": [showing_rota.gap(each) for each in found]})


def show_changes(request: WebRequest) -> Json[showing_rota.Changes]:
    """Show who changed what on some days, by the day of the change."""
    start, end = _instants(_days(request), _zone())
    found = wiring.rota_view().changes(start, end)
    return json_answer({"changes": [showing_rota.change(each) for each in found]})


def publish(request: WebRequest) -> Json[showing_rota.Published]:
    """Publish what is missing, without waiting for the night."""
    refuse_any_field(request.json(required=False))
    published = wiring.publish_rota()(wiring.now())
    return json_answer(
        {
            "days": published.days,
            "through": published.through.isoformat() if published.through else None,
            "refused": published.refused,
        }
    )


def _by(request: WebRequest) -> By:
    return By(caller_id(request))


def _acting(request: WebRequest) -> By:
    return By(caller_id(request), parse_acting_for(request.json()))


def _document(show: Callable[[Any, int], D], stored: Versioned[Any]) -> Json[D]:
    return json_answer(show(stored.value, stored.version), headers=version_tag(stored.version))


def _changed(
    request: WebRequest,
    parse: Callable[[dict[str, Any]], V],
    put: Callable[[V, int, By, datetime], Versioned[V]],
    show: Callable[[Any, int], D],
) -> Json[D]:
    """Change a document as the caller saw it last; whoever comes too late is shown the newer."""
    body = request.json()
    version = seen_version(request, body)
    value = parse(body)
    try:
        stored = put(value, version, _by(request), wiring.now())
    except VersionConflict as error:
        newer = {"version": error.version}
        document = newer if error.current is None else show(error.current, error.version)
        raise NewerVersion(document, error.version) from error
    return _document(show, stored)


def _of_one(path: str, do: Callable[[], T]) -> T:
    """Do it, and name the fields of the one object that came, not its place among all."""
    prefix = f"{path}[0]."
    try:
        return do()
    except (InvalidField, InvalidInput) as error:
        fields = (error,) if isinstance(error, InvalidField) else error.fields
        raise InvalidInput(
            InvalidField(field.field.removeprefix(prefix), field.field_code, **field.params)
            for field in fields
        ) from error


def _dropped(request: WebRequest) -> str:
    """Read what is to be dropped: from the query, or from a body."""
    named = {name: value for name, value in request.query.items() if name != "lang"}
    return parse_dropped({**request.json(required=False), **named})


def _days(request: WebRequest) -> Days:
    today = wiring.now().astimezone(_zone()).date()
    return parse_days(request.query, today=today)


def _zone() -> ZoneInfo:
    return wiring.duty_view().hours(wiring.now()).zone


def _instants(days: Days, zone: ZoneInfo) -> tuple[datetime, datetime]:
    return _midnight(days.start, zone), _midnight(days.end, zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
