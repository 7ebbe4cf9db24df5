"""Whether what several people did at once could have been done one after the other.

A history has for each act when it was called and when it returned. It is linearizable where every
act can be given one moment between the two, such that in the order of these moments each was
allowed by the state that those before it left (Herlihy and Wing, 1990). Of an act without an answer
nobody knows whether it was done: it may have been at any moment since, or never.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

CLAIMED: Final = "claimed"
REFUSED: Final = "refused: has an open case"
BACK: Final = "given back"
DONE: Final = "done with"
CANCELLED: Final = "cancelled"

_GONE: Final = "nobody's any more"
_WAITS: Final = "waits"


@dataclass(frozen=True, slots=True)
class Act:
    """One act upon a case: by whom, what, and from when to when; ``end`` None: no answer came."""

    who: str
    what: str
    case: str
    start: float
    end: float | None


Step: TypeAlias = Callable[[str, Act], str | None]
"""The state after an act, None where the state before does not allow it."""


def violations(acts: Sequence[Act]) -> Iterator[str]:
    """Tell of every case, and of everybody, whose acts fit into no order.

    A case waits, is one oncologist's, or gone. An oncologist has nothing in hand, or one case.
    """
    for case, of_case in _apart(acts, lambda act: act.case).items():
        if case and not is_linearizable(of_case, _WAITS, _case):
            yield f"the {len(of_case)} acts upon a case fit into no order"
    for of_person in _apart(_seen_by_owners(acts), lambda act: act.who).values():
        if not is_linearizable(of_person, _NOTHING, _oncologist):
            yield f"the {len(of_person)} acts of an oncologist fit into no order"


_NOTHING: Final = ""


def is_linearizable(acts: Iterable[Act], state: str, step: Step) -> bool:
    """Search for an order that fits; what was found to lead nowhere is not tried twice."""
    hopeless: set[tuple[frozenset[Act], str]] = set()

    def fits(left: frozenset[Act], state: str) -> bool:
        if all(act.end is None for act in left):
            return True
        if (left, state) in hopeless:
            return False
        first_end = min(act.end for act in left if act.end is not None)
        for act in sorted(left, key=lambda act: act.start):
            if act.start > first_end:
                break
            after = step(state, act)
            if after is not None and fits(left - {act}, after):
                return True
        hopeless.add((left, state))
        return False

    return fits(frozenset(acts), state)


def _case(state: str, act: Act) -> str | None:
    """Tell what becomes of a case; its state is its owner, or one of the two words."""
    match act.what:
        case "claimed":
            return act.who if state == _WAITS else None
        case "given back":
            return _WAITS if state == act.who else None
        case "done with":
            return _GONE if state == act.who else None
        case "cancelled":
            return _GONE if state != _GONE else None
    return state


def _oncologist(state: str, act: Act) -> str | None:
    """Tell what an oncologist has in hand; the state is that case."""
    match act.what:
        case "claimed":
            return act.case if state == _NOTHING else None
        case "refused: has an open case":
            return state if state != _NOTHING else None
        case "cancelled":
            # Of a case that is not in hand, somebody else's loss.
            return _NOTHING if state == act.case else state
    return _NOTHING if state == act.case else None


def _seen_by_owners(acts: Sequence[Act]) -> list[Act]:
    """Let a patient's cancelling be an act of each oncologist who had the case, too."""
    owners: dict[str, set[str]] = defaultdict(set)
    for act in acts:
        if act.what == CLAIMED:
            owners[act.case].add(act.who)
    return [
        Act(who, act.what, act.case, act.start, act.end)
        for act in acts
        for who in (owners[act.case] if act.what == CANCELLED else (act.who,))
    ]


def _apart(acts: Iterable[Act], by: Callable[[Act], str]) -> dict[str, list[Act]]:
    found: dict[str, list[Act]] = defaultdict(list)
    for act in acts:
        found[by(act)].append(act)
    return found
