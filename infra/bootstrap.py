"""Sets a clone up: the project's environment in `.venv`, the engine's in `.local`.

Run by whichever Python the machine has, before anything is installed: standard library only, and
nothing that an older Python 3 could not at least parse, so that it can say what is wrong.
"""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

OLDEST, NEWEST = (3, 11), (3, 13)
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
ROOT = Path(__file__).resolve().parent.parent
PROJECT = ROOT / ".venv"
# Said again in infra/paths.py, which is not to be imported before the version is known to do.
ENGINE = ROOT / ".local" / "engine-environment"


def refuse(message: str) -> NoReturn:
    """Say the one thing that is wrong, and stop."""
    sys.exit("helpline: " + message)


def check_python() -> None:
    """Refuse a Python that the packages, or Lambda, do not go with."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        refuse(
            "Python 3.11, 3.12 or 3.13 is needed, and {} is {}: name one with PYTHON=, "
            "as in make run PYTHON=python3.13".format(
                sys.executable, ".".join(map(str, sys.version_info[:3]))
            )
        )
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        refuse(
            "this Python has no venv module: install it first "
            "(Debian and Ubuntu: apt install python3-venv)"
        )


def interpreter(environment: Path) -> Path:
    """Return an environment's own Python."""
    return environment / "bin" / "python"


def wanted(requirements: Path) -> str:
    """Return what an environment made now would be stamped with."""
    content = hashlib.sha256(requirements.read_bytes()).hexdigest()
    return f"{sys.version_info[0]}.{sys.version_info[1]} {content}\n"


def is_ready(environment: Path, requirements: Path) -> bool:
    """Tell whether the environment holds just what the requirements ask for."""
    stamp = environment / "installed"
    return (
        interpreter(environment).exists()
        and stamp.exists()
        and stamp.read_text() == wanted(requirements)
    )


def create(environment: Path) -> "subprocess.Popen[bytes]":
    """Start to make an empty environment in place of whatever is there."""
    python = sys.executable
    if sys.prefix != sys.base_prefix:
        # Run by the environment that is to be made anew: its base outlives it.
        python = f"{sys.base_prefix}/bin/python{sys.version_info[0]}.{sys.version_info[1]}"
    shutil.rmtree(environment, ignore_errors=True)
    return begin([python, "-m", "venv", str(environment)], dict(os.environ))


def install(environment: Path, requirements: Path) -> "subprocess.Popen[bytes]":
    """Start to fill an environment, each file checked by its hash."""
    return begin(
        [
            str(interpreter(environment)),
            *("-m", "pip", "-qq", "--disable-pip-version-check"),
            *("install", "--no-compile", "--require-hashes", "-r", str(requirements)),
        ],
        {**os.environ, "PIP_ROOT_USER_ACTION": "ignore"},
    )


BEGUN: "list[subprocess.Popen[bytes]]" = []


def begin(command: "list[str]", env: "dict[str, str]") -> "subprocess.Popen[bytes]":
    """Start a command that Ctrl-C does not reach: it would print a traceback of its own."""
    process = subprocess.Popen(command, env=env, start_new_session=True)
    BEGUN.append(process)
    return process


def end_all() -> None:
    """Kill whatever was begun and still runs, with all that it started itself."""
    for process in BEGUN:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def finish(processes: "list[subprocess.Popen[bytes]]") -> None:
    """Wait for all, showing that something goes on; refuse where one failed."""
    while any(process.poll() is None for process in processes):
        time.sleep(1)
        print(".", end="", flush=True)
    if any(process.returncode != 0 for process in processes):
        print()
        refuse("installing failed, see above; once it can work, run the same command again")


def main() -> None:
    """Make or renew the two environments, side by side, and only where something changed."""
    check_python()
    requirements = {
        PROJECT: ROOT / "requirements-dev.txt",
        ENGINE: ROOT / "infra" / "requirements-aws-emulator.txt",
    }
    ENGINE.parent.mkdir(exist_ok=True)
    with (ENGINE.parent / "setup.lock").open("w") as lock:
        # Two commands in one clone: the second waits, and finds the work done.
        fcntl.flock(lock, fcntl.LOCK_EX)
        stale = [place for place in requirements if not is_ready(place, requirements[place])]
        if not stale:
            return
        started = time.monotonic()
        print("Installing what the project needs (once, about a minute) ", end="", flush=True)
        finish([create(place) for place in stale])
        finish([install(place, requirements[place]) for place in stale])
        for place in stale:
            (place / "installed").write_text(wanted(requirements[place]))
        print(f" done in {time.monotonic() - started:.0f} s", flush=True)


def stop(_signal: int, _frame: object) -> NoReturn:
    """Turn the first signal to stop into an exception, and ignore those that follow."""
    for again in STOPS:
        signal.signal(again, signal.SIG_IGN)
    raise KeyboardInterrupt


def run() -> None:
    """Set up, unless told to stop: then say so in one line, and leave no process behind."""
    for each in STOPS:
        signal.signal(each, stop)
    try:
        main()
    except KeyboardInterrupt:
        # What is half installed has no stamp, and is made anew the next time.
        end_all()
        print()
        print("helpline: set-up was stopped; the same command begins it again", flush=True)
        sys.exit(130)


if __name__ == "__main__":
    run()
