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
from chalicelib.web.request import FORM, JSON, LARGEST_PREVIEW

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
    app.register_blueprint(own_rota(authorise))
    app.register_blueprint(rota_administration(authorise))
    app.register_blueprint(calendars())
    app.register_blueprint(rota_links())
    app.register_blueprint(webhooks())
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
    routes.route("/admin/messages", role=ADMINISTRATOR)(later("messages_api", "list_messages"))
    routes.route("/admin/messages/search", methods=["POST"], accepts=JSON, role=ADMINISTRATOR)(
        later("messages_api", "search")
    )
    routes.route(
        "/admin/messages/{message}/retry", methods=["POST"], accepts=JSON, role=ADMINISTRATOR
    )(later("messages_api", "retry"))
    return routes


def own_rota(authorise: ChaliceAuthorizer) -> WebBlueprint:
    """Make the oncologists' calls about their own rota."""
    routes = WebBlueprint(__name__, authorise=authorise)

    def call(path: str, method: str, name: str) -> None:
        routes.route(path, methods=[method], accepts=JSON, role=ONCOLOGIST)(later("rota_api", name))

    call("/swaps", "GET", "list_offers")
    call("/shifts/{shift}/swap", "POST", "offer")
    call("/swaps/{swap}/accept", "POST", "accept")
    call("/swaps/{swap}/decline", "POST", "decline")
    call("/swaps/{swap}/withdraw", "POST", "withdraw")
    call("/leave", "POST", "take_leave")
    call("/leave", "DELETE", "drop_leave")
    call("/rota/feed", "POST", "make_feed")
    call("/rota/feed", "DELETE", "revoke_feed")
    return routes


def rota_administration(authorise: ChaliceAuthorizer) -> WebBlueprint:
    """Make the administrators' calls about the rota."""
    routes = WebBlueprint(__name__, authorise=authorise)

    def call(path: str, method: str, name: str) -> None:
        routes.route(f"/admin{path}", methods=[method], accepts=JSON, role=ADMINISTRATOR)(
            later("rota_admin_api", name)
        )

    call("/hours", "GET", "show_hours")
    call("/hours", "PUT", "put_hours")
    call("/lines", "GET", "show_lines")
    call("/lines", "PUT", "put_lines")
    call("/overrides", "GET", "list_overrides")
    call("/overrides", "POST", "add_override")
    call("/overrides", "DELETE", "drop_override")
    call("/leave", "GET", "list_leave")
    call("/leave", "POST", "add_leave")
    call("/leave", "DELETE", "drop_leave")
    call("/swaps", "GET", "list_swaps")
    call("/shifts/{shift}/swap", "POST", "offer_for")
    call("/swaps/{swap}/accept", "POST", "accept_for")
    call("/swaps/{swap}/decline", "POST", "decline_for")
    call("/swaps/{swap}/withdraw", "POST", "withdraw_for")
    call("/rota", "GET", "show_rota")
    call("/rota/quality", "GET", "show_quality")
    call("/rota/gaps", "GET", "show_gaps")
    call("/rota/changes", "GET", "show_changes")
    call("/rota/recipients", "GET", "show_recipients")
    call("/rota/recipients", "PUT", "put_recipients")
    call("/rota/publish", "POST", "publish")
    call("/rota/route", "GET", "route")
    routes.route(
        "/admin/rota/preview",
        methods=["POST"],
        accepts=JSON,
        role=ADMINISTRATOR,
        largest=LARGEST_PREVIEW,
    )(later("preview_api", "preview"))
    return routes


def calendars() -> WebBlueprint:
    """Make the calendars: ``{secret}`` is the whole name, with its ``.ics``."""
    routes = WebBlueprint(__name__)
    routes.route("/rota/{secret}", methods=["GET", "HEAD"])(later("calendar_feed", "show"))
    return routes


def rota_links() -> WebBlueprint:
    """Make the page that a reminder's link opens."""
    routes = WebBlueprint(__name__, is_page=_is_page)
    routes.route("/s/{token}")(later("shift_page", "show"))
    routes.route("/s/{token}/confirm", methods=["POST"], accepts=FORM)(
        later("shift_page", "confirm")
    )
    routes.route("/s/{token}/offer", methods=["POST"], accepts=FORM)(later("shift_page", "offer"))
    return routes


def webhooks() -> WebBlueprint:
    """Make what providers call; each verifies its caller by itself."""
    routes = WebBlueprint(__name__)
    twilio, exotel = "/webhooks/twilio", "/webhooks/exotel/{secret}"
    routes.route(f"{twilio}/sms", methods=["POST"], accepts=FORM)(later("webhooks", "twilio_sms"))
    routes.route(f"{twilio}/receipts/{{message}}", methods=["POST"], accepts=FORM)(
        later("webhooks", "twilio_receipt")
    )
    routes.route(f"{exotel}/sms", methods=["GET", "HEAD"])(later("webhooks", "exotel_sms"))
    routes.route(f"{exotel}/missed-call", methods=["GET", "HEAD"])(
        later("webhooks", "exotel_missed_call")
    )
    routes.route(f"{exotel}/receipts/{{message}}", methods=["POST"], accepts=FORM)(
        later("webhooks", "exotel_receipt")
    )
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
