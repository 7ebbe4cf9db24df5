"""What providers tell us: the few fields that count, any number of others beside them.

Nobody is there to correct a form, so that only what nothing can be done without is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from chalicelib.core.domain.errors import InvalidField, InvalidInput
from chalicelib.messages.domain.delivery import Receipt
from chalicelib.messages.domain.telephony import InboundSms
from chalicelib.messages.providers.contract import Fields, Parameters

REQUIRED: Final = "required"
NOT_TEXT: Final = "not_text"
LONGEST_SENDER: Final = 200
PROVIDER_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
CAUSE_CODE: Final = re.compile(r"[A-Za-z0-9_-]{1,40}", re.ASCII)


def receipt_of(
    provider: str, code: str, provider_id: str, *, delivered: bool | None
) -> Receipt | None:
    """Return a receipt; None where nothing is final, which ``delivered`` is None for.

    A cause or an id that is no code is left out of it.
    """
    if delivered is None:
        return None
    why = code if CAUSE_CODE.fullmatch(code) else "undelivered"
    return Receipt(
        delivered=delivered,
        cause="" if delivered else f"{provider}_{why}",
        provider_id=provider_id if PROVIDER_ID.fullmatch(provider_id) else "",
    )


def sms_of(
    provider: str, given: Parameters, *, ids: tuple[str, ...], sender: str, text: str
) -> InboundSms:
    """Read an SMS from the parameters of these names. Raises InvalidInput."""
    return InboundSms(
        message_id=f"{provider}:{id_in(given, *ids)}",
        sender=sender_in(given, sender),
        text=_written(given, text),
    )


def id_in(given: Parameters, *names: str) -> str:
    """Read by what name a provider knows it: without one, a repetition could not be told."""
    found = next((given[name] for name in names if given.get(name)), "")
    if not found:
        raise InvalidInput([InvalidField(names[0], REQUIRED)])
    if not PROVIDER_ID.fullmatch(found):
        raise InvalidInput([InvalidField(names[0], NOT_TEXT)])
    return found


def sender_in(given: Parameters, name: str) -> str:
    """Read who sent or called, whatever it is."""
    return _written(given, name)[:LONGEST_SENDER]


def text_of(fields: Fields, *path: str) -> str:
    """Read a text or a number below these names; nothing where there is none."""
    value: object = fields
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return str(value) if isinstance(value, str | int) else ""


def _written(given: Parameters, name: str) -> str:
    """Read what somebody wrote; half a letter becomes a sign for one."""
    return given.get(name, "").encode(errors="replace").decode()
