"""What an administrator calls for reports."""

from __future__ import annotations

from http import HTTPStatus
from typing import ClassVar

from chalice.app import Response

from chalicelib.core.web.csv_export import CSV_TYPE, to_csv
from chalicelib.core.web.request import WebRequest
from chalicelib.core.web.responses import Json, json_answer
from chalicelib.reports.domain.disclosure_control import for_publication
from chalicelib.reports.web import serializers
from chalicelib.reports.web.schemas.reports import CSV, ReportAsked, parse_rebuild, parse_report
from chalicelib.reports.wiring import Reports


class CsvFile(Response):
    """A table."""

    status: ClassVar[int] = HTTPStatus.OK
    media_type: ClassVar[str] = "text/csv"


def show(request: WebRequest) -> Json[serializers.ShownReport] | CsvFile:
    """Report over some days, at most 366, as JSON or as a table."""
    asked = parse_report(request.query, today=request.today())
    shown = read(request, asked)
    wants_csv = CsvFile.media_type in request.header("accept")
    if asked.format == CSV or (asked.format is None and wants_csv):
        return as_csv(shown)
    return json_answer(shown)


def read(request: WebRequest, asked: ReportAsked) -> serializers.ShownReport:
    """Read a report, whole or as it may be published."""
    found = request.use(Reports).read.read(asked.start, asked.end)
    if asked.for_publication:
        return serializers.published(for_publication(found))
    return serializers.report(found)


def as_csv(shown: serializers.ShownReport) -> CsvFile:
    """Return a report as a CSV file."""
    table = to_csv(serializers.COLUMNS, serializers.rows(shown))
    attached = f'attachment; filename="helpline-{shown["from"]}-{shown["to"]}.csv"'
    return CsvFile(
        table, {"Content-Type": CSV_TYPE, "Content-Disposition": attached}, HTTPStatus.OK
    )


def rebuild(request: WebRequest) -> Json[serializers.Rebuilt]:
    """Count some days again, a step at a time: each answer has the cursor of the next."""
    now = request.now()
    asked = parse_rebuild(request.json(), today=request.today())
    step = request.use(Reports).recount.step(asked.start, asked.end, now, asked.place)
    return json_answer(serializers.rebuilt(step))
