"""A further request on an open case as one update, without having read the case.

It adds only where the case's wishes stay as they are. Anything else is for the domain to decide:
see :meth:`Case.ask_again`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, assert_never

from pynamodb.attributes import Attribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from chalicelib.cases.domain.answers import MOST_ADDITIONS, Asking, Channel, Wishes, most_askings
from chalicelib.cases.domain.case import Status
from chalicelib.cases.domain.timeline import asked_again
from chalicelib.cases.store.additions import addition_to_text
from chalicelib.cases.store.models import CaseItem
from chalicelib.cases.store.timeline import entry_to_text
from chalicelib.core.domain.working_hours import DayPart
from chalicelib.core.dynamodb.conditions import absent_or, all_of, any_of, fewer_than


def may_add(asking: Asking) -> Condition:
    """Ask what :meth:`Case.ask_again` asks, where it only adds: the wishes are the case's own."""
    ids, told = _lists(asking.channel)
    return all_of(
        CaseItem.status.is_in(Status.WAITING, Status.CLAIMED),
        CaseItem.request_id != asking.request_id,
        *(
            absent_or(known, ~known.contains(asking.request_id))
            for known in (CaseItem.request_ids, CaseItem.phone_request_ids)
        ),
        fewer_than(ids, most_askings(tells=asking.tells)),
        *([fewer_than(told, MOST_ADDITIONS)] if asking.tells else []),
        *_same_wishes(asking.wishes),
        *([_is_confirmed()] if asking.consent.is_confirmed else []),
    )


def _same_wishes(wishes: Wishes) -> Iterator[Condition]:
    if wishes.language is not None:
        yield CaseItem.language == wishes.language
    if wishes.mode is not None:
        yield CaseItem.mode == wishes.mode
    match wishes.part_of_day:
        case DayPart.ANY:
            yield CaseItem.part_of_day.does_not_exist()
        case DayPart.MORNING | DayPart.AFTERNOON:
            yield CaseItem.part_of_day == wishes.part_of_day
        case None:
            pass
        case _:
            assert_never(wishes.part_of_day)
    if wishes.prefers_woman is not None:
        # A merge may have brought the wish: then it is noted as this case's own.
        yield CaseItem.merges.does_not_exist()
        wanted = CaseItem.prefers_woman == wishes.prefers_woman
        yield wanted if wishes.prefers_woman else absent_or(CaseItem.prefers_woman, wanted)


def _is_confirmed() -> Condition:
    """Ask whether somebody agreed who saw to what: ``by`` stands where it is not the channel."""
    return any_of(CaseItem.channel != Channel.MISSED_CALL, Path(["consent", "by"]).exists())


def adding(asking: Asking) -> list[Action]:
    """Do what :meth:`Case.ask_again` does to a case whose wishes stay, without having read it."""
    ids, told = _lists(asking.channel)
    actions: list[Action] = []
    if asking.tells:
        actions.append(told.set((told | []).append([addition_to_text(asking.addition)])))
    if asking.details.name_key is not None:
        actions.append(CaseItem.name_key.set(CaseItem.name_key | asking.details.name_key))
    if asking.digest is not None:
        actions.append(CaseItem.digests.add({asking.digest}))
    entry = entry_to_text(asked_again(asking, tells=asking.tells))
    return [
        *actions,
        CaseItem.timeline.set((CaseItem.timeline | []).append([entry])),
        CaseItem.version.set(CaseItem.version + 1),
        ids.add({asking.request_id}),
    ]


def _lists(channel: Channel) -> tuple[Attribute[Any], Attribute[Any]]:
    """Name where requests of a kind are noted: their ids, and what they told."""
    if channel.is_own_phone:
        return CaseItem.phone_request_ids, CaseItem.told_phone
    return CaseItem.request_ids, CaseItem.told_others
