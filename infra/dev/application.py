"""The application in this process: called as API Gateway calls it, and loaded anew on a change."""

import importlib
import os
import sys
import time
from collections.abc import Mapping
from typing import Any

from chalice.test import Client, HTTPResponse

from infra.dev.gateway import GatewayEvents
from infra.package import REGION
from infra.translations import compile_catalogues

# What a change of the sources makes stale. AWS, the users and the demo's data are kept.
OWN_PACKAGES = frozenset({"app", "chalicelib"})
# moto's database is a subclass of the application's.
BUILT_ON_THEM = frozenset({"infra.dev.moto_database"})
# What a function gets of Lambda besides its event; the helpline's functions read nothing of it.
NO_CONTEXT = None


def forget_sources() -> None:
    """Have the sources read anew by the next import.

    Not before they are first loaded: the demo's people and lines are objects of their classes.
    """
    for name in list(sys.modules):
        if name.partition(".")[0] in OWN_PACKAGES or name in BUILT_ON_THEM:
            del sys.modules[name]
    importlib.invalidate_caches()


class Application:
    """The functions of ``app.py`` as they stand in the sources now."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        os.environ.update(environment)
        self._app: Any = None
        self._mistake: Exception | None = None
        self.load()

    def load(self) -> float:
        """Import the sources anew; return how many seconds it took.

        Raises whatever a mistake in them raises. Then nothing is loaded, and a call raises too.
        """
        started = time.monotonic()
        try:
            self._app, self._mistake = self._loaded(), None
        except Exception as mistake:
            self._app, self._mistake = None, mistake
            raise
        return time.monotonic() - started

    def _loaded(self) -> Any:  # noqa: ANN401 - app.py
        if "app" in sys.modules:
            forget_sources()
        compile_catalogues()
        application: Any = importlib.import_module("app")
        application.helpline = self._helpline(application)
        self._client = Client(application.app)
        gateway = self._client.http._local_gateway  # noqa: SLF001 - Chalice has no other way in
        gateway.event_converter = GatewayEvents(application.app.routes)
        return application

    @staticmethod
    def _helpline(application: Any) -> Any:  # noqa: ANN401 - of the module loaded just now
        """Return the application's parts, with reads one after another, since moto has no locks."""
        core = importlib.import_module("chalicelib.core.wiring")
        moto = importlib.import_module("infra.dev.moto_database")
        return type(application.helpline)(core.Core(database=moto.InTurn(REGION)))

    @property
    def module(self) -> Any:  # noqa: ANN401 - app.py
        """The module ``app``. Raises LookupError while a mistake keeps it from being loaded."""
        if self._app is None:
            raise LookupError("the sources hold a mistake") from self._mistake
        return self._app

    def request(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> HTTPResponse:
        """Answer a request as API Gateway and Lambda do."""
        self.module  # noqa: B018 - raises where nothing is loaded
        return self._client.http.request(method, path, headers=dict(headers), body=body)

    def invoke(self, function: str, event: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        """Call a function of ``app.py`` with an event, and return its answer."""
        return getattr(self.module, function)(dict(event), NO_CONTEXT)
