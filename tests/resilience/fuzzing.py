"""Bad input: whatever can be sent, by every way in, some 100,000 times.

Most of it goes to the application with fakes behind it, a share to one with tables. Whatever was
sent: no fault of ours, no traceback, nothing stored of what was refused, and nothing of anybody's
in the log.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, TypeVar
from urllib.parse import parse_qs, quote, urlencode
from zoneinfo import ZoneInfo

import click
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

import app as application
from chalicelib import logs
from chalicelib.core.web.request import FORM
from chalicelib.messages.providers.twilio.signature import signature
from helpline import oncologists, roster, sheets
from infra.openapi.bodies import named
from infra.openapi.document import Call, calls_of
from tests.resilience import fuzz_values
from tests.resilience.entry_points import TWILIO, Door, Sent, with_fakes, with_tables
from tests.resilience.fuzz_values import NAME, PERSONAL, PHONES
from tests.resilience.harness import WEBHOOK
from tests.resilience.outcome import Outcome, show

T = TypeVar("T")
JSON: Final = "application/json"
SERVER_FAULT: Final = 500
REFUSED: Final = 400
LET_IN: Final = 2
"""Of a hundred of a kind at least so many get in."""
BATCH: Final = 250
"""After so many the helpline opens anew: what is stored would slow the next down."""
GOOD: Final[Mapping[str, Any]] = {
    "phone": PHONES[0],
    "consent": True,
    "name": NAME,
    "language": "hi",
    "window": "morning",
    "message": "दूसरी राय चाहिए",
    "result": "no_answer",
    "oncologist": "asha",
    "reason": "abusive",
    "into": "K7M240R59XK",
    "version": 1,
    "from": "2026-12-02",
    "to": "2026-12-04",
    "until": "2026-12-09",
    "id": "asha",
    "registration": "MADE-UP-1",
    "languages": ["hi"],
    "gender": "female",
    "line": "all",
    "on": ["asha"],
    "hours": {"mon": [["10:00", "17:00"]]},
    "lines": [],
    "oncologists": [],
    "recipients": [{"phone": PHONES[1], "language": "hi"}],
    "zone": "Asia/Kolkata",
    "weekly": {"mon": [["10:00", "17:00"]]},
}
OPEN: Final[Mapping[str, Mapping[str, str]]] = {
    "/request": {"phone": PHONES[0], "consent": "yes", "language": "hi", "name": NAME},
    "/sign-in": {"username": "dr-asha", "password": "made up"},
}
"""The forms for which nobody has to be known."""
FIELDS: Final = (
    *("phone", "name", "age", "language", "asking_for", "another_person", "prefers_woman"),
    *("consent", "message", "window", "mode", "sex", "city", "stage", "reasons", "hospital"),
    *("cancer_site", "request_id", "t", "version", "step", "acting_for", "username", "password"),
    *("next", "id", "to", "what", "weeks", "ticket", "result", "note", "advice", "follow_up"),
    *("remove", "languages", "extra", "extra_day", "drop", "device_key", "asked", "add", "was"),
    *("oncologist", "anyway", "reason", "into", "until", "left", "joined", "email", "gender"),
    *("registration", "sites", "from", "start", "end", "on", "line", "members", "people", "kind"),
    *("other_language", "closures", "mon", "days", "every", "unit", "anchor", "recipients"),
    *("date", "limit", "status", "lang", "month", "day", "code", "new_password", "block", "csrf"),
)
WEBHOOK_FIELDS: Final = (
    *("MessageSid", "SmsSid", "From", "To", "Body", "CallSid", "CallFrom", "Direction"),
    *("CallType", "DialCallDuration", "MessageStatus", "ErrorCode", "Status", "Detail"),
)
WEBHOOK_GOOD: Final = {"MessageSid": "SM1", "SmsSid": "SM1", "CallSid": "c1", "From": PHONES[2]}
HEADERS: Final = (
    *("accept", "accept-language", "content-type", "if-match", "host", "x-forwarded-proto"),
    *("origin", "sec-fetch-site", "cookie", "authorization", "x-refresh", "x-twilio-signature"),
    *("if-none-match", "content-length", "x-request-id"),
)


Inputs = Callable[[Door], st.SearchStrategy[Sent]]


def run(*, long: bool) -> Iterator[Outcome]:
    """Send it all: 100,000 inputs, or a few hundred."""
    share = 1.0 if long else 0.004
    for name, (fakes, tables, inputs) in KINDS.items():
        if fakes:
            outcome = explore(f"{name}, fakes", with_fakes, inputs, int(fakes * share))
            yield replace(outcome, broken=[*outcome.broken, *_in_vain(name, outcome)])
        if tables:
            yield explore(f"{name}, tables", with_tables, inputs, int(tables * share) or 2)
    yield from _sheets(int(SHEETS * share))


def _in_vain(kind: str, outcome: Outcome) -> Iterator[str]:
    """Tell where too little gets past the first checks to try anything that lies behind."""
    taken = outcome.counts.get("2xx", 0) + outcome.counts.get("3xx", 0)
    if kind not in GUESSED and taken * 100 < outcome.counts["inputs"] * LET_IN:
        yield f"{taken} got past the first checks"


def explore(
    name: str, door: Callable[[], AbstractContextManager[Door]], inputs: Inputs, most: int
) -> Outcome:
    """Send so many of a kind, a batch to each helpline; the same ones in each run."""
    sent_in_all, statuses, broken = 0, Counter[str](), Counter[str]()
    while sent_in_all < most:
        with door() as helpline:
            batch = _Batch(helpline, broken)
            number = min(BATCH, most - sent_in_all)
            _drawn(inputs(helpline), batch.send, number, sent_in_all)
            broken.update(helpline.check())
            sent_in_all += batch.sent
            statuses += batch.statuses
            if not batch.sent:
                break
            show(name, sent_in_all, most)
    counts = {"inputs": sent_in_all, **{key: statuses[key] for key in sorted(statuses)}}
    return Outcome(name, counts, [f"{what} ({count} times)" for what, count in broken.items()])


class _Batch:
    """What one helpline was sent, and what came of it."""

    def __init__(self, door: Door, broken: Counter[str]) -> None:
        self.door = door
        self.sent = 0
        self.statuses: Counter[str] = Counter()
        self._broken = broken

    def send(self, sent: Sent) -> None:
        self.sent += 1
        logged = len(self.door.logs)
        before = self.door.stored()
        try:
            status = self.door.send(sent)
        except Exception as fault:  # noqa: BLE001  # whatever comes out is what is looked for
            self._is_broken(sent, f"{type(fault).__name__} at {logs.where(fault)[:2]}")
            return
        self.statuses[f"{status // 100}xx"] += 1
        lines = self.door.logs[logged:]
        if status >= SERVER_FAULT or any("unexpected_error" in line for line in lines):
            self._is_broken(sent, f"answered {status}: {_faults(lines)}")
        if status >= REFUSED and self.door.stored() != before:
            self._is_broken(sent, f"answered {status}, and something was stored")
        if any(each in line for line in lines for each in PERSONAL):
            self._is_broken(sent, "something of somebody's stands in the log")

    def _is_broken(self, sent: Sent, what: str) -> None:
        self._broken[f"{sent.method} {sent.path.partition('?')[0][:40]}: {what}"] += 1
        LAST.append((what, sent))


LAST: Final[list[tuple[str, Sent]]] = []
"""What broke something, for whoever looks into it."""


def _faults(lines: Sequence[str]) -> list[str]:
    told = [json.loads(line) for line in lines if "unexpected_error" in line]
    return [f"{each['error']} at {each['where']}" for each in told]


def _drawn(inputs: st.SearchStrategy[T], send: Callable[[T], None], most: int, number: int) -> None:
    """Draw so many; ``number`` goes into the dice."""

    @seed(number)
    @settings(
        max_examples=most,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(inputs)
    def each(sent: T) -> None:
        send(sent)

    each()


def _phones(_: Door) -> st.SearchStrategy[Sent]:
    """Phones, each in a request that is right but for it."""
    return fuzz_values.phones().map(
        lambda phone: _json("POST", "/callbacks", {"phone": phone, "consent": True, "name": NAME})
    )


def _bodies(door: Door) -> st.SearchStrategy[Sent]:
    """Every call's JSON."""
    taking = [
        call for call in calls_of(application.app) if call.has_body and call.made.accepts == JSON
    ]
    return st.one_of([_body_of(call, door) for call in taking])


