"""What the documents count and list is what the code has."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from app import app
from chalicelib.cases.gateways import video_jitsi
from chalicelib.messages.providers.contract import sms_provider
from chalicelib.providers import PROVIDERS
from infra.package import build
from infra.paths import ROOT
from infra.screenshots import readme

OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
CALLS = (ROOT / "docs" / "calls.md").read_text(encoding="utf-8")
FIGURES = (ROOT / "docs" / "figures.md").read_text(encoding="utf-8")
FREE_ALARMS = 10
DOLLARS_FOR_AN_ALARM = 0.10
_VARIABLE = re.compile(r"\{\w+\}")
RECORDS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
_ROW = re.compile(r"^\| \[(\d{4})\]\(([^)]+)\) \| (.+?) \| (.*?) ?\|$", re.MULTILINE)
_RECORD = re.compile(r"# (\d+)\. (.+)\n\nStatus: (.+)\nDate: \d{4}-\d\d-\d\d\n\n## Context\n")
_STATUS = re.compile(r"accepted|superseded by \d{4}|accepted; .+ by \d{4}.*")
_COUNTS = re.compile(r"with (\d+) functions, (\d+) alarms, ([0-9.]+) a month")


@pytest.fixture(scope="module")
def resources() -> dict[str, Any]:
    return build("prod").template["Resources"]


@pytest.mark.xdist_group("package")
def test_functions_and_alarms_are_counted_right(resources) -> None:
    kinds = [each["Type"] for each in resources.values()]
    functions = kinds.count("AWS::Serverless::Function")
    alarms = kinds.count("AWS::CloudWatch::Alarm")
    cost = f"{(alarms - FREE_ALARMS) * DOLLARS_FOR_AN_ALARM:.2f}"

    found = _COUNTS.search(OPERATIONS)
    assert found, "docs/operations.md counts no functions and alarms any more"
    assert found.groups() == (str(functions), str(alarms), cost), "write these in operations.md"


def test_the_cost_of_cases_is_what_was_measured() -> None:
    measured = re.search(r"1,000 cases before SMS, dollars \| ([0-9.]+) \| ([0-9.]+)", FIGURES)
    assert measured
    value, budget = map(float, measured.groups())
    assert f"{value:.3f} for 1,000 cases" in OPERATIONS
    assert f"the budget is {budget:.3f}" in OPERATIONS

    rows = re.findall(r"^\| ([0-9,]+) \(.*?\| ([0-9.]+) \| 1\.00", OPERATIONS, re.MULTILINE)
    assert len(rows) >= 3
    for cases, dollars in rows:
        assert dollars == f"{int(cases.replace(',', '')) * value / 1000:.2f}", cases


def test_the_runbook_names_every_credential() -> None:
    names = [video_jitsi.SECRET, video_jitsi.PRIVATE_KEY]
    for provider in PROVIDERS:
        names += () if provider.by_aws else sms_provider(provider).CREDENTIALS

    assert len(names) >= 8
    assert [name for name in names if f"`{name}`" not in OPERATIONS] == []


def listed(text: str) -> Iterator[tuple[str, str]]:
    """The calls of a document's tables: "`POST /a/{id}/b`, `/c`" is two."""
    for cell in re.findall(r"^\| (`.*?) \|", text, re.MULTILINE):
        methods, path = "", ""
        for quoted in re.findall(r"`([^`]+)`", cell):
            verb, _, rest = quoted.rpartition(" ")
            methods, before = verb or methods, path
            path = rest.partition("?")[0]
            if not verb or path.startswith("…"):
                path = _beside(before, path.removeprefix("…"))
            for method in methods.split(","):
                yield method, path


def _beside(before: str, path: str) -> str:
    """A path without a method, or after "…", is whole or goes on from a part of the one before."""
    whole = {_plain(known) for known in app.routes}
    parts = before.split("/")
    for start in ("", *("/".join(parts[:end]) for end in range(len(parts), 0, -1))):
        if _plain(start + path) in whole:
            return start + path
    return path


def _plain(path: str) -> str:
    return _VARIABLE.sub("{}", path).replace("{}.ics", "{}")


def described() -> set[tuple[str, str]]:
    paths = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))["paths"]
    return {(method.upper(), _plain(path)) for path, methods in paths.items() for method in methods}


def test_every_call_that_is_listed_is_described() -> None:
    calls, _, pages = CALLS.partition("\n## Pages\n")
    assert pages

    found = [(method, _plain(path)) for method, path in listed(calls)]
    assert len(found) > 40
    assert [call for call in found if call not in described()] == []


def test_every_page_that_is_listed_is_a_page() -> None:
    known = {
        (method, _plain(path))
        for path, methods in app.routes.items()
        for method, entry in methods.items()
        if entry.view_function.made.is_page
    }
    found = [(method, _plain(path)) for method, path in listed(CALLS.partition("\n## Pages\n")[2])]

    assert ("POST", "/s/{}/offer") in found
    assert [page for page in found if page not in known] == []


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_links_and_commands_of_the_first_pages_exist(name) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:)([^)#]+)", text) + re.findall(r'src="([^"]+)"', text)
    targets = re.findall(
        r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
    )

    assert len(links) > 3
    assert [link for link in links if not (ROOT / link).exists()] == []
    commands = set(re.findall(r"(?:^|`|\()make (?:-s )?([a-z-]+)", text, re.MULTILINE))
    assert len(commands) > 5
    assert commands <= set(targets)


def test_the_readme_has_the_costs_of_the_runbook() -> None:
    costs = re.compile(r"^\| ([0-9,]+) (?:\(.*?\) )?\| ([0-9.]+) \| ([0-9.]+)", re.MULTILINE)
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = costs.findall(page)

    assert len(shown) >= 4
    assert set(shown) <= set(costs.findall(OPERATIONS))
    measured = re.search(r"([0-9.]+) for 1,000 cases", OPERATIONS)
    alarms = _COUNTS.search(OPERATIONS)
    assert measured
    assert alarms
    assert f"{measured[0]} (" in page
    assert f"cost {alarms[3]} a month" in page


def test_the_pictures_of_the_readme_are_small() -> None:
    sizes = {picture.name: picture.stat().st_size for picture in readme.FOLDER.iterdir()}

    assert sorted(sizes) == sorted(f"{each.name}.webp" for each in readme.PICTURES)
    assert [name for name, size in sizes.items() if size > readme.MOST_BYTES] == []


def test_each_decision_is_listed_once() -> None:
    rows = _ROW.findall((ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8"))

    assert sorted(file for _, file, _, _ in rows) == [record.name for record in RECORDS]
    assert [number for number, file, _, _ in rows if not file.startswith(f"{number}-")] == []


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.name[:4])
def test_a_decision_has_status_and_date_and_the_title_that_is_listed(record) -> None:
    rows = _ROW.findall((ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8"))
    found = _RECORD.match(record.read_text(encoding="utf-8"))
    assert found, "the record begins with its number, title, status, date and context"
    number, title, status = found.groups()

    assert int(number) == int(record.name[:4])
    assert _STATUS.fullmatch(status), status
    assert [(listed, remark) for _, file, listed, remark in rows if file == record.name] == [
        (title, status.removeprefix("accepted").removeprefix("; "))
    ]
