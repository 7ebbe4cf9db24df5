"""Every route, in one place: its path, who may call it, and which handler answers.

A handler's module is imported when it is first called, with all that it needs: a cold start pays
for the route that is asked, and for no other.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Final

from chalicelib.web.answers import json_answer
from chalicelib.web.authorisation import ADMINISTRATOR, ONCOLOGIST
from chalicelib.web.blueprint import Handler, WebBlueprint
from chalicelib.web.request import FORM, JSON

if TYPE_CHECKING:
    from chalice.app import Chalice, ChaliceAuthorizer, Response

    from chalicelib.web.request import WebRequest

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
ANYTHING: Final = "/{proxy+}"


def register(app: Chalice, authorise: ChaliceAuthorizer) -> None:
    """Register every blueprint; ``authorise`` stands before what is not for everybody."""
    app.register_blueprint(public())
    open_to_others = frozenset(app.routes)
    app.register_blueprint(desk(authorise))
    app.register_blueprint(administration(authorise))
    app.register_blueprint(pages())
    app.register_blueprint(static_files())
    known = {path: tuple(methods) for path, methods in app.routes.items()}
    app.register_blueprint(fallback(known, open_to_others))


def public() -> WebBlueprint:
    """Make the calls that are open to everybody, other sites' pages included."""
    routes = WebBlueprint(__name__, cors=True)
    routes.route("/callbacks", methods=["POST"], accepts=JSON)(later("public_api", "ask"))
    routes.route("/callbacks/{reference}")(later("public_api", "show"))
    routes.route("/callbacks/{reference}/cancel", methods=["POST"], accepts=JSON)(
        later("public_api", "cancel")
    )
    routes.route("/hours")(later("public_api", "hours"))
    routes.route("/healthz")(healthz)
    return routes


def desk(authorise: ChaliceAuthorizer) -> WebBlueprint:
    """Make the oncologists' calls."""
    routes = WebBlueprint(__name__, authorise=authorise)
    routes.route("/duty", role=ONCOLOGIST)(later("desk_api", "duty"))
    routes.route("/duty/next", methods=["POST"], accepts=JSON, role=ONCOLOGIST)(
        later("desk_api", "take_next")
    )
    routes.route("/cases/{reference}/attempts", methods=["POST"], accepts=JSON, role=ONCOLOGIST)(
        later("desk_api", "attempt")
    )
    routes.route("/cases/{reference}/release", methods=["POST"], accepts=JSON, role=ONCOLOGIST)(
        later("desk_api", "release")
    )
    return routes


def administration(authorise: ChaliceAuthorizer) -> WebBlueprint:
    """Make the administrators' calls."""
    routes = WebBlueprint(__name__, authorise=authorise)
    routes.route("/admin/cases", role=ADMINISTRATOR)(later("admin_api", "list_cases"))
    routes.route("/admin/cases/{reference}", role=ADMINISTRATOR)(later("admin_api", "show_case"))
    return routes


def pages() -> WebBlueprint:
    """Make the patients' pages."""
    routes = WebBlueprint(__name__, is_page=_is_page)
    routes.route("/")(later("pages", "start"))
    routes.route("/request")(later("form_page", "show_form"))
    routes.route("/request", methods=["POST"], accepts=FORM)(later("form_page", "send_form"))
    routes.route("/c/{reference}")(later("pages", "own_page"))
    routes.route("/c/{reference}/cancel", methods=["POST"], accepts=FORM)(later("pages", "cancel"))
    return routes


def static_files() -> WebBlueprint:
    """Make the one route of the style sheet and the icon."""
    routes = WebBlueprint(__name__)
    routes.route("/static/{name}")(later("static_files", "serve"))
    return routes


def fallback(known: dict[str, tuple[str, ...]], open_to_others: frozenset[str]) -> WebBlueprint:
    """Make what stands behind all other routes.

    API Gateway hands a request to the catch-all when nothing fits its path and method together;
    only the root itself lies beside that, and names its other methods.
    """
    routes = WebBlueprint(__name__, is_page=lambda request: request.wants_html)

    def refuse(request: WebRequest) -> Response:
        """Tell that there is nothing, or nothing by this method."""
        from chalicelib.web import fallback

        return fallback.refuse(request, known, open_to_others)

    routes.route(ANYTHING, methods=METHODS)(refuse)
    routes.route("/", methods=[method for method in METHODS if method not in known["/"]])(refuse)
    return routes


def healthz(_: WebRequest) -> Response:
    """Answer: the function runs."""
    return json_answer({"ok": True})


def later(module: str, name: str) -> Handler:
    """Stand in for a handler until it is called."""

    def handler(request: WebRequest, **variables: str) -> Response:
        found: Callable[..., Response] = getattr(import_module(f"chalicelib.web.{module}"), name)
        return found(request, **variables)

    handler.__name__ = name
    return handler


def _is_page(request: WebRequest) -> bool:
    return request.wants_html or "application/json" not in request.header("accept")
