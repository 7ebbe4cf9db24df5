"""Cold starts: the real package under Lambda's own runtime client, beside its peers.

A stand-in for the runtime API hands each process one event and takes its answer. The time is from
the start of the process to that answer, so that Python and the runtime client are in it, for each
alike. The candidates take turns, and the medians are compared: only the ratios travel.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from infra.local_stack import STAGE
from infra.package import REGION, build, uncompiled
from tests.benchmarks._figures import Row, row, show

ROUNDS = 15
WARM_UP = 2
DATABASE_TO_BOTO3 = 0.80
LIGHT_TO_BARE = 2.5
# Ours, beside the design's: what the domain and the forms may add to that.
FIRST_TO_BOTO3 = 1.25
LONGEST = 30.0
# Each costs more than the whole of our own code.
HEAVY = ("asyncio", "aws_xray_sdk", "boto3", "botocore", "jinja2", "pydantic", "pynamodb")

HEALTHZ = {
    "resource": "/healthz",
    "path": "/healthz",
    "httpMethod": "GET",
    "headers": {},
    "multiValueHeaders": {},
    "queryStringParameters": None,
    "multiValueQueryStringParameters": None,
    "pathParameters": None,
    "stageVariables": None,
    "requestContext": {"httpMethod": "GET", "resourcePath": "/healthz", "requestId": "bench"},
    "body": None,
    "isBase64Encoded": False,
}
BARE = "def handler(event, context):\n    return {}\n"
BOTO3 = f"import boto3\n\nclient = boto3.client('dynamodb', region_name={REGION!r})\n\n\n{BARE}"
# The application with its models and their client, as the design's figure has it.
WHOLE = f"""import app
import chalicelib.cases.store.models

client = app.helpline.core.database.client


{BARE}"""
# All that a function loads and makes before it first stores a request for a callback.
FIRST = f"""import app
from chalicelib.cases.web import public_api
from chalicelib.cases.web.schemas import callbacks

request = app.helpline.cases.request_callback
client = app.helpline.core.database.client


{BARE}"""
SETTINGS = {
    "STAGE": STAGE,
    "CASES_TABLE": "cases",
    "ROTA_TABLE": "rota",
    "MESSAGES_TABLE": "messages",
    "AUDIT_TABLE": "audit",
    "REPORTS_TABLE": "reports",
    "SECRETS_PATH": "/helpline/bench",
    "USER_POOL_CLIENT_ID": "client",
    "TOKEN_ISSUER": "https://issuer",
    "TOKEN_KEYS_URL": "https://issuer/keys",
}


class RuntimeApi(ThreadingHTTPServer):
    """The runtime API for one process: gives the event once, and notes the first answer."""

    daemon_threads = True

    def __init__(self, event: dict[str, Any]) -> None:
        super().__init__(("127.0.0.1", 0), _Api)
        self.event = json.dumps(event).encode()
        self.given = threading.Event()
        self.answered = threading.Event()
        self.failure = ""
        self.at = 0.0

    @property
    def address(self) -> str:
        """Where the process asks."""
        return f"127.0.0.1:{self.server_address[1]}"

    def handle_error(self, *_: object) -> None:
        """Say nothing: a process that is ended breaks its connection off."""


class _Api(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: RuntimeApi

    def do_GET(self) -> None:
        """Give the event once; who comes for another waits until the process is ended."""
        if self.server.given.is_set():
            self.server.answered.wait()
            return
        self.server.given.set()
        self.send_response(200)
        self.send_header("Lambda-Runtime-Aws-Request-Id", "bench")
        self.send_header("Lambda-Runtime-Deadline-Ms", str(int((time.time() + 60) * 1000)))
        arn = f"arn:aws:lambda:{REGION}:0:function:bench"
        self.send_header("Lambda-Runtime-Invoked-Function-Arn", arn)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(self.server.event)))
        self.end_headers()
        self.wfile.write(self.server.event)

    def do_POST(self) -> None:
        """Take the answer, or the error."""
        self.server.at = time.perf_counter()
        answer = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if not self.path.endswith("/response"):
            self.server.failure = answer.decode()
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()
        self.server.answered.set()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def runtime_api(event: dict[str, Any]) -> Iterator[RuntimeApi]:
    """Serve on the loopback, for as long as the block runs."""
    with RuntimeApi(event) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()


@dataclass(frozen=True)
class Candidate:
    """A function's folder and handler, and the event that it gets."""

    name: str
    folder: Path
    handler: str
    event: dict[str, Any]


