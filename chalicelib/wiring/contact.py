"""How doctors and patients speak: calls and video."""

from __future__ import annotations

import secrets as randomness
from typing import TYPE_CHECKING

from chalicelib.wiring.binding import once
from chalicelib.wiring.cases import duty_view
from chalicelib.wiring.world import case_store, credentials, secrets, settings

if TYPE_CHECKING:
    from chalicelib.cases.services.calls import Calls
    from chalicelib.cases.services.contact_ports import Rooms
    from chalicelib.cases.services.video import Video
    from chalicelib.messages.services.ports import CallBridge


@once
def calls() -> Calls:
    """Call patients."""
    from chalicelib.cases.services.calls import Calls, Tell

    told = Tell(settings().told_before_calls)
    return Calls(case_store(), duty_view(), call_bridge(), randomness.token_bytes, told)


@once
def video() -> Video:
    """Meet patients on video."""
    from chalicelib.cases.services.video import Video

    return Video(case_store(), duty_view(), secrets(), rooms())


@once
def call_bridge() -> CallBridge | None:
    """Give who bridges calls; None where doctors dial."""
    match settings().calls_gateway:
        case "exotel":
            from chalicelib.messages.providers.exotel.calls import ExotelCalls

            return ExotelCalls(
                credentials(), caller_id=settings().caller_id, callback_url=_callback_url
            )
        case "local":
            from chalicelib.messages.providers.exotel.calls_local import LocalCalls

            return LocalCalls()
    return None


@once
def rooms() -> Rooms | None:
    """Give the place of video calls; None where there is none."""
    from chalicelib.cases.gateways.video_jitsi import Jaas, JitsiRooms, OwnServer

    chosen = settings()
    match chosen.video_kind:
        case "jitsi":
            server = OwnServer(chosen.video_domain, chosen.video_app_id)
            return JitsiRooms(server, credentials())
        case "jaas":
            jaas = Jaas(chosen.video_domain, chosen.video_app_id, chosen.video_key_id)
            return JitsiRooms(jaas, credentials())
    return None


def _callback_url(secret: str, name: str) -> str:
    from chalicelib.messages.services.delivery_receipts import name_in_address

    base = settings().public_url
    return f"{base}/webhooks/exotel/{secret}/calls/{name_in_address(name)}" if base else ""
