"""Bad input: whatever can be sent, by every way in, to the application and its tables.

schemathesis draws it for every call from the published description, and for the pages, about which
nothing is published, from a description that is made here of the routes and the templates. What it
can't see is drawn beside it: texts by SMS, and the command line's spreadsheets. Whatever was sent:
no fault of ours, no traceback, nothing stored of what was refused, and nothing of anybody's in the
log.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, Final
from zoneinfo import ZoneInfo

import click
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

import app as application
from chalicelib import logs
from chalicelib.core.web.request import FORM
from chalicelib.core.web.routing import ANYTHING
from chalicelib.core.web.session import FORM_TOKEN
from helpline import oncologists, roster, sheets
from infra.fuzz_api import CHECKS, Check, Fuzz
from infra.openapi.document import describe
from infra.paths import ROOT
from tests.resilience import fuzz_values
from tests.resilience.entry_points import ADDRESS, InProcess, Site, a_site
from tests.resilience.fuzz_values import NAME, PERSONAL, PHONES
from tests.resilience.invariants import AT_ONCE, broken_in
from tests.resilience.outcome import Outcome, show
from tests.support import functions

for _name, _strategy in fuzz_values.FORMATS.items():
    schemathesis.openapi.format(_name, _strategy)

REFUSED: Final = 400
LET_IN: Final = 2
"""Of a hundred of a kind at least so many get in."""
EXAMPLES: Final = 60
"""How many of each kind every call and page is sent in the long form."""
TEXTS, SHEETS = 8_500, 5_000
READ: Final = ("t", "next", "from", "to", "cursor", "lang", "id", "month", "day", "status")
"""What pages read from their query."""
HEADERS: Final = (
    *("accept-language", "if-match", "if-none-match", "host", "x-forwarded-proto", "origin"),
    *("sec-fetch-site", "x-refresh", "x-request-id", "cookie"),
)
_FIELD: Final = re.compile(r"""name="([a-z_]+)"|\w\(\s*['"]([a-z_]+)['"]""")
_PARAMETER: Final = re.compile(r"\{(\w+)\+?\}")


def run(*, long: bool) -> Iterator[Outcome]:
    """Send it all: some 40,000 inputs, or a few hundred."""
    with a_site() as site:
        for name, description in (("calls", calls()), ("pages", pages())):
            yield explore(site, name, description, EXAMPLES if long else 1)
        yield texts(site, TEXTS if long else 40)
    yield from spreadsheets(SHEETS if long else 20)


def calls() -> dict[str, Any]:
    """Describe the calls as they are published, with what has broken others in their texts."""
    return _with_formats(describe(application.app))


def pages() -> dict[str, Any]:
    """Describe the pages: what stands in their paths, queries, headers, cookies and forms."""
    described = describe(application.app)["paths"]
    paths: dict[str, Any] = {}
    for path, methods in application.app.routes.items():
        for method, entry in methods.items():
            if path != ANYTHING and method.lower() not in described.get(path, {}):
                operation = _page(path, method, entry.view_function)
                paths.setdefault(path, {})[method.lower()] = operation
    info = {"title": "Pages", "version": "1"}
    return _with_formats({"openapi": "3.1.0", "info": info, "paths": paths})


def _page(path: str, method: str, view: Any) -> dict[str, Any]:  # noqa: ANN401  # Chalice's
    text = {"type": "string"}
    places = [*((name, "path") for name in _PARAMETER.findall(path))]
    places += [(name, "header") for name in HEADERS]
    if method == "GET":
        places += [(name, "query") for name in READ]
    page: dict[str, Any] = {
        "parameters": [
            {"name": name, "in": where, "required": where == "path", "schema": text}
            for name, where in places
        ],
        "responses": {"default": {"description": "A page."}},
    }
    if method == "POST" and view.made.accepts == FORM:
        form = {"type": "object", "properties": dict.fromkeys(FIELDS, text)}
        page["requestBody"] = {"content": {FORM: {"schema": form}}}
    return page


def _fields() -> list[str]:
    """Return the names of all fields of all forms, as the templates have them."""
    templates = sorted((ROOT / "chalicelib" / "templates").rglob("*.html"))
    found = {a or b for each in templates for a, b in _FIELD.findall(each.read_text("utf-8"))}
    return sorted({*found, FORM_TOKEN})


FIELDS: Final = _fields()


def _with_formats(description: dict[str, Any]) -> dict[str, Any]:
    changed: dict[str, Any] = _nasty(description)
    return changed


def _nasty(part: Any, name: str = "") -> Any:  # noqa: ANN401  # JSON
    """Mark what is drawn: texts of what has broken others, phones and cursors of their own."""
    if isinstance(part, list):
        return [_nasty(each) for each in part]
    if not isinstance(part, dict):
        return part
    name = str(part.get("name", name)) if "schema" in part else name
    changed = {key: _nasty(value, key if key != "schema" else name) for key, value in part.items()}
    if part.get("type") == "string" and not {"enum", "const", "pattern", "format"} & part.keys():
        changed["format"] = name if name in fuzz_values.FORMATS else "typed"
    return changed


def explore(
    site: Site, name: str, description: dict[str, Any], examples: int, every: int = 1
) -> Outcome:
    """Send so many inputs of each kind to each route, or to one of ``every`` so many."""
    found: list[str] = []
    with requests.Session() as session:
        session.mount(ADDRESS, InProcess(site))
        fuzz = Fuzz(
            ADDRESS,
            description,
            site.credentials,
            examples,
            site.known,
            fixed=True,
            checks=(*CHECKS, _beside(site)),
            session=session,
        )
        routes = fuzz.routes()[::every]
        for number, route in enumerate(routes):
            show(name, number, len(routes))
            site.reopen()
            found += map(str, fuzz.ask(route))
            found += [f"{route.label}: {each}" for each in broken_in(site.world, AT_ONCE)]
    return Outcome(name, _counted(fuzz.answered), [*found, *in_vain(fuzz.answered)])


def in_vain(answered: Counter[int]) -> Iterator[str]:
    """Find where too little gets past the first checks to try anything that lies behind."""
    taken = sum(count for status, count in answered.items() if status < REFUSED)
    if taken * 100 < answered.total() * LET_IN:
        yield f"{taken} got past the first checks"


def _counted(answered: Counter[int]) -> Counter[str]:
    counts = Counter(inputs=answered.total())
    for status, count in sorted(answered.items()):
        counts[f"{status // 100}xx"] += count
    return counts


def _beside(site: Site) -> Check:
    """Make the check of what was stored and logged beside an answer."""

    def nothing_beside(_context: object, answer: requests.Response, _case: object) -> None:
        changed = site.changed()
        if answer.status_code >= REFUSED and changed:
            raise AssertionError(f"answered {answer.status_code}, and something was stored")
        _check_lines(site)

    return nothing_beside


def _check_lines(site: Site) -> None:
    """Check that nothing that was logged is anybody's, or a fault of ours."""
    lines = site.new_lines()
    if any(each in line for line in lines for each in PERSONAL):
        raise AssertionError("something of somebody's stands in the log")
    for line in lines:
        if "unexpected_error" in line:
            told = json.loads(line)
            raise AssertionError(f"{told['error']} at {told['where']}")


def texts(site: Site, most: int) -> Outcome:
    """Hand over texts, and receipts, as AWS does."""
    told = st.fixed_dictionaries(
        {
            "originationNumber": fuzz_values.phones(),
            "messageBody": fuzz_values.texts() | st.text(max_size=2_000),
            "inboundMessageId": fuzz_values.texts(),
        }
    )
    receipts = st.fixed_dictionaries(
        {
            "eventType": fuzz_values.texts() | st.just("TEXT_DELIVERED"),
            "context": fuzz_values.values(),
        }
    )
    written = (told | told | told | receipts | fuzz_values.values()).map(json.dumps)
    odd: Counter[str] = Counter()

    def send(message: str, name: str) -> None:
        event = {"Records": [{"Sns": {"Message": message, "MessageId": name}}]}
        with _noting(odd):
            site.world.run(partial(functions.inbound_sms, event))
            _check_lines(site)

    site.reopen()
    _drawn(st.tuples(written | fuzz_values.texts(), st.uuids().map(str)), send, most)
    return Outcome("texts by SMS", {"inputs": most}, _told(odd))


def spreadsheets(most: int) -> Iterator[Outcome]:
    """Read spreadsheets of the command line: refused by a sentence, or read; nothing else."""
    stored = roster.Stored(
        [{"id": "all", "start": "10:00", "end": "24:00"}],
        [{"id": "asha", "name": "Dr Asha"}, {"id": "bharat", "name": "Dr Bharat"}],
        ZoneInfo("Asia/Kolkata"),
    )
    person = {"id": "asha", "name": NAME, "registration": "M-1", "phone": PHONES[0]}
    of_people = {**person, "languages": "hi, en", "gender": "female", "joined": "2026-12-01"}
    of_shifts = {"date": "2026-12-01", "line": "all", "oncologists": "asha"}

    def import_people(sheet: BinaryIO) -> None:
        rows = sheets.read_sheet(sheet, oncologists.COLUMNS, oncologists.NEEDED)
        oncologists.plan(rows, [], update=False)

    def import_roster(sheet: BinaryIO) -> None:
        rows = sheets.read_sheet(sheet, roster.COLUMNS, roster.NEEDED)
        for shift in roster.shifts(rows, stored):
            json.dumps(shift.body())

    for name, columns, good, read_it in (
        ("sheets of people", oncologists.COLUMNS, of_people, import_people),
        ("sheets of shifts", roster.COLUMNS, of_shifts, import_roster),
    ):
        counts, odd = Counter[str](), Counter[str]()
        with TemporaryDirectory() as folder:
            sheet = Path(folder) / "sheet.csv"

            def send(
                written: bytes,
                sheet: Path = sheet,
                read_it: Callable[[BinaryIO], None] = read_it,
                counts: Counter[str] = counts,
                odd: Counter[str] = odd,
            ) -> None:
                sheet.write_bytes(written)
                counts["inputs"] += 1
                with _noting(odd), sheet.open("rb") as opened:
                    try:
                        read_it(opened)
                    except click.ClickException:
                        counts["refused"] += 1

            _drawn(st.tuples(fuzz_values.sheets(columns, good)), send, max(most // 2, 1))
        yield Outcome(name, counts, _told(odd))


def _drawn(inputs: st.SearchStrategy[Any], send: Callable[..., None], most: int) -> None:
    """Draw so many, the same ones in each run."""

    @seed(0)
    @settings(
        max_examples=most,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(inputs)
    def each(sent: tuple[Any, ...]) -> None:
        send(*sent)

    each()


@contextmanager
def _noting(odd: Counter[str]) -> Iterator[None]:
    """Note what comes out, by its kind and place."""
    try:
        yield
    except Exception as fault:  # noqa: BLE001  # whatever comes out is what is looked for
        odd[f"{type(fault).__name__} at {logs.where(fault)[:2]}"] += 1


def _told(odd: Counter[str]) -> list[str]:
    return [f"{what} ({count} times)" for what, count in odd.items()]
