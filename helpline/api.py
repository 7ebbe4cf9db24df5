"""The helpline's HTTP API, called as a person who waits: with patience, and errors in words."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import click
import requests

from helpline.deployment import Deployment
from helpline.signing_in import SignIn

_TRIES: Final = 5
_SECONDS: Final = 30
_LONGEST_PAUSE: Final = 30.0
_FIRST_PAUSE: Final = 0.5
_BUSY: Final = frozenset({429, 502, 503, 504})
_UNAUTHENTICATED: Final = 401
_SAFE: Final = frozenset({"GET"})


@dataclass(frozen=True)
class Wrong:
    """What is wrong with one field."""

    field: str
    code: str
    message: str


class Refused(click.ClickException):
    """The API said no."""

    def __init__(self, status: int, code: str, message: str, fields: tuple[Wrong, ...]) -> None:
        """Keep what it said."""
        super().__init__("\n".join([message, *(f"  {w.field}: {w.message}" for w in fields)]))
        self.status = status
        self.code = code
        self.fields = fields


class Api:
    """Calls the API as whoever is signed in."""

    def __init__(
        self,
        deployment: Deployment,
        sign_in: SignIn,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Bind a deployment and who signs in there; ``sleep`` spaces repeated tries."""
        self._url = deployment.url
        self._sign_in = sign_in
        self._sleep = sleep
        self._session = requests.Session()

    def get(self, path: str, **query: object) -> Any:  # noqa: ANN401  # what the API answers
        """Read something."""
        return self.call("GET", path, query=query).json()

    def text(self, path: str, **query: object) -> str:
        """Read something that is no JSON."""
        return self.call("GET", path, query=query).content.decode()

    def send(self, method: str, path: str, body: Mapping[str, Any]) -> Any:  # noqa: ANN401  # as get
        """Send something, and read the answer."""
        return self.call(method, path, body=body).json()

    def pages(self, path: str, name: str, **query: object) -> Iterator[dict[str, Any]]:
        """Read a list to its end, page by page."""
        cursor: str | None = None
        while True:
            page = self.get(path, **query, cursor=cursor)
            yield from page[name]
            cursor = page["cursor"]
            if cursor is None:
                return

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> requests.Response:
        """Make a call; again where the helpline is busy and asks to wait. Raises Refused."""
        token, renewed = self._sign_in.token(), False
        for tried in range(1, _TRIES + 1):
            answer = self._try(method, path, query, body, token)
            if answer is None:
                pause = _FIRST_PAUSE * 2**tried
            elif answer.status_code == _UNAUTHENTICATED and not renewed:
                token, renewed, pause = self._sign_in.renewed(), True, 0.0
            elif answer.status_code in _BUSY:
                pause = _asked_to_wait(answer) or _FIRST_PAUSE * 2**tried
            elif answer.ok:
                return answer
            else:
                raise _refused(answer)
            if tried == 1 and pause:
                click.echo("The helpline does not answer yet; trying again ...", err=True)
            if tried < _TRIES:
                self._sleep(min(pause, _LONGEST_PAUSE))
        if answer is None:
            raise click.ClickException(f"{self._url} can't be reached.")
        raise _refused(answer)

    def _try(
        self,
        method: str,
        path: str,
        query: Mapping[str, object] | None,
        body: Mapping[str, Any] | None,
        token: str,
    ) -> requests.Response | None:
        """Make a call once; None where a reading one came to nothing and may be repeated."""
        try:
            return self._session.request(
                method,
                self._url + path,
                params={name: str(value) for name, value in (query or {}).items() if value},
                json=body,
                headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
                timeout=_SECONDS,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            if method in _SAFE:
                return None
            raise click.ClickException(
                f"The call was cut off ({type(error).__name__}); it may have been carried out. "
                "The same command again goes on from there."
            ) from None


def _asked_to_wait(answer: requests.Response) -> float:
    after = answer.headers.get("Retry-After", "")
    return float(after) if after.isdigit() else 0.0


def _refused(answer: requests.Response) -> Refused:
    try:
        error = answer.json()["error"]
        fields = tuple(Wrong(f["field"], f["code"], f["message"]) for f in error["fields"])
        return Refused(answer.status_code, error["code"], error["message"], fields)
    except (ValueError, KeyError, TypeError):
        status = answer.status_code
        return Refused(status, "unknown", f"The helpline answered {status}.", ())
