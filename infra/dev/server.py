"""`make dev`: the whole application in one process, on moto, loaded anew whenever a file changes.

Requests are answered one after another on the main thread, so that `breakpoint()` works in the
terminal. Nothing runs by itself: the stream and the schedules run by the buttons of `/_dev`.
"""

import argparse
import contextlib
import json
import logging
import signal
import sys
import threading
import traceback
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from moto import mock_aws
from watchfiles import DefaultFilter, watch
from werkzeug.exceptions import Forbidden
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from infra import demo
from infra.dev import aws
from infra.dev.application import Application
from infra.dev.moto_database import inserts
from infra.local_template import HOST
from infra.paths import LOCAL, ROOT

PAGE = "/_dev"
HTML = "text/html; charset=utf-8"
# What belongs to one connection, and not to what goes through it.
OWN_HEADERS = frozenset({"connection", "content-length", "transfer-encoding"})
WATCHED = ("app.py", "chalicelib")
# Files that are written by loading: they would have it loaded again.
COMPILED = (".mo", ".pyc")
ON_STREAM = ("case_changes", "count_cases")
SCHEDULES = (
    "due_cases",
    "turn_shifts",
    "sweep_unsent",
    "remind",
    "publish_rota",
    "watch_gaps",
    "recount_cases",
    "purge",
)
# A message may owe another; a circle would never end.
MOST_ROUNDS = 10
LATEST = 20
STANDARD_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
STEPS = {"15 minutes": 15 * 60, "1 hour": 60 * 60, "1 day": 24 * 60 * 60}
# Patients whom the desk finds waiting.
ASKING = (
    {"phone": "98123 45678", "name": "Sunita Devi", "language": "hi", "cancer_site": "breast"},
    {"phone": "98123 45679", "name": "Arjun Rao", "language": "en", "cancer_site": "mouth"},
)


def say(line: str) -> None:
    """Print a line for the person at the terminal, at once even through a pipe."""
    print(line, flush=True)


class Terminal(logging.Handler):
    """Prints a log's events for a person, and the traceback that a deployment keeps to itself."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print the event and its fields; of an error also where it came from."""
        fields = " ".join(
            f"{name}={value}" for name, value in vars(record).items() if name not in STANDARD_FIELDS
        )
        say(f"{record.levelname.lower()} {record.getMessage()} {fields}")
        if record.levelno >= logging.ERROR and sys.exc_info()[0] is not None:
            traceback.print_exc()


@dataclass
class Dev:
    """What the pages work with: the application, AWS's stream, the clock, and what was run."""

    application: Application
    stream: aws.Stream
    clock: Path
    ran: deque[str] = field(default_factory=lambda: deque(maxlen=LATEST))

    def run(self, function: str) -> None:
        """Run a schedule, or with `stream` the functions behind the stream until it is empty."""
        if function == "stream":
            self.ran.appendleft(f"stream: {self.drain()} records")
        elif function in SCHEDULES:
            self.ran.appendleft(f"{function}: {self.application.invoke(function, {})}")
        else:
            raise Forbidden

    def drain(self) -> int:
        """Hand the stream's records to its functions until none comes; return how many came."""
        count = 0
        for _ in range(MOST_ROUNDS):
            records = self.stream.read()
            if not records:
                break
            for function in ON_STREAM:
                self.application.invoke(function, {"Records": records})
            count += len(records)
        return count

    def sms(self, sender: str, text: str) -> None:
        """Send a patient's SMS in."""
        event = aws.sms_event(sender, text, str(uuid.uuid4()))
        self.application.invoke("inbound_sms", event)
        self.ran.appendleft(f"inbound_sms from {sender}")

    def advance(self, seconds: int) -> None:
        """Move the application's clock ahead."""
        self.clock.write_text(f"+{self.ahead() + seconds}", encoding="ascii")

    def ahead(self) -> int:
        """Return how many seconds the application's clock runs ahead."""
        text = self.clock.read_text(encoding="ascii") if self.clock.exists() else ""
        return int(text or "0")


def answer(dev: Dev, request: Request) -> Response:
    """Answer with the dev page, or with what the application answers."""
    if request.path == PAGE:
        return show(dev) if request.method == "GET" else act(dev, request)
    path = quote(request.path, safe="/%:@!$&'()*+,;=~") + (
        f"?{request.query_string.decode()}" if request.query_string else ""
    )
    try:
        came = dev.application.request(
            request.method, path, dict(request.headers), request.get_data()
        )
    except Exception:  # noqa: BLE001 - a developer reads it in the browser
        traceback.print_exc()
        return Response(traceback.format_exc(), 500, content_type="text/plain; charset=utf-8")
    response = Response(came.body, came.status_code)
    response.headers.clear()
    # Several cookies come as a list, which Chalice's type does not say.
    headers: dict[str, Any] = {**came.headers}
    for name, value in headers.items():
        if name.lower() not in OWN_HEADERS:
            for each in [value] if isinstance(value, str) else value:
                response.headers.add(name, each)
    return response


