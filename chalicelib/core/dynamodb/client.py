"""The way to DynamoDB: one client, made at the first call, and another try in a crowd.

PynamoDB keeps its connection in each model's class; here a table's name and place come at run time,
so its models describe items and its expressions say what is asked, and botocore carries them.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Any, Final, TypeVar

from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnection
from botocore.session import get_session

from chalicelib.core.domain.errors import Busy
from chalicelib.core.dynamodb.errors import Contended, translated

T = TypeVar("T")

TRIES: Final = 6
_FIRST_PAUSE: Final = 0.025
_LONGEST_PAUSE: Final = 0.4
_SIDE_BY_SIDE: Final = 12

_CLIENT: Final = Config(
    connect_timeout=1,
    read_timeout=3,
    retries={"mode": "standard", "total_max_attempts": 3},
    max_pool_connections=_SIDE_BY_SIDE + 1,
    # Ours are well formed, and checking them took a third of a call's time.
    parameter_validation=False,
    # botocore puts its own together anew for every call.
    user_agent="helpline",
)


class Database:
    """DynamoDB in one region. Safe for threads; touches nothing until the first call."""

    def __init__(
        self,
        region: str,
        endpoint: str | None = None,
        *,
        sleep: Callable[[float], None] = time.sleep,
        dice: Callable[[], float] = random.random,
    ) -> None:
        """Bind the region; ``sleep`` and ``dice`` (in [0, 1)) space repeated tries."""
        self.region = region
        self.endpoint = endpoint
        self._client: Any = None
        self._sleep = sleep
        self._dice = dice
        self._lock = Lock()
        self._pool: ThreadPoolExecutor | None = None

    @property
    def client(self) -> Any:  # noqa: ANN401  # botocore makes its clients' classes at run time
        """The client, made at the first use."""
        if self._client is None:
            self._client = get_session().create_client(
                "dynamodb", self.region, endpoint_url=self.endpoint, config=_CLIENT
            )
        return self._client

    def call(self, operation: str, request: dict[str, Any], tries: int = TRIES) -> dict[str, Any]:
        """Make one call, again where others write the same items just then.

        Raises ConditionFailed, TransactionRefused, Contended (after ``tries``) or Busy.
        """
        for remaining in reversed(range(tries)):
            try:
                return self._call(operation, request)
            except Contended:
                if not remaining:
                    raise
                self._pause(tries - remaining)
        raise Contended

    def beside(self, work: Callable[[], T]) -> Future[T]:
        """Start ``work`` in another thread, beside what the caller does next."""
        with self._lock:
            self.client  # noqa: B018  # made here: making one is not safe for threads
            if self._pool is None:
                self._pool = ThreadPoolExecutor(_SIDE_BY_SIDE, thread_name_prefix="store")
        return self._pool.submit(work)

    def _call(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        make = getattr(self.client, xform_name(operation))
        try:
            # botocore writes a transaction's idempotency token into the request: it belongs to one
            # try and to botocore's own repetitions of it. Keywords are a copy.
            answer: dict[str, Any] = make(**request)
        except (HTTPClientError, NoConnection) as fault:
            raise Busy from fault
        except ClientError as refusal:
            meaning = translated(refusal)
            if meaning is None:
                raise
            raise meaning from refusal
        return answer

    def _pause(self, failed: int) -> None:
        longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (failed - 1))
        self._sleep(longest * self._dice())
