"""What is kept about cases beside them: the counters, the audit, erasures, phones, the rota's news.

Each check is as those of :mod:`tests.resilience.invariants`, which asks them with its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from chalicelib.cases.domain.case import Case
from chalicelib.cases.domain.timeline import PATIENT, SYSTEM, Happening
from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.roles import ONCOLOGIST
from chalicelib.messages.domain.templates import Template
from chalicelib.reports.domain.report import total_of
from chalicelib.reports.domain.tally import Tally, tallies_of
from chalicelib.reports.services.count_cases import CALLER
from chalicelib.reports.store.report_mapping import tally_from_text, tally_to_text
from chalicelib.rota.domain.duty import DutyDay
from chalicelib.rota.domain.handover import boundaries, on_duty_until
from chalicelib.rota.domain.model import Leave
from chalicelib.rota.domain.notifications import change_owed
from chalicelib.rota.store.rota_mapping import UNTOLD, change_from_image, kept_from_image

if TYPE_CHECKING:
    from tests.resilience.invariants import Image, Tables

_ONE_DAY: Final = timedelta(days=1)
_TICK: Final = timedelta(microseconds=1)
# A claim's path names no case: its entry comes with the answer, and there is none without.
_AUDITED: Final = {
    Happening.ATTEMPTED: "case.attempt",
    Happening.RECORDED_LATE: "case.attempt",
    Happening.RELEASED: "case.release",
    Happening.CALLING: "case.call",
    Happening.VIDEO_OPENED: "case.video",
    Happening.ASSIGNED: "case.assign",
    Happening.REOPENED: "case.reopen",
    Happening.CORRECTED: "case.correct",
    Happening.ERASED: "case.erase",
}


def the_counters_are_a_recounts(tables: Tables) -> Iterator[str]:
    """9. The reports' counters are what a recount would give: every tally, and every day's sum.

    Who asked for a case that is erased counts by themselves.
    """
    due = {
        (day.isoformat(), case.reference): tally
        for case in tables.cases.values()
        for day, tally in tallies_of(case).items()
    }
    stored = {
        (item["pk"]["S"].removeprefix("DAY#"), item["sk"]["S"]): tally_from_text(item["tally"]["S"])
        for item in tables.reports
        if "tally" in item
    }
    of_cases = {key for key in stored if not key[1].startswith(CALLER)}
    for day, reference in due.keys() | of_cases:
        is_so, must = stored.get((day, reference)), due.get((day, reference))
        case = tables.cases.get(reference)
        if case is not None and case.is_erased:
            is_so, must = _of_nobody(is_so), _of_nobody(must)
        if _text(is_so) != _text(must):
            yield f"a case counts on {day} for what it is not"
    days = sorted({date.fromisoformat(day) for day, _ in due})
    sums = tables.sums(days[0], days[-1] + _ONE_DAY) if days else {}
    for day in days:
        of_day = [tally for (when, _), tally in stored.items() if when == day.isoformat()]
        if sums.get(day) != total_of(of_day):
            yield f"the sum of {day} is not that of its cases"


def what_was_done_is_in_the_audit(tables: Tables) -> Iterator[str]:
    """10. Whoever changed a case that their call named stands in the audit, before all else."""
    entries = {
        (item["who"]["S"], item["action"]["S"], item.get("subject", {}).get("S"))
        for item in tables.audit
    }
    for case in tables.cases.values():
        for entry in case.timeline:
            action = _AUDITED.get(entry.what)
            if action is None or entry.by in (PATIENT, SYSTEM):
                continue
            if not _is_recorded(entries, entry.by, action, case):
                yield f"{action} is not in the audit"


def erased_is_gone(tables: Tables) -> Iterator[str]:
    """11. What is erased is proven gone or waits to be, and where it is proven nothing is left."""
    pending = {item["sk"]["S"] for item in tables.items if item["pk"]["S"] == "ERASURE"}
    proven = {
        item["subject"]["S"] for item in tables.audit if item["action"]["S"] == "erasure.prove"
    }
    for case in tables.cases.values():
        if not case.is_erased:
            continue
        if case.reference not in pending | proven:
            yield "an erased case waits for no proof"
        if case.phone or case.phone_key or case.answers.name or case.answers.messages:
            yield "an erased case still tells whose it is"
        if case.reference not in proven:
            continue
        if any(item["pk"]["S"] == case.reference for item in tables.messages):
            yield "messages of an erased case are left"
        if any(case.reference in str(item) for item in tables.of_kind("PHONE")):
            yield "a phone still knows an erased case"
        if any(other.words_of(case.reference) for other in tables.cases.values()):
            yield "words of an erased case are in the one that absorbed it"


def words_stand_where_a_case_goes_on(tables: Tables) -> Iterator[str]:
    """15. What a duplicate told is in the cases in which it goes on, and in no other."""
    for case in tables.cases.values():
        for reference in case.speaks_for - {case.reference}:
            into, seen = tables.cases[reference].merged_into, {reference}
            while into not in (None, case.reference) and into not in seen:
                seen.add(into)
                into = tables.cases[into].merged_into
            if into != case.reference:
                yield "words of a case are in one that it is not merged into"
        for reference in case.absorbed:
            if tables.cases[reference].merged_into != case.reference:
                yield "a case counts as merged on one side alone"


def phones_are_consistent(tables: Tables) -> Iterator[str]:
    """12. A phone's item remembers its own cases alone, and is blocked where the list says so."""
    for item in tables.of_kind("PHONE"):
        key = item["pk"]["S"].removeprefix("PHONE#")
        for place in (each["M"] for name, each in item.items() if name.startswith("recent_")):
            case = tables.cases.get(place.get("reference", {}).get("S", ""))
            if "reference" not in place:
                continue
            # Of a case whose phone was put right, the wrong one remembers it: it was asked.
            if case is None or not (case.phone_key in ("", key) or _was_corrected(case)):
                yield "a phone remembers a case that is not its own"
    listed = {item["sk"]["S"]: item["until"]["N"] for item in tables.items if _is_block(item)}
    blocked = {
        item["pk"]["S"].removeprefix("PHONE#"): item["blocked_until"]["N"]
        for item in tables.of_kind("PHONE")
        if "blocked_until" in item
    }
    if listed != blocked:
        yield "the list of blocks is not what phones are refused by"


