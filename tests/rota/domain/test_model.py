"""What is refused of the rota's sources, by path and code, all at once."""

from dataclasses import replace
from datetime import datetime, time

import pytest

from chalicelib.core.domain.datetimes import NaiveDatetimeError
from chalicelib.rota.domain.model import Leave, Override, Temporary, check, problems
from chalicelib.rota.domain.planner import plan
from tests.rota.domain.rota_rosters import (
    MON_TO_SAT,
    MONDAY,
    a_line,
    at,
    day,
    fair,
    hours,
    people,
    problems_of,
    someone,
    sources,
    turns,
)


def an_override(**changes):
    return replace(Override("morning", at(0, "10:00"), at(0, "12:00"), "a", "b"), **changes)


def a_temporary(**changes):
    return replace(Temporary("morning", at(0, "10:00"), at(1, "12:00"), ("a",)), **changes)


def test_sound_sources_have_no_problem():
    made = sources(
        a_line(languages=("hi", "en")),
        a_line("fair", rotation=fair()),
        leave=(Leave("a", day(0), day(1)), Leave("a", day(0), day(2))),
        overrides=(an_override(), an_override(add=None), an_override(remove=None)),
        temporary=(a_temporary(), a_temporary(start=at(1, "12:00"), end=at(2, "00:00"), on=())),
        served={"a": 0, "b": 12.5},
    )
    assert problems(made) == []
    check(made)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({"days": ()}, [("days", "required")]),
        ({"days": ("mon", "someday")}, [("days[1]", "unknown")]),
        ({"days": ("mon", "tue", "mon")}, [("days[2]", "repeated")]),
        ({"start": time(10, 0, 30)}, [("start", "bad_time")]),
        ({"end": time(10)}, [("end", "outside_hours")]),
        ({"start": time(14)}, [("end", "outside_hours")]),
        ({"start": time(9, 59)}, [("start", "outside_hours")]),
        ({"end": time(17, 1)}, [("end", "outside_hours")]),
        ({"end": time(0)}, [("end", "outside_hours")]),
        ({"start": time(18), "end": time(20)}, [("start", "outside_hours")]),
        ({"people": 0}, [("people", "out_of_range")]),
        ({"people": 51}, [("people", "out_of_range")]),
        ({"languages": ("hi", "hi")}, [("languages[1]", "repeated")]),
        ({"rotation": turns("")}, [("rotation.members", "required")]),
        ({"rotation": fair("")}, [("rotation.members", "required")]),
        (
            {"rotation": turns("axa")},
            [
                ("rotation.members[1]", "unknown"),
                ("rotation.members[2]", "repeated"),
            ],
        ),
        ({"rotation": fair("aa")}, [("rotation.members[1]", "repeated")]),
        ({"rotation": turns(every=0)}, [("rotation.every", "out_of_range")]),
        ({"rotation": turns(unit="day")}, [("rotation.unit", "unknown")]),
    ],
)
def test_lines(line, expected):
    made = sources(a_line("sound"), a_line(**line))
    found = problems_of(lambda: check(made))
    assert found == [(f"lines[1].{path}", code) for path, code in expected]


def test_a_line_may_have_days_that_are_closed():
    check(sources(a_line(days=("sun", "mon"))))


def test_a_line_may_lie_in_windows_that_touch_but_not_across_a_break():
    touching = [("10:00", "13:00"), ("13:00", "17:00")]
    check(sources(hours=hours(**dict.fromkeys(MON_TO_SAT, touching))))
    apart = [("10:00", "12:00"), ("13:00", "17:00")]
    made = sources(hours=hours(mon=[("10:00", "17:00")], tue=apart))
    assert problems_of(lambda: check(made)) == [("lines[0].end", "outside_hours")]


def test_a_line_may_end_at_midnight():
    made = sources(
        a_line(days=("mon",), span=("20:00", "24:00")), hours=hours(mon=[("20:00", "24:00")])
    )
    assert [shift.end for shift in plan(made, MONDAY, day(1)).shifts] == [at(1, "00:00")]