def _body_of(call: Call, door: Door) -> st.SearchStrategy[Sent]:
    schema = named(call.route.body)
    fields = getattr(schema, "_declared_fields", {})
    names = (*(field.data_key or name for name, field in fields.items()), "version")
    # Fakes have cursors of their own, which are not what is looked at here.
    names = tuple(name for name in names if name != "cursor")
    known = dict(door.right(call.method, call.path))
    return st.builds(
        lambda path, body, who: Sent(call.method, path, body, {"content-type": JSON, **who}),
        _paths(call.path, door),
        fuzz_values.bodies(names, known),
        _headers_of(call, door),
    )


def _forms(door: Door) -> st.SearchStrategy[Sent]:
    """Patients' forms, and those by which people sign in."""
    pages = [
        (path, method)
        for path, method, view in _routes()
        if method == "POST"
        and view.made.accepts == FORM
        and not view.role_by_session
        and not path.startswith("/webhooks/")
    ]
    return _sent_to(pages, door, {"sec-fetch-site": "same-origin"}, lambda path: OPEN.get(path, {}))


def _work_forms(door: Door) -> st.SearchStrategy[Sent]:
    """The forms of those who work here."""
    pages = [
        (path, method)
        for path, method, view in _routes()
        if method == "POST" and view.role_by_session and path != "/sign-out"
    ]
    cookie, token = door.by_browser()
    good = {**_texts(GOOD), "csrf": token}
    return _sent_to(pages, door, {"cookie": cookie}, lambda _: good, ("csrf", token))


