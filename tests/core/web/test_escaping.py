"""What somebody typed is text wherever it comes out: on pages, in lines of the log, in tables."""

from __future__ import annotations

import json
import logging
import re
from html.parser import HTMLParser

import pytest

from chalicelib import logs
from chalicelib.core.web.csv_export import to_csv
from tests.support.builders import NOON
from tests.support.fakes import strong_token

HOSTILE = "\"'><img src=x onerror=alert(1)><script>alert(2)</script>{{7*7}}${7*7}=cmd()"


class Run(HTMLParser):
    """What a browser would run, or fetch from another host, of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def __iter__(self):
        return iter(self.found)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag in ("img", "iframe", "object") or (tag == "script" and "src" not in given):
            self.found.append(tag)
        self.found += [name for name in given if name.startswith("on") or name == "style"]


def test_what_would_run_is_seen():
    assert [*Run(f"<p>{HOSTILE}</p>")] == ["img", "onerror", "script"]


@pytest.fixture
def asked(web) -> str:
    """A case whose every text is hostile, in the hands of Dr Asha; tells its reference."""
    answer = web.ask(name=HOSTILE, city=HOSTILE[:80], cancer_site=HOSTILE[:60], message=HOSTILE)
    assert answer.status_code == 201
    reference: str = answer.json_body["reference"]
    web.cases.claim(reference, "dr-asha", NOON)
    return reference


@pytest.mark.parametrize(
    ("role", "person", "path"),
    [
        ("oncologist", "dr-asha", "/desk"),
        ("admin", "meera", "/console/cases/{}"),
        ("admin", "meera", "/console/cases/{}/correct"),
        ("admin", "meera", "/console/cases?status=claimed"),
        ("admin", "meera", "/console/messages"),
        ("admin", "meera", "/console/audit?case={}"),
    ],
)
def test_a_page_shows_it_and_runs_none_of_it(web, asked, role, person, path):
    browser = web.signed_in(role, person)
    answer = browser.get(path.format(asked))

    page = answer.body.decode()
    assert answer.status_code == 200
    assert [*Run(page)] == []
    # Neither by the template's own signs.
    assert "49$" not in page
    if path == "/desk" or "/cases/{}" in path:
        assert "&lt;img src=x onerror=alert(1)&gt;" in page
        assert "{{7*7}}" in page


def test_a_search_by_it_shows_it_as_it_was_typed(web, asked):
    page = web.signed_in().send("/console/cases/search", {"what": HOSTILE}).body.decode()

    assert asked[:4] in page
    assert [*Run(page)] == []


def test_a_file_of_it_is_a_file(web, asked):
    answer = web.get(f"/callbacks/{asked}/data?t={strong_token(asked)}")

    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert answer.headers["Content-Type"].startswith("application/json")
    assert HOSTILE in json.dumps(answer.json_body, ensure_ascii=False).replace('\\"', '"')


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "\u00a0=", "＝"])  # noqa: RUF001
@pytest.mark.parametrize("before", ["", "Pune;", "Pune\t ", "Pune\r\n", 'Pune;"', "Pune;;"])
def test_a_table_holds_no_formula(before, start):
    (_, row) = to_csv(["a"], [[f'{before}{start}HYPERLINK("http://x")']]).split("\n", 1)

    cells = re.split(r"[,;\t\r\n]", row)
    assert [each for each in cells if re.match(r'[\s"]*[=+@＝-]', each)] == []  # noqa: RUF001
    assert "'" in row


def test_a_line_of_the_log_is_one_line():
    record = logging.LogRecord("chalicelib.x", logging.INFO, "", 0, "event", None, None)
    record.route = 'x\n{"level": "ERROR", "message": "forged"}\r\u2028\x1b[2J'
    line = logs.JsonLines().format(record)

    assert len(line.splitlines()) == 1 or "\u2028" in line
    assert not re.search(r"[\n\r\x1b]", line)
    assert json.loads(line)["message"] == "event"
