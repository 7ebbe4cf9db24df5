"""The settings of one deployment, read from the environment once and nowhere else."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass


class SettingMissing(Exception):  # named as an operator reads it
    """A setting without which nothing works is not there."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs from one deployment to the next. Secrets are not among it.

    ``clock_file`` exists on a local stack only: a file by which tests move the clock.
    ``public_url`` is the address that links carry; empty: the address of the request itself.
    """

    stage: str
    region: str
    cases_table: str
    rota_table: str
    messages_table: str
    secrets_path: str
    user_pool_client_id: str
    token_issuer: str
    token_keys_url: str
    public_url: str = ""
    helpline_number: str = "9355520202"
    sms_gateway: str = "sns"
    sms_sender_id: str = ""
    sms_entity_id: str = ""
    log_level: str = "INFO"
    clock_file: str = ""

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Settings:
        """Read the environment. Raises SettingMissing, naming the variable."""
        source = os.environ if env is None else env

        def needed(name: str) -> str:
            try:
                return source[name]
            except KeyError:
                raise SettingMissing(name) from None

        return cls(
            stage=needed("STAGE"),
            region=needed("AWS_REGION"),
            cases_table=needed("CASES_TABLE"),
            rota_table=needed("ROTA_TABLE"),
            messages_table=needed("MESSAGES_TABLE"),
            secrets_path=needed("SECRETS_PATH"),
            user_pool_client_id=needed("USER_POOL_CLIENT_ID"),
            token_issuer=needed("TOKEN_ISSUER"),
            token_keys_url=needed("TOKEN_KEYS_URL"),
            public_url=source.get("PUBLIC_URL", "").rstrip("/"),
            helpline_number=source.get("HELPLINE_NUMBER", "9355520202"),
            sms_gateway=source.get("SMS_GATEWAY", "sns"),
            sms_sender_id=source.get("SMS_SENDER_ID", ""),
            sms_entity_id=source.get("SMS_ENTITY_ID", ""),
            log_level=source.get("LOG_LEVEL", "INFO"),
            clock_file=source.get("CLOCK_FILE", ""),
        )