def _sent_to(
    pages: Sequence[tuple[str, str]],
    door: Door,
    headers: Mapping[str, str],
    good: Callable[[str], Mapping[str, str]],
    token: tuple[str, str] | None = None,
) -> st.SearchStrategy[Sent]:
    ending = f"&{urlencode([token])}".encode() if token else b""
    html = {"content-type": FORM, "accept": "text/html", **headers}
    return st.one_of(
        [
            st.builds(
                lambda path, body, method=method: Sent(method, path, body + ending, html),
                _paths(path, door),
                fuzz_values.forms(FIELDS, {**good(path), **_texts(door.right(method, path))}),
            )
            for path, method in pages
        ]
    )


def _queries(door: Door) -> st.SearchStrategy[Sent]:
    """What stands behind the path, of everything that is read."""
    cookie, _ = door.by_browser()
    html = {"accept": "text/html", "cookie": cookie}
    calls = {(call.path, call.method): call for call in calls_of(application.app)}
    reads = []
    for path, method, view in _routes():
        if method != "GET" or path == "/{proxy+}":
            continue
        call = calls.get((path, method))
        token = urlencode(_texts(door.right(method, path)))
        asked = st.builds(
            lambda where, query, headers, token=token: Sent(
                "GET", f"{where}?{query}&{token}", b"", headers
            ),
            _paths(path, door),
            fuzz_values.queries(tuple(name for name in FIELDS if name != "cursor")),
            _headers_of(call, door) if call else st.just(html),
        )
        reads.append(asked)
        del view
    return st.one_of(reads)


def _cursors(door: Door) -> st.SearchStrategy[Sent]:
    """Forged cursors, of every list."""
    lists = (
        "/admin/cases?status=waiting&language=hi",
        "/admin/cases?status=closed",
        "/admin/messages?from=2026-12-01&to=2026-12-02",
        "/admin/messages?status=parked",
        "/admin/audit?from=2026-11-01&to=2026-12-02",
    )
    headers = door.as_somebody("administrators")[0]
    read = st.builds(
        lambda path, cursor: Sent("GET", f"{path}&cursor={quote(cursor, safe='')}", b"", headers),
        st.sampled_from(lists),
        fuzz_values.cursors() | fuzz_values.texts(),
    )
    searched = st.builds(
        lambda cursor: _json(
            "POST", "/admin/cases/search", {"name": NAME, "cursor": cursor}, headers
        ),
        fuzz_values.cursors() | fuzz_values.texts(),
    )
    return read | searched


def _cookies(door: Door) -> st.SearchStrategy[Sent]:
    """Cookies and the forms' tokens, of every page that wants one."""
    cookie, token = door.by_browser()
    pages = [(path, method) for path, method, view in _routes() if view.role_by_session]
    guessed = st.builds(
        lambda name, value: f"{name}={value}",
        st.sampled_from(("session", "lang", "__Host-session")),
        fuzz_values.tokens(),
    )
    html = {"content-type": FORM, "accept": "text/html"}
    return st.one_of(
        [
            st.builds(
                lambda where, crumbs, forged, method=method: Sent(
                    method,
                    where,
                    urlencode({"csrf": forged}).encode(),
                    {**html, "cookie": "; ".join(crumbs)},
                ),
                _paths(path, door),
                st.lists(guessed | st.just(cookie) | fuzz_values.header_values(), max_size=3),
                fuzz_values.tokens() | st.just(token[:-1]),
            )
            for path, method in pages
        ]
    )


