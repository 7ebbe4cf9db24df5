"""What an administrator calls about the rota: its sources, its days, its swaps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final, TypeVar

from chalicelib.core.domain.datetimes import IST, calendar_day
from chalicelib.core.domain.errors import InvalidField, InvalidInput, VersionConflict
from chalicelib.core.domain.working_hours import MIDNIGHT
from chalicelib.core.i18n import translator
from chalicelib.core.web.authorisation import caller_id
from chalicelib.core.web.etags import seen_version
from chalicelib.core.web.http_errors import NewerVersion, fields_of, version_tag
from chalicelib.core.web.request import WebRequest, id_in
from chalicelib.core.web.responses import Created, Empty, Json, empty_answer, json_answer
from chalicelib.core.web.schemas.fields import refuse_any_field
from chalicelib.core.web.serializers import to_json
from chalicelib.rota.domain.change_log import By
from chalicelib.rota.domain.model import Override, RotaException, Temporary
from chalicelib.rota.domain.planner import plan
from chalicelib.rota.services.ports import Versioned
from chalicelib.rota.web import serializers
from chalicelib.rota.web.labels import NOBODY_IS_TOLD
from chalicelib.rota.web.schemas.rota_edits import (
    parse_acting_for,
    parse_dropped,
    parse_exception,
    parse_hours,
    parse_leave,
    parse_lines,
    parse_offer_for,
    parse_recipients,
)
from chalicelib.rota.web.schemas.rota_preview import parse_preview
from chalicelib.rota.web.schemas.rota_queries import Days, parse_days
from chalicelib.rota.wiring import Rota

T = TypeVar("T")
V = TypeVar("V")
D = TypeVar("D", bound=Mapping[str, Any])
# A function's answer may have 6 MB, in which every letter counts by its bytes.
LARGEST_ANSWER: Final = 5_000_000


def show_hours(request: WebRequest) -> Json[serializers.HoursDocument]:
    """Show the working hours, with their version."""
    hours = request.use(Rota).manage_rota.hours()
    return _document(serializers.hours, hours)


def put_hours(request: WebRequest) -> Json[serializers.ChangedHoursDocument]:
    """Change the working hours, as the caller saw them last.

    Published shifts lose what the new hours close, and the answer lists who is told. A day that
    opens gets its shifts with nobody on them: a gap.
    """
    manage = request.use(Rota).manage_rota
    changed = _stored_as_seen(request, parse_hours, manage.put_hours, serializers.hours)
    tag = version_tag(changed.kept.version)
    return json_answer(serializers.changed_hours(changed), headers=tag)


def show_lines(request: WebRequest) -> Json[serializers.LinesDocument]:
    """Show the lines in their order of precedence, with their version."""
    lines = request.use(Rota).manage_rota.lines()
    return _document(serializers.lines, lines)


def put_lines(request: WebRequest) -> Json[serializers.LinesDocument]:
    """Change the lines, as the caller saw them last."""
    return _changed(
        request, parse_lines, request.use(Rota).manage_rota.put_lines, serializers.lines
    )


def show_recipients(request: WebRequest) -> Json[serializers.RecipientsDocument]:
    """Show who is told of gaps, with their version."""
    recipients = request.use(Rota).manage_rota.recipients()
    return _document(serializers.recipients, recipients)


def put_recipients(request: WebRequest) -> Json[serializers.RecipientsDocument]:
    """Change who is told of gaps, as the caller saw them last."""
    return _changed(
        request,
        parse_recipients,
        request.use(Rota).manage_rota.put_recipients,
        serializers.recipients,
    )


def list_overrides(request: WebRequest) -> Json[serializers.Overrides]:
    """List the overrides and temporary schedules that touch some days."""
    days = _days(request)
    dated = request.use(Rota).manage_rota.dated(days.start, days.end)
    return json_answer(
        {
            "overrides": [serializers.override(each) for each in dated.overrides],
            "temporary": [serializers.temporary(each) for each in dated.temporary],
        }
    )


def add_override(
    request: WebRequest,
) -> Created[serializers.AddedOverride] | Created[serializers.AddedTemporary]:
    """Add an override, or a temporary schedule where it says who is ``on``."""
    given = parse_exception(request.json())
    manage, by, now = request.use(Rota).manage_rota, _by(request), request.now()
    match given:
        case Override():
            request.acts_for(given.remove, given.add)
            override = _of_one(given, lambda: manage.add_exception(given, by, now))
            added: serializers.AddedOverride = {
                **serializers.override(override.kept),
                **serializers.effect(override),
            }
            return json_answer(added, HTTPStatus.CREATED)
        case Temporary():
            request.acts_for(*given.on)
            temporary = _of_one(given, lambda: manage.add_exception(given, by, now))
            scheduled: serializers.AddedTemporary = {
                **serializers.temporary(temporary.kept),
                **serializers.effect(temporary),
            }
            return json_answer(scheduled, HTTPStatus.CREATED)


def drop_override(request: WebRequest) -> Empty:
    """Drop an override or a temporary schedule, for the days that are not yet published."""
    manage = request.use(Rota).manage_rota
    manage.drop_exception(_dropped(request), _by(request), request.now())
    return empty_answer()


def list_leave(request: WebRequest) -> Json[serializers.Leaves]:
    """List the leave that touches some days."""
    days = _days(request)
    dated = request.use(Rota).manage_rota.dated(days.start, days.end)
    return json_answer({"leave": [serializers.leave(each) for each in dated.leave]})


def add_leave(request: WebRequest) -> Created[serializers.AddedLeave]:
    """Add leave for an oncologist."""
    leave = parse_leave(request.json())
    request.acts_for(leave.oncologist)
    by = By(caller_id(request), acting_for=leave.oncologist)
    applied = request.use(Rota).take_leave.add(leave, by, request.now())
    return json_answer(
        {**serializers.leave(applied.kept), **serializers.effect(applied)}, HTTPStatus.CREATED
    )


def drop_leave(request: WebRequest) -> Empty:
    """Drop somebody's leave, for the days that are not yet published."""
    take_leave = request.use(Rota).take_leave
    take_leave.drop(_dropped(request), _by(request), request.now(), of_anybody=True)
    return empty_answer()


