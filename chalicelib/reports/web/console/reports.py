"""The console's reports: the figures of some days, and each plot with the table of its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode

from chalice.app import Response
from markupsafe import Markup

from chalicelib.core.domain.errors import HelplineError, InvalidInput
from chalicelib.core.i18n import (
    N_,
    label_of,
    say_date,
    say_month,
    say_month_briefly,
    say_number,
    translator,
)
from chalicelib.core.web.console_forms import form_page
from chalicelib.core.web.request import WebRequest
from chalicelib.reports.domain.report import Counts, Report
from chalicelib.reports.domain.tally import DIMENSIONS, Outcome
from chalicelib.reports.web import charts
from chalicelib.reports.web.charts import Plot
from chalicelib.reports.web.labels import DIMENSION_LABELS, OUTCOME_LABELS, say_group, say_minutes
from chalicelib.reports.web.reports_api import as_csv, read
from chalicelib.reports.web.schemas.reports import ReportAsked, parse_report
from chalicelib.reports.wiring import Reports

MOST_DAYS_PLOTTED: Final = 62
MOST_BARS: Final = 10
_DAY: Final = timedelta(days=1)
_JANUARY: Final = 1
_DASH: Final = "\N{EN DASH}"
_SERIES: Final = (N_("Asked"), N_("Spoken with"))

Row = tuple[str, tuple[int, ...]]
"""What is counted, in words, and its counts."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A plot with its picture, and the table of its numbers.

    The table may have more rows than the picture, and says more of each.
    """

    plot: Plot
    picture: Markup
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def show(request: WebRequest) -> Response:
    """Show the report over the days that the query names: this month unless it does."""
    today = request.today()
    refused: HelplineError | None = None
    try:
        asked = parse_report(_as_asked(request.query), today=today)
    except InvalidInput as error:
        refused = error
        asked = parse_report({}, today=today)
    report = request.use(Reports).read.read(asked.start, asked.end)
    span = {"from": asked.start.isoformat(), "to": asked.end.isoformat()}
    last = (asked.end - _DAY).isoformat()
    say = translator(request.language).gettext
    return form_page(
        request,
        "console/reports.html",
        refused,
        named=lambda name: "last" if name == "to" else name,
        title=_title(asked, request.language),
        quick=[
            (
                say(label),
                urlencode({"from": start, "to": end}),
                (start, end) == (asked.start, asked.end),
            )
            for label, start, end in quick_spans(today)
        ],
        values={
            "from": request.query.get("from", span["from"]),
            "last": request.query.get("last", last),
        },
        report=report,
        say_number=say_number,
        median=say_minutes(report.waiting.median, request.language),
        ninetieth=say_minutes(report.waiting.ninetieth, request.language),
        answered=share(report.counts.answered, report.counts.calls),
        kept=share(report.kept, report.kept + report.late),
        figures=list(figures(report, request.language)),
        csv=f"console/reports.csv?{urlencode(span)}",
        csv_public=f"console/reports.csv?{urlencode({**span, 'for': 'publication'})}",
    )


def download(request: WebRequest) -> Response:
    """Give the report as a table to be kept."""
    return as_csv(read(request, parse_report(request.query, today=request.today())))


def quick_spans(today: date) -> list[tuple[str, date, date]]:
    """List the days that are asked for most: a day, a month, a year, and those before."""
    month, year = today.replace(day=1), today.replace(month=_JANUARY, day=1)
    last_month = (month - _DAY).replace(day=1)
    last_year = year.replace(year=year.year - 1)
    tomorrow = today + _DAY
    return [
        (N_("Today"), today, tomorrow),
        (N_("Yesterday"), today - _DAY, today),
        (N_("This month"), month, tomorrow),
        (N_("Last month"), last_month, month),
        (N_("This year"), year, tomorrow),
        (N_("Last year"), last_year, year),
    ]


def figures(report: Report, language: str) -> Iterator[Figure]:
    """Draw what there is to draw: the days, what became of requests, and each dimension."""
    say = translator(language).gettext
    if not report.counts.calls:
        return
    yield _over_time(report, language)
    outcomes: list[Row] = [
        (label_of(OUTCOME_LABELS, outcome, language), (report.outcomes[outcome],))
        for outcome in Outcome
        if report.outcomes.get(outcome)
    ]
    plot = _plot("outcomes", say(N_("What became of requests")), outcomes, language, series=1)
    yield Figure(plot, charts.bars(plot), plot.series, tuple(outcomes))
    for dimension in DIMENSIONS:
        groups = report.groups.get(dimension, ())
        if not groups:
            continue
        rows = tuple(
            (say_group(dimension, group, language), tuple(group.counts)) for group in groups
        )
        named: list[Row] = [(label, counts[:2]) for label, counts in rows[:MOST_BARS]]
        plot = _plot(dimension, label_of(DIMENSION_LABELS, dimension, language), named, language)
        yield Figure(plot, charts.bars(plot), _columns(language), rows)


def share(part: int, whole: int) -> int | None:
    """Tell a part in percent; None of nothing."""
    return round(100 * part / whole) if whole else None


def _over_time(report: Report, language: str) -> Figure:
    """Draw the days, or the months where there are too many days to tell apart."""
    say = translator(language).gettext
    by_month = len(report.days) > MOST_DAYS_PLOTTED
    counted: dict[date, Counts] = {}
    for line in report.days:
        key = line.day.replace(day=1) if by_month else line.day
        before = counted.get(key, Counts())
        counted[key] = Counts(*(one + more for one, more in zip(before, line.counts, strict=True)))
    said = say_month if by_month else say_date
    rows = tuple((said(day, language), tuple(counts)) for day, counts in counted.items())
    labels = [say_month_briefly(day, language) if by_month else f"{day.day}" for day in counted]
    named: list[Row] = [
        (label, counts[:2]) for label, (_, counts) in zip(labels, rows, strict=True)
    ]
    title = say(N_("Requests by month")) if by_month else say(N_("Requests by day"))
    plot = _plot("days", title, named, language)
    return Figure(plot, charts.columns(plot), _columns(language), rows)


def _plot(id_: str, title: str, rows: Sequence[Row], language: str, series: int = 2) -> Plot:
    say = translator(language).gettext
    most = max(rows, key=lambda row: row[1][0])
    description = say(
        N_("%(rows)s rows; the largest is %(label)s with %(count)s. The table has every number.")
    )
    return Plot(
        id_,
        title,
        description % {"rows": len(rows), "label": most[0], "count": most[1][0]},
        tuple(say(name) for name in _SERIES[:series]),
        tuple(rows),
    )


def _columns(language: str) -> tuple[str, ...]:
    say = translator(language).gettext
    return (*(say(name) for name in _SERIES), say(N_("Missed")))


def _title(asked: ReportAsked, language: str) -> str:
    last = asked.end - _DAY
    if asked.start == last:
        return f"{say_date(last, language)} {last.year}"
    if asked.start == date(last.year, 1, 1) and asked.end == date(last.year + 1, 1, 1):
        return str(last.year)
    if asked.start.day == 1 and asked.end.day == 1 and last.month == asked.start.month:
        return say_month(asked.start, language)
    first = say_date(asked.start, language)
    first += f" {asked.start.year}" if asked.start.year != last.year else ""
    return f"{first} {_DASH} {say_date(last, language)} {last.year}"


def _as_asked(query: Mapping[str, str]) -> dict[str, str]:
    """Read what was asked: people name the last day that they mean, links the day after it."""
    asked = {name: query[name] for name in ("from", "to") if query.get(name)}
    last = query.get("last", "")
    if last:
        try:
            asked["to"] = (date.fromisoformat(last) + _DAY).isoformat()
        except (ValueError, OverflowError):
            asked["to"] = last
    return asked
