"""The functions of events and schedules, called by hand with what is in use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.cases.events import case_changes as _case_changes
from chalicelib.cases.events import due_cases as _due_cases
from chalicelib.cases.events import inbound_sms as _inbound_sms
from chalicelib.cases.events import sweep_unsent as _sweep_unsent
from chalicelib.cases.events import turn_shifts as _turn_shifts
from chalicelib.privacy.events import purge as _purge
from chalicelib.reports.events import count_cases as _count_cases
from chalicelib.reports.events import recount_cases as _recount_cases
from chalicelib.rota.events import publish_rota as _publish_rota
from chalicelib.rota.events import remind as _remind
from chalicelib.rota.events import watch_gaps as _watch_gaps
from tests.support.helpline import in_use

Event = Mapping[str, Any]


def inbound_sms(event: Event) -> None:
    _inbound_sms.handle(event, in_use().cases)


def case_changes(event: Event) -> dict[str, list[dict[str, str]]]:
    return _case_changes.handle(event, in_use().cases)


def count_cases(event: Event) -> dict[str, list[dict[str, str]]]:
    return _count_cases.handle(event, in_use().reports)


def due_cases() -> dict[str, int]:
    return _due_cases.handle(in_use().cases)


def turn_shifts() -> dict[str, int]:
    return _turn_shifts.handle(in_use().cases)


def publish_rota() -> dict[str, int | str | None]:
    return _publish_rota.handle(in_use().rota, in_use().people.close_gone)


def recount_cases() -> Mapping[str, Any]:
    return _recount_cases.handle(in_use().reports)


def watch_gaps() -> dict[str, int]:
    return _watch_gaps.handle(in_use().rota)


def remind() -> dict[str, int]:
    return _remind.handle(in_use().rota)


def sweep_unsent() -> dict[str, int]:
    return _sweep_unsent.handle(in_use().cases)


def purge() -> Mapping[str, Any]:
    return _purge.handle(in_use().privacy)
