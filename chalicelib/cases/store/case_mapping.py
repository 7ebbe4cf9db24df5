"""Cases and what lists show of them, to items and back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chalicelib.cases.domain.answers import Addition, Channel, Consent, Details, Mode, in_order
from chalicelib.cases.domain.calls import Call, VideoRoom
from chalicelib.cases.domain.case import Case, Status
from chalicelib.cases.domain.questionnaire import QUESTIONS
from chalicelib.cases.domain.queue import Claim, Finished, Waiting, line_of
from chalicelib.cases.domain.timeline import Attempt, CloseReason, Note, Result
from chalicelib.cases.store import keys
from chalicelib.cases.store.additions import (
    addition_to_text,
    additions_from_texts,
    merge_from_text,
    merge_to_text,
)
from chalicelib.cases.store.models import (
    AttemptMap,
    CallMap,
    CaseItem,
    ClaimItem,
    ConsentMap,
    NoteMap,
    VideoMap,
)
from chalicelib.cases.store.timeline import entry_from_text, entry_to_text
from chalicelib.core.domain.datetimes import calendar_day, window_of
from chalicelib.core.domain.working_hours import DayPart
from chalicelib.core.dynamodb.attributes import from_micros
from chalicelib.core.dynamodb.errors import Image
from chalicelib.messages.domain.telephony import CallState


def case_to_item(case: Case, now: datetime) -> CaseItem:
    """Write a case with its places in the indexes as of ``now``."""
    key = keys.case_key(case.reference)
    return CaseItem(
        pk=key.pk,
        sk=key.sk,
        request_id=case.request_id,
        request_ids=set(case.request_ids) or None,
        phone_request_ids=set(case.phone_request_ids) or None,
        digests=set(case.digests) or None,
        not_counted=case.not_counted or None,
        phone=case.phone,
        phone_key=case.phone_key or None,
        language=case.language,
        channel=case.channel.value,
        requested_at=case.requested_at,
        not_before=case.not_before,
        expected_from=case.expected and case.expected.start,
        expected_to=case.expected and case.expected.end,
        consent=_consent_to_map(case),
        **{**case.details.given, "name_key": case.name_key},
        **_additions(case),
        another_person=case.another_person or None,
        mode=case.mode.value,
        part_of_day=None if case.part_of_day is DayPart.ANY else case.part_of_day.value,
        prefers_woman=case.prefers_woman or None,
        priority=case.priority,
        status=case.status.value,
        closed_reason=case.closed_reason and case.closed_reason.value,
        finished_at=case.finished_at,
        owner=case.owner,
        claimed_at=case.claimed_at,
        lease_until=case.lease_until,
        call=case.call and CallMap(id=case.call.id, at=case.call.at, state=case.call.state.value),
        video=case.video and VideoMap(start=case.video.start, end=case.video.end),
        attempts=[_attempt_to_map(attempt) for attempt in case.attempts] or None,
        timeline=[entry_to_text(entry) for entry in case.timeline] or None,
        notes=[_note_to_map(note) for note in case.notes] or None,
        merged_into=case.merged_into,
        merges=[merge_to_text(each) for each in case.merges] or None,
        erased_at=case.erased_at,
        earlier_phone_keys=set(case.earlier_phone_keys) or None,
        version=case.version,
        tries=len(case.attempts) or None,
        handling_minutes=case.handling_minutes,
        **_places(case, now),
    )


def is_case(image: Image) -> bool:
    """Whether an item of the cases table is a case, and no phone, claim, ticket or snapshot."""
    return bool(image["sk"]["S"] == keys.CASE)


def case_from_image(image: Image) -> Case:
    """Read a case from DynamoDB's own form of an item, as reads and stream records carry it."""
    item = CaseItem.from_raw_data(image)
    return Case(
        reference=keys.reference_in(item.pk),
        request_id=item.request_id,
        request_ids=tuple(sorted(item.request_ids or ())),
        phone_request_ids=tuple(sorted(item.phone_request_ids or ())),
        digests=tuple(sorted(item.digests or ())),
        not_counted=int(item.not_counted or 0),
        phone=item.phone,
        phone_key=item.phone_key or "",
        language=item.language,
        channel=Channel(item.channel),
        requested_at=item.requested_at,
        not_before=item.not_before,
        expected=window_of(item.expected_from, item.expected_to),
        consent=_consent_from(item),
        details=_details_from(item),
        additions=_additions_from(item),
        another_person=bool(item.another_person),
        mode=Mode(item.mode),
        part_of_day=DayPart(item.part_of_day or DayPart.ANY),
        prefers_woman=bool(item.prefers_woman),
        priority=int(item.priority),
        status=Status(item.status),
        closed_reason=CloseReason(item.closed_reason) if item.closed_reason else None,
        finished_at=item.finished_at,
        owner=item.owner,
        claimed_at=item.claimed_at,
        lease_until=item.lease_until,
        call=_call_from(item.call),
        video=_video_from(item.video),
        attempts=tuple(_attempt_from_map(attempt) for attempt in item.attempts or ()),
        timeline=tuple(entry_from_text(text) for text in item.timeline or ()),
        notes=tuple(Note(note.at, note.by, note.text, note.source) for note in item.notes or ()),
        merged_into=item.merged_into,
        merges=tuple(merge_from_text(text) for text in item.merges or ()),
        erased_at=item.erased_at,
        earlier_phone_keys=tuple(sorted(item.earlier_phone_keys or ())),
        version=int(item.version),
    )


