"""The command line on the deployed stack: signed in, a sheet imported, a case counted."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from helpline.commands import main
from infra import demo
from tests.stack.harness import StackUnderTest
from tests.stack.working_day import ask

SHEET = """id,name,registration,phone,languages,gender
cli-uma,Dr Uma Rao,KMC-1,9811150001,kn,female
cli-vik,Dr Vik Das,WBMC-2,{phone},"bn, hi",male
cli-wad,Dr Wad Shah,GMC-3,9811150003,gu,female
"""
PHONE = "9811150009"


@pytest.fixture
def run(stack: StackUnderTest, tmp_path, monkeypatch):
    monkeypatch.setenv("HELPLINE_CONFIG", str(tmp_path))
    monkeypatch.setenv("HELPLINE_PASSWORD", demo.PASSWORD)
    for name in ("HELPLINE_URL", "HELPLINE_TOKEN"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str, code: int = 0) -> Any:
        result = CliRunner().invoke(main, ["--local", "--port", str(stack.port), *arguments])
        assert result.exit_code == code, result.output
        return json.loads(result.stdout) if "--json" in arguments else result.output

    return run


def test_an_administrators_evening(stack: StackUnderTest, run, tmp_path) -> None:
    stack.token("admin")
    run("sign-in", "--name", "test-admin")
    sheet = tmp_path / "people.csv"

    sheet.write_text(SHEET.format(phone="12"))
    assert "row 3, phone:" in run("oncologists", "import", str(sheet), code=1)
    assert not stored_ids(run)
    sheet.write_text(SHEET.format(phone="9811150002"))
    assert run("oncologists", "import", str(sheet), "--json")["stored"] == 3
    assert stored_ids(run) == {"cli-uma", "cli-vik", "cli-wad"}

    before = run("report", "--json")["calls"]
    ask(stack, PHONE, city="Ratlam", age=33)
    stack.wait_for(lambda: run("report", "--json")["calls"] == before + 1, seconds=60)
    report = run("report", "--json")
    assert {group["name"] for group in report["groups"]["city"]} >= {"Ratlam"}
    assert report["days"][-1]["calls"] >= 1
    today = report["days"][-1]["day"]
    assert run("rebuild-report", "--from", today, "--to", report["to"], "--json")["counted"] >= 1
    assert run("report", "--json") == report
    assert run("report", "--csv").startswith("\ufeffsection,")
    run("sign-out")
    assert "sign-in" in run("report", code=1)


def stored_ids(run) -> set[str]:
    people = run("oncologists", "list", "--json")
    return {each["id"] for each in people if each["id"].startswith("cli-")}
