from datetime import timedelta

import pytest

from chalicelib.cases.domain.queue_position import Place, Standing, place_in_line
from tests.support.builders import NOON, a_case


@pytest.mark.parametrize(
    ("waiting", "doctors", "place"),
    [
        (None, 2, Place(Standing.IN_LINE)),
        (0, 0, Place(Standing.AMONG_FIRST)),
        (1, 0, Place(Standing.AMONG_FIRST)),
        (2, 0, Place(Standing.IN_LINE, 1)),
        (2, 2, Place(Standing.AMONG_FIRST)),
        (3, 2, Place(Standing.IN_LINE, 2)),
        (11, 2, Place(Standing.IN_LINE, 10)),
        (12, 2, Place(Standing.IN_LINE, 15)),
        (16, 2, Place(Standing.IN_LINE, 15)),
        (17, 2, Place(Standing.IN_LINE, 20)),
    ],
)
def test_nobody_is_told_a_better_place_than_they_have(waiting, doctors, place):
    assert place_in_line(a_case(), waiting, doctors, NOON) == place


def test_whose_turn_it_is_has_no_place_any_more():
    claimed = a_case().claim("dr-asha", NOON)

    assert place_in_line(claimed, 5, 1, NOON) == Place(Standing.TURN)


def test_whoever_is_called_later_waits_aside_until_then():
    later = a_case(not_before=NOON + timedelta(hours=1))

    assert place_in_line(later, 5, 1, NOON) == Place(Standing.LATER)
    assert place_in_line(later, 5, 1, later.not_before).standing is Standing.IN_LINE
