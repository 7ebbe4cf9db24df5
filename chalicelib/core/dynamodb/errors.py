"""What DynamoDB refuses, told apart: a condition, a cancelled transaction, a crowd, a fault.

A condition that fails is an answer and carries the item that stood in the way. A crowd (conflicts,
throttling, time-outs) is worth another try. Everything else is a fault of ours and passes as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from botocore.exceptions import ClientError

from chalicelib.core.component import component
from chalicelib.core.domain.errors import Busy

Image = Mapping[str, Any]

_FAILED: Final = "ConditionalCheckFailed"
# What PartiQL's INSERT says of an item that stands there.
_DUPLICATE: Final = "DuplicateItemException"
_CANCELLED: Final = "TransactionCanceledException"
_CONFLICTS: Final = frozenset({"TransactionConflictException", "TransactionInProgressException"})
_CROWDED_REASONS: Final = frozenset(
    {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
)
_CROWDED: Final = frozenset(
    {
        "InternalServerError",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ThrottlingException",
    }
)


class Contended(Busy):
    """Others write the same items just now; nothing was written."""


class ConditionFailed(Exception):
    """The condition of a single write does not hold; ``image`` is the item, where there is one."""

    def __init__(self, image: Image | None) -> None:
        super().__init__("condition failed")
        self.image = image


@component
class RefusedItem:
    """Why one item of a transaction was refused: its condition, and the item as it stands."""

    image: Image | None


class TransactionRefused(Exception):
    """At least one condition of a transaction does not hold: nothing was written.

    ``refusals`` stand in the order of the transaction's items; None where an item was no obstacle.
    """

    def __init__(self, refusals: Sequence[RefusedItem | None]) -> None:
        super().__init__("transaction refused")
        self.refusals = tuple(refusals)


def translated(error: ClientError) -> Exception | None:
    """Tell what a refusal of DynamoDB means; None where it is a fault of ours."""
    code = str(error.response["Error"]["Code"])
    if code == f"{_FAILED}Exception":
        return ConditionFailed(error.response.get("Item"))
    if code == _DUPLICATE:
        return ConditionFailed(None)
    if code == _CANCELLED:
        return _of_cancelled(error)
    if code in _CONFLICTS:
        return Contended()
    if code in _CROWDED:
        return Busy()
    return None


def _of_cancelled(error: ClientError) -> Exception | None:
    reasons = error.response.get("CancellationReasons", [])
    codes = {str(reason["Code"]) for reason in reasons}
    if _FAILED in codes:
        return TransactionRefused(
            [
                RefusedItem(reason.get("Item") or None) if reason["Code"] == _FAILED else None
                for reason in reasons
            ]
        )
    if codes & _CROWDED_REASONS:
        return Contended()
    return None
