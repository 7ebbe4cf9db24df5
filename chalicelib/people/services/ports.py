"""What keeping people needs of the world beside the rota: their sign-in."""

from __future__ import annotations

from typing import Protocol


class Accounts(Protocol):
    """The oncologists' sign-ins: a user's name is the oncologist's id. Safe to repeat."""

    def invite(self, oncologist: str, email: str) -> None:
        """Let an oncologist sign in, and send the invitation; again, unless they have used it.

        Raises InvalidField (``email``) for an address that takes none, and Busy.
        """

    def open(self, oncologist: str) -> bool:
        """Let them sign in again; False where they never could. Raises Busy."""

    def close(self, oncologist: str) -> None:
        """Sign them out everywhere, and in no more; nothing where there is none. Raises Busy."""
