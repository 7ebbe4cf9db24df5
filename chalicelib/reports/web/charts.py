"""Plots as SVG, drawn by leather: imported by the pages that show one, and by nothing else.

The pages' policy allows no style of any kind: all that leather writes is presentation attributes.
A plot is an image with a name and a description; its numbers stand in a table beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as ET

from leather import Chart, theme
from markupsafe import Markup

WIDTH: Final = 340
BAR: Final = 30
HEIGHT: Final = 220
# Each at least 3:1 beside the next, and the first beside white.
COLOURS: Final = ("#d07a20", "#08464c")
LONGEST_LABEL: Final = 20
_INK: Final = "#1b2328"
_FRAME: Final = 82
_TICKS: Final = 4
_STEPS: Final = (1, 2, 5)

theme.background_color = "#ffffff"
theme.margin = 0.06
theme.tick_color = "#dde3e5"
theme.zero_color = "#77858c"
for _part in ("title", "legend", "axis_title", "label"):
    setattr(theme, f"{_part}_color", _INK)
for _part in ("title", "legend", "axis_title", "tick"):
    setattr(theme, f"{_part}_font_family", "system-ui, sans-serif")
    setattr(theme, f"{_part}_font_size", 13)
    setattr(theme, f"{_part}_font_char_width", 7)


@dataclass(frozen=True, slots=True)
class Plot:
    """What is plotted: rows with a label each, and a value for each of the ``series``.

    A series stands before the one in front of it in the list, and is never larger.
    """

    id: str
    title: str
    description: str
    series: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]

    @property
    def most(self) -> int:
        """The largest value."""
        return max((value for _, values in self.rows for value in values), default=0)


def bars(plot: Plot) -> Markup:
    """Draw bars from left to right, a row each: for things that have names."""
    chart = Chart()
    labels = [_short(label) for label, _ in plot.rows]
    chart.add_x_scale(0, _ticks(plot.most)[-1])
    chart.add_x_axis(ticks=_ticks(plot.most))
    chart.add_y_axis(tick_formatter=lambda value, *_: labels[int(value)])
    for place, (name, colour) in enumerate(zip(plot.series, COLOURS, strict=False)):
        rows = [(values[place], str(row)) for row, (_, values) in enumerate(plot.rows)]
        chart.add_bars(rows, name=name, fill_color=colour)
    return _drawn(chart, plot, _FRAME + BAR * len(plot.rows))


def columns(plot: Plot) -> Markup:
    """Draw columns, a row each: for days and months in their order, of which some are labelled."""
    chart = Chart()
    labels = [label for label, _ in plot.rows]
    every = max(-(-len(labels) // 8), 1)
    chart.add_y_scale(0, _ticks(plot.most)[-1])
    chart.add_y_axis(ticks=_ticks(plot.most))
    chart.add_x_axis(
        tick_formatter=lambda value, *_: labels[int(value)] if int(value) % every == 0 else ""
    )
    for place, (name, colour) in enumerate(zip(plot.series, COLOURS, strict=False)):
        rows = [(str(row), values[place]) for row, (_, values) in enumerate(plot.rows)]
        chart.add_columns(rows, name=name, fill_color=colour)
    return _drawn(chart, plot, HEIGHT)


def _drawn(chart: Chart, plot: Plot, height: int) -> Markup:
    root = ET.Element(
        "svg",
        {
            "viewBox": f"0 0 {WIDTH} {height}",
            "role": "img",
            "aria-labelledby": f"{plot.id}-title {plot.id}-description",
        },
    )
    for name, text in (("title", plot.title), ("desc", plot.description)):
        kind = {"desc": "description"}.get(name, name)
        ET.SubElement(root, name, {"id": f"{plot.id}-{kind}"}).text = text
    root.append(chart.to_svg_group(WIDTH, height))
    # Every text in it was escaped by the writer.
    return Markup(ET.tostring(root, encoding="unicode"))  # noqa: S704


def _ticks(most: int) -> list[int]:
    """Choose a few round numbers from 0 to the first that is no less than ``most``."""
    size = 1
    while True:
        for step in _STEPS:
            if step * size * _TICKS >= most:
                width = step * size
                return [width * place for place in range(max(-(-most // width), 1) + 1)]
        size *= 10


def _short(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"