def list_swaps(request: WebRequest) -> Json[serializers.Offers]:
    """List the offers of the shifts of some days."""
    start, end = _instants(_days(request))
    offers = request.use(Rota).swaps.between(start, end, request.now())
    return json_answer({"swaps": [serializers.offer(each) for each in offers]})


def offer_for(request: WebRequest, shift: str) -> Created[serializers.ShownOffer]:
    """Offer somebody's shift."""
    given = parse_offer_for(request.json())
    request.acts_for(given.acting_for)
    by = By(caller_id(request), given.acting_for)
    offer = request.use(Rota).swaps.offer(id_in(shift), given.to, by, request.now())
    return json_answer(serializers.offer(offer), HTTPStatus.CREATED)


def accept_for(request: WebRequest, swap: str) -> Json[serializers.ShownOffer]:
    """Accept an offered shift for an oncologist."""
    offer = request.use(Rota).swaps.accept(id_in(swap), _acting(request), request.now())
    return json_answer(serializers.offer(offer))


def decline_for(request: WebRequest, swap: str) -> Json[serializers.ShownOffer]:
    """Decline an offered shift for somebody."""
    offer = request.use(Rota).swaps.decline(id_in(swap), _acting(request), request.now())
    return json_answer(serializers.offer(offer))


def withdraw_for(request: WebRequest, swap: str) -> Json[serializers.ShownOffer]:
    """Withdraw somebody's offer."""
    offer = request.use(Rota).swaps.withdraw(id_in(swap), _acting(request), request.now())
    return json_answer(serializers.offer(offer))


def show_rota(request: WebRequest) -> Json[serializers.PublishedDays]:
    """Show the published days, with who has confirmed."""
    days = _days(request)
    view = request.use(Rota).view
    confirmed = serializers.confirmed(view.confirmations(days.start, days.end))
    published = view.days(days.start, days.end)
    return json_answer({"days": [serializers.duty_day(day, confirmed) for day in published]})


def show_quality(request: WebRequest) -> Json[serializers.ShownQuality]:
    """Show how good the published days are."""
    days = _days(request)
    found = request.use(Rota).view.quality(days.start, days.end)
    return json_answer(to_json(serializers.ShownQuality, found))