def test_a_line_partly_outside_a_dated_opening_is_refused_for_that_date():
    made = sources(hours=hours(closures=[day(1)], extra={day(1): [("10:00", "12:00")]}))
    check(made)
    assert problems_of(lambda: plan(made, day(0), day(2))) == [("lines[0].end", "outside_hours")]
    assert problems_of(lambda: plan(made, day(2), day(4))) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"oncologists": people("abca")}, [("oncologists[3].id", "repeated")]),
        (
            {"oncologists": (*people(), someone("d", joined=day(1), left=day(0)))},
            [("oncologists[3].left", "end_before_start")],
        ),
        ({"lines": (a_line(), a_line())}, [("lines[1].id", "repeated")]),
        ({"leave": (Leave("x", day(0), day(1)),)}, [("leave[0].oncologist", "unknown")]),
        ({"leave": (Leave("a", day(1), day(1)),)}, [("leave[0].to", "end_before_start")]),
        ({"overrides": (an_override(line="x"),)}, [("overrides[0].line", "unknown")]),
        (
            {"overrides": (an_override(end=at(0, "10:00")),)},
            [("overrides[0].to", "end_before_start")],
        ),
        (
            {"overrides": (an_override(start=at(0, "10:00:30")),)},
            [("overrides[0].from", "bad_time")],
        ),
        (
            {"overrides": (an_override(end=at(400, "10:00")),)},
            [("overrides[0].to", "out_of_range")],
        ),
        (
            {"overrides": (an_override(remove="x", add="y"),)},
            [("overrides[0].remove", "unknown"), ("overrides[0].add", "unknown")],
        ),
        ({"overrides": (an_override(remove=None, add=None),)}, [("overrides[0].add", "required")]),
        ({"overrides": (an_override(add="a"),)}, [("overrides[0].add", "repeated")]),
        ({"temporary": (a_temporary(line="x"),)}, [("temporary[0].line", "unknown")]),
        (
            {"temporary": (a_temporary(end=at(0, "09:00")),)},
            [("temporary[0].to", "end_before_start")],
        ),
        (
            {"temporary": (a_temporary(on=("a", "x", "a")),)},
            [("temporary[0].on[1]", "unknown"), ("temporary[0].on[2]", "repeated")],
        ),
        (
            {"temporary": (a_temporary(start=at(0, "11:00")), a_temporary())},
            [("temporary[0].from", "overlapping")],
        ),
        ({"served": {"x": 1.0, "a": -1}}, [("served.x", "unknown"), ("served.a", "out_of_range")]),
    ],
)
def test_everything_else(changes, expected):
    assert problems_of(lambda: check(sources(**changes))) == expected


def test_all_problems_are_told_at_once_in_the_order_of_the_body():
    made = sources(
        a_line(people=0, rotation=turns("ax")),
        leave=(Leave("x", day(1), day(0)),),
        overrides=(an_override(line="x"),),
    )
    assert problems_of(lambda: plan(made, MONDAY, day(1))) == [
        ("lines[0].people", "out_of_range"),
        ("lines[0].rotation.members[1]", "unknown"),
        ("leave[0].oncologist", "unknown"),
        ("leave[0].to", "end_before_start"),
        ("overrides[0].line", "unknown"),
    ]


def test_a_naive_instant_is_the_programs_fault():
    naive = an_override(start=datetime(2026, 11, 30, 10))  # noqa: DTZ001
    with pytest.raises(NaiveDatetimeError):
        check(sources(overrides=(naive,)))


@pytest.mark.parametrize(("end", "code"), [(-1, "end_before_start"), (3661, "out_of_range")])
def test_the_span_of_a_plan(end, code):
    assert problems_of(lambda: plan(sources(), MONDAY, day(end))) == [("to", code)]


def test_a_plan_of_no_day_is_empty():
    assert plan(sources(), MONDAY, MONDAY).shifts == ()
