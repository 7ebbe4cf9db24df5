"""What providers tell us: the few parameters that count, any number of others beside them.

Nobody is there to correct a form, so that only what nothing can be done without is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from chalicelib.core.domain.errors import InvalidField, InvalidInput
from chalicelib.messages.domain.delivery import Receipt

Parameters = Mapping[str, str]
REQUIRED: Final = "required"
NOT_TEXT: Final = "not_text"
LONGEST_SENDER: Final = 200
PROVIDER_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
CAUSE_CODE: Final = re.compile(r"[A-Za-z0-9_-]{1,40}", re.ASCII)


def receipt_of(provider: str, code: str, provider_id: str, *, delivered: bool) -> Receipt:
    """Return a receipt; a cause or an id that is no code is left out of it."""
    why = code if CAUSE_CODE.fullmatch(code) else "undelivered"
    return Receipt(
        delivered=delivered,
        cause="" if delivered else f"{provider}_{why}",
        provider_id=provider_id if PROVIDER_ID.fullmatch(provider_id) else "",
    )


def id_of(given: Parameters, *names: str) -> str:
    """Read by what name a provider knows it: without one, a repetition could not be told."""
    found = next((given[name] for name in names if given.get(name)), "")
    if not found:
        raise InvalidInput([InvalidField(names[0], REQUIRED)])
    if not PROVIDER_ID.fullmatch(found):
        raise InvalidInput([InvalidField(names[0], NOT_TEXT)])
    return found


def text_in(given: Parameters, name: str) -> str:
    """Read what somebody wrote, whatever it is; half a letter becomes a sign for one."""
    return given.get(name, "").encode(errors="replace").decode()
