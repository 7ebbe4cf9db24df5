"""Cases, lines and shifts as the outside sees them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chalicelib.domain.case import Attempt, Case, CloseReason, Entry, Status, Window
from chalicelib.domain.clock import to_iso
from chalicelib.domain.queue import Claim, Finished, Waiting
from chalicelib.domain.rota import Shift
from chalicelib.services.work_queue import Duty

# To the person who asked, an open case is one in which the call is still to come, whoever has it.
STILL_TO_COME = Status.WAITING.value
_TOLD_REASONS = frozenset(
    {
        CloseReason.UNREACHABLE,
        CloseReason.CANCELLED,
        CloseReason.WRONG_NUMBER,
        CloseReason.DUPLICATE,
        CloseReason.EXPIRED,
    }
)


def own_status(case: Case) -> str:
    """Tell where a case stands, to the person who asked."""
    return STILL_TO_COME if case.status.is_open else case.status.value


def own_reason(case: Case) -> str | None:
    """Tell why a case was closed, where that is fit to be told to the person who asked."""
    return case.closed_reason.value if case.closed_reason in _TOLD_REASONS else None


def own_case(case: Case) -> dict[str, Any]:
    """Show a patient their own case: what became of it, and nothing they did not ask here for."""
    return {
        "reference": case.reference,
        "status": own_status(case),
        "closed_reason": own_reason(case),
        "expected": window(case.expected) if case.status.is_open else None,
        "requested_at": to_iso(case.requested_at),
        "finished_at": _instant(case.finished_at),
        "language": case.language,
        "mode": case.mode.value,
        "can_cancel": case.status.is_open,
    }


def full_case(case: Case) -> dict[str, Any]:
    """Show a case whole: to the oncologist who holds it, and to administrators."""
    details = case.details
    return {
        "reference": case.reference,
        "status": case.status.value,
        "closed_reason": case.closed_reason.value if case.closed_reason else None,
        "phone": case.phone,
        "language": case.language,
        "channel": case.channel.value,
        "mode": case.mode.value,
        "prefers_woman": case.prefers_woman,
        "another_person": case.another_person,
        "priority": case.priority,
        "name": details.name,
        "asking_for": details.asking_for,
        "age": details.age,
        "sex": details.sex,
        "cancer_site": details.cancer_site,
        "stage": details.stage,
        "city": details.city,
        "hospital": details.hospital,
        "reasons": list(details.reasons),
        "messages": list(details.messages),
        "consent": {
            "version": case.consent.version,
            "language": case.consent.language,
            "at": to_iso(case.consent.at),
            "given_by": case.consent.given_by.value,
            "confirmed": case.consent.is_confirmed,
        },
        "requested_at": to_iso(case.requested_at),
        "not_before": to_iso(case.not_before),
        "expected": window(case.expected),
        "owner": case.owner,
        "claimed_at": _instant(case.claimed_at),
        "lease_until": _instant(case.lease_until),
        "finished_at": _instant(case.finished_at),
        "attempts": [_attempt(attempt) for attempt in case.attempts],
        "timeline": [_entry(entry) for entry in case.timeline],
    }


def case_state(case: Case) -> dict[str, Any]:
    """Show where a case stands after its oncologist let go of it; nothing personal any more."""
    return {
        "reference": case.reference,
        "status": case.status.value,
        "closed_reason": case.closed_reason.value if case.closed_reason else None,
        "tries": len(case.attempts),
        "not_before": to_iso(case.not_before) if case.status is Status.WAITING else None,
        "finished_at": _instant(case.finished_at),
    }


def duty(standing: Duty) -> dict[str, Any]:
    """Show an oncologist how things stand."""
    return {
        "oncologist": {
            "id": standing.oncologist.id,
            "name": standing.oncologist.name,
            "languages": list(standing.oncologist.languages),
        },
        "on_duty": standing.shift is not None,
        "shift": shift(standing.shift) if standing.shift else None,
        "case": full_case(standing.case) if standing.case else None,
        "waiting": _by_language(standing.waiting),
        "next_shifts": [shift(each) for each in standing.next_shifts],
    }


def shift(each: Shift) -> dict[str, Any]:
    """Show a shift."""
    return {
        "id": each.id,
        "line": each.line,
        "start": to_iso(each.start),
        "end": to_iso(each.end),
        "on": list(each.on),
    }


def waiting(each: Waiting, status: str) -> dict[str, Any]:
    """Show a waiting case in a list."""
    return {
        "reference": each.reference,
        "status": status,
        "language": each.language,
        "prefers_woman": each.prefers_woman,
        "priority": each.priority,
        "mode": each.mode.value,
        "requested_at": to_iso(each.requested_at),
        "not_before": to_iso(each.not_before),
        "tries": each.tries,
    }


def claimed(each: Claim) -> dict[str, Any]:
    """Show who holds a case, in a list."""
    return {
        "reference": each.reference,
        "status": Status.CLAIMED.value,
        "owner": each.oncologist,
        "claimed_at": to_iso(each.claimed_at),
        "lease_until": to_iso(each.lease_until),
    }


def finished(each: Finished) -> dict[str, Any]:
    """Show a finished case in a list."""
    return {
        "reference": each.reference,
        "status": each.status.value,
        "closed_reason": each.closed_reason,
        "language": each.language,
        "requested_at": to_iso(each.requested_at),
        "finished_at": to_iso(each.finished_at),
        "tries": each.tries,
        "handling_minutes": each.handling_minutes,
    }


def window(span: Window | None) -> dict[str, str] | None:
    """Show a span of time."""
    return {"from": to_iso(span.start), "to": to_iso(span.end)} if span else None


def _by_language(lines: dict[str, int]) -> dict[str, int]:
    """Join the lines of one language: ``hi`` and ``hi#woman`` are both Hindi."""
    counts: dict[str, int] = {}
    for name, count in lines.items():
        language = name.partition("#")[0]
        counts[language] = counts.get(language, 0) + count
    return counts


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "at": to_iso(attempt.at),
        "by": attempt.by,
        "result": attempt.result.value,
        "note": attempt.note,
        "advice": attempt.advice,
        "follow_up": attempt.follow_up,
    }


def _entry(entry: Entry) -> dict[str, str]:
    return {
        "at": to_iso(entry.at),
        "by": entry.by,
        "what": entry.what.value,
        "detail": entry.detail,
    }


def _instant(at: datetime | None) -> str | None:
    return to_iso(at) if at else None
