"""Lambda's own JSON log has an event's fields where the metric filters look: at the top."""

import json
import logging

from awslambdaric.lambda_runtime_log_utils import JsonFormatter

from chalicelib.logs import JsonLines

FIELDS = {"waiting": 2, "oldest_minutes": 7, "on_duty": 0, "open": True, "unsent_minutes": 0}


def test_lambdas_format_and_ours_have_the_same_shape() -> None:
    record = logging.LogRecord(
        "chalicelib.cases.events.due_cases", logging.INFO, "", 0, "line", (), None
    )
    record.aws_request_id = "r"
    vars(record).update(FIELDS)

    for formatter in (JsonFormatter(), JsonLines()):
        line = json.loads(formatter.format(record))
        assert line["message"] == "line"
        assert line["level"] == "INFO"
        assert {name: line[name] for name in FIELDS} == FIELDS