def _tokens(door: Door) -> st.SearchStrategy[Sent]:
    """Bearer tokens, secrets and references as somebody guesses them."""
    places = (
        "/c/{a}?t={b}",
        "/callbacks/{a}?t={b}",
        "/callbacks/{a}/data?t={b}",
        "/v/{a}?t={b}",
        "/s/{b}",
        "/rota/{b}.ics",
        "/static/{b}",
        "/c/{a}/withdraw?t={b}",
        "/{b}/{a}",
    )
    guessed = st.builds(
        lambda place, a, b: Sent("GET", place.replace("{a}", a).replace("{b}", b)),
        st.sampled_from(places),
        st.sampled_from(door.references) | fuzz_values.tokens(),
        fuzz_values.tokens(),
    )
    borne = st.builds(
        lambda path, token: Sent("GET", path, b"", {"authorization": token}),
        st.sampled_from(("/duty", "/admin/cases", "/swaps", "/admin/rota/gaps")),
        fuzz_values.tokens().map(lambda token: f"Bearer {token}") | fuzz_values.header_values(),
    )
    return guessed | guessed | borne


def _webhooks(_: Door) -> st.SearchStrategy[Sent]:
    """What providers call, signed and not."""
    names = st.sampled_from(
        ("sms", f"receipts/{quote('SUBJECT~0.requested.patient')}", "receipts/x")
    )
    form = fuzz_values.forms(WEBHOOK_FIELDS, WEBHOOK_GOOD)
    twilio = st.builds(_from_twilio, names, form, st.integers(0, 5))
    secret = st.sampled_from((WEBHOOK, WEBHOOK, WEBHOOK, "guessed")) | fuzz_values.tokens()
    exotel = st.builds(
        lambda secret, name, body: Sent(
            "GET",
            f"/webhooks/exotel/{secret}/{name}?{body.decode(errors='replace')}".replace(" ", ""),
        ),
        secret,
        st.sampled_from(("sms", "missed-call", "calls/x", f"calls/{quote('K7M240R59XK~abc')}")),
        st.lists(
            st.tuples(st.sampled_from(WEBHOOK_FIELDS), fuzz_values.texts() | fuzz_values.phones()),
            max_size=6,
        ).map(lambda pairs: urlencode([*WEBHOOK_GOOD.items(), *pairs], errors="replace").encode()),
    )
    receipt = st.builds(
        lambda secret, name, body: Sent(
            "POST", f"/webhooks/exotel/{secret}/{name}", body, {"content-type": FORM}
        ),
        secret,
        st.sampled_from(("receipts/x", f"calls/{quote('K7M240R59XK~abc')}")),
        form,
    )
    return twilio | exotel | receipt


def _from_twilio(name: str, body: bytes, dice: int) -> Sent:
    path = f"/webhooks/twilio/{name}"
    try:
        form = parse_qs(body.decode(), keep_blank_values=True, errors="strict")
        signed = signature(TWILIO, f"https://helpline.example{path}", form) if dice else "forged"
    except ValueError:
        signed = "forged"
    return Sent("POST", path, body, {"content-type": FORM, "x-twilio-signature": signed})


def _sms(_: Door) -> st.SearchStrategy[Sent]:
    """Texts, as AWS hands them over."""
    texts = fuzz_values.texts() | st.text(max_size=2_000)
    told = st.builds(
        lambda phone, text, name: {
            "originationNumber": phone,
            "messageBody": text,
            "inboundMessageId": name,
        },
        fuzz_values.phones() | st.sampled_from(PHONES).map(lambda phone: f"+91{phone}"),
        texts,
        fuzz_values.tokens(),
    )
    receipts = st.fixed_dictionaries(
        {
            "eventType": fuzz_values.texts() | st.just("TEXT_DELIVERED"),
            "context": fuzz_values.values(),
        }
    )
    messages = (told | told | told | receipts | fuzz_values.values()).map(
        json.dumps
    ) | fuzz_values.texts()
    return st.builds(
        lambda message, name: Sent(
            event={"Records": [{"Sns": {"Message": message, "MessageId": name}}]}
        ),
        messages,
        st.uuids().map(str),
    )


def _headers(door: Door) -> st.SearchStrategy[Sent]:
    """Headers, on everything that is read."""
    reads = [path for path, method, _ in _routes() if method == "GET" and path != "/{proxy+}"]
    cookie, _ = door.by_browser()
    return st.one_of(
        [
            st.builds(
                lambda where, headers: Sent("GET", where, b"", {"cookie": cookie, **headers}),
                _paths(path, door),
                st.dictionaries(st.sampled_from(HEADERS), fuzz_values.header_values(), max_size=4),
            )
            for path in reads
        ]
    )