def the_rota_is_whole_and_told(tables: Tables) -> Iterator[str]:
    """13. No published day is missing, leave and swaps are in the days, and who moved is told."""
    days = {day.day: day for day in tables.days}
    for item in tables.rota:
        pk, sk = item["pk"]["S"], item["sk"]["S"]
        if (pk, sk) == ("ROTA", "HEAD") and "published_through" in item:
            through = date.fromisoformat(item["published_through"]["S"])
            first = tables.now.astimezone(IST).date()
            all_days = {first + number * _ONE_DAY for number in range((through - first).days)}
            if all_days - days.keys():
                yield f"{len(all_days - days.keys())} days are published and not there"
        elif pk == "LEAVE":
            if not _away(tables, kept_from_image(Leave, item).value):
                yield "somebody on leave has a shift"
        elif pk == UNTOLD:
            yield "a change of the rota is told to nobody"
        elif pk.startswith("ROTA_CHANGE#"):
            yield from _told(tables, item)
    yield from _handovers_told(tables)


def who_left_has_nothing_left(tables: Tables) -> Iterator[str]:
    """14. Whoever has left can't sign in as an oncologist, and holds no case."""
    today = tables.now.astimezone(IST).date().isoformat()
    for item in tables.rota:
        if item["pk"]["S"] != "ONCOLOGIST" or item.get("left", {}).get("S", "9") > today:
            continue
        who = item["sk"]["S"]
        if ONCOLOGIST in tables.groups.get(who, ()):
            yield "somebody who left may still sign in"
        if any(
            case.owner == who and not _is_talking(tables, case) for case in tables.cases.values()
        ):
            yield "somebody who left holds a case"


def _of_nobody(tally: Tally | None) -> Tally | None:
    return tally and replace(tally, caller=None)


def _text(tally: Tally | None) -> str:
    return tally_to_text(tally) if tally else ""


def _is_talking(tables: Tables, case: Case) -> bool:
    """Whether its owner may end a talk; who has left is let go by hand, or by the handover."""
    since = on_duty_until(tables.days, case.owner or "", case.claimed_at or tables.now)
    return case.is_spared(since, tables.now)


def _is_recorded(
    entries: set[tuple[str, str, str | None]], who: str, action: str, case: Case
) -> bool:
    # Who erases a case erases what was merged with it; the entry names the one they called.
    subjects = {case.reference}
    if action == "case.erase":
        subjects |= {subject for _, known, subject in entries if known == action and subject}
    return any((who, action, subject) in entries for subject in subjects)


def _is_block(item: Image) -> bool:
    return bool(item["pk"]["S"] == "BLOCK")


def _was_corrected(case: Case) -> bool:
    return any(
        entry.what is Happening.CORRECTED and "phone" in entry.fields for entry in case.timeline
    )


def _away(tables: Tables, leave: Leave) -> bool:
    """Whether somebody on leave is on no shift that is still to come."""
    if leave.since and leave.until:
        since, until = max(leave.since, tables.now), leave.until
        return not any(
            leave.oncologist in shift.on and shift.start < until and since < shift.end
            for day in tables.days
            for shift in day.shifts
        )
    days = (day for day in tables.days if leave.start <= day.day < leave.end)
    return all(leave.oncologist not in _ahead(tables, day) for day in days)


def _ahead(tables: Tables, day: DutyDay) -> set[str]:
    return {who for shift in day.shifts if shift.start > tables.now for who in shift.on}


def _told(tables: Tables, item: Image) -> Iterator[str]:
    change = change_from_image(item)
    stored = _names_of(tables)
    for owed in change_owed(change, tables.addresses_of):
        if (owed.subject, owed.id) not in stored:
            yield f"nobody stored {owed.template.value} of a change of the rota"


def _handovers_told(tables: Tables) -> Iterator[str]:
    """Ask of the boundaries of today, as far as they were turned, whether those there know."""
    today = tables.now.astimezone(IST).date()
    midnight = datetime.combine(today, time(), IST) - _TICK
    turned = tables.turned.get(today)
    if turned is None:
        return
    stored = _names_of(tables)
    for boundary in boundaries(tables.days, midnight, min(turned, tables.now)):
        for who, shift in boundary.coming:
            name = (f"shift-{shift.id}", f"{Template.SHIFT_STARTS.value}.{who}")
            if shift.covers(tables.now) and who in tables.addresses_of and name not in stored:
                yield "somebody came on duty and was not told"


def _names_of(tables: Tables) -> set[tuple[str, str]]:
    return {(item["pk"]["S"], item["sk"]["S"].removeprefix("MESSAGE#")) for item in tables.messages}


RECORDS: Final[Mapping[int, Callable[[Tables], Iterator[str]]]] = {
    9: the_counters_are_a_recounts,
    10: what_was_done_is_in_the_audit,
    11: erased_is_gone,
    12: phones_are_consistent,
    13: the_rota_is_whole_and_told,
    14: who_left_has_nothing_left,
    15: words_stand_where_a_case_goes_on,
}
