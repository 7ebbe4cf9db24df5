"""The CPU of each request, in ratio to one boto3 ``put_item`` of the same run.

The whole application in this process, from API Gateway's event to its answer, with DynamoDB stubbed
at HTTP: each request is made once against the made-up AWS, whose answers are kept and given again,
so that serialising, signing and parsing are in the figure and the network is not. What is read once
a minute has been read. Batches take turns with the ``put_item``, and medians are compared.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Final

from botocore.awsrequest import AWSResponse
from botocore.client import BaseClient
from moto.core.models import botocore_stubber

import app as application
from chalicelib.cases.store.case_mapping import case_to_item
from chalicelib.core.domain.roles import ROLES
from infra.translations import compile_catalogues
from tests.benchmarks import _helpline
from tests.benchmarks._figures import Row, row
from tests.benchmarks._helpline import ASHA, an_ordinary_case
from tests.support.helpline import in_use

# The budget's own words: calls x 0.45 ms + 0.1 ms where a put_item takes 0.33 ms.
A_CALL, ITSELF, A_PUT = 0.45, 0.1, 0.33
# What a page may take beside: the template engine's 7 KB form, by the same measurements.
A_PAGE: Final = 0.274
BATCH: Final = 40
BATCHES: Final = 9


@dataclass
class Kept:
    """Answers of the made-up AWS: kept when first asked, then given again in their order."""

    answers: list[tuple[int, Mapping[str, str], bytes]] = field(default_factory=list)
    place: int | None = None

    def answer(self, event_name: str, request: Any, **_: Any) -> AWSResponse:  # noqa: ANN401
        """Answer one call."""
        if self.place is None:
            botocore_stubber.enabled = True
            real = botocore_stubber(event_name, request)
            botocore_stubber.enabled = False
            if real is None:
                raise RuntimeError("the made-up AWS is not there")
            self.answers.append((real.status_code, dict(real.headers), real.content))
            return _response(request.url, self.answers[-1])
        kept = self.answers[self.place % len(self.answers)]
        self.place += 1
        return _response(request.url, kept)


class _Raw(BytesIO):
    def stream(self, **_: object) -> Iterator[bytes]:
        yield self.read()


def _response(url: str, kept: tuple[int, Mapping[str, str], bytes]) -> AWSResponse:
    status, headers, content = kept
    return AWSResponse(url, status, headers, _Raw(content))


@contextmanager
def keeping(client: BaseClient) -> Iterator[Kept]:
    """Stand in place of a client's HTTP, and of the made-up AWS, which would listen too."""
    kept = Kept()
    was_there, botocore_stubber.enabled = botocore_stubber.enabled, False
    client.meta.events.register_first("before-send", kept.answer)
    try:
        yield kept
    finally:
        client.meta.events.unregister("before-send", kept.answer)
        botocore_stubber.enabled = was_there


@dataclass(frozen=True)
class Asked:
    """One request: its route, and what it brings."""

    name: str
    method: str
    route: str
    variables: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    page: bool = False

    def event(self) -> dict[str, Any]:
        """Make API Gateway's event."""
        path = self.route
        for name, value in self.variables.items():
            path = path.replace(f"{{{name}}}", value)
        caller = {"id": ASHA, "roles": " ".join(sorted(ROLES)), "expires": "4000000000"}
        return {
            "path": path,
            "headers": {
                "content-type": "application/json",
                "accept": "text/html" if self.page else "application/json",
                "host": "helpline.example",
            },
            "pathParameters": dict(self.variables) or None,
            "stageVariables": None,
            "multiValueQueryStringParameters": {k: [v] for k, v in self.query.items()} or None,
            "body": json.dumps(self.body) if self.body is not None else None,
            "isBase64Encoded": False,
            "requestContext": {
                "httpMethod": self.method,
                "resourcePath": self.route,
                "requestId": "bench",
                "identity": {"sourceIp": "203.0.113.9"},
                "stage": "bench",
                "authorizer": caller,
            },
        }


def requests() -> list[Asked]:
    """Tell the requests that are measured, after what must stand before them."""
    asked = {"phone": "9812345678", "consent": True, "language": "hi", "name": "Ramesh"}
    own = _answered(Asked("", "POST", "/callbacks", body={**asked, "phone": "9812345670"}))
    reference, token = own["reference"], own["manage_url"].rpartition("t=")[2]
    case, opens = {"reference": reference}, {"t": token}
    return [
        Asked("GET /healthz", "GET", "/healthz"),
        Asked("GET /hours", "GET", "/hours"),
        Asked("POST /callbacks", "POST", "/callbacks", body=asked),
        Asked("POST /callbacks, again", "POST", "/callbacks", body={**asked, "request_id": "2"}),
        Asked("GET /callbacks/{reference}", "GET", "/callbacks/{reference}", case, opens),
        Asked("GET /duty", "GET", "/duty"),
        Asked("POST /duty/next", "POST", "/duty/next"),
        Asked("GET /admin/cases", "GET", "/admin/cases", query={"status": "waiting"}),
        Asked("GET /admin/cases/{reference}", "GET", "/admin/cases/{reference}", case),
        Asked("GET /, the page", "GET", "/", page=True),
        Asked("GET /request, the page", "GET", "/request", page=True),
        Asked("GET /c/{reference}, the page", "GET", "/c/{reference}", case, opens, page=True),
    ]


def run() -> list[Row]:
    """Measure, and hold the budget."""
    compile_catalogues()
    rows: list[Row] = []
    with _helpline.helpline():
        _helpline.put_waiting(range(1, 30))
        plain = _helpline.client()
        for asked in requests():
            ratio, calls = _measure(asked, plain)
            budget = (calls * A_CALL + ITSELF + (A_PAGE if asked.page else 0)) / A_PUT
            name = f"{asked.name}: CPU / put_item, {calls} calls"
            print(f"  {name:58} {ratio:6.2f} <= {budget:.2f}")
            rows.append(row(name, ratio, round(budget, 2), 2))
    return rows


def _measure(asked: Asked, plain: BaseClient) -> tuple[float, int]:
    item = case_to_item(an_ordinary_case(7), _helpline.NOON).serialize()
    with keeping(in_use().core.database.client) as kept, keeping(plain) as put:
        event = asked.event()
        _call(event)
        calls = len(kept.answers)

        def again() -> None:
            kept.place = 0
            _call(event)

        def put_item() -> None:
            put.place = 0 if put.answers else None
            plain.put_item(TableName="cases", Item=item)

        put_item()
        ours: list[float] = []
        theirs: list[float] = []
        for _ in range(BATCHES):
            ours.append(_cpu(again))
            theirs.append(_cpu(put_item))
    return statistics.median(ours) / statistics.median(theirs), calls


def _cpu(work: Callable[[], None]) -> float:
    started = time.process_time()
    for _ in range(BATCH):
        work()
    return time.process_time() - started


def _call(event: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = application.app(event, None)
    if answer["statusCode"] >= 400:  # noqa: PLR2004  # HTTP's own
        raise RuntimeError(f"{event['requestContext']['resourcePath']}: {answer}")
    return answer


def _answered(asked: Asked) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(_call(asked.event())["body"])
    return told
