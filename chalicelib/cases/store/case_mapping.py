"""Cases and what lists show of them, to items and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from pynamodb.attributes import UnicodeAttribute

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
from chalicelib.cases.store.models import CaseItem, ClaimItem, ConsentMap
from chalicelib.cases.store.timeline import entry_from_text, entry_to_text
from chalicelib.core.domain.datetimes import calendar_day, window_of
from chalicelib.core.domain.working_hours import DayPart
from chalicelib.core.dynamodb.attributes import (
    CodeAttribute,
    RecordAttribute,
    RecordsAttribute,
    UtcAttribute,
    from_micros,
)
from chalicelib.core.dynamodb.errors import Image
from chalicelib.messages.domain.telephony import CallState


def _each(
    write: Callable[[Any], str], read: Callable[[str], Any]
) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """Write and read several, each as a text."""
    return lambda held: [*map(write, held)], lambda texts: (*map(read, texts),)


_CODES: Final[Mapping[str, type[StrEnum]]] = {
    "channel": Channel,
    "mode": Mode,
    "part_of_day": DayPart,
    "status": Status,
    "closed_reason": CloseReason,
}
_CALL: Final = RecordAttribute(
    Call, id=UnicodeAttribute(), at=UtcAttribute(), state=CodeAttribute(CallState)
)
_VIDEO: Final = RecordAttribute(
    VideoRoom, start=UtcAttribute(attr_name="from"), end=UtcAttribute(attr_name="to")
)
_ATTEMPTS: Final = RecordsAttribute(
    RecordAttribute(
        Attempt,
        at=UtcAttribute(),
        by=UnicodeAttribute(),
        result=CodeAttribute(Result),
        note=UnicodeAttribute(),
        advice=UnicodeAttribute(),
        follow_up=UnicodeAttribute(),
    )
)
_NOTES: Final = RecordsAttribute(
    RecordAttribute(
        Note,
        at=UtcAttribute(),
        by=UnicodeAttribute(),
        text=UnicodeAttribute(),
        source=UnicodeAttribute(attr_name="of"),
    )
)
_FORMS: Final[Mapping[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]]] = {
    "call": (_CALL.serialize, _CALL.deserialize),
    "video": (_VIDEO.serialize, _VIDEO.deserialize),
    "attempts": (_ATTEMPTS.serialize, _ATTEMPTS.deserialize),
    "notes": (_NOTES.serialize, _NOTES.deserialize),
    "timeline": _each(entry_to_text, entry_from_text),
    "merges": _each(merge_to_text, merge_from_text),
}
"""How fields of a case are written and read that the item holds in a form of its own."""


def case_to_item(case: Case, now: datetime) -> CaseItem:
    """Write a case with its places in the indexes as of ``now``."""
    return CaseItem.hold(
        keys.case_key(case.reference),
        case,
        expected_from=case.expected and case.expected.start,
        expected_to=case.expected and case.expected.end,
        consent=_consent_to_map(case),
        part_of_day=None if case.part_of_day is DayPart.ANY else case.part_of_day,
        tries=len(case.attempts) or None,
        handling_minutes=case.handling_minutes,
        **{**case.details.given, "name_key": case.name_key},
        **{
            name: write(held)
            for name, (write, _) in _FORMS.items()
            if (held := getattr(case, name))
        },
        **_additions(case),
        **_places(case, now),
    )


def is_case(image: Image) -> bool:
    """Whether an item of the cases table is a case, and no phone, claim, ticket or snapshot."""
    return bool(image["sk"]["S"] == keys.CASE)


def case_from_image(image: Image) -> Case:
    """Read a case from DynamoDB's own form of an item, as reads and stream records carry it."""
    item = CaseItem.from_raw_data(image)
    stored = item.attribute_values
    return item.read_as(
        Case,
        reference=keys.reference_in(item.pk),
        phone_key=item.phone_key or "",
        expected=window_of(item.expected_from, item.expected_to),
        consent=_consent_from(item),
        details=_details_from(item),
        additions=_additions_from(item),
        **{name: kind(stored[name]) for name, kind in _CODES.items() if name in stored},
        **{name: read(stored[name]) for name, (_, read) in _FORMS.items() if name in stored},
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
    return item.read_as(
        Finished,
        reference=keys.reference_in(item.pk),
        status=Status(status),
        closed_reason=item.closed_reason,
        tries=item.tries or 0,
        handling_minutes=item.handling_minutes,
    )


def claim_to_item(claim: Claim) -> ClaimItem:
    """Write a claim."""
    return ClaimItem.hold(keys.claim_key(claim.oncologist), claim)


def claim_from_image(image: Image) -> Claim:
    """Read a claim."""
    item = ClaimItem.from_raw_data(image)
    return item.read_as(Claim, oncologist=item.sk)


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
        given_by=None if consent.given_by is case.channel else consent.given_by,
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
