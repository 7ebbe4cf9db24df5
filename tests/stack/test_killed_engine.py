"""An engine that is killed loses little, and the next start says what."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.aws_emulator import Engine
from infra.local_stack import Clients
from tests.stack.harness import free_port

PATIENCE = 30
# One engine at a time beside that of the folder's other tests.
pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = Engine(free_port(), tmp_path / "engine", save_every_seconds=0.2)
    yield engine
    engine.stop()


def put(engine: Engine, name: str) -> None:
    Clients(engine.port)("ssm").put_parameter(Name=name, Value="x", Type="String", Overwrite=True)


def names(engine: Engine) -> set[str]:
    found = Clients(engine.port)("ssm").describe_parameters()["Parameters"]
    return {each["Name"] for each in found}


def is_saved(engine: Engine, name: str) -> bool:
    path = engine.folder / "state" / "ssm.json"
    return path.exists() and name in json.dumps(json.loads(path.read_text(encoding="utf-8")))


def test_what_was_saved_outlives_a_kill_and_the_next_start_says_so(engine: Engine) -> None:
    engine.start()
    assert engine.lost == ""
    put(engine, "kept")
    until = time.monotonic() + PATIENCE
    while not is_saved(engine, "kept"):
        assert time.monotonic() < until, "it was never saved"
        time.sleep(0.05)
    assert engine.process_id is not None
    os.kill(engine.process_id, signal.SIGKILL)
    engine.stop()

    engine.start()
    assert "kept" in names(engine)
    assert "the last run was killed. Its state is that of " in engine.lost
    put(engine, "later")
    engine.stop()

    engine.start()
    assert {"kept", "later"} <= names(engine)
    assert engine.lost == ""


def test_what_the_functions_unpacked_is_moved_aside(engine: Engine) -> None:
    left = engine.folder / "scratch" / "ministack-lambda-old" / "app.py"
    left.parent.mkdir(parents=True)
    left.write_text("print()", encoding="utf-8")
    engine.start()

    assert not left.exists()
    engine.stop()
    assert not (engine.folder / "scratch").exists()
