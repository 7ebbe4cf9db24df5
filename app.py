"""The helpline's functions: the application, and every event, schedule and authoriser.

They are declared here and nowhere else: an event handler in a blueprint would be deployed as a
module of its own that never imports this one. The topic's and the stream's real names are put in
by the template (``infra/resources.yaml``).
"""

from __future__ import annotations

from typing import Any

from chalice.app import (
    AuthRequest,
    AuthResponse,
    BaseLambdaEvent,
    Chalice,
    EventSourceHandler,
    Rate,
)

from chalicelib import logs
from chalicelib.web import authorisation, routes


class Event(BaseLambdaEvent):
    """An event as it came. Chalice's own classes refuse the empty one of a call by hand."""

    def _extract_attributes(self, event_dict: dict[str, Any]) -> None:
        """Take nothing out: ``to_dict`` is all that is asked."""


def as_it_came(handler: EventSourceHandler) -> EventSourceHandler:
    """Hand a function its event as :class:`Event`."""
    handler.event_class = Event
    return handler


logs.configure()
app = Chalice(app_name="helpline", configure_logs=False)


@app.authorizer(ttl_seconds=60)
def authorise(auth_request: AuthRequest) -> AuthResponse:
    """Tell API Gateway who a bearer token belongs to."""
    return authorisation.authorise_request(auth_request)


routes.register(app, authorise)


@as_it_came
@app.on_sns_message(topic="InboundSmsTopic")
def inbound_sms(event: Event) -> None:
    """Take the SMS that patients send."""
    from chalicelib.events import inbound_sms as inbound

    inbound.handle(event.to_dict())


@as_it_came
@app.on_dynamodb_record(stream_arn="CasesTable.StreamArn")
def case_changes(event: Event) -> dict[str, list[dict[str, str]]]:
    """Send the messages that changes of cases owe."""
    from chalicelib.events import case_changes as changes

    return changes.handle(event.to_dict())


@as_it_came
@app.schedule(Rate(1, unit=Rate.MINUTES))
def due_cases(_: Event) -> dict[str, Any]:
    """Offer the cases that are due, take back those left lying, count the lines."""
    from chalicelib.events import due_cases as due

    return dict(due.handle())
