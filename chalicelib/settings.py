"""The settings of one deployment, read from the environment once and nowhere else."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from chalicelib.providers import CALLS_GATEWAYS, SMS_GATEWAYS


class SettingMissing(Exception):  # named as an operator reads it
    """A setting without which nothing works is not there."""


class SettingWrong(Exception):  # as SettingMissing
    """A setting is there, and no value that works: names the variable, never its value."""


# The DPDP Rules 2025 keep data's logs for a year at the least, CERT-In for 180 days.
A_YEAR = 365
TOLD_BEFORE_CALLS = ("nobody", "late", "everybody")
VIDEO_KINDS = ("none", "jitsi", "jaas")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Settings:
    """Everything that differs from one deployment to the next. Secrets are not among it.

    ``clock_file`` exists on a local stack only: a file by which tests move the clock.
    ``public_url`` is the address that links carry; empty: a page links to the address of its own
    request, messages have no link, and webhooks are closed. ``sms_daily_cap`` and
    ``sms_phone_daily_cap`` are segments in a day, in all and to one phone. ``sms_max_price`` is in
    US dollars a message; empty: the account's own. ``sms_configuration_set`` is that of AWS End
    User Messaging whose receipts come back. ``address_daily_asks`` is how many callbacks may be
    asked for from one address in a day; 0: any number. ``audit_kept_days``, ``case_kept_days`` and
    ``message_kept_days`` are how long an entry, a finished case with what is personal in it, and a
    message are kept. ``caller_id`` is the number that bridged calls show; ``video_key_id`` is that
    of JaaS.
    """

    stage: str
    region: str
    cases_table: str
    rota_table: str
    messages_table: str
    audit_table: str
    reports_table: str
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
    address_daily_asks: int = 120
    audit_kept_days: int = 400
    case_kept_days: int = 1_095
    message_kept_days: int = 400
    calls_gateway: str = "by_hand"
    caller_id: str = ""
    told_before_calls: str = "nobody"
    video_kind: str = "none"
    video_domain: str = ""
    video_app_id: str = ""
    video_key_id: str = ""
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

        def at_least(name: str, least: int, default: int) -> int:
            value = number(name, default)
            if value < least:
                raise SettingWrong(name)
            return value

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
            audit_table=needed("AUDIT_TABLE"),
            reports_table=needed("REPORTS_TABLE"),
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
            address_daily_asks=number("ADDRESS_DAILY_ASKS", 120),
            audit_kept_days=at_least("AUDIT_KEPT_DAYS", A_YEAR, 400),
            case_kept_days=at_least("CASE_KEPT_DAYS", A_YEAR, 1_095),
            message_kept_days=at_least("MESSAGE_KEPT_DAYS", A_YEAR, 400),
            calls_gateway=one_of("CALLS_GATEWAY", CALLS_GATEWAYS, "by_hand"),
            caller_id=source.get("CALLER_ID", ""),
            told_before_calls=one_of("TOLD_BEFORE_CALLS", TOLD_BEFORE_CALLS, "nobody"),
            video_kind=one_of("VIDEO_KIND", VIDEO_KINDS, "none"),
            video_domain=source.get("VIDEO_DOMAIN", ""),
            video_app_id=source.get("VIDEO_APP_ID", ""),
            video_key_id=source.get("VIDEO_KEY_ID", ""),
            log_level=source.get("LOG_LEVEL", "INFO"),
            clock_file=source.get("CLOCK_FILE", ""),
        )