def show_gaps(request: WebRequest) -> Json[serializers.Gaps]:
    """Show where somebody, or a language, is missing in the published days.

    With gaps of which nobody is told by SMS, the answer has a warning.
    """
    days, view = _days(request), request.use(Rota).view
    found = view.gaps(days.start, days.end)
    shown: serializers.Gaps = {"gaps": [to_json(serializers.ShownGap, each) for each in found]}
    if found and not view.has_recipients():
        shown["warning"] = translator(request.language).gettext(NOBODY_IS_TOLD)
    return json_answer(shown)


def show_changes(request: WebRequest) -> Json[serializers.Changes]:
    """Show who changed what on some days, by the day of the change."""
    start, end = _instants(_days(request))
    found = request.use(Rota).view.changes(start, end)
    return json_answer({"changes": [serializers.change(each) for each in found]})


def publish(request: WebRequest) -> Json[serializers.Published]:
    """Publish what is missing, without waiting for the night."""
    refuse_any_field(request.json(required=False))
    published = request.use(Rota).publish_rota(request.now())
    return json_answer(to_json(serializers.Published, published))


def preview(request: WebRequest) -> Json[serializers.Plan]:
    """Plan what is asked for; store nothing."""
    duty, now = request.use(Rota).duty_view, request.now()
    asked = parse_preview(request.json(), lambda: duty.hours(now))
    planned = plan(asked.sources, asked.start, asked.end)
    shown: serializers.Plan = {
        "shifts": [to_json(serializers.PlannedShift, shift) for shift in planned.shifts],
        "gaps": [to_json(serializers.ShownGap, gap) for gap in planned.gaps],
        "quality": to_json(serializers.ShownQuality, planned.quality),
    }
    answer = json_answer(shown)
    if len(answer.body.encode()) > LARGEST_ANSWER:
        raise InvalidField("to", "too_many_shifts")
    return answer


def _by(request: WebRequest) -> By:
    return By(caller_id(request))


def _acting(request: WebRequest) -> By:
    acting_for = parse_acting_for(request.json())
    request.acts_for(acting_for)
    return By(caller_id(request), acting_for)


def _document(show: Callable[[Any, int], D], stored: Versioned[Any]) -> Json[D]:
    return json_answer(show(stored.value, stored.version), headers=version_tag(stored.version))


def _changed(
    request: WebRequest,
    parse: Callable[[dict[str, Any]], V],
    put: Callable[[V, int, By, datetime], Versioned[V]],
    show: Callable[[Any, int], D],
) -> Json[D]:
    """Change a document as the caller saw it last; whoever comes too late is shown the newer."""
    return _document(show, _stored_as_seen(request, parse, put, show))


def _stored_as_seen(
    request: WebRequest,
    parse: Callable[[dict[str, Any]], V],
    put: Callable[[V, int, By, datetime], T],
    show: Callable[[Any, int], D],
) -> T:
    """Return what ``put`` returns. Raises NewerVersion with the document as ``show`` shows it."""
    body = request.json()
    version = seen_version(request, body)
    value = parse(body)
    try:
        return put(value, version, _by(request), request.now())
    except VersionConflict as error:
        newer = {"version": error.version}
        document = newer if error.current is None else show(error.current, error.version)
        raise NewerVersion(document, error.version) from error


def _of_one(exception: RotaException, do: Callable[[], T]) -> T:
    """Return what ``do`` returns; its errors name the one object's fields, without its place."""
    prefix = f"{exception.listed}[0]."
    try:
        return do()
    except (InvalidField, InvalidInput) as error:
        raise InvalidInput(
            InvalidField(field.field.removeprefix(prefix), field.field_code, **field.params)
            for field in fields_of(error)
        ) from error


def _dropped(request: WebRequest) -> str:
    """Read what is to be dropped: from the query, or from a body."""
    return parse_dropped({**request.json(required=False), **request.query_fields})


def _days(request: WebRequest) -> Days:
    return parse_days(request.query, today=calendar_day(request.now()))


def _instants(days: Days) -> tuple[datetime, datetime]:
    """Return the midnights in India at which some days begin and end."""
    return (
        datetime.combine(days.start, MIDNIGHT, IST),
        datetime.combine(days.end, MIDNIGHT, IST),
    )
