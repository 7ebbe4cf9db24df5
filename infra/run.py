"""`make run`: the whole helpline on this machine, in the foreground, until it is told to stop."""

import argparse
import os
import signal
import sys
import time
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from infra.aws_emulator import Engine
    from infra.local_stack import LocalStack

# What takes a second to import is imported below: by then Ctrl-C is one line, and no traceback.

PORTS = range(1, 65536)


class Stopped(Exception):
    """Somebody asked the command to stop; raised wherever it is just then."""


def stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    """Turn the first signal into an exception, and ignore those that follow while it winds up."""
    for again in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(again, signal.SIG_IGN)
    raise Stopped


def say(line: str) -> None:
    """Tell the person at the terminal, at once even through a pipe."""
    print(line, flush=True)


def describe(stack: "LocalStack", handset: str) -> str:
    """Return what somebody who sees the helpline for the first time wants to know."""
    from infra import demo
    from infra.local_stack import folder_for

    return f"""
  A patient's phone     {handset}/  (begin here: send an SMS, and see what comes back)
  Patients ask here     {stack.url}/
  What can be called    {handset}/api
  Engine's own API      http://localhost:{stack.port}  (AWS SDKs and CLI, region ap-south-1)
  SMS that were sent    http://localhost:{stack.port}/_ministack/sns/sms-messages
  An SMS in             make sms FROM=+919812345678 TEXT='call me' PORT={stack.port}
  A bearer token        make token ROLE=oncologist PORT={stack.port}   (or ROLE=admin)
  Demo sign-ins         {", ".join([demo.ADMINISTRATOR, *(one.id for one in demo.ONCOLOGISTS)])}
                        password {demo.PASSWORD}
  Log                   {os.path.relpath(folder_for(stack.port) / "engine.log")}
"""


def wait(engine: "Engine") -> None:
    """Return when the engine stops by itself, or whoever started this command is gone."""
    starter = os.getppid()
    while engine.is_running():
        if os.getppid() != starter:
            raise Stopped
        time.sleep(0.5)


def run(port: int, *, fresh: bool) -> int:
    """Bring the stack up, keep it up, and take it down; return the exit status."""
    from infra.aws_emulator import Engine, EngineError
    from infra.deploy import DeployError
    from infra.local_stack import bring_up, folder_for, seed
    from infra.phone_simulator.server import serving

    engine = Engine(port, folder_for(port))
    try:
        started = time.monotonic()
        stack = bring_up(engine, say, fresh=fresh)
        say("Seeding the demo ...")
        seed(stack)
        with serving(stack) as handset:
            say(describe(stack, handset.url))
            say(f"ready after {time.monotonic() - started:.0f} s; Ctrl-C stops it")
            wait(engine)
        say(f"helpline: the engine has stopped by itself: see {engine.log}")
    except Stopped:
        say("Stopping ...")
        return 0
    except (EngineError, DeployError) as error:
        say(f"helpline: {error}")
    finally:
        engine.stop()
    return 1


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="make run", description=__doc__)
    parser.add_argument("--port", default="8000")
    parser.add_argument("--fresh", default="")
    arguments = parser.parse_args()
    if not arguments.port.isdecimal() or int(arguments.port) not in PORTS:
        sys.exit(f"helpline: PORT={arguments.port} is no port: give a number from 1 to 65535")
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, stop)
    try:
        status = run(int(arguments.port), fresh=arguments.fresh not in {"", "0"})
    except Stopped:
        say("Stopping ...")
        status = 0
    sys.exit(status)


if __name__ == "__main__":
    main()
