"""The published description of the API is whole, sound, and what the code says."""

import json
import re

import jsonschema_rs
import pytest
from chalice.app import Chalice

from app import app
from chalicelib.core.web.blueprint import WebBlueprint
from chalicelib.core.web.http_errors import STATUSES
from chalicelib.core.web.request import JSON
from chalicelib.core.web.responses import json_answer
from chalicelib.core.web.route_spec import Route
from chalicelib.core.web.schemas.fields import Field
from chalicelib.core.wiring import Containers
from infra.openapi.__main__ import PUBLISHED, outdated
from infra.openapi.bodies import Bodies, UndescribedField
from infra.openapi.document import NO_CALLS, Undescribed, describe
from infra.openapi.operation_ids import OPERATION_IDS
from tests.support.described import description

ANSWERED = {"200", "201", "202", "204", "304"}


def operations():
    return {
        (method.upper(), path): operation
        for path, methods in description()["paths"].items()
        for method, operation in methods.items()
    }


def planted(handler, **options) -> Chalice:
    other = Chalice("planted", configure_logs=False)
    blueprint = WebBlueprint("planted", Containers)
    blueprint.route("/planted", **options)(handler)
    other.register_blueprint(blueprint)
    return other


def test_what_is_published_is_what_the_code_says():
    assert outdated() == [], "run make openapi"


def test_every_call_is_described():
    calls = {
        (method, path)
        for path, methods in app.routes.items()
        for method, entry in methods.items()
        if path not in NO_CALLS and not entry.view_function.made.is_page
    }

    assert operations().keys() == calls


def test_each_call_has_an_operation_id_of_its_own_and_no_other_is_kept():
    calls = {f"{method} {path}" for method, path in operations() if method != "HEAD"}

    assert OPERATION_IDS.keys() == calls
    assert len({*OPERATION_IDS.values()}) == len(calls)


def test_the_order_of_the_routes_does_not_change_the_description(monkeypatch):
    backwards = dict(reversed(app.routes.items()))
    monkeypatch.setattr(app, "routes", backwards)

    assert json.dumps(describe(app)) == json.dumps(description())


def test_a_call_without_an_operation_id_is_found():
    def handler(_):
        return json_answer({})

    handler.route = Route("GET", "/planted", "cases.web.desk_api:duty")
    with pytest.raises(Undescribed, match=r"GET /planted: give it a name in infra/openapi"):
        describe(planted(handler))


def test_every_schema_is_one_and_every_reference_leads_somewhere():
    whole = description()
    for schema in whole["components"]["schemas"].values():
        jsonschema_rs.meta.validate(
            {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
        )
    for _, group, name in re.findall(r'"#/(components)/(\w+)/([^"]+)"', json.dumps(whole)):
        assert name in whole["components"][group]


def test_no_two_calls_have_one_name():
    names = [operation["operationId"] for operation in operations().values()]

    assert [name for name in names if names.count(name) > 1] == []


def test_who_may_call_and_what_they_are_told_who_may_not():
    for path, methods in app.routes.items():
        for method, entry in methods.items():
            operation = operations().get((method, path))
            if operation is None:
                continue
            role = entry.view_function.made.role
            assert operation.get("security", []) == ([{"bearer": [role]}] if role else [])
            assert ("401" in operation["responses"]) == (role is not None)


def test_every_status_is_in_the_table_of_refusals():
    told = {str(status) for status in STATUSES.values()} | ANSWERED
    for name, operation in operations().items():
        assert operation["responses"].keys() <= told, name
        assert ANSWERED & operation["responses"].keys(), name
        assert operation["summary"], name


def test_every_variable_of_a_path_is_described():
    for (_, path), operation in operations().items():
        described = [
            each["name"] for each in operation.get("parameters", []) if each["in"] == "path"
        ]
        assert described == re.findall(r"\{(\w+)\}", path)


def test_a_handler_that_came_by_no_table_is_found():
    with pytest.raises(Undescribed, match=r"GET /planted: list it in a feature's"):
        describe(planted(lambda _: json_answer({})))


def test_a_handler_that_does_not_say_what_it_answers_is_found():
    def handler(_):
        return json_answer({})

    handler.route = Route("GET", "/planted", "core.web.fallback:refuse")
    with pytest.raises(Undescribed, match=r"annotate core\.web\.fallback\.refuse with what"):
        describe(planted(handler))


def test_a_body_of_which_nothing_is_said_is_found():
    def handler(_):
        return json_answer({})

    handler.route = Route("POST", "/planted", "cases.web.desk_api:attempt")
    with pytest.raises(Undescribed, match=r"POST /planted: name the schema of its body"):
        describe(planted(handler, methods=["POST"], accepts=JSON))


def test_a_field_of_which_nothing_is_said_is_found():
    class Decimal(Field):
        pass

    with pytest.raises(UndescribedField, match="Decimal"):
        Bodies().shape_of(Decimal())


def test_the_published_form_is_for_people():
    assert json.loads(PUBLISHED.read_text(encoding="utf-8"))["openapi"] == "3.1.0"
