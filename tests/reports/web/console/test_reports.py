"""The console's reports: figures, plots with the tables of their numbers, and the files."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from datetime import date
from xml.etree import ElementTree as ET

import pytest

from chalicelib.reports.domain.report import total_of
from chalicelib.reports.domain.tally import Tally, tallies_of
from chalicelib.reports.web import charts
from chalicelib.reports.web.charts import Plot
from chalicelib.reports.web.console.reports import quick_spans, share
from chalicelib.reports.web.labels import say_minutes
from tests.support.case_year import lives
from tests.support.page_text import words
from tests.support.web import Browser, Web

YEAR = "from=2026-01-01&to=2027-01-01"
JUNE = "from=2026-06-01&to=2026-07-01"


@pytest.fixture(scope="module")
def year() -> dict[date, list[Tally]]:
    found: defaultdict[date, list[Tally]] = defaultdict(list)
    for versions in lives(3, 400):
        for day, tally in tallies_of(versions[-1]).items():
            found[day].append(tally)
    return found


@pytest.fixture
def meera(web: Web, year: dict[date, list[Tally]]) -> Browser:
    web.tallies.by_day = {day: (1, total_of(tallies)) for day, tallies in year.items()}
    return web.signed_in("admin", "meera")


def read(drawing: str) -> ET.Element:
    """Read a plot."""
    return ET.fromstring(drawing)  # noqa: S314  # our own


def drawings(answer) -> list[ET.Element]:
    """The plots of a page."""
    found = re.findall(r"<svg.*?</svg>", answer.body.decode(), re.DOTALL)
    return [read(each) for each in found]


def tables(answer) -> list[list[list[str]]]:
    """The numbers under the plots, row by row."""
    page = answer.body.decode()
    return [
        [
            [html.unescape(cell) for cell in re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", row)]
            for row in re.findall(r"<tr>(.*?)</tr>", figure, re.DOTALL)[1:]
        ]
        for figure in re.findall(r"<figure.*?</figure>", page, re.DOTALL)
    ]


def test_a_month_in_figures_and_plots_with_their_tables(meera, year):
    answer = meera.get(f"/console/reports?{JUNE}")

    assert answer.status_code == 200
    assert "Report: June 2026" in words(answer)
    days = tables(answer)[0]
    assert len(days) == 30
    asked = [tally.asked for day, each in year.items() if day.month == 6 for tally in each]
    calls = sum(each is not None for each in asked)
    assert sum(int(row[1]) for row in days) == calls
    assert f"Requests {calls} " in words(answer)
    for table in tables(answer)[2:9]:
        assert sum(int(row[1]) for row in table) == calls


def test_a_year_is_drawn_by_its_months(meera):
    answer = meera.get(f"/console/reports?{YEAR}")

    assert "Report: 2026 " in words(answer)
    months = tables(answer)[0]
    assert [row[0] for row in months][::11] == ["January 2026", "December 2026"]
    assert sum(int(row[1]) for row in months) == 400


def test_each_plot_has_a_name_a_description_and_all_its_bars(meera):
    answer = meera.get(f"/console/reports?{JUNE}")

    found = drawings(answer)
    assert len(found) == len(tables(answer)) >= 10
    for drawing in found:
        assert drawing.get("role") == "img"
        ids = {each.get("id"): each.text for each in drawing if each.get("id")}
        assert list(ids) == drawing.get("aria-labelledby", "").split()
        assert all(ids.values())
        # The ground is the first.
        assert len(list(drawing.iter("rect"))) > 1
    columns = [each for each in found[0].iter("g") if "columns" in each.get("class", "")]
    assert [len(each) for each in columns] == [30, 30]


def test_nothing_in_a_plot_needs_more_than_the_policy_of_pages(meera):
    answer = meera.get(f"/console/reports?{JUNE}")

    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    attributes = {name for one in drawings(answer) for each in one.iter() for name in each.attrib}
    assert not {name for name in attributes if name.startswith("on") or name in ("style", "href")}


def test_without_a_query_it_is_this_month_so_far(meera):
    answer = meera.get("/console/reports")

    assert "Report: Sun 1 Nov \N{EN DASH} Mon 23 Nov 2026" in words(answer)
    assert 'aria-current="page">This month' in answer.body.decode()


def test_people_name_the_last_day_that_they_mean(meera):
    answer = meera.get("/console/reports?from=2026-06-01&last=2026-06-30")

    assert "Report: June 2026" in words(answer)


@pytest.mark.parametrize(
    ("query", "field", "problem"),
    [
        ("from=2026-06-01&last=2026-05-01", "last", "The end must come after the start."),
        ("from=2020-06-01&last=2026-05-01", "last", "Please ask for at most 366 days at a time."),
        ("from=soon", "from", "This is not a date like 2026-11-23."),
        ("from=2026-06-01&last=9999-12-31", "last", "This is not a date like 2026-11-23."),
    ],
)
def test_days_that_cannot_be_reported_are_told(meera, query, field, problem):
    answer = meera.get(f"/console/reports?{query}")

    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.body.decode()
    assert words(answer).count(problem) == 2


def test_days_on_which_nobody_asked(meera):
    answer = meera.get("/console/reports?from=2027-06-01&to=2027-07-01")

    assert "Nobody asked on these days." in words(answer)
    assert drawings(answer) == []


def test_it_reads_the_days_once_whatever_is_shown(web, meera):
    meera.get(f"/console/reports?{YEAR}")

    assert web.tallies.calls == ["totals"]


def test_the_table_is_taken_along_whole_or_for_publication(meera):
    page = meera.get(f"/console/reports?{JUNE}").body.decode()
    links = re.findall(r'href="[./]*(console/reports\.csv[^"]*)"', page)

    whole, public = (meera.get(f"/{html.unescape(link)}") for link in links)

    assert whole.headers["Content-Type"].startswith("text/csv")
    assert "helpline-2026-06-01-2026-07-01.csv" in whole.headers["Content-Disposition"]
    assert whole.body.decode().count("\nday,") == 30
    assert "\noncologist," in whole.body.decode()
    assert "\noncologist," not in public.body.decode()


def test_the_spans_that_are_asked_for_most():
    assert [(start, end) for _, start, end in quick_spans(date(2026, 1, 15))] == [
        (date(2026, 1, 15), date(2026, 1, 16)),
        (date(2026, 1, 14), date(2026, 1, 15)),
        (date(2026, 1, 1), date(2026, 1, 16)),
        (date(2025, 12, 1), date(2026, 1, 1)),
        (date(2026, 1, 1), date(2026, 1, 16)),
        (date(2025, 1, 1), date(2026, 1, 1)),
    ]


def test_long_waits_are_told_in_hours():
    assert [say_minutes(each, "en") for each in (None, 0, 119, 120, 1600)] == [
        None,
        "0 min",
        "119 min",
        "2 h",
        "26.7 h",
    ]


def test_a_share_of_nothing_is_none():
    assert [share(1, 3), share(0, 5), share(0, 0)] == [33, 0, None]


def plot(*rows: tuple[str, tuple[int, ...]], series=("Asked",)) -> Plot:
    return Plot("x", "Title", "Description", series, rows)


@pytest.mark.parametrize("most", [0, 1, 3, 7, 10, 99, 1_769, 20_000])
@pytest.mark.parametrize("draw", [charts.bars, charts.columns])
def test_a_plot_reaches_as_far_as_its_largest_value(draw, most):
    drawing = read(draw(plot(("a", (most,)), ("b", (0,)))))

    values = [int(each.text) for each in drawing.iter("text") if each.text and each.text.isdigit()]
    assert values[:1] == [0] or 0 in values
    assert most <= max(values) <= max(2.5 * most, 1)
    assert len(values) <= 7


def test_names_are_text_and_never_markup():
    drawn = charts.bars(plot(("<b>&amp", (2,)), ("<b>&amp", (1,))))

    assert "<b>" not in drawn
    assert [each.text for each in read(drawn).iter("text")].count("<b>&amp") == 2


def test_the_larger_series_stands_behind_the_smaller():
    drawing = read(charts.bars(plot(("a", (5, 3)), series=("Asked", "Spoken with"))))

    fills = [each.get("fill") for each in drawing.iter("rect")]
    assert fills.index(charts.COLOURS[0]) < fills.index(charts.COLOURS[1])
    assert {"Asked", "Spoken with"} <= {each.text for each in drawing.iter("text")}
