"""The helpline deployed onto an embedded engine: started by `make run` and by the stack tests."""

import contextlib
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import botocore.config

from chalicelib.cases.gateways.video_jitsi import SECRET as VIDEO_SECRET
from chalicelib.messages.providers.exotel.sms import WEBHOOK_SECRET
from infra import demo, deploy
from infra.aws_emulator import ACCESS_KEY, Engine, EngineError, address, is_engine
from infra.local_template import HOST, for_engine
from infra.package import REGION, build
from infra.paths import LOCAL, ROOT
from infra.processes import run_apart

STAGE = "dev"
BUCKET = "helpline-packages"
# Nobody's phone rings here, and a video link leads to a host that there is not.
CONTACT = {
    "CallsGateway": "local",
    "VideoKind": "jitsi",
    "VideoDomain": "meet.example.invalid",
    "VideoAppId": "helpline",
}


class Clients:
    """Makes clients of the engine at a port."""

    def __init__(self, port: int) -> None:
        self._session = boto3.Session(
            aws_access_key_id=ACCESS_KEY, aws_secret_access_key=ACCESS_KEY, region_name=REGION
        )
        self._endpoint = address(port)

    def __call__(self, service: str) -> Any:  # noqa: ANN401 - boto3's clients have no types
        """Return the client of a service."""
        return self._session.client(
            service,
            endpoint_url=self._endpoint,
            config=botocore.config.Config(s3={"addressing_style": "path"}),
        )


@dataclass(frozen=True)
class LocalStack:
    """A running helpline on this machine."""

    port: int
    outputs: dict[str, str]

    @property
    def url(self) -> str:
        """The address of the application."""
        return f"http://{HOST}:{self.port}"

    @property
    def client(self) -> Clients:
        """What makes the engine's clients."""
        return Clients(self.port)

    def environment(self) -> dict[str, str]:
        """Return what the functions find in their environment, for code that runs beside them."""
        configuration = self.client("lambda").get_function_configuration(
            FunctionName=self.outputs["APIHandlerName"]
        )
        return {
            **configuration["Environment"]["Variables"],
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": ACCESS_KEY,
            "AWS_ENDPOINT_URL": address(self.port),
        }


def folder_for(port: int) -> Path:
    """Return where the stack at a port keeps its state, its log and its clock."""
    return LOCAL / str(port)


def attach(port: int) -> LocalStack:
    """Return the stack that runs at the port; raises EngineError where none does."""
    stack = None
    if is_engine(port):
        stack = deploy.find_stack(Clients(port)("cloudformation"), STAGE)
    if stack is None or stack["StackStatus"] not in deploy.FINISHED:
        raise EngineError(f"no helpline runs at port {port}: start it with make run PORT={port}")
    return LocalStack(port, deploy.outputs_of(stack))


def bring_up(engine: Engine, say: Callable[[str], None], *, fresh: bool = False) -> LocalStack:
    """Package, start the engine and deploy, each only as far as something changed."""
    engine.require_free_port()
    if fresh:
        shutil.rmtree(engine.folder, ignore_errors=True)
    say("Packaging ...")
    package = build(STAGE, for_this_machine=True)
    say("Starting the engine ...")
    engine.start()
    if engine.lost:
        say(f"NOTE: {engine.lost}")
    client = Clients(engine.port)
    if deploy.is_cut_off(client("cloudformation"), STAGE):
        raise EngineError("the last deployment was cut off: start once more with FRESH=1")
    if not deploy.is_deployed(client("cloudformation"), package):
        say("Deploying ...")
        storage = client("s3")
        with contextlib.suppress(storage.exceptions.BucketAlreadyOwnedByYou):
            storage.create_bucket(
                Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
            )
        deploy.deploy(
            client,
            package,
            for_engine(package.template, engine.port),
            {"PublicUrl": f"http://{HOST}:{engine.port}", **CONTACT},
            BUCKET,
        )
        _forget_other_packages(storage, package.digest)
    stack = attach(engine.port)
    deploy.ensure_keys(client, STAGE, stack.outputs["DataKeyAlias"])
    put_demo_secrets(client)
    return stack


def put_demo_secrets(client: Callable[[str], Any]) -> None:
    """Have something to sign the demo's video links with, and to know Exotel by.

    An operator does it in production.
    """
    for name, value in ((VIDEO_SECRET, demo.VIDEO_SECRET), (WEBHOOK_SECRET, demo.EXOTEL_SECRET)):
        client("ssm").put_parameter(
            Name=f"/helpline/{STAGE}/{name}", Value=value, Type="SecureString", Overwrite=True
        )


def _forget_other_packages(storage: Any, digest: str) -> None:  # noqa: ANN401 - as above
    """Keep only the package that is deployed: the engine has the code of its functions itself."""
    for stored in storage.list_objects_v2(Bucket=BUCKET)["Contents"]:
        if digest not in stored["Key"]:
            storage.delete_object(Bucket=BUCKET, Key=stored["Key"])


def _own_environment() -> dict[str, str]:
    """Return this process's environment without the developer's own AWS account."""
    return {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}


def seed(stack: LocalStack) -> None:
    """Fill the stack with the demo's people and rota, in a process with its environment."""
    seeding = run_apart(
        [sys.executable, "-m", "infra.seed", "--port", str(stack.port)],
        env={**_own_environment(), **stack.environment()},
        cwd=ROOT,
    )
    if seeding.returncode != 0:
        raise EngineError("the demo could not be set up, see above")
