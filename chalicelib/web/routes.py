"""All routes, put onto the application in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.web import admin_api, desk_api, fallback, pages, public_api, static_files

if TYPE_CHECKING:
    from chalice.app import Chalice, ChaliceAuthorizer


def register(app: Chalice, authorise: ChaliceAuthorizer) -> None:
    """Register every blueprint; ``authorise`` stands before what is not for everybody."""
    app.register_blueprint(public_api.blueprint())
    open_to_others = tuple(app.routes)
    app.register_blueprint(desk_api.blueprint(authorise))
    app.register_blueprint(admin_api.blueprint(authorise))
    app.register_blueprint(pages.blueprint())
    app.register_blueprint(static_files.blueprint())
    app.register_blueprint(fallback.blueprint(app.routes, open_to_others))
