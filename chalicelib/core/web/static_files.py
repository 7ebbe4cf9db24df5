"""Style sheets, icon and script: named by their content, so that they may be kept for ever."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from chalice.app import Response

from chalicelib.core.domain.errors import NotFound
from chalicelib.core.paths import STATIC
from chalicelib.core.web.request import WebRequest

_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_HASH_LENGTH: Final = 12


def serve(_: WebRequest, name: str) -> Response:
    """Serve a file by its name with the hash of its content; a path is never made from a name."""
    path = _files().get(name)
    if path is None:
        raise NotFound
    return Response(
        path.read_text(encoding="utf-8"),
        {"Content-Type": _TYPES[path.suffix], "Cache-Control": _FOR_EVER},
    )


@cache
def static_name(name: str) -> str:
    """Tell under which name a file is served: ``helpline.0a1b2c3d4e5f.css``."""
    stem, _, suffix = name.rpartition(".")
    digest = sha256((STATIC / name).read_bytes()).hexdigest()
    return f"{stem}.{digest[:_HASH_LENGTH]}.{suffix}"


@cache
def _files() -> dict[str, Path]:
    paths = (path for path in STATIC.iterdir() if path.suffix in _TYPES)
    return {static_name(path.name): path for path in paths}
