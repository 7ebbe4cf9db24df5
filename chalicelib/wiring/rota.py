"""What is done with the rota."""

from __future__ import annotations

import secrets as randomness
from typing import TYPE_CHECKING

from chalicelib.wiring.binding import once
from chalicelib.wiring.cases import (
    addresses,
    duty_view,
    send_messages,
)
from chalicelib.wiring.world import (
    case_store,
    rota_edits,
    rota_links,
    rota_store,
    secrets,
)

if TYPE_CHECKING:
    from chalicelib.cases.services.call_route import RouteCall
    from chalicelib.cases.services.shift_handover import HandOver
    from chalicelib.rota.services.alert_gaps import WatchGaps
    from chalicelib.rota.services.leave import TakeLeave
    from chalicelib.rota.services.manage_rota import ManageRota
    from chalicelib.rota.services.my_shifts import OwnShifts
    from chalicelib.rota.services.publish_rota import PublishRota
    from chalicelib.rota.services.read_rota import RotaView
    from chalicelib.rota.services.rota_calendar import PreviewLines, RotaCalendar
    from chalicelib.rota.services.rota_writer import ChangeRota, TellChange
    from chalicelib.rota.services.shift_links import CalendarFeeds, ShiftLinks
    from chalicelib.rota.services.shift_reminders import Remind
    from chalicelib.rota.services.swaps import Swaps


@once
def tell_change() -> TellChange:
    """Tell those whom a change of the rota moves."""
    from chalicelib.rota.services.rota_writer import TellChange

    return TellChange(rota_edits(), addresses(), send_messages())


@once
def change_rota() -> ChangeRota:
    """Change the rota."""
    from chalicelib.rota.services.rota_writer import ChangeRota

    return ChangeRota(rota_edits(), tell_change(), lambda: randomness.token_hex(5))


@once
def manage_rota() -> ManageRota:
    """Edit the rota's sources."""
    from chalicelib.rota.services.manage_rota import ManageRota

    return ManageRota(rota_edits(), change_rota(), duty_view())


@once
def take_leave() -> TakeLeave:
    """Take leave."""
    from chalicelib.rota.services.leave import TakeLeave

    return TakeLeave(rota_edits(), change_rota(), duty_view())


@once
def swaps() -> Swaps:
    """Offer shifts and take them."""
    from chalicelib.rota.services.swaps import Swaps

    return Swaps(rota_edits(), change_rota(), duty_view())


@once
def publish_rota() -> PublishRota:
    """Publish duty days."""
    from chalicelib.rota.services.publish_rota import PublishRota

    return PublishRota(rota_edits())


@once
def hand_over() -> HandOver:
    """Turn the shifts."""
    from chalicelib.cases.services.shift_handover import HandOver

    return HandOver(case_store(), rota_store(), rota_edits(), addresses(), send_messages())


@once
def watch_gaps() -> WatchGaps:
    """Watch for gaps."""
    from chalicelib.rota.services.alert_gaps import WatchGaps

    return WatchGaps(rota_store(), rota_edits(), addresses(), send_messages())


@once
def remind() -> Remind:
    """Remind of shifts."""
    from chalicelib.rota.services.shift_reminders import Remind

    return Remind(
        rota_store(), rota_links(), shift_links(), addresses(), send_messages(), tell_change()
    )


@once
def rota_view() -> RotaView:
    """Show the rota."""
    from chalicelib.rota.services.read_rota import RotaView

    return RotaView(rota_store(), rota_edits(), rota_links())


@once
def rota_calendar() -> RotaCalendar:
    """Show the rota as a calendar."""
    from chalicelib.rota.services.rota_calendar import RotaCalendar

    return RotaCalendar(rota_edits(), rota_links())


@once
def preview_lines() -> PreviewLines:
    """Tell what changed lines would do."""
    from chalicelib.rota.services.rota_calendar import PreviewLines

    return PreviewLines(rota_edits())


@once
def shift_links() -> ShiftLinks:
    """Open the links of reminders."""
    from chalicelib.rota.services.shift_links import ShiftLinks

    return ShiftLinks(rota_store(), rota_edits(), rota_links(), swaps(), secrets())


@once
def own_shifts() -> OwnShifts:
    """Show an oncologist their own rota."""
    from chalicelib.rota.services.my_shifts import OwnShifts

    return OwnShifts(rota_store(), rota_edits(), rota_links(), swaps())


@once
def calendar_feeds() -> CalendarFeeds:
    """Open calendars."""
    from chalicelib.rota.services.shift_links import CalendarFeeds

    return CalendarFeeds(rota_store(), rota_links(), randomness.token_bytes)


@once
def route_call() -> RouteCall:
    """Tell who would get a call."""
    from chalicelib.cases.services.call_route import RouteCall

    return RouteCall(rota_store(), rota_edits())
