"""Runs a command so that nothing of it stays behind when this process is told to stop."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def run_apart(
    command: Sequence[str | Path],
    **options: Any,  # noqa: ANN401  # Popen's own
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, in a process group of its own, and return what became of it.

    Ctrl-C reaches every process of a terminal's foreground group, and each would print a traceback.
    This command gets none: whatever is raised here meanwhile ends it, with all that it started.
    """
    with subprocess.Popen(command, text=True, start_new_session=True, **options) as process:
        try:
            out, err = process.communicate()
        except BaseException:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            raise
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)
