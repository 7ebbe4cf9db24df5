"""Why something went wrong, as a person is told: what kind of error, where, nothing personal."""

from __future__ import annotations


def cause_of(error: BaseException) -> str:
    """Name an error and the innermost place that it came from: never what it says."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    file = trace.tb_frame.f_code.co_filename.rpartition("/")[2]
    return f"{type(error).__name__} {file}:{trace.tb_lineno}"
