"""Starts and stops the embedded AWS engine, one for each port and folder."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from infra.paths import ENGINE_ENVIRONMENT, ROOT

# Not a secret: the engine takes any credentials, and SDKs want some.
ACCESS_KEY = "local"
START_SECONDS = 60
STOP_SECONDS = 20
SAVE_EVERY_SECONDS = 60
# So long a stop waits for scratch folders to go; the next start deletes the rest.
DELETE_SECONDS = 1


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


def discard(folder: Path) -> threading.Thread:
    """Move a folder aside at once and delete it meanwhile, with those that were left before.

    On a busy disk, deleting what the functions unpacked takes up to a minute.
    """
    if folder.exists():
        folder.rename(folder.with_name(f"{folder.name}.{time.time_ns()}"))
    left = list(folder.parent.glob(f"{folder.name}.*"))

    def delete() -> None:
        for each in left:
            shutil.rmtree(each, ignore_errors=True)

    thread = threading.Thread(target=delete, daemon=True)
    thread.start()
    return thread


class Engine:
    """One engine process; its state, its log and the functions' clock are in its folder.

    ``lost`` says what a run before lost that did not stop cleanly; it is empty where none did.
    """

    def __init__(
        self, port: int, folder: Path, save_every_seconds: float = SAVE_EVERY_SECONDS
    ) -> None:
        self.port = port
        self.folder = folder
        self.log = folder / "engine.log"
        self.clock = folder / "clock"
        self.lost = ""
        self._running = folder / "running"
        self._save_every_seconds = save_every_seconds
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
        discard(scratch)
        self.lost = self._what_was_lost()
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
        self._running.touch()

    def _what_was_lost(self) -> str:
        """Print what is lost of a run that was killed: its mark is still there."""
        if not self._running.exists():
            return ""
        saved = [each.stat().st_mtime for each in (self.folder / "state").glob("*.json")]
        if not saved:
            return "the last run was killed before its state was saved: it begins empty"
        at = time.strftime("%d %B %H:%M:%S", time.localtime(max(saved)))
        return f"the last run was killed. Its state is that of {at}; what came after is lost"

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
            "SAVE_EVERY_SECONDS": str(self._save_every_seconds),
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

    @property
    def process_id(self) -> int | None:
        """The engine's process; None where there is none."""
        return None if self._process is None else self._process.pid

    def stop(self) -> None:
        """Let the engine save its state and stop, with every function that it runs."""
        if self._process is None:
            return
        process, self._process = self._process, None
        has_saved = False
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                has_saved = process.wait(STOP_SECONDS) != -signal.SIGKILL
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if process.stdin is not None:
            process.stdin.close()
        # The engine leads a process group of its own, in which its functions run.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        discard(self.folder / "scratch").join(DELETE_SECONDS)
        if has_saved:
            self._running.unlink(missing_ok=True)
