"""Policy as a test: every route is behind the authoriser, or on the public list."""

import re
import time

import pytest
from chalice.app import AuthRequest, AuthResponse, Chalice, EventSourceHandler

import app as application
from chalicelib.core.web.authorisation import GatewayUnauthorized, authorise_request
from chalicelib.core.web.blueprint import WebBlueprint
from chalicelib.core.web.routing import METHODS
from chalicelib.core.wiring import Containers
from chalicelib.providers import PROVIDERS
from infra.policies import FUNCTIONS
from tests.contract.access_matrix import CASES, ONCOLOGISTS, PEOPLE_AND_ROTA
from tests.support.helpline import in_use, using
from tests.support.provider_samples import by_http, samples_of
from tests.support.web import Web


def with_head(routes: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Add HEAD to what answers GET: an open route answers both alike."""
    return routes | {("HEAD", path) for method, path in routes if method == "GET"}


# No authoriser of ours knows a provider: each verifies its caller by itself, as is seen below.
WEBHOOKS = with_head(
    {
        (method, webhook.path)
        for provider in PROVIDERS
        for webhook in provider.webhooks()
        for method in webhook.methods.split()
    }
)
PUBLIC = with_head(
    {
        ("POST", "/callbacks"),
        ("GET", "/callbacks/{reference}"),
        ("POST", "/callbacks/{reference}/cancel"),
        ("POST", "/callbacks/{reference}/withdraw"),
        ("POST", "/callbacks/{reference}/link"),
        ("GET", "/callbacks/{reference}/data"),
        ("POST", "/callbacks/{reference}/reschedule"),
        ("GET", "/hours"),
        ("GET", "/healthz"),
        ("GET", "/openapi.json"),
        ("GET", "/"),
        ("GET", "/request"),
        ("POST", "/request"),
        ("GET", "/c/{reference}"),
        ("POST", "/c/{reference}/cancel"),
        ("POST", "/c/{reference}/reschedule"),
        ("POST", "/c/{reference}/link"),
        ("GET", "/c/{reference}/data"),
        ("GET", "/c/{reference}/withdraw"),
        ("POST", "/c/{reference}/withdraw"),
        ("GET", "/notice"),
        ("GET", "/v/{reference}"),
        ("GET", "/static/{name}"),
        *WEBHOOKS,
        # What opens them is a secret in the address.
        ("GET", "/rota/{secret}"),
        ("GET", "/s/{token}"),
        ("POST", "/s/{token}/confirm"),
        ("POST", "/s/{token}/offer"),
        # Before somebody is known.
        ("GET", "/sign-in"),
        ("POST", "/sign-in"),
        ("POST", "/sign-in/next"),
        # Refuse whatever they get.
        *((method, "/{proxy+}") for method in METHODS),
        *((method, "/") for method in METHODS),
    }
)
GUARDED = [
    (row.method, re.sub(r"{(\w+)}", r"\1", row.path), role)
    for role, rows in (("oncologist", ONCOLOGISTS), ("admin", [*CASES, *PEOPLE_AND_ROTA]))
    for row in rows
]


def routes_of(application):
    return {
        (method, path): entry
        for path, methods in application.routes.items()
        for method, entry in methods.items()
    }


def unguarded(application) -> set[tuple[str, str]]:
    return {
        key
        for key, entry in routes_of(application).items()
        if entry.authorizer is None and key not in by_session(application)
    }


def by_session(application) -> dict[tuple[str, str], str]:
    """The pages that ask the session's cookie for a role: test_session_pages tries each."""
    return {
        key: role
        for key, entry in routes_of(application).items()
        if (role := getattr(entry.view_function, "role_by_session", None))
    }


def test_every_route_has_the_authoriser_or_is_public():
    assert unguarded(Web().app) == PUBLIC


def test_a_planted_route_is_found():
    planted = Chalice("planted", configure_logs=False)
    blueprint = WebBlueprint("planted", Containers)
    blueprint.route("/admin/everything")(lambda _: None)
    planted.register_blueprint(blueprint)

    assert unguarded(planted) - PUBLIC == {("GET", "/admin/everything")}


def test_every_guarded_route_is_tried_below():
    tried = {(row.method, row.path) for row in [*ONCOLOGISTS, *CASES, *PEOPLE_AND_ROTA]}

    assert tried == routes_of(Web().app).keys() - PUBLIC - by_session(Web().app).keys()


def call_past_the_gateway(web, method, path, authorizer):
    """Call a handler as if the gateway had let it through with this context."""
    event = web.events.create_lambda_event(method, path, {})
    if authorizer is not None:
        event["requestContext"]["authorizer"] = authorizer
    return web.app(event, None)


def context(**changes):
    return {
        "id": "dr-asha",
        "principalId": "dr-asha",
        "roles": "administrators oncologists",
        "expires": str(int(time.time()) + 60),
        **changes,
    }


@pytest.mark.parametrize(("method", "path", "role"), GUARDED)
@pytest.mark.parametrize(
    "authorizer",
    [
        None,
        {},
        context(id=""),
        context(expires="0"),
        context(expires="soon"),
        {"principalId": "dr-asha"},
    ],
    ids=["none", "empty", "nameless", "expired", "odd", "bare"],
)
def test_each_handler_denies_by_itself(web, method, path, role, authorizer):
    answer = call_past_the_gateway(web, method, path, authorizer)

    assert answer["statusCode"] == 401
    assert '"code":"unauthenticated"' in answer["body"]
    assert answer["headers"]["WWW-Authenticate"] == "Bearer"
    assert web.cases.calls == []


@pytest.mark.parametrize(("method", "path", "role"), GUARDED)
def test_each_handler_denies_the_wrong_role(web, method, path, role):
    other = {"oncologist": "administrators", "admin": "oncologists"}[role]

    for roles in ("", other, "oncologist", "administratorsoncologists"):
        answer = call_past_the_gateway(web, method, path, context(roles=roles))
        assert answer["statusCode"] == 403
        assert '"code":"forbidden"' in answer["body"]
    assert web.cases.calls == []


@pytest.mark.parametrize(("method", "path", "role"), GUARDED)
def test_each_route_asks_the_authoriser(web, method, path, role):
    assert web.call(method, path).status_code == 401
    assert web.call(method, path, token="none:ravi").status_code == 403
    assert web.call(method, path, token=f"{role}:dr-asha").status_code not in (401, 403)


@pytest.mark.usefixtures("web")
@pytest.mark.parametrize("header", ["Bearer forged", "Basic eDp5", "oncologist:dr-asha", "Bearer "])
def test_the_authoriser_answers_a_bad_token_as_the_gateway_wants_it(header):
    with pytest.raises(GatewayUnauthorized, match=r"\AUnauthorized\Z"):
        authorise_request(AuthRequest("TOKEN", header, "arn"), in_use().people.identity.verify)


@pytest.mark.parametrize("header", ["", "x", "Basic eDp5"])
def test_what_is_no_bearer_token_is_refused_before_a_setting_is_read(monkeypatch, header):
    monkeypatch.delenv("CASES_TABLE", raising=False)
    event = {"type": "TOKEN", "authorizationToken": header, "methodArn": "arn"}
    with using(), pytest.raises(GatewayUnauthorized):
        application.authorise(event, None)


@pytest.mark.usefixtures("web")
@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_authoriser_tells_who_it_is(scheme):
    answer = authorise_request(
        AuthRequest("TOKEN", f"{scheme} oncologist:dr-asha", "arn"), in_use().people.identity.verify
    )

    assert isinstance(answer, AuthResponse)
    assert (answer.principal_id, answer.routes) == ("dr-asha", ["*"])
    assert (answer.context["id"], answer.context["roles"]) == ("dr-asha", "oncologists")
    assert all(isinstance(value, str) for value in answer.context.values())


@pytest.mark.usefixtures("web")
def test_the_authoriser_lets_nobody_through_without_a_role():
    assert (
        authorise_request(
            AuthRequest("TOKEN", "Bearer none:ravi", "arn"), in_use().people.identity.verify
        ).routes
        == []
    )


@pytest.mark.parametrize(("method", "path"), sorted(WEBHOOKS))
@pytest.mark.parametrize("configured", [True, False])
def test_each_webhook_refuses_whom_it_cannot_verify(web, method, path, configured):
    if configured:
        in_use().core.credentials.values = {
            name: tuple(values)
            for provider in by_http()
            for name, values in samples_of(provider).credentials.items()
        }
    path = path.format(secret="not-the-secret-of-anybody", message="QQ", call="QQ")
    form = b"MessageSid=SM1&SmsSid=SM1&CallSid=C1&From=%2B919812345678&MessageStatus=delivered"
    asked = f"{path}?{form.decode()}" if method == "GET" else path
    body = form if method == "POST" else b""
    answer = web.call(method, asked, body=body, content_type="application/x-www-form-urlencoded")

    assert answer.status_code == (404 if "anybody" in path else 403)
    assert web.cases.calls == []
    assert in_use().messages.store.calls == []


def test_the_authoriser_denies_an_empty_event_of_a_call_by_hand():
    for _ in range(2):
        answer = application.authorise({}, None)
        [statement] = answer["policyDocument"]["Statement"]
        assert (statement["Effect"], statement["Resource"]) == ("Deny", ["*"])
        assert answer["context"] == {}


def test_the_api_answers_an_empty_event_of_a_call_by_hand_as_healthz():
    for _ in range(2):
        answer = application.app({}, None)
        assert answer["statusCode"] == 200
        assert answer["body"] == Web().get("/healthz").body.decode()


def test_every_other_function_takes_an_event_of_which_it_reads_nothing():
    handlers = {
        name: value
        for name, value in vars(application).items()
        if isinstance(value, EventSourceHandler)
    }

    assert handlers.keys() == FUNCTIONS.keys() - {"api_handler", "authorise"}
    assert {each.event_class for each in handlers.values()} == {application.Event}
