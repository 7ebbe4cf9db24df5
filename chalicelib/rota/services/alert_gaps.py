"""Gaps, watched for daily: what stands open in the next 28 days is told to the administrators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.core.component import component
from chalicelib.core.domain.datetimes import IST
from chalicelib.messages.services.send_messages import SendMessages
from chalicelib.rota.domain.notifications import GAPS, gaps_owed
from chalicelib.rota.services.duty_ports import RotaStore
from chalicelib.rota.services.ports import RotaEdits
from chalicelib.rota.services.recipients import Addresses
from chalicelib.rota.services.rota_writer import DAYS_WATCHED


@dataclass(frozen=True, slots=True)
class Watched:
    """What one run found: places that stand open, days that nobody has published, who was told."""

    gaps: int
    unpublished: int
    told: int


@component
class WatchGaps:
    """Runs daily; a second run on a day tells nobody again."""

    rota: RotaStore
    edits: RotaEdits
    addresses: Addresses
    send: SendMessages

    def __call__(self, now: datetime) -> Watched:
        """Look 28 days ahead, and tell. Past shifts of today are past mending."""
        today = now.astimezone(IST).date()
        end = today + timedelta(days=DAYS_WATCHED)
        days = self.rota.find_duty_days(today, end)
        found = self.edits.documents().gap_finder.in_days(days)
        gaps = [gap for gap in found if gap.end > now]
        owed = []
        if gaps:
            recipients = self.addresses.of(self.edits.recipients().value)
            owed = gaps_owed(gaps, GAPS, today, recipients, now)
        self.send(owed, now)
        return Watched(len(gaps), DAYS_WATCHED - len(days), len(owed))
