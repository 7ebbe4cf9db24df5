"""Structured logging: an event's stable code as the message, its fields beside it.

Nothing personal is ever logged. On Lambda with its JSON log format the runtime's own handler
writes the lines. Where there is no handler (the embedded engine, a script) ours writes the same
shape to standard output.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

ROOT = "chalicelib"
_STANDARD = frozenset(
    (*logging.LogRecord("", 0, "", 0, "", None, None).__dict__, "message", "asctime", "taskName")
)


class JsonLines(logging.Formatter):
    """One JSON object a line: timestamp, level, logger, message and whatever ``extra`` held."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record; what JSON cannot hold is written as text."""
        line: dict[str, object] = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat("T", "milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line.update({key: value for key, value in vars(record).items() if key not in _STANDARD})
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class _StandardOutput(logging.Handler):
    """Writes to whatever standard output is at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        sys.stdout.write(f"{self.format(record)}\n")


def configure(level: str = "INFO") -> None:
    """Let our loggers speak from ``level`` on; may be called again."""
    logging.getLogger(ROOT).setLevel(level)
    root = logging.getLogger()
    if not root.handlers:
        handler = _StandardOutput()
        handler.setFormatter(JsonLines())
        root.addHandler(handler)


def where(error: BaseException) -> list[str]:
    """Tell the innermost places through which an error came: files and lines, never values."""
    places = []
    trace = error.__traceback__
    while trace:
        code = trace.tb_frame.f_code
        places.append(f"{_short(code.co_filename)}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places[-6:]


def _short(file: str) -> str:
    """Name a file of ours by its path below the package: many modules share a name."""
    return file.rpartition("/chalicelib/" if "/chalicelib/" in file else "/")[2]
