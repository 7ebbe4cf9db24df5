"""What the engine of the local stack takes up from the run before."""

from __future__ import annotations

import json

from infra.aws_emulator import forget_stream_positions


def test_a_stream_is_read_from_its_start_and_all_else_is_kept(tmp_path):
    state = tmp_path / "lambda.json"
    read = {"data": {"000000000000\0ap-south-1\0'a-reader'": 138}}
    kept = {"__format__": 2, "payload": {"esms": {"a-reader": "उसका"}}}
    state.write_text(
        json.dumps({**kept, "payload": {**kept["payload"], "dynamodb_stream_positions": read}})
    )

    for _ in range(2):
        forget_stream_positions(tmp_path)
        assert json.loads(state.read_text()) == kept
    assert list(tmp_path.iterdir()) == [state]


def test_a_first_start_has_nothing_to_forget(tmp_path):
    forget_stream_positions(tmp_path)

    assert list(tmp_path.iterdir()) == []
