"""The key by which a person's name is found."""

from __future__ import annotations

from chalicelib.core.domain.text_matching import normal_name
from chalicelib.core.services.ports import Secrets


def name_key(secrets: Secrets, name: str | None) -> str | None:
    """Give a name's key, the same however it was typed; None for what has no letter."""
    normal = normal_name(name or "")
    return secrets.name_key(normal) if normal else None
