"""What the dashboard is made of: it reads every feature."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.cases.wiring import Cases
from chalicelib.core.wiring import Container
from chalicelib.reports.wiring import Reports
from chalicelib.rota.wiring import Rota

if TYPE_CHECKING:
    from chalicelib.console.services.dashboard import ReadBoard


class Console(Container):
    """The dashboard."""

    @cached_property
    def board(self) -> ReadBoard:
        """Reads the board."""
        from chalicelib.console.services.dashboard import ReadBoard

        cases = self.of(Cases)
        return ReadBoard(
            cases.store,
            cases.outlook,
            self.of(Rota).view,
            cases.message_list,
            self.of(Reports).read,
            cases.whole_cases,
        )
