"""Settings, clock, stores, keys and gateways: what the services work with."""

from __future__ import annotations

import secrets as randomness
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from chalicelib import logs
from chalicelib.settings import Settings
from chalicelib.wiring.binding import once

if TYPE_CHECKING:
    from chalicelib.cases.domain.case import Case
    from chalicelib.cases.services.ports import CaseStore, RecentCases
    from chalicelib.core.dynamodb.client import Database
    from chalicelib.core.gateways.clock import Clock
    from chalicelib.core.gateways.ssm_credentials import SsmCredentials
    from chalicelib.core.services.audit_log import AuditLog
    from chalicelib.core.services.audit_ports import AuditStore
    from chalicelib.core.services.ports import Secrets
    from chalicelib.messages.services.ports import MessageStore, OutboxStore, SmsGateway
    from chalicelib.people.gateways.token_verifier import Identity
    from chalicelib.reports.services.ports import TallyStore, WholeCases
    from chalicelib.rota.services.duty_ports import RotaStore
    from chalicelib.rota.services.ports import RotaEdits, RotaLinks


@once
def settings() -> Settings:
    """Give the deployment's settings, and let the log speak from their level on."""
    found = Settings.from_env()
    logs.configure(found.log_level)
    return found


@once
def clock() -> Clock:
    """Give the clock."""
    from chalicelib.core.gateways.clock import file_clock, system_clock

    path = settings().clock_file
    return file_clock(path) if path else system_clock


def now() -> datetime:
    """Tell the time, once for each thing that is done."""
    return clock()()


@once
def database() -> Database:
    """Give DynamoDB."""
    from chalicelib.core.dynamodb.client import Database

    return Database(settings().region)


@once
def case_store() -> CaseStore:
    """Give the cases table."""
    from chalicelib.cases.store.cases import DynamoCases

    return DynamoCases(database(), settings().cases_table)


@once
def rota_store() -> RotaStore:
    """Give the rota table."""
    from chalicelib.rota.store.rota import DynamoRota

    return DynamoRota(database(), settings().rota_table)


@once
def rota_edits() -> RotaEdits:
    """Give the rota table, as what changes the rota sees it."""
    from chalicelib.rota.store.rota_writer import DynamoRotaEdits

    return DynamoRotaEdits(database(), settings().rota_table)


@once
def rota_links() -> RotaLinks:
    """Give the rota table, as links see it."""
    from chalicelib.rota.store.rota_links import DynamoRotaLinks

    return DynamoRotaLinks(database(), settings().rota_table)


@once
def message_store() -> MessageStore:
    """Give the messages table."""
    from chalicelib.messages.store.messages import DynamoMessages

    return DynamoMessages(database(), settings().messages_table)


@once
def audit_store() -> AuditStore:
    """Give the audit table."""
    from chalicelib.core.dynamodb.audit import DynamoAudit

    return DynamoAudit(database(), settings().audit_table)


@once
def audit_log() -> AuditLog:
    """Record who reads or changes what, and search it."""
    from chalicelib.core.domain.datetimes import IST
    from chalicelib.core.services.audit_log import AuditLog

    kept = timedelta(days=settings().audit_kept_days)
    return AuditLog(audit_store(), randomness.token_bytes, kept, IST)


def case_from_image(image: Mapping[str, Any] | None) -> Case | None:
    """Read a case from a stream's image; None for an item that is none."""
    from chalicelib.cases.store import case_mapping

    return case_mapping.case_from_image(image) if image and case_mapping.is_case(image) else None


def reference_in_image(image: Mapping[str, Any] | None) -> str | None:
    """Read a case's reference from a stream's image; None for an item that is no case."""
    from chalicelib.cases.store import case_mapping, keys

    return keys.reference_in(image["pk"]["S"]) if image and case_mapping.is_case(image) else None


@once
def secrets() -> Secrets:
    """Give the deployment's own keys."""
    from chalicelib.core.gateways.aws import client
    from chalicelib.core.gateways.ssm_secrets import SsmSecrets

    return SsmSecrets(lambda: client("ssm", settings().region), settings().secrets_path)


