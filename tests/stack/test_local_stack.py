"""What the template, the gateway and the commands do on the deployed stack."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Mapping

import pytest

from chalicelib.core.gateways import aws
from infra.paths import ROOT
from tests.stack.harness import StackUnderTest


def command(
    module: str, *options: str, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", f"infra.{module}", *options],
        cwd=ROOT,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_no_client_of_the_engine_outlives_its_environment(stack: StackUnderTest) -> None:
    before = aws.client("ssm", "ap-south-1")
    with stack.environment():
        inside = aws.client("ssm", "ap-south-1")

    assert inside.meta.endpoint_url.endswith(f":{stack.port}")
    assert aws.client("ssm", "ap-south-1").meta.endpoint_url == before.meta.endpoint_url


def test_health_answers_without_detail(stack: StackUnderTest) -> None:
    answer = stack.call("GET", "/healthz")

    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["/nowhere", "/admin/nowhere", "/healthz/more"])
def test_an_unknown_path_is_a_404_in_the_shape_of_every_error(
    stack: StackUnderTest, path: str
) -> None:
    answer = stack.call("GET", path)

    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.json()["error"]["code"] == "not_found"


def test_without_a_token_the_gateway_asks_for_one(stack: StackUnderTest) -> None:
    answer = stack.call("GET", "/duty")

    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "unauthenticated"
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("token", ["nonsense", "a.b.c", "eyJhbGciOiJub25lIn0.e30."])
def test_a_forged_token_is_refused(stack: StackUnderTest, token: str) -> None:
    answer = stack.call("GET", "/duty", token=token)

    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "unauthenticated"


def test_a_token_of_the_wrong_role_is_refused(stack: StackUnderTest) -> None:
    answer = stack.call("GET", "/admin/cases", token=stack.token("oncologist"))

    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "forbidden"


def test_the_keys_are_secret_random_and_never_changed(stack: StackUnderTest) -> None:
    parameters = stack.client("ssm")

    stored = parameters.get_parameters(
        Names=["/helpline/dev/phone-key", "/helpline/dev/link-key"], WithDecryption=False
    )["Parameters"]

    assert {parameter["Type"] for parameter in stored} == {"SecureString"}
    assert {parameter["Version"] for parameter in stored} == {1}
    assert len({parameter["Value"] for parameter in stored}) == 2


def test_an_sms_by_command_is_confirmed_by_sms(stack: StackUnderTest) -> None:
    phone = "+919812399901"
    before = len(stack.sent_sms(phone))

    finished = command(
        "send_sms",
        *("--port", str(stack.port)),
        env={"SMS_FROM": phone, "SMS_TEXT": "मुझे डॉक्टर से बात करनी है; it's $5"},
    )

    assert finished.returncode == 0, finished.stderr
    told = stack.wait_for(lambda: stack.sent_sms(phone)[before:])
    assert len(told) == 1


def test_a_token_by_command_stands_alone_on_the_last_line(stack: StackUnderTest) -> None:
    stack.token("admin", "keeper")

    finished = command("sign_in", "--role", "admin", "--as", "keeper", "--port", str(stack.port))

    assert finished.returncode == 0, finished.stderr
    token = finished.stdout.splitlines()[-1]
    assert stack.call("GET", "/admin/cases?status=waiting", token=token).status_code == 200


@pytest.mark.parametrize(
    ("module", "options", "complaint"),
    [
        ("sign_in", ["--role", "nurse"], "say ROLE=admin or ROLE=oncologist"),
        ("sign_in", ["--role", "admin", "--as", "nobody"], "nobody called nobody"),
        ("send_sms", [], "say who it is from"),
    ],
)
def test_a_command_says_in_one_line_what_is_wrong(
    stack: StackUnderTest, module: str, options: list[str], complaint: str
) -> None:
    finished = command(module, *options, "--port", str(stack.port))

    assert finished.returncode == 1
    assert complaint in finished.stderr
    assert len(finished.stderr.splitlines()) == 1


@pytest.mark.parametrize("module", ["sign_in", "send_sms"])
def test_a_command_without_a_stack_says_how_to_start_one(module: str) -> None:
    with socket.socket() as unanswered:
        unanswered.bind(("127.0.0.1", 0))
        port = unanswered.getsockname()[1]
        options = ["--role", "admin"] if module == "sign_in" else []

        finished = command(module, *options, "--port", str(port), env={"SMS_FROM": "+919812300002"})

    assert finished.returncode == 1
    assert f"make run PORT={port}" in finished.stderr


def test_a_taken_port_is_one_clear_line(stack: StackUnderTest) -> None:
    finished = command("run", "--port", str(stack.port))

    assert finished.returncode == 1
    assert finished.stdout.splitlines() == [
        f"helpline: port {stack.port} is taken: choose another with PORT=..."
    ]


@pytest.mark.parametrize("port", ["0", "65536", "eight"])
def test_a_port_that_is_none_is_one_clear_line(port: str) -> None:
    finished = command("run", "--port", port)

    assert finished.returncode == 1
    assert finished.stderr.splitlines() == [
        f"helpline: PORT={port} is no port: give a number from 1 to 65535"
    ]