def candidates(scratch: Path) -> list[Candidate]:
    """Lay out the package as Lambda unpacks it, and the peers beside it."""
    package = scratch / "package"
    with zipfile.ZipFile(build(STAGE, for_this_machine=True).code) as archive:
        archive.extractall(package)
    (package / "whole.py").write_text(WHOLE)
    (package / "first.py").write_text(FIRST)
    for name, source in (("bare", BARE), ("boto3", BOTO3)):
        (scratch / name).mkdir()
        (scratch / name / f"peer_{name}.py").write_text(source)
    return [
        Candidate("bare handler", scratch / "bare", "peer_bare.handler", {}),
        Candidate("bare boto3 client", scratch / "boto3", "peer_boto3.handler", {}),
        Candidate("GET /healthz", package, "app.app", HEALTHZ),
        Candidate("app and database client", package, "whole.handler", {}),
        Candidate("first callback", package, "first.handler", {}),
    ]


def environment(address: str, handler: str, folder: Path) -> dict[str, str]:
    """Return what Lambda sets, and what the template does."""
    return {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "AWS_LAMBDA_RUNTIME_API": address,
        "AWS_LAMBDA_FUNCTION_NAME": "bench",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "AWS_LAMBDA_FUNCTION_VERSION": "1",
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        "AWS_EXECUTION_ENV": f"AWS_Lambda_python3.{sys.version_info[1]}",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",  # pragma: allowlist secret
        "LAMBDA_TASK_ROOT": str(folder),
        "_HANDLER": handler,
        **SETTINGS,
    }


def start_once(candidate: Candidate) -> tuple[float, float]:
    """Start a function, and return its milliseconds to the first answer and its peak megabytes."""
    with runtime_api(candidate.event) as runtime:
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "awslambdaric", candidate.handler],
            cwd=candidate.folder,
            env=environment(runtime.address, candidate.handler, candidate.folder),
            stdout=subprocess.DEVNULL,
        )
        try:
            if not runtime.answered.wait(LONGEST) or runtime.failure:
                raise RuntimeError(f"{candidate.name} gave no answer: {runtime.failure}")
            peak = _peak_megabytes(process.pid)
        finally:
            process.kill()
            process.wait()
    return (runtime.at - started) * 1000, peak


def _peak_megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0.0
    (line,) = [line for line in status.read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1000


def modules_of_import_app(package: Path) -> list[str]:
    """Return what `import app` brings in, beyond what Python itself has."""
    code = (
        "import sys; before = set(sys.modules); import app; "
        "print(*sorted(set(sys.modules) - before))"
    )
    env = environment("", "", package)
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=package,
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()[-1].split()


def measure(rounds: int = ROUNDS) -> tuple[dict[str, float], dict[str, float], list[str]]:
    """Return each candidate's median milliseconds and peak megabytes, and app's modules."""
    times: dict[str, list[float]] = {}
    peaks: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as scratch:
        all_of_them = candidates(Path(scratch))
        for number in range(WARM_UP + rounds):
            for candidate in all_of_them:
                took, peak = start_once(candidate)
                if number >= WARM_UP:
                    times.setdefault(candidate.name, []).append(took)
                    peaks[candidate.name] = max(peaks.get(candidate.name, 0), peak)
        modules = modules_of_import_app(all_of_them[-1].folder)
    return {name: statistics.median(took) for name, took in times.items()}, peaks, modules


def run() -> list[Row]:
    """Measure, and hold the budgets."""
    medians, peaks, modules = measure()
    whole = medians["app and database client"] / medians["bare boto3 client"]
    first = medians["first callback"] / medians["bare boto3 client"]
    light = medians["GET /healthz"] / medians["bare handler"]
    heavy = [name for name in HEAVY if name in modules]
    left = uncompiled(build(STAGE, for_this_machine=True).code)
    for name, took in medians.items():
        print(f"  {name:24} {took:7.1f} ms {peaks[name]:7.1f} MB at its peak")
    print(f"  import app brings in {len(modules)} modules:", *modules)
    return [
        row("app and database client / bare boto3 client", whole, DATABASE_TO_BOTO3, 3),
        row("first request for a callback / bare boto3 client", first, FIRST_TO_BOTO3, 3),
        row("GET /healthz / bare handler", light, LIGHT_TO_BARE, 3),
        row("heavy modules in import app", len(heavy), 0),
        row("modules not compiled", len(left), 0),
    ]


if __name__ == "__main__":
    show(run())
