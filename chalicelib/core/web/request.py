"""An incoming request as the handlers see it: read once, checked, and put in plain terms."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar
from urllib.parse import parse_qsl, unquote, urlencode

from chalice.app import Request

from chalicelib.core.web.http_errors import Malformed, TooLarge, UnsupportedMediaType
from chalicelib.core.wiring import Container, Core

if TYPE_CHECKING:
    from chalicelib.core.domain.session import Session
    from chalicelib.core.wiring import Containers

LARGEST_BODY: Final = 16 * 1024
# A preview carries a whole rota, and stores none of it (docs/decisions/0013).
LARGEST_PREVIEW: Final = 256 * 1024
# A line of the rota has a field for each oncologist; what a body may weigh bounds it anyway.
MOST_FORM_FIELDS: Final = 400
JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"
# What has nine digits in a row could be a phone, which the audit refuses.
_AUDITED_ID: Final = re.compile(r"(?!.*[0-9]{9})[A-Za-z0-9._-]{1,64}")
_LONGEST_NOTED: Final = 200
C = TypeVar("C", bound=Container)


class WebRequest:
    """One request. Nothing is read before it is asked for."""

    def __init__(
        self, request: Request, containers: Containers, largest_body: int = LARGEST_BODY
    ) -> None:
        """Wrap Chalice's request, and what its handler works with."""
        self._request = request
        self._containers = containers
        self._largest_body = largest_body
        self.method: str = request.method
        self.pattern: str = request.path
        self.request_id = str(request.context.get("requestId", ""))
        self.concerned: tuple[str, ...] | None = None
        self.noted: dict[str, str] = {}
        # On the pages of those signed in, filled by chalicelib.core.web.session.
        self.session: Session | None = None
        self.form_token = ""

    def use(self, kind: type[C]) -> C:
        """Return the container of a feature."""
        return self._containers.get(kind)

    def now(self) -> datetime:
        """Return the time: an aware instant."""
        return self.use(Core).now()

    def today(self) -> date:
        """Return the day of the helpline's calendar."""
        from chalicelib.core.domain.datetimes import calendar_day

        return calendar_day(self.now())

    def concerns(self, *subjects: str, **detail: object) -> None:
        """Tell the audit whom the answer is about; with nobody named, it records nothing.

        Subjects are references and ids, ``detail`` is codes and counts: nothing personal.
        """
        self.concerned = (*(self.concerned or ()), *subjects)
        self.noted.update({name: str(value) for name, value in detail.items()})

    def acts_for(self, *oncologists: str | None) -> None:
        """Note in the audit for which oncologists the caller acts, by their ids."""
        ids = sorted({each for each in oncologists if each and _AUDITED_ID.fullmatch(each)})
        if ids:
            self.noted["acting_for"] = ":".join(ids)[:_LONGEST_NOTED]

    def changes_fields(self, names: Iterable[str]) -> None:
        """Note in the audit the names of changed fields; never their values."""
        if named := ":".join(names):
            self.noted["changed"] = named[:_LONGEST_NOTED]

    @property
    def source(self) -> str:
        """The address from which the request came to the gateway."""
        identity = self._request.context.get("identity") or {}
        return str(identity.get("sourceIp") or "")

    @cached_property
    def authorizer(self) -> Mapping[str, Any]:
        """What the authoriser, or the session, said of the caller; empty on a public route."""
        return self._request.context.get("authorizer") or {}

    def header(self, name: str) -> str:
        """Give a header's value, or nothing."""
        return str(self._request.headers.get(name) or "")

    @cached_property
    def query(self) -> dict[str, str]:
        """The query's parameters; of a repeated one the last counts."""
        return dict(self._request.query_params or {})

    @property
    def query_fields(self) -> dict[str, str]:
        """The query's parameters but ``lang``, which every address takes."""
        return {name: value for name, value in self.query.items() if name != "lang"}

    @cached_property
    def cookies(self) -> dict[str, str]:
        """The cookies."""
        pairs = (part.partition("=") for part in self.header("cookie").split(";"))
        return {name.strip(): value.strip() for name, _, value in pairs}

    @property
    def path_variables(self) -> Mapping[str, str]:
        """What the path's pattern left open, as it came."""
        return self._request.uri_params or {}

    @cached_property
    def path(self) -> str:
        """The path below the stage's root."""
        path = self.pattern
        for name, value in self.path_variables.items():
            path = path.replace(f"{{{name}}}", value).replace(f"{{{name}+}}", value)
        return path

    @property
    def path_and_query(self) -> str:
        """The path below the stage's root, with its query, for coming back to it."""
        query = urlencode(self.query_fields)
        return f"{self.path}?{query}" if query else self.path

    @property
    def root(self) -> str:
        """The way from this path to the stage's root, relative: right behind any base path."""
        trailing = str(self._request.to_original_event().get("path") or "").endswith("/")
        depth = self.path.rstrip("/").count("/") - 1 + (trailing and self.path != "/")
        return "../" * depth

    @cached_property
    def origin(self) -> str:
        """The address of the stage's root as the caller sees it, without a slash at the end."""
        context = self._request.context
        host = self.header("host") or str(context.get("domainName", "localhost"))
        scheme = self.header("x-forwarded-proto") or "http"
        # The gateway's own address has the stage in its path; any other host is mapped to it.
        stage = f"/{context.get('stage')}" if host.endswith(".amazonaws.com") else ""
        return f"{scheme}://{host}{stage}"

    @property
    def wants_html(self) -> bool:
        """Whether a person is looking, rather than a program."""
        return "text/html" in self.header("accept")

    @property
    def is_cross_site(self) -> bool:
        """Whether a browser says that a page of another site sent this; old browsers say nothing.

        Another host of our own domain is no other site: a charity's home page may hold our form.
        """
        return self.header("sec-fetch-site") == "cross-site"

    @property
    def is_secure(self) -> bool:
        """Whether the caller came by TLS."""
        return self.header("x-forwarded-proto") == "https"

    @cached_property
    def language(self) -> str:
        """The language in which to answer."""
        from chalicelib.core.web.language_negotiation import DEFAULT

        return self._wanted_language or DEFAULT

    def suggest_language(self, name: object) -> None:
        """Answer in this language, where we write it and the caller asked for no other."""
        from chalicelib.core.web.language_negotiation import DEFAULT, first_written

        self.language = self._wanted_language or first_written(str(name)) or DEFAULT

    def prefer_language(self, name: str | None) -> None:
        """Answer in this language, where we write it and no other was chosen on our pages."""
        from chalicelib.core.web.language_negotiation import first_written

        if name is None:
            return
        self.language = first_written(*self._chosen_languages, name) or self.language

    @property
    def _wanted_language(self) -> str | None:
        from chalicelib.core.web.language_negotiation import accepted_languages, first_written

        accepted = accepted_languages(self.header("accept-language"))
        return first_written(*self._chosen_languages, *accepted)

    @property
    def _chosen_languages(self) -> tuple[str, str]:
        return self.query.get("lang", ""), self.cookies.get("lang", "")

    @cached_property
    def body(self) -> bytes:
        """The body. Raises TooLarge, Malformed."""
        try:
            raw = self._request.raw_body
        except ValueError:
            raise Malformed from None
        body = raw.encode() if isinstance(raw, str) else raw
        if len(body) > self._largest_body:
            raise TooLarge
        return body

    def check_body(self, accepts: str | None) -> None:
        """Refuse a body that is too large or of another kind than ``accepts``.

        Without a content type a body is taken for what is expected.
        """
        if not self.body or accepts is None:
            return
        kind = self.header("content-type").partition(";")[0].strip().lower()
        if kind not in ("", accepts):
            raise UnsupportedMediaType

    def json(self, *, required: bool = True) -> dict[str, Any]:
        """Read the body as a JSON object; an optional one may be left out. Raises Malformed."""
        if not self.body.strip() and not required:
            return {}
        try:
            value = json.loads(self.body, parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            raise Malformed from None
        if not isinstance(value, dict):
            raise Malformed
        return value

    def form(self) -> dict[str, list[str]]:
        """Read the body as a form: each name with its values, blank ones too. Raises Malformed."""
        try:
            pairs = parse_qsl(
                self.body.decode(),
                keep_blank_values=True,
                errors="strict",
                max_num_fields=MOST_FORM_FIELDS,
            )
        except ValueError:
            raise Malformed from None
        form: dict[str, list[str]] = {}
        for name, value in pairs:
            form.setdefault(name, []).append(value)
        return form


def reference_in(text: str) -> str:
    """Read a reference from a path, which comes undecoded. Raises NotFound for what is none."""
    from chalicelib.core.domain.reference import normalise_reference

    return normalise_reference(unquote(text))


def id_in(text: str) -> str:
    """Read any other id from a path."""
    return unquote(text)


def _refuse_constant(name: str) -> NoReturn:
    # NaN and Infinity are Python's extension of JSON.
    raise ValueError(name)
