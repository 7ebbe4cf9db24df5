"""Starts and stops the embedded AWS engine, one for each port and folder."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from infra.paths import ENGINE_ENVIRONMENT, ROOT

# Not a secret: the engine takes any credentials, and SDKs want some.
ACCESS_KEY = "local"
START_SECONDS = 60
STOP_SECONDS = 20


class EngineError(Exception):
    """The engine cannot be started, in one line for the person at the terminal."""


def address(port: int) -> str:
    """Return the address of the engine's own API; 127.0.0.1 is the application's."""
    return f"http://localhost:{port}"


def is_free(port: int) -> bool:
    """Tell whether a server can listen on the port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return True
    return False


def is_engine(port: int) -> bool:
    """Tell whether an engine answers at the port."""
    try:
        with urllib.request.urlopen(f"{address(port)}/_ministack/health", timeout=2) as answer:  # noqa: S310 - built from a port
            return bool(answer.status == 200)  # noqa: PLR2004 - OK
    except (OSError, urllib.error.URLError, ValueError):
        return False


def forget_stream_positions(state: Path) -> None:
    """Have each stream read from its start by an engine that takes up a kept state.

    The engine keeps how far a stream was read and none of its records: of those that come after a
    restart it would pass over as many as it had read before it.
    """
    kept = state / "lambda.json"
    if not kept.exists():
        return
    content = json.loads(kept.read_text(encoding="utf-8"))
    if content.get("payload", {}).pop("dynamodb_stream_positions", None) is not None:
        changed = kept.with_suffix(".new")
        changed.write_text(json.dumps(content), encoding="utf-8")
        changed.replace(kept)


class Engine:
    """One engine process; its state, its log and the functions' clock are in its folder."""

    def __init__(self, port: int, folder: Path) -> None:
        self.port = port
        self.folder = folder
        self.log = folder / "engine.log"
        self.clock = folder / "clock"
        self._process: subprocess.Popen[bytes] | None = None

    def require_free_port(self) -> None:
        """Raise EngineError where something listens at the port already."""
        if not is_free(self.port):
            raise EngineError(f"port {self.port} is taken: choose another with PORT=...")

    def start(self) -> None:
        """Start the engine and wait until it answers."""
        self.require_free_port()
        scratch = self.folder / "scratch"
        # A worker that was killed leaves its unpacked code behind.
        shutil.rmtree(scratch, ignore_errors=True)
        for folder in (scratch, self.folder / "state", self.folder / "buckets"):
            folder.mkdir(parents=True, exist_ok=True)
        forget_stream_positions(self.folder / "state")
        python = ENGINE_ENVIRONMENT / "bin" / "python"
        if not python.exists():
            raise EngineError("the engine is not installed: run make setup")
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [python, ROOT / "infra" / "aws_emulator_process.py"],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment(scratch),
                cwd=self.folder,
                # Ctrl-C reaches the whole foreground group: the engine is stopped after the
                # command that uses it, not beside it.
                start_new_session=True,
            )
        self._wait_until_it_answers()

    def _environment(self, scratch: Path) -> dict[str, str]:
        """Return the engine's environment, which the functions inherit; nothing of the caller's."""
        passed_on = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return passed_on | {
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "localhost",
            "GATEWAY_PORT": str(self.port),
            "MINISTACK_REGION": "ap-south-1",
            "AWS_DEFAULT_REGION": "ap-south-1",
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": ACCESS_KEY,
            "AWS_ENDPOINT_URL": address(self.port),
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "PERSIST_STATE": "1",
            "STATE_DIR": str(self.folder / "state"),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(self.folder / "buckets"),
            "TMPDIR": str(scratch),
            "PYTHONDONTWRITEBYTECODE": "1",
            "CLOCK_FILE": str(self.clock),
        }

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if not self.is_running():
                raise EngineError(f"the engine stopped at once: see {self.log}")
            if is_engine(self.port):
                return
            time.sleep(0.1)
        self.stop()
        raise EngineError(f"the engine did not answer in {START_SECONDS} s: see {self.log}")

    def is_running(self) -> bool:
        """Tell whether the engine's process lives."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """Let the engine save its state and stop, with every function that it runs."""
        if self._process is None:
            return
        process, self._process = self._process, None
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if process.stdin is not None:
            process.stdin.close()
        # The engine leads a process group of its own, in which its functions run.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        shutil.rmtree(self.folder / "scratch", ignore_errors=True)
