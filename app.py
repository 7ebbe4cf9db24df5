"""The helpline's functions: the application, and every event, schedule and authoriser.

They are declared here and nowhere else: an event handler in a blueprint would be deployed as a
module of its own that never imports this one. The topic's and the stream's real names are put in
by the template (``infra/resources.yaml``).
"""

from __future__ import annotations

import gc

# Before anything is loaded, as what a cold start makes, stays: looking through it for garbage takes
# a tenth of the start, and finds none (docs/decisions/0091).
gc.set_threshold(200_000)

from collections.abc import Callable
from typing import Any

from chalice.app import (
    AuthRequest,
    AuthResponse,
    BaseLambdaEvent,
    Chalice,
    ChaliceAuthorizer,
    Cron,
    EventSourceHandler,
    Rate,
)

from chalicelib import logs, routes
from chalicelib.core.web import authorisation
from chalicelib.wiring import Helpline


class Event(BaseLambdaEvent):
    """An event as it came. Chalice's own classes refuse the empty one of a call by hand."""

    def _extract_attributes(self, event_dict: dict[str, Any]) -> None:
        """Take nothing out: ``to_dict`` is all that is asked."""


def as_it_came(handler: EventSourceHandler) -> EventSourceHandler:
    """Return the handler, which then gets its event as :class:`Event`."""
    handler.event_class = Event
    return handler


class Api(Chalice):
    """The API. An empty event, as of a call by hand, is answered as ``GET /healthz`` is."""

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401  # Chalice's own
        """Answer a request of the gateway."""
        answer: dict[str, Any] = super().__call__(event or _HEALTH, context)
        return answer


_HEALTH: dict[str, Any] = {
    "requestContext": {"httpMethod": "GET", "resourcePath": "/healthz", "path": "/healthz"},
    "path": "/healthz",
    "headers": {},
    "multiValueHeaders": {},
    "multiValueQueryStringParameters": None,
    "pathParameters": None,
    "stageVariables": None,
    "body": None,
    "isBase64Encoded": False,
}


def by_hand(authoriser: ChaliceAuthorizer) -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    """Return the authoriser as Lambda calls it: an empty event, of a call by hand, is denied."""

    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401  # Lambda's own
        return authorisation.denial() if not event else authoriser(event, context)

    return handle


logs.configure()
app = Api(app_name="helpline", configure_logs=False)
helpline = Helpline()
"""What this process works with. Tests put another in its place."""


@app.authorizer(ttl_seconds=60)
def authorise(auth_request: AuthRequest) -> AuthResponse:
    """Return to API Gateway whose bearer token this is."""
    return authorisation.authorise_request(auth_request, helpline.people.verify_token)


routes.register(app, authorise, lambda: helpline)
authorise = by_hand(authorise)


@as_it_came
@app.on_sns_message(topic="InboundSmsTopic")
def inbound_sms(event: Event) -> None:
    """Store what patients ask by SMS, and the receipts of our own SMS."""
    from chalicelib.cases.events import inbound_sms as inbound

    inbound.handle(event.to_dict(), helpline.cases)


@as_it_came
@app.on_dynamodb_record(stream_arn="CasesTable.StreamArn")
def case_changes(event: Event) -> dict[str, list[dict[str, str]]]:
    """Send the messages that changes of cases owe."""
    from chalicelib.cases.events import case_changes as changes

    return changes.handle(event.to_dict(), helpline.cases)


@as_it_came
@app.on_dynamodb_record(stream_arn="CasesTable.StreamArn")
def count_cases(event: Event) -> dict[str, list[dict[str, str]]]:
    """Count changed cases for the reports."""
    from chalicelib.reports.events import count_cases as count

    return count.handle(event.to_dict(), helpline.reports)


@as_it_came
@app.schedule(Rate(1, unit=Rate.MINUTES))
def due_cases(_: Event) -> dict[str, Any]:
    """Offer the cases that are due, take back those left lying, count the lines."""
    from chalicelib.cases.events import due_cases as due

    return dict(due.handle(helpline.cases))


@as_it_came
@app.schedule(Rate(5, unit=Rate.MINUTES))
def turn_shifts(_: Event) -> dict[str, Any]:
    """Send news to those who come on duty and go off; put the cases of those gone back in line."""
    from chalicelib.cases.events import turn_shifts as turn

    return dict(turn.handle(helpline.cases))


# Schedules are in UTC: 02:00, 02:30 and 09:00 in India are 20:30 and 21:00 of the day before, and
# 03:30.
@as_it_came
@app.schedule(Cron(30, 20, "*", "*", "?", "*"))
def publish_rota(_: Event) -> dict[str, Any]:
    """Keep the duty days of four weeks published."""
    from chalicelib.rota.events import publish_rota as publish

    return dict(publish.handle(helpline.rota, helpline.people.close_gone))


@as_it_came
@app.schedule(Cron(0, 21, "*", "*", "?", "*"))
def recount_cases(_: Event) -> dict[str, Any]:
    """Count the cases of the last days again, and so what the stream may have lost."""
    from chalicelib.reports.events import recount_cases as recount

    return dict(recount.handle(helpline.reports))


@as_it_came
@app.schedule(Cron(30, 3, "*", "*", "?", "*"))
def watch_gaps(_: Event) -> dict[str, Any]:
    """Send administrators the gaps in the rota."""
    from chalicelib.rota.events import watch_gaps as watch

    return dict(watch.handle(helpline.rota))


@as_it_came
@app.schedule(Rate(15, unit=Rate.MINUTES))
def remind(_: Event) -> dict[str, Any]:
    """Remind oncologists of their shifts."""
    from chalicelib.rota.events import remind as reminders

    return dict(reminders.handle(helpline.rota))


@as_it_came
@app.schedule(Rate(5, unit=Rate.MINUTES))
def sweep_unsent(_: Event) -> dict[str, Any]:
    """Send what is owed and unsent, and find what was owed and never stored."""
    from chalicelib.cases.events import sweep_unsent as sweep

    return dict(sweep.handle(helpline.cases))


@as_it_came
@app.schedule(Cron(0, 22, "*", "*", "?", "*"))
def purge(_: Event) -> dict[str, Any]:
    """Delete what was kept for long enough, and prove what was erased."""
    from chalicelib.privacy.events import purge as daily

    return dict(daily.handle(helpline.privacy))
