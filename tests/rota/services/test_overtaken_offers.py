"""An offer is withdrawn where a change takes away the shift that was offered."""

from dataclasses import replace

import pytest

from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.working_hours import DEFAULT_HOURS
from chalicelib.rota.domain.change_log import By
from chalicelib.rota.domain.model import Leave, Override, Temporary, leave_of_hours
from chalicelib.rota.domain.swaps import OfferState, SwapOffer
from tests.support.rota_world import (
    ASHA,
    EARLY,
    MONDAY,
    ONE_DAY,
    RAVI,
    TARA,
    TUESDAY,
    RotaWorld,
    at,
    morning,
)


def offered(world: RotaWorld, who: str = RAVI) -> SwapOffer:
    """Ravi's Tuesday morning, offered to Tara."""
    return world.swaps.offer(world.shift(TUESDAY).id, TARA, By(who), EARLY)


def closed_day(world: RotaWorld) -> None:
    closed = replace(DEFAULT_HOURS, closures=frozenset({TUESDAY}))
    world.manage.put_hours(closed, 0, By("admin"), EARLY)


def left(world: RotaWorld) -> None:
    world.manage.change_oncologist(
        RAVI, 1, lambda who: replace(who, left=TUESDAY), By("admin"), EARLY
    )


def shorter(world: RotaWorld) -> None:
    """The offerer stays, but the shift that was offered is cut in two."""
    add = Override("morning", at(TUESDAY, 11), at(TUESDAY, 12), add=ASHA)
    world.manage.add_exception(add, By("admin"), EARLY)


@pytest.mark.parametrize(
    "change",
    [
        lambda world: world.leave.add(
            Leave(RAVI, TUESDAY, TUESDAY + ONE_DAY), By("admin", RAVI), EARLY
        ),
        lambda world: world.leave.add(
            leave_of_hours(RAVI, at(TUESDAY, 11), at(TUESDAY, 12), IST), By("admin", RAVI), EARLY
        ),
        lambda world: world.manage.add_exception(
            Override("morning", at(TUESDAY, 10), at(TUESDAY, 13, 30), RAVI, ASHA),
            By("admin"),
            EARLY,
        ),
        lambda world: world.manage.add_exception(
            Temporary("morning", at(TUESDAY, 10), at(TUESDAY, 13, 30), (ASHA,)), By("admin"), EARLY
        ),
        closed_day,
        left,
        shorter,
    ],
    ids=["leave", "hours", "override", "temporary", "closure", "left", "shorter"],
)
def test_an_offer_of_a_shift_that_is_no_more_theirs_is_withdrawn(change) -> None:
    world = RotaWorld(lines=(morning(),)).published(EARLY)
    offer = offered(world)

    change(world)

    found = world.edits.find_offer(offer.id)
    assert (found.state, found.answered_at) == (OfferState.WITHDRAWN, EARLY)
    assert world.swaps.open_for(TARA, EARLY) == world.swaps.open_for(RAVI, EARLY) == []


def test_an_offer_of_another_shift_stays() -> None:
    world = RotaWorld(lines=(morning(),)).published(EARLY)
    offer = offered(world)
    monday = Leave(ASHA, MONDAY, TUESDAY)

    world.leave.add(monday, By("admin", ASHA), EARLY)

    assert world.swaps.open_for(TARA, EARLY) == [offer]
