"""Clients of AWS services, made at the first use and kept.

Plain botocore, which PynamoDB brings anyway: boto3's resources would only add to the package and
to the cold start.
"""

from __future__ import annotations

from functools import cache
from typing import Any

CONNECT_SECONDS = 1
READ_SECONDS = 3


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
