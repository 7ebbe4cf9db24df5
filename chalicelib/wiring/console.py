"""What the administrators' console reads that is its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.wiring.binding import once
from chalicelib.wiring.cases import message_list, outlook
from chalicelib.wiring.reports import reports
from chalicelib.wiring.rota import rota_view
from chalicelib.wiring.world import case_store

if TYPE_CHECKING:
    from chalicelib.console.services.dashboard import ReadBoard


@once
def board() -> ReadBoard:
    """Read the board."""
    from chalicelib.console.services.dashboard import ReadBoard

    return ReadBoard(case_store(), outlook(), rota_view(), message_list(), reports())