@once
def credentials() -> SsmCredentials:
    """Give what other companies gave us."""
    from chalicelib.core.gateways.aws import client
    from chalicelib.core.gateways.ssm_credentials import SsmCredentials

    return SsmCredentials(lambda: client("ssm", settings().region), settings().secrets_path)


@once
def sms_gateway() -> SmsGateway:
    """Give the configured SMS gateway, with the day's caps around it."""
    from chalicelib.messages.domain.sms_segments import count_segments
    from chalicelib.messages.services.sms_budget import CappedSms, Caps
    from chalicelib.messages.store.sms_budget import DynamoSpend

    return CappedSms(
        sms_provider(),
        DynamoSpend(database(), settings().messages_table),
        caps=Caps(settings().sms_daily_cap, settings().sms_phone_daily_cap),
        phone_key=lambda e164: secrets().phone_key(e164),
        segments=count_segments,
        now=now,
    )


@once
def sms_provider() -> SmsGateway:
    """Give the provider of SMS that is configured."""
    from chalicelib.core.gateways.aws import client

    chosen = settings()
    match chosen.sms_gateway:
        case "twilio":
            from chalicelib.messages.providers.twilio.client import TwilioSms

            return TwilioSms(
                credentials(), sender=chosen.sms_sender_id, receipts_url=receipts_url("twilio")
            )
        case "exotel":
            from chalicelib.messages.providers.exotel.client import ExotelSms

            return ExotelSms(
                credentials(),
                sender_id=chosen.sms_sender_id,
                entity_id=chosen.sms_entity_id,
                receipts_url=receipts_url("exotel"),
            )
        case "end_user_messaging":
            from chalicelib.messages.providers.aws.end_user_messaging import (
                SERVICE,
                EndUserMessagingSms,
            )

            return EndUserMessagingSms(
                lambda: client(SERVICE, chosen.region, 1),
                sender_id=chosen.sms_sender_id,
                entity_id=chosen.sms_entity_id,
                max_price=chosen.sms_max_price,
                configuration_set=chosen.sms_configuration_set,
            )
    from chalicelib.messages.providers.aws.sns import SnsSms

    return SnsSms(
        lambda: client("sns", chosen.region, 1),
        sender_id=chosen.sms_sender_id,
        entity_id=chosen.sms_entity_id,
        max_price=chosen.sms_max_price,
    )


def receipts_url(provider: str) -> Callable[..., str]:
    """Make what tells a provider where to send the receipts of a message, given last.

    What stands before it, if anything, is the secret of the provider's addresses. Without a public
    address there is no place to send them to.
    """
    from chalicelib.messages.services.delivery_receipts import name_in_address

    def url(*parts: str) -> str:
        *secret, message_id = parts
        base = settings().public_url
        path = "/".join([provider, *secret, "receipts", name_in_address(message_id)])
        return f"{base}/webhooks/{path}" if base else ""

    return url


@once
def identity() -> Identity:
    """Give the verifier of bearer tokens."""
    from chalicelib.people.gateways.token_verifier import Identity

    return Identity(
        issuer=settings().token_issuer,
        client_id=settings().user_pool_client_id,
        keys_url=settings().token_keys_url,
    )


@once
def outbox_store() -> OutboxStore:
    """Give the messages table, as those who watch over it see it."""
    from chalicelib.messages.store.outbox import DynamoOutbox

    return DynamoOutbox(database(), settings().messages_table)


@once
def recent_cases() -> RecentCases:
    """Give what became of cases of late."""
    from chalicelib.cases.store.recent_changes import DynamoRecent

    return DynamoRecent(database(), settings().cases_table)


@once
def tally_store() -> TallyStore:
    """Give the reports table."""
    from chalicelib.reports.store.tallies import DynamoTallies

    return DynamoTallies(database(), settings().reports_table)


@once
def whole_cases() -> WholeCases:
    """Give cases, many at a time."""
    from chalicelib.cases.store.whole_cases import DynamoWholeCases

    return DynamoWholeCases(database(), settings().cases_table)
