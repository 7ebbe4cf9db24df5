"""Bad input in its short form, and that what it looks for is seen where it is planted."""

from __future__ import annotations

import io
import logging
from collections import Counter

import click
import pytest

from chalicelib.cases.services.request_callback import RequestCallback
from chalicelib.cases.web.schemas import callbacks
from helpline import roster, sheets
from tests.resilience import fuzzing
from tests.resilience.entry_points import a_site
from tests.resilience.fuzzing import explore, in_vain

pytestmark = pytest.mark.xdist_group("faults")
SHARE = 4
"""Of so many calls and pages one is asked; all calls are in tests/stack/test_description.py."""


def asking():
    """Describe the one call by which patients ask."""
    described = fuzzing.calls()
    return {**described, "paths": {"/callbacks": described["paths"]["/callbacks"]}}


@pytest.fixture(scope="module")
def site():
    with a_site() as opened:
        yield opened


def found(site, examples=20):
    return "\n".join(explore(site, "asking", asking(), examples).broken)


@pytest.mark.parametrize("describe", [fuzzing.calls, fuzzing.pages])
def test_whatever_is_sent_is_taken_or_refused(site, describe):
    outcome = explore(site, "a share", describe(), 1, every=SHARE)

    assert not outcome.broken
    assert outcome.counts["inputs"] > 20


def test_texts_are_taken_and_sheets_are_read_or_refused(site):
    outcomes = [fuzzing.texts(site, 40), *fuzzing.spreadsheets(60)]

    assert [outcome.broken for outcome in outcomes] == [[], [], []]


def test_the_forms_are_asked_for_all_their_fields():
    assert {"phone", "consent", "csrf", "result", "members", "acting_for"} <= {*fuzzing.FIELDS}


def test_a_kind_that_never_gets_in_is_told_of():
    assert list(in_vain(Counter({422: 99, 303: 1}))) == ["1 got past the first checks"]
    assert not list(in_vain(Counter({422: 98, 200: 2})))


def test_a_fault_of_ours_is_found(site, monkeypatch):
    monkeypatch.setattr(callbacks, "load", lambda _, data: {}["phone"])

    told = found(site, 5)
    assert "Server error" in told
    assert "KeyError" in told


def test_something_personal_in_the_log_is_found(site, monkeypatch):
    call = RequestCallback.__call__

    def talkative(self, request, now):
        logging.getLogger("chalicelib").warning("asked", extra={"phone": request.phone.e164})
        return call(self, request, now)

    monkeypatch.setattr(RequestCallback, "__call__", talkative)

    assert "in the log" in found(site)


def test_what_is_stored_of_something_refused_is_found(site, monkeypatch):
    call = RequestCallback.__call__

    def hasty(self, request, now):
        call(self, request, now)
        return {}[""]

    monkeypatch.setattr(RequestCallback, "__call__", hasty)

    assert "something was stored" in found(site)


@pytest.mark.parametrize(
    "text",
    ["date,line,oncologists\n" + "x" * 200_000, "date,line,oncologists\n9999-12-31,all,asha"],
    ids=["a cell without end", "the last day of all"],
)
def test_a_sheet_that_broke_the_command_line(text):
    sheet = io.BytesIO(text.encode())
    sheet.name = "sheet.csv"
    line = {"id": "all", "start": "10:00", "end": "24:00"}
    stored = roster.Stored([line], [{"id": "asha", "name": "Asha"}], fuzzing.ZoneInfo("UTC"))

    with pytest.raises(click.ClickException):
        roster.shifts(sheets.read_sheet(sheet, roster.COLUMNS, roster.NEEDED), stored)
