"""Which helpline the commands speak to, and where its people sign in."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

URL = "HELPLINE_URL"
CLIENT = "HELPLINE_CLIENT_ID"
REGION = "HELPLINE_REGION"
FOLDER = "HELPLINE_CONFIG"
_REGION = "ap-south-1"


@dataclass(frozen=True)
class Deployment:
    """One helpline: its address, its user pool's client, and where that pool answers."""

    url: str
    client_id: str = ""
    sign_in_url: str = ""


def folder() -> Path:
    """Tell where this person's settings and tokens are kept."""
    return Path(os.environ.get(FOLDER) or click.get_app_dir("helpline"))


def pool_url(region: str) -> str:
    """Tell where the user pools of a region answer."""
    return f"https://cognito-idp.{region}.amazonaws.com/"


def find() -> Deployment:
    """Find the deployment: in the environment, or else as it was configured."""
    if url := os.environ.get(URL):
        region = os.environ.get(REGION, _REGION)
        return Deployment(url.rstrip("/"), os.environ.get(CLIENT, ""), pool_url(region))
    try:
        return Deployment(**json.loads(_file().read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise click.ClickException(
            "I don't know your helpline yet: run `helpline configure`, or add --local"
        ) from None
    except (ValueError, TypeError):
        raise click.ClickException(f"{_file()} can't be read: run `helpline configure`") from None


def keep(deployment: Deployment) -> Path:
    """Remember the deployment, and tell where."""
    write_private(_file(), asdict(deployment))
    return _file()


def local(port: int) -> Deployment:
    """Find the stack of ``make run`` on this machine."""
    from infra.aws_emulator import EngineError, address
    from infra.local_stack import attach

    try:
        stack = attach(port)
    except EngineError as error:
        raise click.ClickException(str(error)) from error
    return Deployment(stack.url, stack.outputs["UserPoolClientId"], address(port) + "/")


def write_private(path: Path, content: Any) -> None:  # noqa: ANN401  # what JSON takes
    """Write JSON into this person's folder."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(path, error) from None
    write_private_text(path, json.dumps(content))


def write_private_text(path: Path, text: str) -> None:
    """Write a file that nobody else on this machine can read, whole or not at all."""
    unfinished = path.with_suffix(".new")
    try:
        unfinished.unlink(missing_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        unfinished.replace(path)
    except OSError as error:
        raise _unwritable(path, error) from None


def _unwritable(path: Path, error: OSError) -> click.ClickException:
    return click.ClickException(f"{path} can't be written: {error.strerror}")


def _file() -> Path:
    return folder() / "deployment.json"
