"""What the helpline and its peers do with a case, one operation after the other, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from chalicelib.cases.domain.answers import Channel, Details
from chalicelib.cases.domain.case import Case
from chalicelib.cases.domain.queue import Line
from chalicelib.cases.domain.timeline import Attempt, Result
from chalicelib.cases.services.request_callback import CallbackRequest
from chalicelib.cases.services.work_queue import WorkQueue
from chalicelib.cases.store import keys
from chalicelib.cases.store.case_mapping import case_to_item
from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.phone import parse_phone
from chalicelib.core.domain.working_hours import DayPart
from tests.benchmarks import _helpline
from tests.benchmarks._crowd import Behind, Crowd
from tests.benchmarks._helpline import ASHA, NOON, StoppedClock, an_ordinary_case
from tests.benchmarks.peers import priority_queue, scan
from tests.support.helpline import in_use
from tests.support.ledger import Ledger, counting, counting_client, item_size

# So many of a line are in the table; whoever asks for no more never sees the crowd behind them.
AT_HAND: Final = 60
HINDI: Final = Line("hi")


@dataclass(frozen=True, slots=True)
class Cost:
    """What an operation cost: round trips one after another, calls, and units.

    ``partitions`` tells on which partitions of which tables and indexes the write units fell.
    """

    rounds: int
    calls: int
    writes: float
    reads: float
    partitions: Mapping[tuple[str, str], float]


Costs = Mapping[str, Cost]


def helpline_costs(cases: int) -> Costs:
    """Count every operation of the helpline with so many cases waiting."""
    with _helpline.helpline() as clock:
        waiting = range(1, min(cases, AT_HAND) + 1)
        _helpline.put_waiting(waiting)
        crowd = _behind_the_line(cases - len(waiting))
        costs: dict[str, Cost] = {}

        @contextmanager
        def counted(name: str) -> Iterator[None]:
            database = in_use().core.database
            before = database.rounds  # type: ignore[attr-defined]  # the bench's own Counted
            with counting(database, crowd) as ledger:
                yield
            rounds = database.rounds - before  # type: ignore[attr-defined]  # as above
            costs[name] = _cost(ledger, rounds)

        _warm_up()
        _work(clock, counted)
        _keep_up(clock, counted)
        return costs


def peer_costs(peer: Any, cases: int) -> Costs:  # noqa: ANN401  # one of the two modules
    """Count what a peer does, with so many waiting."""
    with _helpline.helpline():
        _helpline.create_table(peer.TABLE, peer.SCHEMA)
        client = _helpline.client()
        body = _body(0)
        waiting = range(1, min(cases, AT_HAND) + 1)
        for number in waiting:
            client.put_item(TableName=peer.TABLE, Item=peer.item(number, _body(number)))
        behind = Behind(cases - len(waiting), item_size(peer.item(1, body)))
        crowd = Crowd(_partitions_of(peer, behind), {peer.TABLE: behind})
        costs: dict[str, Cost] = {}

        def counted(name: str, do: Callable[[], Any]) -> Any:  # noqa: ANN401
            with counting_client(client, crowd) as ledger:
                result = do()
            costs[name] = _cost(ledger, sum(call.pages for call in ledger.calls))
            return result

        counted("ask", lambda: peer.ask(client, cases + 1, _body(cases + 1)))
        claimed = counted("claim", lambda: peer.claim(client))
        counted("close", lambda: peer.finish(client, claimed))
        counted("list 25", lambda: peer.list_waiting(client))
        return costs


def a_request(number: int, **changes: Any) -> CallbackRequest:  # noqa: ANN401
    """Make a request for a callback."""
    fields: dict[str, Any] = {
        "phone": parse_phone(f"97{number:08d}"),
        "request_id": f"web:{number:036d}",
        "language": "hi",
        "channel": Channel.WEB,
        "consent_version": in_use().cases.consent_version,
    }
    return CallbackRequest(**{**fields, **changes})


def _warm_up() -> None:
    """Read what is read once a minute."""
    in_use().cases.outlook.at(in_use().core.now())
    in_use().cases.outlook.queue_for("hi", in_use().core.now(), prefers_woman=False)
    in_use().cases.outlook.promise(Line("hi"), DayPart.ANY, in_use().core.now())
    in_use().core.secrets.link_token("warm")


def _work(clock: StoppedClock, counted: Callable[[str], Any]) -> None:
    """Take a case through its life."""
    ask, queue = in_use().cases.request_callback, in_use().cases.work_queue
    with counted("ask"):
        ask(a_request(1), clock.now)
    with counted("ask again"):
        ask(a_request(1, request_id="again"), clock.now)
    with counted("ask again, with details"):
        told = Details(age=38, messages=("दूसरी राय चाहिए",))
        ask(a_request(1, request_id="once more", details=told), clock.now)
    for name, result in (("record an attempt", Result.NO_ANSWER), ("close", Result.ANSWERED)):
        with counted("claim"):
            case = _claimed(queue, clock)
        with counted(name):
            attempt = Attempt(at=clock.go(seconds=1), by=ASHA, result=result)
            queue.record(case.reference, attempt)
    released = _claimed(queue, clock)
    with counted("release"):
        queue.release(released.reference, ASHA, clock.go(seconds=1))
    with counted("list 25"):
        in_use().cases.case_list.waiting(HINDI, 25, None)
    own = ask(a_request(2), clock.now)
    with counted("the own case"):
        in_use().cases.own_case.get(own.reference, str(own.link_token), clock.now)
    with counted("cancel"):
        in_use().cases.own_case.cancel(own.reference, str(own.link_token), clock.go(seconds=1))


def _claimed(queue: WorkQueue, clock: StoppedClock) -> Case:
    case = queue.next(ASHA, clock.go(seconds=1))
    if case is None:
        raise RuntimeError("the bench's own line is empty")
    return case


def _keep_up(clock: StoppedClock, counted: Callable[[str], Any]) -> None:
    """Do what the schedules do, once with whatever there is, and then with nothing to do."""
    with counted("who is on duty"):
        in_use().rota.store.find_duty_day(clock.now.astimezone(IST).date())
    in_use().cases.hand_over(clock.now)
    with counted("handover, nothing due"):
        in_use().cases.hand_over(clock.now)
    with counted("due_cases, every minute"):
        in_use().cases.due_cases(clock.now)


def _behind_the_line(more: int) -> Crowd:
    """Let so many more stand in the Hindi line."""
    item = case_to_item(an_ordinary_case(1), NOON).serialize()
    weight = item_size(item)
    # An entry of the index weighs about a third of the case; the whole is the safer figure.
    partitions = {("cases/queue", keys.ready_line(HINDI)): Behind(more, weight)}
    return Crowd(partitions, {"cases": Behind(more, weight)})


def _partitions_of(peer: Any, behind: Behind) -> dict[tuple[str, str], Behind]:  # noqa: ANN401
    if peer is priority_queue:
        return {(f"{peer.TABLE}/{peer.INDEX.name}", peer.QUEUED): behind}
    return {}


def _body(number: int) -> dict[str, Any]:
    """What a request says of itself: as much as the helpline's, so that it weighs as much."""
    image = case_to_item(an_ordinary_case(number), NOON).serialize()
    ours = {"pk", "sk", "queue_line", "queue_order", "status", "version"}
    return {name: value for name, value in image.items() if name not in ours}


def _cost(ledger: Ledger, rounds: int) -> Cost:
    return Cost(
        rounds,
        sum(call.pages for call in ledger.calls),
        ledger.write_units,
        ledger.read_units,
        sum((Counter(call.partitions) for call in ledger.calls), Counter()),
    )


PEERS: Final = (scan, priority_queue)