KINDS: Final[Mapping[str, tuple[int, int, Inputs]]] = {
    "phones": (14_000, 400, _phones),
    "JSON": (17_000, 900, _bodies),
    "forms": (9_000, 300, _forms),
    "forms of the desk and the console": (9_000, 500, _work_forms),
    "queries": (9_000, 500, _queries),
    "cursors": (0, 1_500, _cursors),
    "cookies and forms' tokens": (6_000, 200, _cookies),
    "tokens": (9_000, 300, _tokens),
    "webhooks": (7_000, 400, _webhooks),
    "SMS": (8_000, 500, _sms),
    "headers": (5_000, 200, _headers),
}
"""Each kind: how many go to fakes, how many to tables, and what is drawn."""
GUESSED: Final = ("tokens",)
"""Kinds of which nothing may get in."""
SHEETS: Final = 5_000


def _routes() -> Iterator[tuple[str, str, Any]]:
    for path, methods in application.app.routes.items():
        for method, entry in methods.items():
            yield path, method, entry.view_function


def _paths(pattern: str, door: Door) -> st.SearchStrategy[str]:
    """Fill what a pattern leaves open: mostly with what is there, or with anything."""
    if "{" not in pattern:
        return st.just(pattern)
    other = st.sampled_from([*door.references, "asha", "all"]) | fuzz_values.tokens()
    parts = [
        st.just(part) if part[:1] != "{" else _place(door.places.get(part[1:-1]), other)
        for part in pattern.split("/")
    ]
    return st.tuples(*parts).map("/".join)


def _place(there: str | None, other: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return other if there is None else st.just(there) | st.just(there) | other


def _texts(fields: Mapping[str, Any]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if isinstance(value, str)}


def _headers_of(call: Call, door: Door) -> st.SearchStrategy[dict[str, str]]:
    return st.sampled_from(door.as_somebody(call.made.role)) if call.made.role else st.just({})


def _json(
    method: str, path: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> Sent:
    return Sent(method, path, json.dumps(body).encode(), {"content-type": JSON, **(headers or {})})


def _sheets(most: int) -> Iterator[Outcome]:
    """Spreadsheets of the command line: refused by a sentence, or read; nothing else."""
    stored = roster.Stored(
        [{"id": "all", "start": "10:00", "end": "24:00"}],
        [{"id": "asha", "name": "Dr Asha"}, {"id": "bharat", "name": "Dr Bharat"}],
        ZoneInfo("Asia/Kolkata"),
    )
    person = {"id": "asha", "name": NAME, "registration": "M-1", "phone": PHONES[0]}
    of_people = {**person, "languages": "hi, en", "gender": "female", "joined": "2026-12-01"}
    of_shifts = {"date": "2026-12-01", "line": "all", "oncologists": "asha"}

    def import_people(path: Path) -> None:
        with path.open("rb") as sheet:
            rows = sheets.read_sheet(sheet, oncologists.COLUMNS, oncologists.NEEDED)
        oncologists.plan(rows, [], update=False)

    def import_roster(path: Path) -> None:
        with path.open("rb") as sheet:
            rows = sheets.read_sheet(sheet, roster.COLUMNS, roster.NEEDED)
        for shift in roster.shifts(rows, stored):
            json.dumps(shift.body())

    for name, columns, good, read_it in (
        ("sheets of people", oncologists.COLUMNS, of_people, import_people),
        ("sheets of shifts", roster.COLUMNS, of_shifts, import_roster),
    ):
        told: Counter[str] = Counter()
        broken: Counter[str] = Counter()
        with TemporaryDirectory() as folder:
            sheet = Path(folder) / "sheet.csv"

            def send(
                written: bytes,
                sheet: Path = sheet,
                read_it: Callable[[Path], None] = read_it,
                told: Counter[str] = told,
                broken: Counter[str] = broken,
            ) -> None:
                sheet.write_bytes(written)
                told["inputs"] += 1
                try:
                    read_it(sheet)
                except click.ClickException:
                    told["refused"] += 1
                except Exception as fault:  # noqa: BLE001  # whatever comes out is looked for
                    broken[f"{type(fault).__name__} at {logs.where(fault)[:2]}"] += 1

            _drawn(fuzz_values.sheets(columns, good), send, max(most // 2, 1), 0)
        yield Outcome(name, told, [f"{what} ({count} times)" for what, count in broken.items()])
