"""Routes as rows: each feature lists its own, and registers them through a :class:`Site`.

A handler's module is imported when it is first called, with all that it needs: a cold start pays
for the route that is asked, and for no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Final

from chalicelib.core.web.blueprint import ErrorPage, Handler, WebBlueprint
from chalicelib.core.web.request import FORM, JSON
from chalicelib.core.web.route_spec import Route

if TYPE_CHECKING:
    from chalice.app import Chalice, ChaliceAuthorizer, Response

    from chalicelib.core.services.session_ports import OpenSession
    from chalicelib.core.web.request import WebRequest
    from chalicelib.core.wiring import Containers

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
ANYTHING: Final = "/{proxy+}"
_READS: Final = frozenset({"GET", "HEAD"})


class Site:
    """Registers the routes of features, by who may call them and what for.

    ``authorise`` asks for a bearer token, ``open_session`` for the cookie of those who work here,
    to whom ``staff_error_page`` tells what went wrong.
    """

    def __init__(
        self,
        app: Chalice,
        containers: Callable[[], Containers],
        *,
        authorise: ChaliceAuthorizer,
        open_session: OpenSession,
        staff_error_page: ErrorPage,
    ) -> None:
        self._app = app
        self._containers = containers
        self._authorise = authorise
        self._open_session = open_session
        self._staff_error_page = staff_error_page
        self._open_to_others: set[str] = set()

    def public(self, *routes: Route) -> None:
        """Register calls that are open to everybody, other sites' pages included."""
        self._open_to_others.update(route.path for route in routes)
        self._add(WebBlueprint(__name__, self._containers, cors=True), routes, None, JSON)

    def plain(self, *routes: Route) -> None:
        """Register what checks its callers by itself, or has nothing to hide."""
        self._add(WebBlueprint(__name__, self._containers), routes, None, FORM)

    def calls(self, role: str, *routes: Route) -> None:
        """Register calls that want the bearer token of somebody who has ``role``."""
        blueprint = WebBlueprint(__name__, self._containers, authorise=self._authorise)
        self._add(blueprint, routes, role, JSON, head=False)

    def pages(self, *routes: Route) -> None:
        """Register pages that are open to everybody; their forms, to no other site's page."""
        blueprint = WebBlueprint(__name__, self._containers, is_page=_is_page)
        self._add(blueprint, routes, None, FORM, ours_alone=True)

    def staff_pages(self, role: str | None, *routes: Route, below: str = "") -> None:
        """Register pages that want the session of somebody who has ``role``; None: of nobody."""
        blueprint = WebBlueprint(
            __name__,
            self._containers,
            open_session=self._open_session,
            error_page=self._staff_error_page,
        )
        placed = (route._replace(path=f"{below}{route.path}") for route in routes)
        self._add(blueprint, placed, role, FORM)

    def rest(self) -> None:
        """Register what stands behind all other routes; to be called last.

        API Gateway hands a request to the catch-all when nothing fits its path and method together;
        only the root itself lies beside that, and names its other methods.
        """
        known = {path: tuple(methods) for path, methods in self._app.routes.items()}
        open_to_others = frozenset(self._open_to_others)

        def refuse(request: WebRequest) -> Response:
            """Answer that there is nothing, or nothing by this method."""
            from chalicelib.core.web import fallback

            return fallback.refuse(request, known, open_to_others)

        blueprint = WebBlueprint(
            __name__, self._containers, is_page=lambda request: request.wants_html
        )
        blueprint.route(ANYTHING, methods=METHODS)(refuse)
        others = [method for method in METHODS if method not in known["/"]]
        blueprint.route("/", methods=others)(refuse)
        self._app.register_blueprint(blueprint)

    def _add(
        self,
        blueprint: WebBlueprint,
        routes: Iterable[Route],
        role: str | None,
        accepts: str,
        *,
        ours_alone: bool = False,
        head: bool = True,
    ) -> None:
        """Register rows; what answers GET answers HEAD too, unless ``head`` is False.

        The gateway's authoriser does not answer HEAD: a program with a token has no use for it.
        """
        for route in routes:
            methods = route.methods.split()
            if head and "GET" in methods:
                methods.append("HEAD")
            only_reads = _READS.issuperset(methods)
            any_kind = route.any_body or only_reads
            blueprint.route(
                route.path,
                methods=methods,
                accepts=None if any_kind else accepts,
                role=role,
                largest=route.largest,
                audit=route.audit,
                from_other_sites=only_reads or route.from_other_sites or not ours_alone,
            )(lazy_handler(route))
        self._app.register_blueprint(blueprint)


def lazy_handler(route: Route) -> Handler:
    """Return what stands in for a route's handler until it is called."""

    def handler(request: WebRequest, **variables: str) -> Response:
        found: Callable[..., Response] = getattr(
            import_module(f"chalicelib.{route.module}"), route.name
        )
        return found(request, **variables)

    handler.__name__ = route.name
    handler.route = route  # type: ignore[attr-defined]
    return handler


def _is_page(request: WebRequest) -> bool:
    return request.wants_html or "application/json" not in request.header("accept")
