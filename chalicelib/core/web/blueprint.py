"""The one way in which a route is made: checks before the handler, a coded answer after it.

Chalice turns an exception of a view into a 500 before any middleware sees it, so the view itself
is wrapped. It judges content types by itself too, with a body of its own shape: it is told of
none, and :meth:`WebRequest.check_body` judges them.
"""

from __future__ import annotations

import functools
import logging
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeAlias

from chalice.app import Blueprint, Response

from chalicelib.core.domain.errors import HelplineError
from chalicelib.core.web.audit_trail import audited, record_denial
from chalicelib.core.web.authorisation import require
from chalicelib.core.web.headers import CORS, WORK, common_headers
from chalicelib.core.web.http_errors import CrossSite, Unexpected, status_of
from chalicelib.core.web.request import LARGEST_BODY, WebRequest
from chalicelib.core.web.responses import error_answer, last_answer
from chalicelib.core.web.route_spec import Made
from chalicelib.core.wiring import Containers
from chalicelib.logs import where

if TYPE_CHECKING:
    from chalice.app import ChaliceAuthorizer

    from chalicelib.core.services.session_ports import OpenSession

log = logging.getLogger(__name__)

Handler: TypeAlias = Callable[..., Response]
ErrorPage: TypeAlias = Callable[[HelplineError, WebRequest], Response]


class WebBlueprint(Blueprint):
    """A blueprint whose handlers take a :class:`WebRequest` first, then the path's variables."""

    def __init__(
        self,
        name: str,
        containers: Callable[[], Containers],
        *,
        authorise: ChaliceAuthorizer | None = None,
        open_session: OpenSession | None = None,
        is_page: Callable[[WebRequest], bool] | None = None,
        error_page: ErrorPage | None = None,
        cors: bool = False,
    ) -> None:
        """Name it; its handlers work with what ``containers`` returns at each request.

        Its routes that want a role ask ``authorise``. With ``open_session`` they are pages instead,
        ask the session's cookie, and take no form without the session's token. ``is_page`` says who
        is told of errors on a page, which ``error_page`` makes unless it is the patients'. ``cors``
        lets others call.
        """
        super().__init__(name)
        self._containers = containers
        self._authorise = authorise
        self._open_session = open_session
        self._is_page = is_page or (lambda _: open_session is not None)
        self._error_page = error_page or _error_page
        self._has_pages = open_session is not None or is_page is not None
        self._cors = cors

    def route(
        self,
        path: str,
        *,
        methods: Iterable[str] = ("GET",),
        accepts: str | None = None,
        role: str | None = None,
        largest: int = LARGEST_BODY,
        audit: str | None = None,
        from_other_sites: bool = True,
        **kwargs: Any,  # noqa: ANN401  # Chalice's own
    ) -> Callable[[Handler], Handler]:
        """Make a route. ``accepts`` is the content type of its body; ``role`` who may call it.

        ``largest`` is how many bytes its body may have. ``audit`` names the action in the audit.
        Unless it may come ``from_other_sites``, nothing that another site's page sends is accepted.
        """
        if role is not None:
            kwargs["authorizer"] = self._authorise
        register = super().route(path, methods=list(methods), content_types=[], **kwargs)

        def decorate(handler: Handler) -> Handler:
            @functools.wraps(handler)
            def view(**variables: str) -> Response:
                request = WebRequest(self.current_request, self._containers(), largest)

                def recorded(request: WebRequest, **variables: str) -> Response:
                    with audited(request, audit, role, variables) as outcome:
                        response = handler(request, **variables)
                        outcome.status = response.status_code
                        return response

                if not from_other_sites:
                    recorded = _from_our_pages(recorded)
                answer = self._answer(recorded, request, accepts, role, variables)
                if (
                    audit is not None
                    and role is not None
                    and answer.status_code == HTTPStatus.FORBIDDEN
                ):
                    record_denial(request, audit, role)
                return answer

            view.audit = audit  # type: ignore[attr-defined]
            view.role_by_session = role if self._open_session else None  # type: ignore[attr-defined]
            view.made = Made(role, accepts, self._has_pages)  # type: ignore[attr-defined]
            register(view)
            return handler

        return decorate

    def _answer(
        self,
        handler: Handler,
        request: WebRequest,
        accepts: str | None,
        role: str | None,
        variables: dict[str, str],
    ) -> Response:
        started = time.perf_counter()
        try:
            self._check(request, accepts, role)
            response = handler(request, **variables)
        except Exception as error:  # noqa: BLE001  # the last to catch: no caller sees a traceback
            response = self._refuse(error, request)
        if request.method == "HEAD":
            # Its headers say what GET would answer. A binary type wants bytes, also for nothing.
            response.body = b"" if isinstance(response.body, bytes) else ""
        response.headers = {
            **common_headers(str(response.headers.get("Content-Type", "")), request.request_id),
            **(WORK if self._open_session else {}),
            **(CORS if self._cors else {}),
            **response.headers,
        }
        _log(request, response, started)
        return response

    def _check(self, request: WebRequest, accepts: str | None, role: str | None) -> None:
        """Let nobody on without the role, no body of another kind, no form that is not ours."""
        if role is None or self._open_session is None:
            if role is not None:
                require(request, role)
            request.check_body(accepts)
            return
        # Only who works here pays for it at a cold start.
        from chalicelib.core.web import session

        session.enter(request, role, self._open_session)
        request.check_body(accepts)
        session.check_form(request)

    def _refuse(self, error: Exception, request: WebRequest) -> Response:
        """Answer an error: in our own words, or else as our own fault, however much is broken."""
        if (
            not isinstance(error, HelplineError)
            or status_of(error) == HTTPStatus.INTERNAL_SERVER_ERROR
        ):
            _log_unexpected(error, request)
            error = Unexpected()
        try:
            if self._is_page(request):
                return self._error_page(error, request)
            return error_answer(error, request)
        except Exception as broken:  # noqa: BLE001  # a broken page must not hide the answer
            _log_unexpected(broken, request)
            return last_answer(request)


def _from_our_pages(handler: Handler) -> Handler:
    """Return a handler that raises CrossSite for what another site's page sends."""

    def handle(request: WebRequest, **variables: str) -> Response:
        if request.is_cross_site:
            raise CrossSite
        return handler(request, **variables)

    return handle


def _error_page(error: HelplineError, request: WebRequest) -> Response:
    # Only a request that fails pays for the templates at a cold start.
    from chalicelib.core.web.error_page import error_page

    return error_page(error, request)


def _log_unexpected(error: Exception, request: WebRequest) -> None:
    """Log what broke and where, without its message: that may quote what somebody typed."""
    log.error(
        "unexpected_error",
        extra={
            "error": type(error).__name__,
            "where": where(error),
            "route": request.pattern,
            "api_request_id": request.request_id,
        },
    )


def _log(request: WebRequest, response: Response, started: float) -> None:
    """One line a request; the route's pattern, never its path, which names a case."""
    log.info(
        "request",
        extra={
            "route": request.pattern,
            "method": request.method,
            "status": response.status_code,
            "ms": round((time.perf_counter() - started) * 1000, 1),
            "api_request_id": request.request_id,
        },
    )
