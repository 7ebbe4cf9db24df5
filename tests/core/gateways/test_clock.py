"""The clock that a test can set."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chalicelib.core.gateways.clock import file_clock, system_clock


def test_the_clock_stands_where_the_file_says(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    clock = file_clock(str(file))
    file.write_text("2026-11-23T10:00:00+05:30\n")

    assert clock() == datetime(2026, 11, 23, 4, 30, tzinfo=UTC)


@pytest.mark.parametrize(("text", "ahead"), [("+3600", 3600), ("-60", -60), ("", 0)])
def test_the_clock_runs_ahead_by_so_many_seconds(tmp_path: Path, text: str, ahead: int) -> None:
    file = tmp_path / "clock"
    file.write_text(text)
    before = system_clock()
    told = file_clock(str(file))()

    assert before + timedelta(seconds=ahead) <= told <= system_clock() + timedelta(seconds=ahead)


def test_without_the_file_it_is_the_machines_time(tmp_path: Path) -> None:
    assert file_clock(str(tmp_path / "none"))() >= system_clock() - timedelta(seconds=60)
