"""The line: which lines a doctor serves, and who is first."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.case import Mode
from chalicelib.domain.queue import Line, Waiting, in_order, lines_for
from tests.support.builders import an_oncologist

TEN = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)


def waiting(reference: str, minute: int, priority: int = 5, language: str = "hi") -> Waiting:
    asked = TEN + timedelta(minutes=minute)
    return Waiting(reference, language, False, priority, asked, asked, Mode.PHONE, 0)


def test_a_man_serves_the_lines_of_his_languages() -> None:
    doctor = an_oncologist(languages=("hi", "en"), gender="male")

    assert lines_for(doctor) == (Line("hi"), Line("en"))


def test_a_woman_serves_those_who_asked_for_a_woman_too() -> None:
    doctor = an_oncologist(languages=("hi",), gender="female")

    assert lines_for(doctor) == (Line("hi"), Line("hi", woman_only=True))


def test_priority_comes_before_the_time_of_asking() -> None:
    urgent, early, late = waiting("U", 9, priority=1), waiting("E", 1), waiting("L", 2)

    assert in_order([[urgent, late], [early]]) == [urgent, early, late]


@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 9), st.integers(0, 99)), max_size=6),
        max_size=4,
    )
)
def test_merging_the_fronts_is_sorting_them(fronts: list[list[tuple[int, int]]]) -> None:
    lines = [
        sorted(
            (waiting(f"{number}{index}", at, rank) for index, (rank, at) in enumerate(front)),
            key=lambda each: each.place,
        )
        for number, front in enumerate(fronts)
    ]
    everyone = [each for line in lines for each in line]

    assert in_order(lines) == sorted(everyone, key=lambda each: each.place)
