"""Ctrl-C while something is set up or runs: one line, no traceback, and nothing stays behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from infra.paths import ROOT

# A child that starts a grandchild, tells its number and waits; a traceback would show.
CHILD = """
import subprocess, sys
grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open(sys.argv[1], "w").write(str(grandchild.pid) + "\\n")
grandchild.wait()
"""
PARENT = """
import sys
from infra.run import Stopped, stop
from infra.processes import run_apart
import signal
signal.signal(signal.SIGINT, stop)
print("begun", flush=True)
try:
    run_apart([sys.executable, "-c", sys.argv[2], sys.argv[1]])
except Stopped:
    print("Stopping ...")
"""
SET_UP = """
import sys
sys.argv = ["bootstrap.py"]
sys.path.insert(0, "infra")
import bootstrap
bootstrap.check_python = lambda: bootstrap.finish(
    [bootstrap.begin([sys.executable, "-c", {child!r}, {told!r}], {{}})]
)
print("begun", flush=True)
bootstrap.run()
"""


def interrupted(script: str, told: Path, *arguments: str) -> tuple[int, str, int]:
    """Run a script, interrupt it when its grandchild runs, and say how it ended."""
    os.mkfifo(told)
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script), str(told), *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        # The pipe opens when the grandchild is there.
        grandchild = int(told.read_text(encoding="ascii"))
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=60)
    return process.returncode, output, grandchild


def is_alive(process: int) -> bool:
    """Whether a process runs; one that has ended and was not yet waited for does not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="ascii")
    except FileNotFoundError:
        return False
    return state.rpartition(")")[2].split()[0] != "Z"


@pytest.mark.skipif(not Path("/proc").exists(), reason="reads /proc")
def test_a_command_that_is_stopped_leaves_nothing_behind(tmp_path):
    status, output, grandchild = interrupted(PARENT, tmp_path / "told", CHILD)

    assert (status, output.splitlines()) == (0, ["begun", "Stopping ..."])
    assert not is_alive(grandchild)


@pytest.mark.skipif(not Path("/proc").exists(), reason="reads /proc")
def test_set_up_that_is_stopped_says_so_in_one_line(tmp_path):
    told = tmp_path / "told"
    script = SET_UP.format(child=CHILD, told=str(told))
    status, output, grandchild = interrupted(script, told)

    assert status == 130
    assert "Traceback" not in output
    assert output.splitlines()[-1].startswith("helpline: set-up was stopped")
    assert not is_alive(grandchild)
