"""What an administrator calls for reports."""

from __future__ import annotations

from typing import ClassVar

from chalice.app import Response

from chalicelib import wiring
from chalicelib.core.web.csv_export import CSV_TYPE, to_csv
from chalicelib.core.web.request import WebRequest
from chalicelib.core.web.responses import Json, json_answer
from chalicelib.domain.publication import for_publication
from chalicelib.domain.tally import day_of
from chalicelib.web import showing_reports
from chalicelib.web.parsing.reports import CSV, ReportAsked, parse_rebuild, parse_report


class CsvFile(Response):
    """A table."""

    status: ClassVar[int] = 200
    media_type: ClassVar[str] = "text/csv"


def show(request: WebRequest) -> Json[showing_reports.ShownReport] | CsvFile:
    """Report over some days, at most 366, as JSON or as a table."""
    asked = parse_report(request.query, today=day_of(wiring.now()))
    shown = read(asked)
    wants_csv = CsvFile.media_type in request.header("accept")
    if asked.format == CSV or (asked.format is None and wants_csv):
        return as_csv(shown)
    return json_answer(shown)


def read(asked: ReportAsked) -> showing_reports.ShownReport:
    """Read a report, whole or as it may be published."""
    found = wiring.reports().read(asked.start, asked.end)
    if asked.for_publication:
        return showing_reports.published(for_publication(found))
    return showing_reports.report(found)


def as_csv(shown: showing_reports.ShownReport) -> CsvFile:
    """Give a report as a table to be kept."""
    table = to_csv(showing_reports.COLUMNS, showing_reports.rows(shown))
    attached = f'attachment; filename="helpline-{shown["from"]}-{shown["to"]}.csv"'
    return CsvFile(table, {"Content-Type": CSV_TYPE, "Content-Disposition": attached}, 200)


def rebuild(request: WebRequest) -> Json[showing_reports.Rebuilt]:
    """Count some days again, a step at a time: each answer has the cursor of the next."""
    now = wiring.now()
    asked = parse_rebuild(request.json(), today=day_of(now))
    step = wiring.recount().step(asked.start, asked.end, now, asked.place)
    return json_answer(showing_reports.rebuilt(step))
