"""Every order in which the AWS calls of several workers can follow one another, one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tests.support.interleaving import Choose


class Order:
    """One order of all: its choices so far, each of how many; what follows is the first of each."""

    def __init__(self, choices: list[tuple[int, int]] | None = None) -> None:
        """Begin with these choices."""
        self._choices = choices or []
        self._next = 0

    def __call__(self, among: int) -> int:
        """Choose."""
        if self._next == len(self._choices):
            self._choices.append((0, among))
        chosen, _ = self._choices[self._next]
        self._next += 1
        return chosen

    def following(self) -> Order | None:
        """Give the order after this one, once this one has been run; None: there is no other."""
        choices = list(self._choices)
        while choices and choices[-1][0] + 1 == choices[-1][1]:
            choices.pop()
        if not choices:
            return None
        chosen, among = choices.pop()
        return Order([*choices, (chosen + 1, among)])


def orders(most: int, dice: int) -> Iterator[tuple[str, Choose]]:
    """Give every order, up to so many; where there are more, so many of the dice besides.

    Each must have been run before the next is asked for.
    """
    order: Order | None = Order()
    for _ in range(most):
        if order is None:
            return
        yield "orders", order
        order = order.following()
    for number in range(dice if order is not None else 0):
        yield "orders by dice", Random(number).randrange
