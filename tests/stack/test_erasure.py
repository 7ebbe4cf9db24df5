"""After an erasure no table, log or export of the deployed stack tells whose case it was."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date

import pytest

from tests.stack.harness import StackUnderTest
from tests.stack.working_day import ONE_DAY, Desk, ask, at, publish

PHONE, DIGITS = "+919812345733", "9812345733"
NAME = "Zubeida Quillfeather"
MESSAGE = "marzipan in the lower left lung"
SMS = "पन्ना भाई का बेटा बोल रहा हूँ"
NOTE = "keeps seventeen parrots"
SECRETS = (DIGITS, "98123 45733", "Zubeida", "Quillfeather", "marzipan", "पन्ना", "parrots")
IN_TABLES = (DIGITS, NAME, MESSAGE, SMS, NOTE)
MONDAY = date(2027, 5, 31)


@pytest.fixture(autouse=True)
def an_empty_helpline(stack: StackUnderTest) -> None:
    stack.empty()


def tables(stack: StackUnderTest) -> str:
    names = [name for name in stack.outputs if name.endswith("Table")]
    assert len(names) >= 4
    return json.dumps([stack.items(name) for name in names], ensure_ascii=False, default=str)


def logs(stack: StackUnderTest) -> str:
    client = stack.client("logs")
    return "\n".join(_lines(client))


def _lines(client) -> Iterator[str]:
    for groups in client.get_paginator("describe_log_groups").paginate():
        for group in groups["logGroups"]:
            pages = client.get_paginator("filter_log_events")
            for page in pages.paginate(logGroupName=group["logGroupName"]):
                yield from (event["message"] for event in page["events"])


def exports(stack: StackUnderTest, reference: str, token: str) -> str:
    """Everything that the case can be had as, by the patient and by administrators."""
    admin = stack.token("admin")
    case, days = f"/admin/cases/{reference}", "from=2027-05-20&to=2027-06-10"
    answers = [
        stack.call("GET", f"/callbacks/{reference}/data?t={token}"),
        stack.call("GET", f"/callbacks/{reference}?t={token}"),
        stack.call("GET", case, token=admin),
        stack.call("GET", f"{case}/fhir", token=admin),
        stack.call("POST", "/admin/cases/search", token=admin, json={"name": NAME}),
        stack.call("GET", f"/admin/messages?{days}", token=admin),
        stack.call("POST", "/admin/messages/search", token=admin, json={"phone": PHONE}),
        stack.call("GET", f"/admin/audit?case={reference}", token=admin),
        stack.call("GET", f"/admin/reports?{days}", token=admin, headers={"Accept": "text/csv"}),
    ]
    assert [answer.status_code for answer in answers] == [200] * len(answers)
    return "\n".join(answer.content.decode() for answer in answers)


def found(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


def worked_case(stack: StackUnderTest) -> tuple[str, str]:
    """A case of many words: asked for by web and SMS, told of, called, noted, read, exported."""
    publish(stack, [MONDAY], "dr-erasure")
    stack.set_clock(at(MONDAY, 10))
    asked = ask(stack, PHONE, name=NAME, message=MESSAGE, language="en", city="Quillfeather Lane")
    for text, name in ((SMS, "more"), ("STATUS", "status")):
        stack.send_sms(PHONE, text, f"erasure-{name}")
    assert stack.wait_for(lambda: len(stack.sent_sms(PHONE)) >= 3)
    sent = " ".join(stack.sent_sms(PHONE))
    (token, *_) = re.findall(rf"/c/{asked['reference']}\?t=([\w-]+)", sent)
    desk = Desk(stack, "dr-erasure")
    reference = desk.take()
    assert reference == asked["reference"]
    desk.tell(reference, "no_answer", note=NOTE)
    return reference, token


def test_an_erasure_leaves_nothing_anywhere_and_proves_it(stack: StackUnderTest) -> None:
    reference, token = worked_case(stack)
    before = tables(stack)
    assert [each for each in IN_TABLES if each not in before] == [], "the search can't see"
    assert {"Zubeida", "marzipan", "parrots"} <= set(found(exports(stack, reference, token)))

    stack.set_clock(at(MONDAY, 11))
    answer = stack.call("POST", f"/callbacks/{reference}/withdraw", json={"t": token})
    assert (answer.status_code, answer.json()["closed_reason"]) == (200, "erased"), answer.text
    purged: Mapping[str, int] = stack.invoke("purge")
    assert (purged["proven"], purged["unproven"]) == (1, 0)

    assert found(tables(stack)) == []
    assert found(exports(stack, reference, token)) == []
    log = logs(stack)
    assert '"purged"' in log, "the search can't see"
    assert found(log) == []

    stack.set_clock(at(MONDAY + 2 * ONE_DAY, 11))
    assert stack.invoke("purge")["proven"] == 1
    assert [item for item in stack.items("CasesTable") if item["pk"]["S"] == "ERASURE"] == []
    entries = stack.call("GET", f"/admin/audit?case={reference}", token=stack.token("admin"))
    actions = [entry["action"] for entry in entries.json()["entries"]]
    assert actions.count("erasure.prove") == 2
    assert {"case.read", "case.attempt", "case.claim"} <= set(actions)
    path = f"/admin/audit?subject=own:{reference}"
    entries = stack.call("GET", path, token=stack.token("admin")).json()["entries"]
    assert {"consent.withdraw", "data.read"} == {entry["action"] for entry in entries}


def test_no_entry_of_the_audit_is_replaced(stack: StackUnderTest) -> None:
    stack.call("GET", "/admin/audit", token=stack.token("admin"))
    (entry,) = stack.items("AuditTable")
    database = stack.client("dynamodb")
    statement = f"INSERT INTO \"{stack.outputs['AuditTable']}\" VALUE {{'pk': ?, 'sk': ?}}"

    with pytest.raises(database.exceptions.DuplicateItemException):
        database.execute_statement(Statement=statement, Parameters=[entry["pk"], entry["sk"]])

    assert stack.items("AuditTable") == [entry]
