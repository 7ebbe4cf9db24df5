"""Calls and video as an oncologist sees them."""

from __future__ import annotations

from typing import TypedDict

from chalicelib.cases.domain.calls import Call, VideoRoom
from chalicelib.cases.services.calls import Calling
from chalicelib.cases.services.video import VideoCall
from chalicelib.cases.web.serializers import Span
from chalicelib.core.domain.datetimes import to_iso
from chalicelib.core.web.responses import Address, Instant
from chalicelib.messages.domain.telephony import CallState


class ShownCall(TypedDict):
    """A call, and what the provider says of it."""

    at: Instant
    state: CallState


class ShownCalling(TypedDict):
    """A call that was begun; ``dial`` is null where both phones ring by themselves."""

    reference: str
    call: ShownCall
    dial: str | None
    lease_until: Instant | None


class ShownVideo(TypedDict):
    """A doctor's way into the room."""

    reference: str
    url: Address | None
    open: Span | None
    lease_until: Instant | None


def calling(begun: Calling) -> ShownCalling:
    """Show a call that was begun."""
    lease = begun.case.lease_until
    return {
        "reference": begun.case.reference,
        "call": call(begun.call),
        "dial": begun.dial,
        "lease_until": to_iso(lease) if lease else None,
    }


def call(each: Call) -> ShownCall:
    """Show a call."""
    return {"at": to_iso(each.at), "state": each.state}


def room(each: VideoRoom) -> Span:
    """Show when a room is open."""
    return {"from": to_iso(each.start), "to": to_iso(each.end)}


def video_call(each: VideoCall) -> ShownVideo:
    """Show a doctor the way into the room."""
    case = each.case
    return {
        "reference": case.reference,
        "url": each.link,
        "open": room(case.video) if case.video else None,
        "lease_until": to_iso(case.lease_until) if case.lease_until else None,
    }
