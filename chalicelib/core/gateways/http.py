"""A form sent by HTTP, with time-outs, and told apart: never arrived, or arrived and unanswered."""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlencode

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NewConnectionError,
    SSLError,
)

CONNECT_SECONDS: Final = 2.0
READ_SECONDS: Final = 5.0
LARGEST_ANSWER: Final = 64 * 1024
_NEVER_SENT: Final = (NewConnectionError, ConnectTimeoutError, SSLError)


class Unreachable(Exception):
    """No connection came about: nothing was sent."""


class Unanswered(Exception):
    """The request went out, wholly or in part, and no answer came back."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """An answer; ``fields`` is its body where that is a JSON object, else empty."""

    status: int
    fields: Mapping[str, Any]
    wait: float = 0.0


class HttpForms:
    """Posts forms, each over a connection of its own.

    A function is frozen between two events: a connection kept from the last one may be dead, and a
    request lost on it can't be told from one that was carried out.
    """

    def __init__(
        self, connect_seconds: float = CONNECT_SECONDS, read_seconds: float = READ_SECONDS
    ) -> None:
        """Bind the time-outs."""
        self._timeout = urllib3.Timeout(connect=connect_seconds, read=read_seconds)

    @cached_property
    def _pool(self) -> urllib3.PoolManager:
        return urllib3.PoolManager(
            retries=False, timeout=self._timeout, ssl_context=ssl.create_default_context()
        )

    def post(
        self,
        url: str,
        fields: Mapping[str, str],
        *,
        user: str = "",
        password: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> HttpAnswer:
        """Post a form, with basic authentication for a ``user``. Raises Unreachable, Unanswered.

        Neither carries what was sent, nor the address: both may name a person.
        """
        basic = urllib3.util.make_headers(basic_auth=f"{user}:{password}") if user else {}
        sent = {
            **basic,
            **(headers or {}),
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
            "Connection": "close",
        }
        try:
            response = self._pool.request(
                "POST",
                url,
                body=urlencode(fields),
                headers=sent,
                redirect=False,
                preload_content=False,
            )
        except _NEVER_SENT:
            raise Unreachable from None
        except HTTPError:
            raise Unanswered from None
        return HttpAnswer(response.status, _fields(_body(response)), _wait(response.headers))


def _body(response: urllib3.BaseHTTPResponse) -> bytes:
    """Read an answer's body; where it is cut off, its status is an answer still."""
    try:
        return response.read(LARGEST_ANSWER)
    except HTTPError:
        return b""
    finally:
        response.close()


def _fields(body: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _wait(headers: Mapping[str, str]) -> float:
    """Tell the seconds that the answer asks to wait; a date counts as none."""
    try:
        return max(0.0, float(headers.get("Retry-After", "0")))
    except ValueError:
        return 0.0
