"""Which version of a document an editor saw.

A version travels as ``ETag`` and ``If-Match``, or as ``version`` in the body, as it was given out.
"""

from __future__ import annotations

import re
from typing import Any, Final

from chalicelib.core.domain.errors import InvalidField
from chalicelib.core.web.request import WebRequest

IF_MATCH: Final = "If-Match"
VERSION: Final = "version"

_TAG: Final = re.compile(r'"([0-9]{1,9})"')
_LARGEST: Final = 10**9


def seen_version(request: WebRequest, body: dict[str, Any]) -> int:
    """Take the version out of a body, or from If-Match; the two may not contradict each other.

    Raises InvalidField: ``version`` is ``required``, ``If-Match`` or ``version`` of the
    ``wrong_type``. ``*`` is refused too: it is what overwrites without having looked.
    """
    written = body.pop(VERSION, None)
    if written is not None and not _is_version(written):
        raise InvalidField(VERSION, "wrong_type")
    header = request.header(IF_MATCH).strip()
    if not header:
        if written is None:
            raise InvalidField(VERSION, "required")
        return int(written)
    matched = _TAG.fullmatch(header)
    if matched is None:
        raise InvalidField(IF_MATCH, "wrong_type")
    version = int(matched[1])
    if written not in (None, version):
        raise InvalidField(VERSION, "contradicts")
    return version


def _is_version(written: object) -> bool:
    return isinstance(written, int) and not isinstance(written, bool) and 0 <= written < _LARGEST
