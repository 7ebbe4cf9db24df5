"""What later requests and merged cases told, and merges, as short JSON texts.

An addition is paid for by the kilobyte with each change of its case, and only what was told is in
it. Like a timeline entry it is read by nothing but this.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from chalicelib.cases.domain.answers import Addition, Channel, Details, Merge
from chalicelib.cases.domain.questionnaire import QUESTIONS
from chalicelib.core.dynamodb.attributes import from_micros, to_micros

# Names in the texts that are stored. A question that is not here is stored by its own name.
_SHORT: Final = {
    "name": "n",
    "name_key": "k",
    "asking_for": "f",
    "age": "a",
    "sex": "x",
    "cancer_site": "b",
    "stage": "g",
    "city": "t",
    "hospital": "h",
    "reasons": "r",
    "messages": "m",
}
_NAMES: Final = _SHORT | {name: name for name in QUESTIONS if name not in _SHORT}


def addition_to_text(addition: Addition) -> str:
    """Write an addition; its list says whether it came with a merged case."""
    told = {
        short: value
        for name, short in _NAMES.items()
        if (value := getattr(addition.details, name)) not in (None, ())
    }
    return _written(
        {
            "s": addition.source,
            "at": to_micros(addition.at),
            "c": addition.channel.value,
            **told,
        }
    )


def additions_from_texts(texts: Iterable[str], *, is_merged: bool) -> Iterable[Addition]:
    """Read what :func:`addition_to_text` wrote."""
    for text in texts:
        item = json.loads(text)
        told = {name: item[short] for name, short in _NAMES.items() if short in item}
        told |= {name: tuple(each) for name, each in told.items() if isinstance(each, list)}
        yield Addition(
            source=item["s"],
            at=from_micros(item["at"]),
            channel=Channel(item["c"]),
            details=Details(**told),
            is_merged=is_merged,
        )


def merge_to_text(merge: Merge) -> str:
    """Write a merge."""
    return _written(
        [
            merge.reference,
            merge.priority,
            merge.prefers_woman,
            merge.own_priority,
            merge.own_prefers_woman,
        ]
    )


def merge_from_text(text: str) -> Merge:
    """Read what :func:`merge_to_text` wrote."""
    return Merge(*json.loads(text))


def _written(value: Any) -> str:  # noqa: ANN401  # whatever JSON takes
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
