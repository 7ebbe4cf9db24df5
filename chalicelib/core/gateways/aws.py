"""Clients of AWS services, made at the first use and kept.

Plain botocore, which PynamoDB brings anyway: boto3's resources would only add to the package and
to the cold start.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

CONNECT_SECONDS = 1
READ_SECONDS = 3


def code_of(error: Exception) -> str:
    """Return the code with which AWS refused a call; empty where it gave none."""
    response = getattr(error, "response", {})
    return str(response.get("Error", {}).get("Code", ""))


def read_parameters(ssm: Any, path: str, names: Iterable[str]) -> dict[str, tuple[str, ...]]:  # noqa: ANN401  # as below
    """Read parameters below a path in one call: each one's lines, without those that have none.

    Raises ClientError, BotoCoreError.
    """
    paths = [f"{path}/{name}" for name in names]
    found = ssm.get_parameters(Names=paths, WithDecryption=True)["Parameters"]
    values = {each["Name"].rpartition("/")[2]: tuple(each["Value"].split()) for each in found}
    return {name: lines for name, lines in values.items() if lines}


@cache
def client(service: str, region: str, attempts: int = 3) -> Any:  # noqa: ANN401  # botocore has no types of clients
    """Return the one client of a service; short timeouts, since somebody waits behind it.

    ``attempts`` counts botocore's own: 1 where a call that was carried out may not be repeated.
    """
    from botocore.config import Config  # not before it is needed
    from botocore.session import get_session

    config = Config(
        region_name=region,
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": attempts},
    )
    return get_session().create_client(service, config=config)