def _details_from(item: CaseItem) -> Details:
    """Read what the first request told."""
    stored = item.attribute_values
    told = {name: _answer(stored[name]) for name in QUESTIONS if name in stored}
    # Without a name of its own, the case is found by one that was told later.
    return Details(**told, name_key=item.name_key if "name" in told else None)


def _answer(stored: str | float | list[str]) -> Any:  # noqa: ANN401  # each answer's own
    match stored:
        case str():
            return stored
        case list():
            return tuple(stored)
    return int(stored)


def waiting_from_image(image: Image) -> Waiting:
    """Read an entry of the queue index: by hand, as a list has hundreds of them."""
    return Waiting(
        reference=keys.reference_in(image["pk"]["S"]),
        language=image["language"]["S"],
        prefers_woman=image.get("prefers_woman", {"BOOL": False})["BOOL"],
        priority=int(image["priority"]["N"]),
        requested_at=from_micros(int(image["requested_at"]["N"])),
        not_before=from_micros(int(image["not_before"]["N"])),
        mode=Mode(image["mode"]["S"]),
        tries=int(image.get("tries", {"N": "0"})["N"]),
    )


def finished_from_image(image: Image) -> Finished:
    """Read an entry of the finished index."""
    item = CaseItem.from_raw_data(image)
    status, _, _ = item.finished_day.partition("#")
    return Finished(
        reference=keys.reference_in(item.pk),
        status=Status(status),
        closed_reason=item.closed_reason,
        language=item.language,
        requested_at=item.requested_at,
        finished_at=item.finished_at,
        tries=int(item.tries or 0),
        handling_minutes=_whole(item.handling_minutes),
    )


def claim_to_item(claim: Claim) -> ClaimItem:
    """Write a claim."""
    key = keys.claim_key(claim.oncologist)
    return ClaimItem(
        pk=key.pk,
        sk=key.sk,
        reference=claim.reference,
        claimed_at=claim.claimed_at,
        lease_until=claim.lease_until,
    )


def claim_from_image(image: Image) -> Claim:
    """Read a claim."""
    item = ClaimItem.from_raw_data(image)
    return Claim(item.sk, item.reference, item.claimed_at, item.lease_until)


def _places(case: Case, now: datetime) -> dict[str, Any]:
    """Tell the keys that put a case into an index: one while it waits, another when it is over."""
    if case.status is Status.WAITING:
        if case.not_before > now:
            return {"queue_line": keys.LATER, "queue_order": keys.later_order(case)}
        return {
            "queue_line": keys.ready_line(line_of(case)),
            "queue_order": keys.ready_order(case),
        }
    if case.finished_at is not None:
        return {
            "finished_day": keys.finished_day(case.status, calendar_day(case.finished_at)),
            "finished_order": keys.finished_order(case.reference, case.finished_at),
        }
    return {}


def _additions(case: Case) -> dict[str, list[str] | None]:
    """Write what was told later, each kind in its list."""
    lists: dict[str, list[str]] = {}
    for each in case.additions:
        lists.setdefault(told_in(each), []).append(addition_to_text(each))
    return {name: lists.get(name) for name in ("told_phone", "told_others", "told_merged")}


def told_in(addition: Addition) -> str:
    """Name the item's list in which an addition stands."""
    if addition.is_merged:
        return "told_merged"
    return "told_phone" if addition.channel.is_own_phone else "told_others"


def _additions_from(item: CaseItem) -> tuple[Addition, ...]:
    found = (
        *additions_from_texts(item.told_phone or (), is_merged=False),
        *additions_from_texts(item.told_others or (), is_merged=False),
        *additions_from_texts(item.told_merged or (), is_merged=True),
    )
    return in_order(found)


def _consent_to_map(case: Case) -> ConsentMap:
    """Write a consent without what the case says already: it is given with the first asking."""
    consent = case.consent
    return ConsentMap(
        version=consent.version,
        language=None if consent.language == case.language else consent.language,
        at=None if consent.at == case.requested_at else consent.at,
        given_by=None if consent.given_by is case.channel else consent.given_by.value,
        withdrawn_at=consent.withdrawn_at,
    )


def _consent_from(item: CaseItem) -> Consent:
    at: datetime | None = item.consent.at
    return Consent(
        version=item.consent.version,
        language=item.consent.language or item.language,
        at=item.requested_at if at is None else at,
        given_by=Channel(item.consent.given_by or item.channel),
        withdrawn_at=item.consent.withdrawn_at,
    )


def _call_from(stored: CallMap | None) -> Call | None:
    return Call(stored.id, stored.at, CallState(stored.state)) if stored else None


def _video_from(stored: VideoMap | None) -> VideoRoom | None:
    return VideoRoom(stored.start, stored.end) if stored else None


def _attempt_to_map(attempt: Attempt) -> AttemptMap:
    return AttemptMap(
        at=attempt.at,
        by=attempt.by,
        result=attempt.result.value,
        note=attempt.note,
        advice=attempt.advice,
        follow_up=attempt.follow_up,
    )


def _attempt_from_map(attempt: AttemptMap) -> Attempt:
    return Attempt(
        at=attempt.at,
        by=attempt.by,
        result=Result(attempt.result),
        note=attempt.note,
        advice=attempt.advice,
        follow_up=attempt.follow_up,
    )


def _note_to_map(note: Note) -> NoteMap:
    return NoteMap(at=note.at, by=note.by, text=note.text, source=note.source)


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)
