"""What an administrator's desk is refused: coded errors, as all of the domain's."""

from __future__ import annotations

from typing import ClassVar

from chalicelib.core.domain.errors import Conflict


class DoesNotSuit(Conflict):
    """The oncologist does not speak the patient's language, or the patient asked for a woman."""

    code: ClassVar[str] = "does_not_suit"


class MergeIntoEarlier(Conflict):
    """The other case was asked for later: merged into it, the person would lose their place."""

    code: ClassVar[str] = "merge_into_earlier"
