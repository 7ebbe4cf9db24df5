"""Runs the engine for as long as whoever started it lives: the engine's own Python runs this file.

Its standard input is a pipe that the starter holds open. When the starter goes, in whatever way,
the pipe closes, and the engine saves its state and stops instead of staying behind.

The engine saves its state when it stops, and only then. Here it is saved every now and then too: a
machine that is switched off, or an engine that is killed, loses what came after.
"""

import os
import signal
import sys
import threading
import time

from ministack import app


def stop_with_starter() -> None:
    """Wait for the pipe to close, then stop this process as if asked to."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def save_every(seconds: float) -> None:
    """Save the state again and again; each file is replaced as a whole.

    A table that changes while it is written makes the engine keep the file of the time before.
    """
    while True:
        time.sleep(seconds)
        app.save_all(app._build_persistence_save_dict())  # noqa: SLF001  # it offers no other way


if __name__ == "__main__":
    sys.argv = ["engine"]
    threading.Thread(target=stop_with_starter, daemon=True).start()
    seconds = float(os.environ["SAVE_EVERY_SECONDS"])
    threading.Thread(target=save_every, args=(seconds,), daemon=True).start()
    app.main()
