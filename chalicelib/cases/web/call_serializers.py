"""Calls and video as an oncologist sees them."""

from __future__ import annotations

from typing import TypedDict

from chalicelib.cases.services.calls import Calling
from chalicelib.cases.services.video import VideoCall
from chalicelib.cases.web.serializers import Span, window
from chalicelib.core.web.responses import Address, Instant
from chalicelib.core.web.serializers import to_json
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
    return to_json(ShownCalling, begun.case, call=to_json(ShownCall, begun.call), dial=begun.dial)


def video_call(each: VideoCall) -> ShownVideo:
    """Show a doctor the way into the room."""
    return to_json(ShownVideo, each.case, url=each.link, open=window(each.case.video))
