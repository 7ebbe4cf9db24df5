"""The audit's table: entries are added, found by each of three ways, and never replaced."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.core.domain.audit import AuditEntry, Axis
from chalicelib.core.domain.cursors import encode_cursor
from chalicelib.core.domain.errors import InvalidInput
from chalicelib.core.dynamodb import schema
from chalicelib.core.dynamodb.audit import AuditItem, DynamoAudit
from chalicelib.core.dynamodb.errors import ConditionFailed
from chalicelib.core.dynamodb.table import Table
from chalicelib.core.services.audit_log import AuditPage
from infra.dev.moto_database import inserts
from tests.support.builders import NOON

DAY = "2026-11-23"
YEAR = NOON + timedelta(days=400)
SPAN = (NOON - timedelta(days=1), NOON + timedelta(days=1))


def an_entry(number: int = 0, **changes: Any) -> AuditEntry:
    at = NOON + timedelta(minutes=number)
    entry = AuditEntry(
        id=f"{int(at.timestamp()) * 1_000_000:016d}-{number:016x}",
        at=at,
        who="meera",
        role="administrators",
        action="case.read",
        subject="K7M240R59XK",
        address="203.0.113.7",
        agent="Chrome/130 Android",
        request_id="request-1",
        detail={"found": "3"},
    )
    return replace(entry, **changes)


@pytest.fixture
def audit(database, new_table) -> Iterator[DynamoAudit]:
    with inserts():
        yield DynamoAudit(Table(database, new_table(schema.AUDIT)))


def store(audit: DynamoAudit, *entries: AuditEntry) -> None:
    for entry in entries:
        audit.begin(entry, YEAR)()


@pytest.mark.parametrize(
    ("axis", "value"),
    [(Axis.SUBJECT, "K7M240R59XK"), (Axis.PERSON, "meera"), (Axis.DAY, DAY)],
)
def test_an_entry_is_found_whole_by_each_of_its_ways(audit, axis, value):
    bare = an_entry(1, subject=None, who="ravi", address="", agent="", request_id="", detail={})
    store(audit, an_entry(), bare)

    found = audit.find(AuditPage(axis, value, *SPAN, 10)).items

    assert found == ((bare, an_entry()) if axis is Axis.DAY else (an_entry(),))


def test_what_stands_is_never_replaced(audit):
    store(audit, an_entry())
    forged = AuditItem(
        pk=DAY,
        sk=an_entry().id,
        at=NOON,
        who="ravi",
        role="none",
        action="case.read",
        expires_at=YEAR,
    )

    with pytest.raises(ConditionFailed):
        audit.table.insert(forged)
    store(audit, an_entry())  # our own again, its acknowledgement lost

    assert audit.find(AuditPage(Axis.DAY, DAY, *SPAN, 10)).items == (an_entry(),)


def test_pages_join_without_a_gap_while_entries_come(audit):
    entries = [an_entry(number) for number in range(7)]
    store(audit, *entries)
    page = audit.find(AuditPage(Axis.SUBJECT, "K7M240R59XK", *SPAN, 3))
    listed = list(page.items)
    store(audit, an_entry(60))
    while page.cursor:
        page = audit.find(AuditPage(Axis.SUBJECT, "K7M240R59XK", *SPAN, 3, page.cursor))
        listed += page.items

    assert listed == entries[::-1]


def test_the_span_is_half_open(audit):
    store(audit, *(an_entry(number) for number in range(3)))

    found = audit.find(AuditPage(Axis.PERSON, "meera", NOON, NOON + timedelta(minutes=2), 10))

    assert found.items == (an_entry(1), an_entry(0))


def test_a_forged_cursor_is_refused(audit):
    with pytest.raises(InvalidInput):
        audit.find(AuditPage(Axis.DAY, DAY, *SPAN, 10, "forged"))


@pytest.mark.parametrize("axis", [Axis.SUBJECT, Axis.DAY])
@pytest.mark.parametrize("place", ["0", "9", "\ud800"])
def test_a_cursor_forged_out_of_the_span_is_refused_before_dynamodb_would(audit, axis, place):
    value, cursor = {
        Axis.SUBJECT: ("K7M240R59XK", encode_cursor([DAY, place])),
        Axis.DAY: (DAY, encode_cursor([place])),
    }[axis]

    with pytest.raises(InvalidInput) as refused:
        audit.find(AuditPage(axis, value, *SPAN, 10, cursor))

    assert [(each.field, each.field_code) for each in refused.value.fields] == [
        ("cursor", "invalid")
    ]


def test_storing_is_one_call_and_finding_another(audit, monkeypatch):
    calls = []
    call = audit.table.database.call
    monkeypatch.setattr(
        audit.table.database, "call", lambda *given: (calls.append(given[0]), call(*given))[1]
    )
    store(audit, an_entry())
    audit.find(AuditPage(Axis.SUBJECT, "K7M240R59XK", *SPAN, 10))

    assert calls == ["ExecuteStatement", "Query"]


def test_an_entry_expires_when_its_time_is_over(audit, client):
    store(audit, an_entry())

    items = client.scan(TableName=audit.table.name)["Items"]

    assert [item["expires_at"]["N"] for item in items] == [str(int(YEAR.timestamp()))]