def act(dev: Dev, request: Request) -> Response:
    """Do what a button of the dev page says, if it is one of its own page."""
    if request.headers.get("Origin") != request.host_url.rstrip("/"):
        raise Forbidden
    form = request.form
    if "sender" in form:
        dev.sms(form["sender"], form["text"])
    elif "ahead" in form:
        dev.advance(STEPS[form["ahead"]])
    else:
        dev.run(form["run"])
    return redirect(PAGE, 303)


def show(dev: Dev) -> Response:
    """Show the buttons, what was run, and the SMS that were sent."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
    )
    page = environment.get_template("dev.html").render(
        schedules=SCHEDULES,
        steps=STEPS,
        ahead_hours=dev.ahead() / 3600,
        ran=dev.ran,
        sent=aws.sms_sent()[:LATEST],
        asking=ASKING,
        demo=demo,
    )
    return Response(page, content_type=HTML)


def seed(dev: Dev) -> None:
    """Create the demo's rota, and some patients who wait."""
    from chalicelib.wiring import Helpline  # not before the application is loaded
    from infra.seed import put_rota

    helpline: Helpline = dev.application.module.helpline
    now = helpline.core.now()
    put_rota(helpline.rota.manage_rota, now)
    helpline.rota.publish_rota(now)
    for asked in ASKING:
        ask(dev, {**asked, "consent": True})
    dev.drain()
    # It counts who waits, for the desk; the process would keep its counts of before for a minute.
    dev.application.invoke("due_cases", {})
    dev.application.load()


def ask(dev: Dev, asked: dict[str, Any]) -> None:
    """Have a patient ask for a callback. Raises RuntimeError where that is refused."""
    came = dev.application.request(
        "POST", "/callbacks", {"content-type": "application/json"}, json.dumps(asked).encode()
    )
    if came.status_code != 201:  # noqa: PLR2004 - created
        raise RuntimeError(came.body.decode())


class Changes:
    """Which files changed since it was last asked, found by a thread of its own."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._changed: SimpleQueue[str] = SimpleQueue()
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        only = DefaultFilter()
        for changes in watch(
            *(self._root / name for name in WATCHED),
            watch_filter=lambda kind, path: only(kind, path) and not path.endswith(COMPILED),
            raise_interrupt=False,
        ):
            for _, path in changes:
                self._changed.put(str(Path(path).relative_to(self._root)))

    def since(self) -> list[str]:
        """Return the files that changed, each once; asking forgets them."""
        names = [self._changed.get() for _ in range(self._changed.qsize())]
        return sorted(set(names))


def reload(application: Application, changed: Sequence[str]) -> None:
    """Load the sources anew where a file changed, and print what came of it."""
    if not changed:
        return
    try:
        say(f"loaded anew in {application.load():.1f} s: {', '.join(changed)}")
    except Exception:  # noqa: BLE001 - whatever the sources raise, while somebody edits them
        traceback.print_exc()
        say("the sources hold a mistake, see above; the next change loads them again")


class Quiet(WSGIRequestHandler):
    """Prints a line for each request, in the terminal's own time."""

    def log_request(self, code: int | str = "-", _size: int | str = "-") -> None:
        """Print method, path without its query, and status: a link's token is in the query."""
        say(f"{self.command} {self.path.partition('?')[0]} {code}")


def make_dev_server(port: int) -> tuple[Dev, BaseWSGIServer]:
    """Return what is served, and its server, which handles one request at a time."""
    LOCAL.mkdir(exist_ok=True)
    clock = LOCAL / "dev-clock"
    clock.unlink(missing_ok=True)
    environment = aws.create(f"http://{HOST}:{port}", clock)
    dev = Dev(Application(environment), aws.Stream(), clock)

    @Request.application
    def respond(request: Request) -> Response:
        return answer(dev, request)

    server = make_server(HOST, port, respond, threaded=False, request_handler=Quiet)
    return dev, server


def serve(server: BaseWSGIServer, between: Callable[[], Any]) -> None:
    """Serve until interrupted or ended; `between` requests runs about twice a second."""
    server.service_actions = between  # type: ignore[method-assign]  # socketserver's own hook
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()


def described(port: int) -> Iterable[str]:
    """Yield what a newcomer reads."""
    url = f"http://{HOST}:{port}"
    yield f"  Patients ask here    {url}/"
    yield f"  The desk             {url}/desk"
    yield f"  The administrators   {url}/console"
    yield f"  Stream, schedules    {url}{PAGE}"
    people = ", ".join([demo.ADMINISTRATOR, *(one.id for one in demo.ONCOLOGISTS)])
    yield f"  Demo sign-ins        {people}"
    yield f"                       password {demo.PASSWORD}"
    yield "ready; a changed file is loaded by itself; Ctrl-C stops it and forgets everything"


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="make dev", description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    port = parser.parse_args().port
    aws.leave_own_account()
    logging.getLogger().addHandler(Terminal())
    with mock_aws(), inserts():
        try:
            dev, server = make_dev_server(port)
        except OSError:
            sys.exit(f"helpline: port {port} is taken: choose another with PORT=...")
        seed(dev)
        for line in described(port):
            say(line)
        changes = Changes(ROOT)
        serve(server, lambda: reload(dev.application, changes.since()))


if __name__ == "__main__":
    main()
