"""What is counted, and reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.wiring.binding import once
from chalicelib.wiring.world import case_store, rota_store, tally_store, whole_cases

if TYPE_CHECKING:
    from chalicelib.reports.services.count_cases import CountCases
    from chalicelib.reports.services.rebuild_counts import Recount
    from chalicelib.reports.services.reports import Reports


@once
def count_cases() -> CountCases:
    """Count cases."""
    from chalicelib.reports.services.count_cases import CountCases

    return CountCases(tally_store())


@once
def recount() -> Recount:
    """Count cases again."""
    from chalicelib.core.domain.language import Language
    from chalicelib.reports.services.rebuild_counts import Recount

    return Recount(case_store(), whole_cases(), count_cases(), tuple(Language))


@once
def reports() -> Reports:
    """Read reports."""
    from chalicelib.reports.services.reports import Reports

    return Reports(tally_store(), rota_store())
