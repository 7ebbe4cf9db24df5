"""The settings of one deployment, read from the environment once and nowhere else."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass


class SettingMissing(Exception):  # named as an operator reads it
    """A setting without which nothing works is not there."""


class SettingWrong(Exception):  # as SettingMissing
    """A setting is there, and no value that works: names the variable, never its value."""


SMS_GATEWAYS = ("end_user_messaging", "sns", "twilio", "exotel")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs from one deployment to the next. Secrets are not among it.

    ``clock_file`` exists on a local stack only: a file by which tests move the clock.
    ``public_url`` is the address that links carry; empty: the address of the request itself, and
    webhooks are closed. ``sms_daily_cap`` and ``sms_phone_daily_cap`` are segments in a day, in
    all and to one phone. ``sms_max_price`` is in US dollars a message; empty: the account's own.
    ``sms_configuration_set`` is that of AWS End User Messaging whose receipts come back.
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
    dlt_template_ids: str = ""
    sms_max_price: str = ""
    sms_configuration_set: str = ""
    sms_daily_cap: int = 20_000
    sms_phone_daily_cap: int = 40
    log_level: str = "INFO"
    clock_file: str = ""

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Settings:
        """Read the environment. Raises SettingMissing and SettingWrong, naming the variable."""
        source = os.environ if env is None else env

        def needed(name: str) -> str:
            try:
                return source[name]
            except KeyError:
                raise SettingMissing(name) from None

        def number(name: str, default: int) -> int:
            text = source.get(name, str(default))
            if not (text.isascii() and text.isdigit()):
                raise SettingWrong(name)
            return int(text)

        def one_of(name: str, known: Collection[str], default: str) -> str:
            word = source.get(name, default)
            if word not in known:
                raise SettingWrong(name)
            return word

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
            sms_gateway=one_of("SMS_GATEWAY", SMS_GATEWAYS, "sns"),
            sms_sender_id=source.get("SMS_SENDER_ID", ""),
            sms_entity_id=source.get("SMS_ENTITY_ID", ""),
            dlt_template_ids=source.get("DLT_TEMPLATE_IDS", ""),
            sms_max_price=source.get("SMS_MAX_PRICE", ""),
            sms_configuration_set=source.get("SMS_CONFIGURATION_SET", ""),
            sms_daily_cap=number("SMS_DAILY_CAP", 20_000),
            sms_phone_daily_cap=number("SMS_PHONE_DAILY_CAP", 40),
            log_level=source.get("LOG_LEVEL", "INFO"),
            clock_file=source.get("CLOCK_FILE", ""),
        )
