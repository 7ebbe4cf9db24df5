"""Runs the engine for as long as whoever started it lives: the engine's own Python runs this file.

Its standard input is a pipe that the starter holds open. When the starter goes, in whatever way,
the pipe closes, and the engine saves its state and stops instead of staying behind.
"""

import os
import signal
import sys
import threading

from ministack.app import main


def stop_with_starter() -> None:
    """Wait for the pipe to close, then stop this process as if asked to."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.argv = ["engine"]
    threading.Thread(target=stop_with_starter, daemon=True).start()
    main()
