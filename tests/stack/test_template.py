"""What would be deployed: settings that the embedded engine takes without applying them."""

from __future__ import annotations

import json
import zipfile
from typing import Any

import pytest

from chalicelib.core.dynamodb import schema
from infra.check_template import WIDE, check_policies, policy_faults
from infra.package import Package, build
from infra.paths import ROOT
from infra.policies import FUNCTIONS, policy_of

LARGEST_PACKAGE = 10_000_000
YEAR = 366

pytestmark = pytest.mark.xdist_group("package")


@pytest.fixture(scope="module")
def package() -> Package:
    return build("prod")


@pytest.fixture(scope="module")
def resources(package: Package) -> dict[str, Any]:
    return package.template["Resources"]


def of_type(resources: dict[str, Any], kind: str) -> dict[str, Any]:
    return {
        name: resource["Properties"]
        for name, resource in resources.items()
        if resource["Type"] == kind
    }


def functions(resources: dict[str, Any]) -> dict[str, Any]:
    return of_type(resources, "AWS::Serverless::Function")


def test_each_function_has_its_own_role_log_and_limits(resources: dict[str, Any]) -> None:
    deployed = functions(resources)
    configured = json.loads((ROOT / ".chalice" / "config.json").read_text())["lambda_functions"]

    for name, function in deployed.items():
        assert function["LoggingConfig"]["LogFormat"] == "JSON", name
        assert function["MemorySize"] >= 512, name
        # What counts a week again, once a night, may take its time; nobody waits for it.
        assert function["Timeout"] <= (600 if name in {"RecountCases", "Purge"} else 60), name
    roles = {json.dumps(function["Role"]) for function in deployed.values()}
    logs = {json.dumps(function["LoggingConfig"]["LogGroup"]) for function in deployed.values()}
    assert len(deployed) == len(roles) == len(logs) == len(configured)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_role_has_the_policy_of_its_function(function: str, resources: dict[str, Any]) -> None:
    role = "".join(word.title() for word in (*function.split("_"), "role"))
    (policy,) = resources[role]["Properties"]["Policies"]

    assert policy["PolicyDocument"] == policy_of(function)


def test_logs_are_kept_for_at_least_a_year(resources: dict[str, Any]) -> None:
    for name, log in of_type(resources, "AWS::Logs::LogGroup").items():
        assert log["RetentionInDays"] >= YEAR, name


