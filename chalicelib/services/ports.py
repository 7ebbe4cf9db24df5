"""What the services need from the world: stores, secrets and gateways, as protocols.

Stores translate the database's failures into the domain's errors; a conflict that only means
"somebody wrote in between" is :class:`Stale`, and the service reads again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum
from typing import Final, Generic, Protocol, TypeVar

from chalicelib.domain.case import Case, Details, Entry, Status, Window
from chalicelib.domain.messages import OwedMessage
from chalicelib.domain.queue import Claim, Finished, Line, LineSnapshot, Ticket, Waiting
from chalicelib.services.duty_ports import RotaStore as RotaStore  # noqa: PLC0414  # the one port

T = TypeVar("T")


class Stale(Exception):  # it says what is, and is no error until it lasts
    """The case has changed since it was read."""


class Intake(Enum):
    """What became of a request."""

    NEW = "new"
    RESENT = "resent"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Opened:
    """The answer to a request: which case, and the window that was promised for it.

    ``expected`` is None only where a duplicate's case is too old for its phone's item to remember.
    """

    intake: Intake
    reference: str
    expected: Window | None


@dataclass(frozen=True, slots=True)
class KnownPhone:
    """What a phone asked for of late: its last cases, the newest first, and their language."""

    references: tuple[str, ...]
    language: str | None


@dataclass(frozen=True, slots=True)
class PhoneLimits:
    """What one phone may ask: open cases at once, and new cases in any 24 hours."""

    open_cases: int = 3
    new_cases_a_day: int = 5


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list, and the cursor of the next; None: the last."""

    items: tuple[T, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class Front:
    """The front of some lines, merged in order of calling, and the reader's own claim."""

    waiting: list[Waiting]
    held: Claim | None


class ReferenceTaken(Exception):  # it says what is; the service draws another
    """Another case has this reference already."""


class CaseStore(Protocol):
    """Cases, the line they wait in, who holds them, and each phone's open cases."""

    def open(self, case: Case, limits: PhoneLimits) -> Opened:
        """Store a new case unless its phone may not have it now: one round trip.

        The same ``request_id`` again is RESENT. Without ``another_person``, an open case of that
        phone makes it a DUPLICATE; with it, only ``limits`` count. Raises Blocked,
        TooManyOpenCases, TooManyRequests, Busy.
        """

    def find_open(self, phone_key: str) -> Opened | None:
        """Find the open case that a phone asked for last; ``intake`` is DUPLICATE. One read."""

    def find_phone(self, phone_key: str) -> KnownPhone | None:
        """Find what a phone asked for of late, whatever became of it. One read."""

    def add(self, reference: str, request_id: str, details: Details, entry: Entry) -> Case:
        """Add what an asking-again told to an open case, once for each ``request_id``.

        Blank details are filled, none is overwritten, messages are appended. Returns the case as
        it is then. Raises NotFound where the case is no longer open.
        """

    def get(self, reference: str, *, consistent: bool = False) -> Case:
        """Read a case; raises NotFound."""

    def save(self, before: Case, after: Case, now: datetime) -> Case:
        """Store a transition, with all that hangs on it, in one round trip.

        The line, the owner's claim and the open cases of its phone, or of both where it changes,
        follow from ``before`` and ``after``. A lost acknowledgement is recognised and is a success.
        Raises Stale, HasOpenCase where the case goes to an oncologist who holds another, and
        TooManyOpenCases where it comes (back) to a phone that may not have it.
        """

    def front(self, oncologist: str, lines: Sequence[Line], limit: int) -> Front:
        """Read the first ``limit`` of each line, and the oncologist's claim, side by side."""

    def draw_ticket(self, line: Line, front: Sequence[str], now: datetime) -> Ticket:
        """Come to the head of a line, of which one sees this front: draw a place in the order.

        Doctors who press "next" together then take different cases. One atomic write for each
        (item ``TICKET#<line>``, a new one every few seconds, gone by TTL): of whoever drew and
        then failed, the case is passed over for those seconds at most.
        """

    def claim(self, reference: str, oncologist: str, now: datetime) -> Case:
        """Give a waiting case to an oncologist: one atomic write, one winner.

        Returns the claimed case. Raises AlreadyClaimed (no longer waiting) or HasOpenCase.
        """

    def find_claim(self, oncologist: str) -> Claim | None:
        """Find the case that an oncologist holds."""

    def claims(self) -> list[Claim]:
        """List every claim: never more than there are oncologists."""

    def due(self, now: datetime, limit: int) -> list[Waiting]:
        """List deferred cases whose ``not_before`` has come, the longest due first."""

    def make_ready(self, waiting: Waiting) -> bool:
        """Move a deferred case to its line; False where it has moved meanwhile."""

    def list_waiting(self, line: Line, limit: int, cursor: str | None) -> Page[Waiting]:
        """List a line in order."""

    def list_deferred(self, limit: int, cursor: str | None) -> Page[Waiting]:
        """List the deferred, the soonest first."""

    def list_finished(
        self, status: Status, day: date, limit: int, cursor: str | None
    ) -> Page[Finished]:
        """List what finished on a day of the helpline's calendar, the latest first."""

    def count_waiting(self, line: Line, at_most: int) -> int:
        """Count a line, deferred cases apart, reading no further than about ``at_most``."""

    def find_snapshot(self) -> LineSnapshot | None:
        """Find the last snapshot of the lines."""

    def put_snapshot(self, snapshot: LineSnapshot) -> None:
        """Store a snapshot over the last."""


class MessageState(Enum):
    """What became of an owed message."""

    OWED = "owed"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    OVERTAKEN = "overtaken"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a provider says became of a message it had taken; ``cause`` is a code, where it failed.

    ``provider_id`` is the provider's name for it; empty where the receipt does not tell.
    """

    delivered: bool
    cause: str = ""
    provider_id: str = ""


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message, what became of it and when, and what the provider called it or complained of."""

    message: OwedMessage
    state: MessageState
    since: datetime
    provider_id: str | None = None
    cause: str | None = None
    tries: int = 1


@dataclass(frozen=True, slots=True)
class Try:
    """One try at sending a message: which one it is, and how those before it ended.

    ``refused`` were told to have failed, ``lost`` came back without an answer; of what is neither
    the function itself was ended.
    """

    number: int = 1
    refused: int = 0
    lost: int = 0

    @property
    def uncertain(self) -> int:
        """How many tries may have sent the message, this one among them."""
        return self.number - self.refused

    def refused_too(self) -> Try:
        """Tell of this try that it was refused."""
        return replace(self, refused=self.refused + 1)

    def lost_too(self) -> Try:
        """Tell of this try that no answer came."""
        return replace(self, lost=self.lost + 1)


class MessageStore(Protocol):
    """Messages owed and sent, opt-outs, and what came in and could be no request.

    A message is found by its subject and its id. Once it is sent, failed or suppressed it is owed
    no more, and stays what it first became. While a try is under way no other begins: a try whose
    function was ended counts as under way for a moment (two minutes).
    """

    def store_once(self, message: OwedMessage, now: datetime, *, begun: bool = True) -> bool:
        """Store an owed message; False where one with this id stands already.

        Its first try has ``begun``, unless the sweep is to send it. One that is overtaken is owed
        no more from the first.
        """

    def begin_try(self, message: OwedMessage, now: datetime) -> Try | None:
        """Begin another try; None where it is owed no more, or not due, or a try is under way."""

    def put_off(self, message: OwedMessage, cause: str, tried: Try, until: datetime) -> None:
        """Note how a try ended, and let the next begin at ``until``. Nothing if owed no more."""

    def due(self, now: datetime, limit: int) -> list[OwedMessage]:
        """List what is owed and may be tried, the longest due first."""

    def owed_before(self, before: datetime, limit: int) -> list[OwedMessage]:
        """List what was owed before this instant and is owed still, the longest owed first.

        Of more than a hundred that are owed, only those that are due next are looked at.
        """

    def standing(self, names: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
        """Tell which of these messages (subject, id) are stored, whatever became of them."""

    def is_owed(self, message: OwedMessage) -> bool:
        """Whether the message is stored and still to be sent."""

    def mark_sent(self, message: OwedMessage, provider_id: str, now: datetime) -> None:
        """Note that the gateway has taken the message."""

    def mark_failed(self, message: OwedMessage, cause: str, now: datetime) -> None:
        """Note that it can't be sent; ``cause`` is a code."""

    def mark_suppressed(self, message: OwedMessage, now: datetime) -> None:
        """Note that it was not sent because the phone has opted out."""

    def note_receipt(self, subject: str, id_: str, receipt: Receipt, now: datetime) -> bool:
        """Note what the provider says became of a message; False where there is no such message.

        In any order and however often: what was delivered stays so, and a message of which a
        receipt speaks was sent, whatever we know, and is owed no more.
        """

    def list_for(self, subject: str) -> list[StoredMessage]:
        """List a subject's messages by their ids."""

    def opt_out(self, phone_key: str, now: datetime) -> None:
        """Send this phone nothing any more."""

    def opt_in(self, phone_key: str) -> None:
        """Send to this phone again."""

    def is_opted_out(self, phone_key: str) -> bool:
        """Whether this phone has opted out."""

    def record_inbound(self, message_id: str, outcome: str, now: datetime) -> None:
        """Record an inbound message that could be no request, without what it said."""


@dataclass(frozen=True, slots=True)
class OutgoingSms:
    """An SMS as a gateway sends it.

    ``phone`` is E.164. ``message_id`` is our own, the same each time this message is sent.
    ``template_id`` is the DLT's for this text in its language; empty where none is configured.
    """

    phone: str
    text: str
    message_id: str
    template_id: str = ""


class SmsGateway(Protocol):
    """Sends an SMS."""

    def send(self, sms: OutgoingSms) -> str:
        """Send and return the provider's id. Raises SendFailed."""


class SpendStore(Protocol):
    """What is spent on SMS, counted in segments, a count for each day and name."""

    def spend(self, name: str, day: date, segments: int, cap: int) -> bool:
        """Count these segments unless the day's would exceed ``cap``: one atomic update."""

    def give_back(self, name: str, day: date, segments: int) -> None:
        """Take back what was counted and then not spent."""


ANSWER_LOST: Final = "answer_lost"
"""The cause of a failure after which the message may have been sent all the same."""


class SendFailed(Exception):  # named as an operator reads it
    """The gateway did not take the message; ``temporary`` tells whether to try again."""

    def __init__(self, cause: str, *, temporary: bool) -> None:
        """Keep the cause's code."""
        super().__init__(cause)
        self.cause = cause
        self.temporary = temporary


class Secrets(Protocol):
    """The deployment's own keys."""

    def phone_key(self, e164: str) -> str:
        """Return the HMAC by which a phone is found."""

    def name_key(self, name: str) -> str:
        """Return the HMAC by which a name is found, once typists' differences are out of it."""

    def tries_key(self, source: str) -> str:
        """Return the HMAC under which tries are counted: of an address, or of a name tried."""

    def link_token(self, reference: str) -> str:
        """Return the token that opens a case's own page."""

    def link_token_holds(self, reference: str, token: str) -> bool:
        """Tell, in constant time, whether a token opens this case."""
