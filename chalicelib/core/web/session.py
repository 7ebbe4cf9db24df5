"""The session cookie, and the token in every form of its pages (docs/decisions/0043 and 0044).

The cookie counts on pages alone: the JSON calls know bearer tokens and nothing else.
"""

from __future__ import annotations

import hmac
import re
from hashlib import sha256
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode, urlsplit

from chalicelib.core.domain.errors import Unauthenticated
from chalicelib.core.web.authorisation import require_role
from chalicelib.core.web.http_errors import CrossSite, ForgedForm
from chalicelib.core.wiring import Core

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalice.app import Response

    from chalicelib.core.services.session_ports import OpenSession
    from chalicelib.core.web.request import WebRequest

FORM_TOKEN: Final = "csrf"  # noqa: S105  # the field's name
SIGN_IN: Final = "sign-in"
# Sent by static/refresh.js: the page asks by itself, and nobody need be there.
REFRESH_HEADER: Final = "x-refresh"
_READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_SESSION: Final = "session"
_DEVICE: Final = "device"
MOST_DEVICES: Final = 4
_LONGEST_DEVICES: Final = 600
_DEVICE_SECONDS: Final = 180 * 24 * 3600
_OWN_PAGE: Final = re.compile(r"/(?:desk|console)(?:/[\w.~-]+)*(?:\?[\w.~=&%+-]*)?", re.ASCII)
_LONGEST_PATH: Final = 500
_SAME_SITE: Final = frozenset({"same-origin", "none"})


def enter(request: WebRequest, role: str, open_session: OpenSession) -> None:
    """Read the session that the request's cookie opens, for a page that wants ``role``.

    Raises Unauthenticated where there is none, and Forbidden.
    """
    token = token_of(request)
    present = not request.header(REFRESH_HEADER)
    session = open_session(token, request.now(), present=present) if token else None
    if session is None:
        raise Unauthenticated
    request.session = session
    request.form_token = form_token(token)
    request.authorizer = {"id": session.person, "roles": " ".join(sorted(session.roles))}
    require_role(session.roles, role)


def check_form(request: WebRequest) -> None:
    """Refuse what changes something unless a page of this very session sent it.

    Raises ForgedForm.
    """
    if request.method in _READS:
        return
    if is_from_elsewhere(request):
        raise CrossSite
    given = request.form().get(FORM_TOKEN, [""])[-1]
    if not hmac.compare_digest(given.encode(), request.form_token.encode()):
        raise ForgedForm


def is_from_elsewhere(request: WebRequest, *, must_tell: bool = False) -> bool:
    """Tell whether a browser says that another site sent this.

    With ``must_tell``, as for the form by which somebody signs in and has no token yet, silence
    counts as "elsewhere": every browser of today says so much with a form that it posts.
    """
    if site := request.header("sec-fetch-site"):
        return site not in _SAME_SITE
    origin = request.header("origin")
    if not origin:
        return must_tell
    ours = {_origin(request.origin), _origin(request.use(Core).settings.public_url)}
    return origin not in ours


def token_of(request: WebRequest) -> str:
    """Read the token of the session; by TLS only the cookie that no other host can have set."""
    return request.cookies.get(_cookie(request, _SESSION), "")


def form_token(token: str) -> str:
    """Derive the forms' token of a session: it needs no storing, and does not open the session."""
    return hmac.digest(token.encode(), b"form", sha256).hex()


def keep_cookie(request: WebRequest, token: str) -> str:
    """Write the cookie of a new session; it lasts as long as the browser, or till the session ends.

    Lax and not Strict: a link to a page, in a mail or a chat, shall not ask for another sign-in.
    """
    return f"{_cookie(request, _SESSION)}={token}; {_attributes(request)}"


def drop_cookie(request: WebRequest) -> str:
    """Write the cookie's end."""
    return f"{_cookie(request, _SESSION)}=; {_attributes(request)}; Max-Age=0"


def devices_of(request: WebRequest) -> tuple[str, ...]:
    """Read what shows that people have signed in with this browser before; at most a few."""
    text = request.cookies.get(_cookie(request, _DEVICE), "")
    if len(text) > _LONGEST_DEVICES:
        return ()
    return tuple(each for each in text.split("~") if each)[:MOST_DEVICES]


def device_cookie(request: WebRequest, devices: Iterable[str]) -> str:
    """Write the cookie that makes a browser known. It signs nobody in."""
    text = "~".join(tuple(devices)[:MOST_DEVICES])
    return f"{_cookie(request, _DEVICE)}={text}; {_attributes(request)}; Max-Age={_DEVICE_SECONDS}"


def own_page(path: str) -> str | None:
    """Read where somebody wanted to go: a page of ours for people signed in, else None."""
    if len(path) <= _LONGEST_PATH and _OWN_PAGE.fullmatch(path):
        return path[1:]
    return None


def sign_in_path(wanted: str) -> str:
    """Give the path of the page to sign in, with where to go afterwards."""
    return f"{SIGN_IN}?{urlencode({'next': wanted})}" if own_page(wanted) else SIGN_IN


def section_of(request: WebRequest) -> str:
    """Name the first part of the path: ``/desk`` or ``/console``."""
    return f"/{request.path.split('/')[1]}"


def add_cookie(response: Response, cookie: str) -> Response:
    """Add a cookie to those that a response sets."""
    before = response.headers.get("Set-Cookie", [])
    response.headers["Set-Cookie"] = [*([before] if isinstance(before, str) else before), cookie]
    return response


def _cookie(request: WebRequest, name: str) -> str:
    """Return a cookie's name; by TLS one that only this very host can set."""
    return f"__Host-{name}" if request.is_secure else name


def _attributes(request: WebRequest) -> str:
    return f"Path=/; HttpOnly; SameSite=Lax{'; Secure' if request.is_secure else ''}"


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
