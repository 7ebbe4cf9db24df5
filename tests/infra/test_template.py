"""What the fragments make of the template: every function watched, released, and no wider."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.settings import Settings
from infra.check_template import role_faults
from infra.local_template import LOCAL_SECONDS, for_engine
from infra.package import build
from infra.paths import ROOT
from infra.template import complete, load, merge

pytestmark = pytest.mark.xdist_group("package")

Resources = dict[str, Any]
FREE_METRICS = 10
FORBIDDEN_IN_ACCESS_LOGS = (
    "identity.sourceIp",
    "identity.userAgent",
    "identity.caller",
    "identity.user",
    "context.path",
    "authorizer",
    "requestOverride",
    "domainName",
)


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return build("prod").template


@pytest.fixture(scope="module")
def resources(template: dict[str, Any]) -> Resources:
    return template["Resources"]


def of_type(resources: Resources, kind: str) -> Resources:
    return {name: each["Properties"] for name, each in resources.items() if each["Type"] == kind}


def alarms_on(resources: Resources, metric: str) -> Iterator[str]:
    for alarm in of_type(resources, "AWS::CloudWatch::Alarm").values():
        if alarm["MetricName"] == metric:
            yield from (
                json.dumps(each["Value"]) for each in alarm.get("Dimensions", [{"Value": ""}])
            )


def test_what_a_person_waits_for_has_longer_on_a_busy_machine(resources: Resources) -> None:
    local = for_engine(build("prod").template, 8000)["Resources"]

    for name in ("APIHandler", "Authorise"):
        assert resources[name]["Properties"]["Timeout"] <= 15
        assert local[name]["Properties"]["Timeout"] == LOCAL_SECONDS


def test_every_function_has_its_alarms(resources: Resources) -> None:
    functions = of_type(resources, "AWS::Serverless::Function")

    for metric in ("Errors", "Throttles"):
        watched = set(alarms_on(resources, metric))
        assert watched == {json.dumps({"Ref": name}) for name in functions}, metric


def test_every_queue_of_failures_and_every_reader_of_a_stream_has_its_alarm(
    resources: Resources,
) -> None:
    queues = of_type(resources, "AWS::SQS::Queue")

    assert set(alarms_on(resources, "ApproximateNumberOfMessagesVisible")) == {
        json.dumps({"Fn::GetAtt": [name, "QueueName"]}) for name in queues
    }
    assert set(alarms_on(resources, "IteratorAge")) == {
        json.dumps({"Ref": name}) for name in ("CaseChanges", "CountCases")
    }


def test_a_function_that_is_added_tomorrow_is_watched_and_released_like_the_others() -> None:
    function = {
        "Type": "AWS::Serverless::Function",
        "Properties": {
            "Handler": "app.tomorrow",
            "LoggingConfig": {"LogGroup": {"Ref": "TomorrowLog"}},
        },
    }
    api = {"Type": "AWS::Serverless::Api", "Properties": {"DefinitionBody": {}}}

    made = complete({"Resources": {"Tomorrow": function, "RestAPI": api}}, "prod")["Resources"]

    assert made["TomorrowErrorsAlarm"]["Properties"]["AlarmDescription"] == "tomorrow failed"
    name = made["TomorrowErrorsAlarm"]["Properties"]["AlarmName"]
    assert name == {"Fn::Sub": "${AWS::StackName}-tomorrow-errors"}
    assert "TomorrowThrottlesAlarm" in made
    assert made["Tomorrow"]["Properties"]["DeploymentPreference"]["Alarms"]["Fn::If"][1][0] == {
        "Ref": "TomorrowErrorsAlarm"
    }


def test_every_alarm_tells_the_topic_and_is_in_the_runbook(resources: Resources) -> None:
    runbook = (ROOT / "docs" / "operations.md").read_text()
    listed = re.findall(r"^\| `(\S+)` \|", runbook, re.MULTILINE)
    explained = [re.sub(r"<\w+>", r"\\w+", each) for each in listed]

    for name, alarm in of_type(resources, "AWS::CloudWatch::Alarm").items():
        assert alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}], name
        suffix = alarm["AlarmName"]["Fn::Sub"].removeprefix("${AWS::StackName}-")
        assert any(re.fullmatch(each, suffix) for each in explained), suffix


def test_the_metrics_while_all_is_well_are_those_that_aws_gives_away(resources: Resources) -> None:
    values = {
        transformation["MetricName"]: transformation["MetricValue"]
        for each in of_type(resources, "AWS::Logs::MetricFilter").values()
        for transformation in each["MetricTransformations"]
    }
    of_faults = {name for name, value in values.items() if value.isdecimal()}

    assert 0 < len(values.keys() - of_faults) <= FREE_METRICS


def test_an_event_code_that_is_counted_is_written_by_the_code(resources: Resources) -> None:
    sources = "".join(path.read_text() for path in (ROOT / "chalicelib").rglob("*.py"))

    for name, each in of_type(resources, "AWS::Logs::MetricFilter").items():
        pattern = each["FilterPattern"]
        (code,) = re.findall(r'\$\.message = "(\w+)"', pattern)
        assert f'"{code}"' in sources, name
        (transformation,) = each["MetricTransformations"]
        fields = re.findall(r"\$\.(\w+)", pattern + transformation["MetricValue"])
        for field in set(fields) - {"message"}:
            assert re.search(rf'\b{field}: |"{field}":', sources), f"{name}: {field}"


def test_every_metric_of_an_event_code_has_its_alarm(resources: Resources) -> None:
    asked = {
        alarm["MetricName"]
        for alarm in of_type(resources, "AWS::CloudWatch::Alarm").values()
        if "Fn::Sub" in alarm["Namespace"]
    }

    assert asked == metrics_made(resources)


def metrics_made(resources: Resources) -> set[str]:
    return {
        each["MetricTransformations"][0]["MetricName"]
        for each in of_type(resources, "AWS::Logs::MetricFilter").values()
    }


def test_access_logs_hold_nothing_that_leads_to_a_person(resources: Resources) -> None:
    api = resources["RestAPI"]["Properties"]
    line = api["AccessLogSetting"]["Format"]

    assert set(json.loads(line)) >= {"requestId", "route", "status", "ms"}
    for word in FORBIDDEN_IN_ACCESS_LOGS:
        assert f"${word}" not in line
        assert f"$context.{word}" not in line
    assert json.loads(line)["route"] == "$context.resourcePath", "the pattern, not the path"
    (settings,) = api["MethodSettings"]
    assert settings["DataTraceEnabled"] is False
    assert settings["LoggingLevel"] == "OFF"


def test_the_api_is_throttled_and_a_firewall_is_an_option(
    template: dict[str, Any], resources: Resources
) -> None:
    (settings,) = resources["RestAPI"]["Properties"]["MethodSettings"]

    assert settings["ThrottlingRateLimit"] == {"Ref": "ApiRequestsPerSecond"}
    assert settings["ThrottlingBurstLimit"] == {"Ref": "ApiBurst"}
    assert template["Parameters"]["WafRequestsPerFiveMinutes"]["Default"] == 0
    for name in ("Firewall", "FirewallOfTheApi"):
        assert resources[name]["Condition"] == "HasFirewall"


def test_whom_the_firewall_turns_away_is_told_whom_to_ring(resources: Resources) -> None:
    firewall = resources["Firewall"]["Properties"]
    (rule,) = firewall["Rules"]
    answer = rule["Action"]["Block"]["CustomResponse"]

    assert answer["ResponseCode"] == 429
    words = firewall["CustomResponseBodies"][answer["CustomResponseBodyKey"]]["Content"]
    number = Settings.__dataclass_fields__["helpline_number"].default
    assert words.replace(" ", "").count(number) == 2


def test_how_many_may_ask_from_one_address_is_the_same_in_the_code_and_in_the_template(
    template: dict[str, Any],
) -> None:
    default = Settings.__dataclass_fields__["address_daily_asks"].default
    variables = template["Globals"]["Function"]["Environment"]["Variables"]

    assert template["Parameters"]["AddressDailyAsks"]["Default"] == default
    assert variables["ADDRESS_DAILY_ASKS"] == {"Ref": "AddressDailyAsks"}


def test_who_works_here_has_two_keys_and_nobody_learns_who_does(
    template: dict[str, Any], resources: Resources
) -> None:
    pool = resources["UserPool"]["Properties"]
    client = resources["UserPoolClient"]["Properties"]

    assert pool["MfaConfiguration"] == {
        "Fn::If": ["IsProduction", {"Ref": "SecondFactor"}, "OPTIONAL"]
    }
    assert template["Parameters"]["SecondFactor"]["Default"] == "ON"
    # Nothing that travels by SMS or mail opens an account.
    assert pool["EnabledMfas"] == ["SOFTWARE_TOKEN_MFA"]
    recovery = pool["AccountRecoverySetting"]["RecoveryMechanisms"]
    assert recovery == [{"Name": "admin_only", "Priority": 1}]
    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    assert pool["Policies"]["PasswordPolicy"]["MinimumLength"] >= 12
    assert pool["Policies"]["PasswordPolicy"]["TemporaryPasswordValidityDays"] <= 3
    assert client["PreventUserExistenceErrors"] == "ENABLED"
    assert client["EnableTokenRevocation"] is True
    assert client["GenerateSecret"] is False, "a page's client can keep none"
    assert (client["AccessTokenValidity"], client["TokenValidityUnits"]["AccessToken"]) == (
        60,
        "minutes",
    )
    assert set(client["ExplicitAuthFlows"]) == {
        "ALLOW_USER_PASSWORD_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH",
    }


def test_only_the_stages_name_is_needed(template: dict[str, Any]) -> None:
    needed = [name for name, each in template["Parameters"].items() if "Default" not in each]

    assert needed == ["Stage"]


def test_prod_goes_over_little_by_little_and_back_on_alarm(
    template: dict[str, Any], resources: Resources
) -> None:
    settings = template["Globals"]["Function"]

    assert settings["AutoPublishAlias"] == "live"
    assert settings["DeploymentPreference"]["Type"] == {"Ref": "ReleaseShift"}
    assert template["Parameters"]["ReleaseShift"]["Default"].startswith("Canary")
    for name, function in of_type(resources, "AWS::Serverless::Function").items():
        watched, alarms, _ = function["DeploymentPreference"]["Alarms"]["Fn::If"]
        assert watched == "IsWatched"
        assert {"Ref": f"{name}ErrorsAlarm"} in alarms
        assert function["AutoPublishAliasAllProperties"] is True


def test_in_prod_the_api_calls_aliases_only(resources: Resources) -> None:
    body = json.dumps(resources["RestAPI"]["Properties"]["DefinitionBody"])

    assert "${APIHandlerAliaslive}" in body
    assert "${AuthoriseAliaslive}" in body
    assert ".Arn}" not in body
    for permission in of_type(resources, "AWS::Lambda::Permission").values():
        assert permission["FunctionName"]["Ref"].endswith("Aliaslive")


def test_dev_has_neither_alias_nor_shift() -> None:
    template = build("dev").template

    assert "DeploymentPreference" not in json.dumps(template)
    assert "${APIHandler.Arn}" in json.dumps(template["Resources"]["RestAPI"])


def test_no_role_of_the_template_is_wider_than_its_stack(template: dict[str, Any]) -> None:
    assert list(role_faults(template)) == []


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ({"Action": "lambda:*", "Resource": "arn"}, "wildcard among the actions"),
        ({"Action": "lambda:UpdateAlias", "Resource": "*"}, "not this stack's"),
        (
            {"Action": "kms:Decrypt", "Resource": {"Fn::Sub": "arn:aws:kms:x:key/*"}},
            "not this stack's",
        ),
        (
            {"Action": "ssm:GetParameter", "Resource": {"Fn::Sub": "arn:aws:ssm:x:parameter/a"}},
            "not this stage's",
        ),
    ],
)
def test_the_lint_of_roles_sees_what_is_too_wide(statement: dict[str, Any], fault: str) -> None:
    policy = {"PolicyDocument": {"Statement": [{"Effect": "Allow", **statement}]}}
    role = {"Type": "AWS::IAM::Role", "Properties": {"Policies": [policy]}}

    (told,) = role_faults({"Resources": {"Any": role}})

    assert fault in told


def test_fragments_merge_as_cloudformation_has_it() -> None:
    base = {"a": {"b": 1, "c": [1, 2]}, "d": 1}

    assert merge(base, {"a": {"c": [3]}, "e": 2}) == {"a": {"b": 1, "c": [3]}, "d": 1, "e": 2}
    assert base == {"a": {"b": 1, "c": [1, 2]}, "d": 1}
    assert load("a: !GetAtt B.C\nd: !Ref E") == {"a": {"Fn::GetAtt": ["B", "C"]}, "d": {"Ref": "E"}}


def test_no_fragment_names_a_function_twice(resources: Resources) -> None:
    assert not [name for name in resources if "{" in name]
    assert Path(ROOT / "infra" / "release.yaml").exists()
