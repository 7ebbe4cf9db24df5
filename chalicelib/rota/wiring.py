"""What the rota is made of."""

from __future__ import annotations

import secrets as randomness
from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.core.wiring import Container
from chalicelib.messages.wiring import Messages

if TYPE_CHECKING:
    from chalicelib.core.dynamodb.table import Table
    from chalicelib.rota.services.alert_gaps import WatchGaps
    from chalicelib.rota.services.duty_ports import RotaStore
    from chalicelib.rota.services.duty_view import DutyView
    from chalicelib.rota.services.leave import TakeLeave
    from chalicelib.rota.services.manage_rota import ManageRota
    from chalicelib.rota.services.my_shifts import OwnShifts
    from chalicelib.rota.services.ports import RotaEdits, RotaLinks
    from chalicelib.rota.services.publish_rota import PublishRota
    from chalicelib.rota.services.read_rota import RotaView
    from chalicelib.rota.services.recipients import Addresses
    from chalicelib.rota.services.rota_calendar import PreviewLines, RotaCalendar
    from chalicelib.rota.services.rota_writer import ChangeRota, TellChange
    from chalicelib.rota.services.shift_links import CalendarFeeds, ShiftLinks
    from chalicelib.rota.services.shift_reminders import Remind
    from chalicelib.rota.services.stopped_numbers import StoppedNumbers
    from chalicelib.rota.services.swaps import Swaps


class Rota(Container):
    """Who is on duty when, and everything that changes it."""

    @property
    def messages(self) -> Messages:
        """The outbox, and what sends it."""
        return self.of(Messages)

    @cached_property
    def table(self) -> Table:
        """The rota table, by its name."""
        return self.core.table(self.core.settings.rota_table)

    @cached_property
    def store(self) -> RotaStore:
        """The rota table."""
        from chalicelib.rota.store.rota import DynamoRota

        return DynamoRota(self.table)

    @cached_property
    def edits(self) -> RotaEdits:
        """The rota table, as what changes the rota sees it."""
        from chalicelib.rota.store.rota_writer import DynamoRotaEdits

        return DynamoRotaEdits(self.table)

    @cached_property
    def links(self) -> RotaLinks:
        """The rota table, as links see it."""
        from chalicelib.rota.store.rota_links import DynamoRotaLinks

        return DynamoRotaLinks(self.table)

    @cached_property
    def duty_view(self) -> DutyView:
        """Who is on duty, and when the helpline is open."""
        from chalicelib.rota.services.duty_view import DutyView

        return DutyView(self.store)

    @cached_property
    def addresses(self) -> Addresses:
        """Where the rota's messages go."""
        from chalicelib.rota.services.recipients import Addresses

        return Addresses(self.store, self.core.secrets)

    @cached_property
    def stopped_numbers(self) -> StoppedNumbers:
        """Finds which numbers have sent STOP."""
        from chalicelib.rota.services.stopped_numbers import StoppedNumbers

        return StoppedNumbers(self.messages.store, self.core.secrets)

    @cached_property
    def tell_change(self) -> TellChange:
        """Notifies those whose shifts a change moves."""
        from chalicelib.rota.services.rota_writer import TellChange

        return TellChange(self.edits, self.addresses, self.messages.send_messages)

    @cached_property
    def change_rota(self) -> ChangeRota:
        """Changes the rota."""
        from chalicelib.rota.services.rota_writer import ChangeRota

        return ChangeRota(self.edits, self.tell_change, lambda: randomness.token_hex(5))

    @cached_property
    def manage_rota(self) -> ManageRota:
        """Edits the rota's sources."""
        from chalicelib.rota.services.manage_rota import ManageRota

        return ManageRota(self.edits, self.change_rota, self.duty_view, self.core.own_numbers)

    @cached_property
    def take_leave(self) -> TakeLeave:
        """Enters leave, and takes it back."""
        from chalicelib.rota.services.leave import TakeLeave

        return TakeLeave(self.edits, self.change_rota, self.duty_view)

    @cached_property
    def swaps(self) -> Swaps:
        """Offers shifts and takes them."""
        from chalicelib.rota.services.swaps import Swaps

        return Swaps(self.edits, self.change_rota, self.duty_view)

    @cached_property
    def publish_rota(self) -> PublishRota:
        """Publishes duty days."""
        from chalicelib.rota.services.publish_rota import PublishRota

        return PublishRota(self.edits)

    @cached_property
    def watch_gaps(self) -> WatchGaps:
        """Watches for gaps."""
        from chalicelib.rota.services.alert_gaps import WatchGaps

        return WatchGaps(self.store, self.edits, self.addresses, self.messages.send_messages)

    @cached_property
    def remind(self) -> Remind:
        """Reminds of shifts."""
        from chalicelib.rota.services.shift_reminders import Remind

        return Remind(
            self.store,
            self.links,
            self.shift_links,
            self.addresses,
            self.messages.send_messages,
            self.tell_change,
        )

    @cached_property
    def view(self) -> RotaView:
        """Shows the rota."""
        from chalicelib.rota.services.read_rota import RotaView

        return RotaView(self.store, self.edits, self.links)

    @cached_property
    def calendar(self) -> RotaCalendar:
        """Shows the rota as a calendar."""
        from chalicelib.rota.services.rota_calendar import RotaCalendar

        return RotaCalendar(self.edits, self.links)

    @cached_property
    def preview_lines(self) -> PreviewLines:
        """Previews changed lines."""
        from chalicelib.rota.services.rota_calendar import PreviewLines

        return PreviewLines(self.edits)

    @cached_property
    def shift_links(self) -> ShiftLinks:
        """Opens the links of reminders."""
        from chalicelib.rota.services.shift_links import ShiftLinks

        return ShiftLinks(self.store, self.links, self.swaps, self.core.secrets)

    @cached_property
    def own_shifts(self) -> OwnShifts:
        """Shows an oncologist their own rota."""
        from chalicelib.rota.services.my_shifts import OwnShifts

        return OwnShifts(self.store, self.edits, self.links, self.swaps)

    @cached_property
    def calendar_feeds(self) -> CalendarFeeds:
        """Serves the calendar feeds."""
        from chalicelib.rota.services.shift_links import CalendarFeeds

        return CalendarFeeds(self.store, self.links, randomness.token_bytes)

    def shift_link(self, shift: str, oncologist: str) -> str:
        """Return the address of an oncologist's place in a shift; empty without a public one."""
        from chalicelib.rota.services.shift_links import shift_path

        base = self.core.settings.public_url
        return f"{base}/{shift_path(self.core.secrets, shift, oncologist)}" if base else ""