def test_the_stream_gives_up_on_no_record_in_silence(resources: dict[str, Any]) -> None:
    (stream,) = resources["CaseChanges"]["Properties"]["Events"].values()

    settings = stream["Properties"]
    assert settings["Stream"] == {"Fn::GetAtt": ["CasesTable", "StreamArn"]}
    assert settings["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert settings["BisectBatchOnFunctionError"] is True
    assert 0 < settings["MaximumRetryAttempts"] <= 10
    assert settings["DestinationConfig"]["OnFailure"]["Type"] == "SQS"


def test_whatever_runs_by_itself_leaves_its_failures_in_a_queue(resources: dict[str, Any]) -> None:
    queues = of_type(resources, "AWS::SQS::Queue")
    called_by_people = {"APIHandler", "Authorise"}
    destinations = []
    for name, function in functions(resources).items():
        if name in called_by_people:
            continue
        settings = function.get("EventInvokeConfig")
        if settings is None:
            (event,) = function["Events"].values()
            settings = event["Properties"]
        destination = settings["DestinationConfig"]["OnFailure"]["Destination"]
        destinations.append(destination["Fn::GetAtt"][0])

    assert sorted(destinations) == sorted(queues)


@pytest.mark.parametrize(
    ("table", "agreed"),
    [
        ("CasesTable", schema.CASES),
        ("RotaTable", schema.ROTA),
        ("MessagesTable", schema.MESSAGES),
    ],
)
def test_a_table_is_as_the_store_describes_it(
    resources: dict[str, Any], table: str, agreed: schema.Schema
) -> None:
    deployed = resources[table]["Properties"]
    described = agreed.definition()

    assert deployed["KeySchema"] == described["KeySchema"]
    assert sorted_by_name(deployed["AttributeDefinitions"]) == sorted_by_name(
        described["AttributeDefinitions"]
    )
    assert deployed.get("GlobalSecondaryIndexes", []) == described.get("GlobalSecondaryIndexes", [])
    assert ("TimeToLiveSpecification" in deployed) is agreed.expires


def sorted_by_name(attributes: list[dict[str, str]]) -> list[dict[str, str]]:
    return sorted(attributes, key=lambda attribute: attribute["AttributeName"])


def test_every_table_is_encrypted_recoverable_and_survives_its_stack(
    resources: dict[str, Any],
) -> None:
    for name in ("CasesTable", "RotaTable", "MessagesTable"):
        resource = resources[name]
        assert resource["DeletionPolicy"] == "RetainExceptOnCreate", name
        assert resource["UpdateReplacePolicy"] == "Retain", name
        table = resource["Properties"]
        assert table["BillingMode"] == "PAY_PER_REQUEST", name
        assert table["DeletionProtectionEnabled"] == {"Fn::If": ["IsProduction", True, False]}, name
        assert table["SSESpecification"]["SSEType"] == "KMS", name
        assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"], name


def test_only_administrators_make_users(resources: dict[str, Any]) -> None:
    pool = resources["UserPool"]["Properties"]

    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    groups = of_type(resources, "AWS::Cognito::UserPoolGroup").values()
    assert {group["GroupName"] for group in groups} == {"oncologists", "administrators"}


def test_what_the_gateway_refuses_has_the_shape_of_every_error(resources: dict[str, Any]) -> None:
    responses = resources["RestAPI"]["Properties"]["GatewayResponses"]

    assert {"DEFAULT_4XX", "DEFAULT_5XX", "UNAUTHORIZED", "ACCESS_DENIED"} <= set(responses)
    for kind, response in responses.items():
        body = response["ResponseTemplates"]["application/json"]
        error = json.loads(body.replace("$context.error.messageString", '"..."'))["error"]
        assert set(error) == {"code", "message", "fields"}, kind
        headers = response["ResponseParameters"]["Headers"]
        assert "Access-Control-Allow-Origin" in headers, kind
        assert headers["Cache-Control"] == "'no-store'", kind
        assert headers["X-Content-Type-Options"] == "'nosniff'", kind
        assert headers["Strict-Transport-Security"] == "'max-age=31536000'", kind
    assert "Retry-After" in responses["THROTTLED"]["ResponseParameters"]["Headers"]


def test_no_policy_is_wider_than_it_says() -> None:
    wide = {
        function
        for function in FUNCTIONS
        if WIDE.keys() & {statement["Sid"] for statement in policy_of(function)["Statement"]}
    }

    assert check_policies() == []
    assert wide == {function for function, uses in FUNCTIONS.items() if uses.sends}


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ({"Action": ["dynamodb:*"], "Resource": "arn:table"}, "a wildcard among the actions"),
        ({"NotAction": ["iam:PassRole"], "Resource": "arn:x"}, "a wildcard among the actions"),
        ({"Action": ["s3:GetObject"], "Resource": "*"}, "a wildcard among the resources"),
        ({"Action": ["s3:GetObject"], "Resource": {"Fn::Sub": "a:*"}}, "among the resources"),
        ({"Action": ["s3:GetObject"], "NotResource": "arn:x"}, "NotResource"),
        ({"Action": ["s3:GetObject"]}, "a wildcard among the resources"),
        ({"Action": "*", "Resource": "arn:x"}, "a wildcard among the actions"),
    ],
)
def test_the_policy_lint_sees_what_is_too_wide(statement: dict[str, Any], fault: str) -> None:
    (first, *_) = policy_faults("any", {"Statement": [{"Sid": "Any", **statement}]})

    assert first.startswith("any: Any: ")
    assert fault in first


def test_the_package_is_small_complete_and_compiled(package: Package) -> None:
    with zipfile.ZipFile(package.code) as archive:
        names = set(archive.namelist())
    sources = {name for name in names if name.endswith(".py")}
    compiled = {
        f"{folder.removesuffix('__pycache__')}{module.split('.')[0]}.py"
        for folder, _, module in (name.rpartition("/") for name in names)
        if module.endswith(".pyc") and folder.endswith("__pycache__")
    }

    assert package.code.stat().st_size <= LARGEST_PACKAGE
    assert sources == compiled
    assert {name.partition("/")[0] for name in sources} == {"app.py", "chalice", "chalicelib"}
    assert {"pynamodb/models.pyc", "icalendar/cal/event.pyc"} <= names, "compiled only"
    for path in (ROOT / "chalicelib").rglob("*"):
        shipped = path.relative_to(ROOT).as_posix()
        if path.suffix == ".po":
            assert shipped.removesuffix(".po") + ".mo" in names
        elif path.suffix in {".html", ".css", ".svg", ".py"}:
            assert shipped in names
