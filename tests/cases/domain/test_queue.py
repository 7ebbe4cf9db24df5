"""The line: which lines a doctor serves, and who is first."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.cases.domain.answers import Mode
from chalicelib.cases.domain.queue import Line, Ticket, Waiting, in_order, lines_for
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


def tried(ticket: Ticket, *references: str) -> list[str]:
    return [each.reference for each in ticket.arrange([waiting(name, 0) for name in references])]


def test_the_first_begins_at_the_head() -> None:
    assert tried(Ticket(0, ("A", "B", "C")), "A", "B", "C") == ["A", "B", "C"]


def test_the_next_leaves_alone_what_those_before_are_taking() -> None:
    """Whether or not they have taken it by now, so that everybody begins at another."""
    assert tried(Ticket(2, ("A", "B", "C")), "A", "B", "C") == ["C", "A", "B"]
    assert tried(Ticket(2, ("A", "B", "C")), "B", "C", "D") == ["C", "D", "B"]
    assert tried(Ticket(2, ("A", "B", "C")), "C", "D") == ["C", "D"]


def test_what_came_meanwhile_to_the_head_is_taken_first() -> None:
    assert tried(Ticket(1, ("A", "B")), "URGENT", "A", "B") == ["URGENT", "B", "A"]


def test_those_whom_the_front_does_not_reach_begin_further_on() -> None:
    assert tried(Ticket(3, ("A", "B")), "A", "B", "C", "D", "E") == ["D", "E", "C", "A", "B"]
    assert tried(Ticket(9, ("A", "B")), "A", "B") == ["A", "B"]
    assert tried(Ticket(1, ("A",))) == []


@given(st.integers(0, 60), st.integers(0, 25), st.integers(0, 40))
def test_whatever_is_drawn_everything_is_tried_once(number: int, seen: int, there: int) -> None:
    names = [f"{index:03d}" for index in range(there)]
    front = tuple(f"{index:03d}" for index in range(seen))

    assert sorted(tried(Ticket(number, front), *names)) == names
