"""The headers that every answer carries."""

from __future__ import annotations

from typing import Final

NO_STORE: Final = "no-store"
_ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    # For browsers that know no frame-ancestors, as old phones have them.
    "X-Frame-Options": "DENY",
    # No page of ours needs any of it; a video call is a page of another host.
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_DATA_POLICY: Final = "default-src 'none'; frame-ancestors 'none'"
_PAGE_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
# Pages for people signed in: their forms name where they came from, and one script refreshes them.
_WORK_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
WORK: Final = {
    "Content-Security-Policy": _WORK_POLICY,
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# Anybody's page may ask for a callback: these calls are anonymous, and no cookie counts in them.
CORS: Final = {"Access-Control-Allow-Origin": "*"}
PREFLIGHT: Final = {
    **CORS,
    "Access-Control-Allow-Headers": "Content-Type, Accept-Language",
    "Access-Control-Max-Age": "86400",
}


def common_headers(content_type: str, request_id: str) -> dict[str, str]:
    """Tell the headers for an answer of this type; a handler's own come before them."""
    is_page = content_type.startswith("text/html")
    return {
        **_ALWAYS,
        "Content-Security-Policy": _PAGE_POLICY if is_page else _DATA_POLICY,
        "Cache-Control": NO_STORE,
        **({"X-Request-Id": request_id} if request_id else {}),
    }
