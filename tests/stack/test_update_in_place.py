"""A release onto a stack that holds data, and the way back: nothing is lost, everything works.

It runs before the other tests of the stack (see ``harness.py``), so that all of them find a stack
that was updated twice.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from infra import deploy, release
from infra.deploy import Change, DeployError, Package, Terminal
from infra.local_stack import BUCKET, STAGE
from infra.local_template import for_engine
from infra.package import build
from tests.stack.harness import TABLES, StackUnderTest
from tests.stack.working_day import Desk, ask, at, publish

MONDAY = date(2027, 3, 1)
ANITA, BALU = "+919812399901", "+919812399902"
MARKER = "RELEASED"


class Watched:
    """A terminal that says yes, and remembers what it was shown."""

    def __init__(self, answer: bool = True) -> None:
        self.changes: list[Change] = []
        self.lines: list[str] = []
        self.answer = answer

    @property
    def terminal(self) -> Terminal:
        def confirm(changes: list[Change]) -> bool:
            self.changes = changes
            return self.answer

        return Terminal(confirm, self.lines.append)


@pytest.fixture
def data(stack: StackUnderTest) -> Iterator[str]:
    """A case that waits, and a doctor on duty; everything is emptied again afterwards."""
    stack.empty()
    publish(stack, [MONDAY], "test-oncologist")
    stack.set_clock(at(MONDAY, 10))
    yield ask(stack, ANITA, language="hi")["reference"]
    stack.pause_schedules()
    stack.empty()


def next_release(tmp_path: Path) -> tuple[Package, dict[str, Any]]:
    """The package of a release to come: its code is another, and its template says so."""
    package = build(STAGE, for_this_machine=True)
    code = tmp_path / "code.zip"
    code.write_bytes(package.code.read_bytes())
    with zipfile.ZipFile(code, "a") as archive:
        archive.writestr("released.txt", "the next one")
    template = json.loads(json.dumps(package.template))
    template["Globals"]["Function"]["Environment"]["Variables"][MARKER] = "next"
    template["Resources"]["NextTopic"] = {"Type": "AWS::SNS::Topic", "Properties": {}}
    return Package(STAGE, code, template, "next-release"), template


def variables(stack: StackUnderTest) -> dict[str, str]:
    configuration = stack.client("lambda").get_function_configuration(
        FunctionName=stack.outputs["APIHandlerName"]
    )
    found: dict[str, str] = configuration["Environment"]["Variables"]
    return found


def formation(stack: StackUnderTest) -> Any:
    return stack.client("cloudformation")


def works(stack: StackUnderTest, reference: str) -> None:
    """The oldest case is taken, called and told of: the API, the stream and SMS all work."""
    desk = Desk(stack, "test-oncologist")
    assert desk.take() == reference
    assert desk.tell(reference, "answered", note="spoke")["status"] == "completed"
    assert stack.invoke("due_cases")["leases_expired"] == 0


def test_an_update_in_place_and_the_way_back_keep_the_data(
    stack: StackUnderTest, data: str, tmp_path: Path
) -> None:
    before = deploy.find_stack(formation(stack), STAGE)
    package, template = next_release(tmp_path)
    seen = Watched()

    outputs = deploy.deploy(
        stack.client,
        package,
        for_engine(template, stack.port),
        {"Alarms": "all"},
        BUCKET,
        seen.terminal,
    )

    changed = {change.resource: change for change in seen.changes}
    assert changed["NextTopic"].action == "Add"
    assert changed["APIHandler"].action == "Modify"
    assert not any(changed[table].replaced for table in TABLES if table in changed)
    assert any("NextTopic" in line for line in seen.lines)
    assert {name: outputs[name] for name in TABLES} == {n: stack.outputs[n] for n in TABLES}
    assert variables(stack)[MARKER] == "next"
    stack.set_clock(at(MONDAY, 10, 1))
    second = ask(stack, BALU, language="en")["reference"]
    works(stack, data)

    back = Watched()
    release.roll_back(stack.client, STAGE, BUCKET, back.terminal)

    after = deploy.find_stack(formation(stack), STAGE)
    assert deploy.tag_of(after, deploy.PACKAGE_TAG) == deploy.tag_of(before, deploy.PACKAGE_TAG)
    assert deploy.tag_of(after, deploy.PREVIOUS_TAG) == package.digest
    assert {change.resource for change in back.changes if change.action == "Remove"} == {
        "NextTopic"
    }
    assert MARKER not in variables(stack)
    assert variables(stack)["PUBLIC_URL"] == stack.url, "a parameter that is not given stays"
    alarms = stack.client("cloudwatch").describe_alarms(AlarmNamePrefix="helpline-dev-")
    names = {alarm["AlarmName"] for alarm in alarms["MetricAlarms"]}
    assert {"helpline-dev-nobody-on-duty", "helpline-dev-api_handler-errors"} <= names
    works(stack, second)
    assert len(stack.items("CasesTable")) > 2


def test_a_refused_change_changes_nothing(stack: StackUnderTest, tmp_path: Path) -> None:
    package, template = next_release(tmp_path)
    before = change_sets(stack)
    seen = Watched(answer=False)

    with pytest.raises(DeployError, match="nothing was changed"):
        deploy.deploy(
            stack.client, package, for_engine(template, stack.port), {}, BUCKET, seen.terminal
        )

    assert seen.changes
    assert MARKER not in variables(stack)
    assert change_sets(stack) == before


def test_the_same_package_again_is_no_change(stack: StackUnderTest) -> None:
    deployed = deploy.tag_of(deploy.find_stack(formation(stack), STAGE), deploy.PACKAGE_TAG)
    stored = stack.client("s3").get_object(Bucket=BUCKET, Key=deploy.template_key(deployed))
    template = json.loads(stored["Body"].read())
    seen = Watched()

    outputs = deploy.change_stack(
        stack.client, STAGE, deployed, template, {}, BUCKET, terminal=seen.terminal
    )

    assert seen.changes == []
    assert outputs["CasesTable"] == stack.outputs["CasesTable"]


def change_sets(stack: StackUnderTest) -> set[str]:
    summaries = formation(stack).list_change_sets(StackName=deploy.stack_name(STAGE))["Summaries"]
    return {summary["ChangeSetName"] for summary in summaries}
