"""The events that API Gateway makes of requests, where Chalice's own local gateway differs."""

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from chalice.local import LambdaEventConverter, RouteMatcher

CATCH_ALL = "/{proxy+}"


class GatewayEvents(LambdaEventConverter):
    """Makes events as API Gateway does: a request id, base64, and the catch-all for the rest."""

    def __init__(self, routes: Mapping[str, Mapping[str, Any]]) -> None:
        self.routes = routes
        self.as_base64 = False
        self.count = 0
        self.address = "127.0.0.1"
        self.pattern = ""
        super().__init__(RouteMatcher([path for path in routes if path != CATCH_ALL]))

    def create_lambda_event(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> dict[str, Any]:
        """Return the event of a request; ``path`` has the query in it."""
        plain, _, query = path.partition("?")
        self.count += 1
        try:
            match = self._route_matcher.match_route(plain)
            pattern, variables = match.route, dict(match.captured)
        except ValueError:
            pattern = CATCH_ALL
        if method not in self.routes[pattern]:
            pattern = CATCH_ALL
        self.pattern = pattern
        if pattern == CATCH_ALL:
            variables = {"proxy": plain.strip("/")}
        encoded = base64.b64encode(body).decode() if self.as_base64 and body else None
        return {
            "path": plain,
            "requestContext": {
                "httpMethod": method,
                "resourcePath": pattern,
                "path": plain,
                "requestId": f"request-{self.count}",
                "identity": {"sourceIp": self.address},
                "stage": "dev",
            },
            "headers": {name.lower(): value for name, value in headers.items()},
            "pathParameters": variables or None,
            "stageVariables": None,
            "multiValueQueryStringParameters": parse_qs(query, keep_blank_values=True) or None,
            "body": encoded or body,
            "isBase64Encoded": encoded is not None,
        }
