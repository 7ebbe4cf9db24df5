"""Bad input in its short form, and that what it looks for is seen where it is planted."""

from __future__ import annotations

import io
import logging

import click
import pytest

from chalicelib.cases.services.request_callback import RequestCallback
from chalicelib.cases.web.schemas import callbacks
from helpline import roster, sheets
from tests.resilience import fuzzing as bad_input
from tests.resilience.entry_points import with_fakes, with_tables
from tests.resilience.fuzzing import KINDS, explore
from tests.resilience.outcome import Outcome

PHONES = KINDS["phones"][2]


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_is_sent_is_taken_or_refused(kind):
    fakes, _, inputs = KINDS[kind]
    outcome = explore(kind, with_fakes if fakes else with_tables, inputs, 40 if fakes else 12)

    assert not outcome.broken
    assert outcome.counts["inputs"] > 10


@pytest.mark.parametrize(("kind", "is_told"), [("phones", True), ("tokens", False)])
def test_a_kind_that_never_gets_in_is_told_of(kind, is_told):
    shut_out = Outcome(kind, {"inputs": 100, "4xx": 99, "3xx": 1})

    assert bool(list(bad_input._in_vain(kind, shut_out))) == is_told
    assert not list(bad_input._in_vain(kind, Outcome(kind, {"inputs": 100, "2xx": 2})))


def test_tables_hold_together():
    assert not explore("phones", with_tables, PHONES, 15).broken


def test_sheets_are_read_or_refused():
    assert not [each.broken for each in bad_input._sheets(60) if each.broken]


def test_a_fault_of_ours_is_found(monkeypatch):
    monkeypatch.setattr(callbacks, "load", lambda _, data: {}["phone"])

    (told,) = explore("phones", with_fakes, PHONES, 5).broken
    assert "KeyError" in told


def test_something_personal_in_the_log_is_found(monkeypatch):
    call = RequestCallback.__call__

    def talkative(self, request, now):
        logging.getLogger("chalicelib").warning("asked", extra={"phone": request.phone.e164})
        return call(self, request, now)

    monkeypatch.setattr(RequestCallback, "__call__", talkative)

    (told,) = explore("phones", with_fakes, PHONES, 60).broken
    assert "in the log" in told


def test_what_is_stored_of_something_refused_is_found(monkeypatch):
    call = RequestCallback.__call__

    def hasty(self, request, now):
        call(self, request, now)
        return {}[""]

    monkeypatch.setattr(RequestCallback, "__call__", hasty)

    assert any("stored" in told for told in explore("phones", with_fakes, PHONES, 60).broken)


@pytest.mark.parametrize(
    "text",
    ["date,line,oncologists\n" + "x" * 200_000, "date,line,oncologists\n9999-12-31,all,asha"],
    ids=["a cell without end", "the last day of all"],
)
def test_a_sheet_that_broke_the_command_line(text):
    sheet = io.BytesIO(text.encode())
    sheet.name = "sheet.csv"
    line = {"id": "all", "start": "10:00", "end": "24:00"}
    stored = roster.Stored([line], [{"id": "asha", "name": "Asha"}], bad_input.ZoneInfo("UTC"))

    with pytest.raises(click.ClickException):
        roster.shifts(sheets.read_sheet(sheet, roster.COLUMNS, roster.NEEDED), stored)
