"""Binds stores and gateways to services, each at its first use and then kept.

Tests put their own in place with :func:`override`.
"""

from __future__ import annotations

import secrets as randomness
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from chalicelib import logs
from chalicelib.settings import Settings

if TYPE_CHECKING:
    from chalicelib.domain.case import Case
    from chalicelib.gateways.clock import Clock
    from chalicelib.gateways.identity import Identity
    from chalicelib.services.cases import CaseList, OwnCase
    from chalicelib.services.intake import RequestCallback
    from chalicelib.services.outlook import Outlook
    from chalicelib.services.ports import CaseStore, MessageStore, RotaStore, Secrets, SmsGateway
    from chalicelib.services.receive_sms import ReceiveSms
    from chalicelib.services.send_messages import SendMessages
    from chalicelib.services.upkeep import DueCases
    from chalicelib.services.work_queue import WorkQueue
    from chalicelib.store.database import Database

# The imports stand inside the functions: a route that needs no database must not pay for one.

CONSENT_VERSION = "2026-11"
T = TypeVar("T")
_bound: dict[str, Any] = {}


def _once(make: Callable[[], T]) -> Callable[[], T]:
    name = make.__name__

    @wraps(make)
    def get() -> T:
        if name not in _bound:
            _bound[name] = make()
        return _bound[name]  # type: ignore[no-any-return]  # what `make` of this name gave

    return get


@contextmanager
def override(**parts: Any) -> Iterator[None]:  # noqa: ANN401  # any part, by its name
    """Put parts in place by name, and forget all that was bound, before and after."""
    kept = dict(_bound)
    _bound.clear()
    _bound.update(parts)
    try:
        yield
    finally:
        _bound.clear()
        _bound.update(kept)


@_once
def settings() -> Settings:
    """Give the deployment's settings, and let the log speak from their level on."""
    found = Settings.from_env()
    logs.configure(found.log_level)
    return found


@_once
def clock() -> Clock:
    """Give the clock."""
    from chalicelib.gateways.clock import file_clock, system_clock

    path = settings().clock_file
    return file_clock(path) if path else system_clock


def now() -> datetime:
    """Tell the time, once for each thing that is done."""
    return clock()()


@_once
def database() -> Database:
    """Give DynamoDB."""
    from chalicelib.store.database import Database

    return Database(settings().region)


@_once
def case_store() -> CaseStore:
    """Give the cases table."""
    from chalicelib.store.cases import DynamoCases

    return DynamoCases(database(), settings().cases_table)


@_once
def rota_store() -> RotaStore:
    """Give the rota table."""
    from chalicelib.store.rota import DynamoRota

    return DynamoRota(database(), settings().rota_table)


@_once
def message_store() -> MessageStore:
    """Give the messages table."""
    from chalicelib.store.messages import DynamoMessages

    return DynamoMessages(database(), settings().messages_table)


def case_from_image(image: Mapping[str, Any] | None) -> Case | None:
    """Read a case from a stream's image; None for an item that is none."""
    from chalicelib.store import codec

    return codec.case_from_image(image) if image and codec.is_case(image) else None


@_once
def secrets() -> Secrets:
    """Give the deployment's own keys."""
    from chalicelib.gateways.aws import client
    from chalicelib.gateways.secrets import SsmSecrets

    return SsmSecrets(lambda: client("ssm", settings().region), settings().secrets_path)


@_once
def sms_gateway() -> SmsGateway:
    """Give the configured SMS gateway."""
    from chalicelib.gateways.aws import client
    from chalicelib.gateways.sms_sns import SnsSms

    return SnsSms(
        lambda: client("sns", settings().region),
        sender_id=settings().sms_sender_id,
        entity_id=settings().sms_entity_id,
    )


@_once
def identity() -> Identity:
    """Give the verifier of bearer tokens."""
    from chalicelib.gateways.identity import Identity

    return Identity(
        issuer=settings().token_issuer,
        client_id=settings().user_pool_client_id,
        keys_url=settings().token_keys_url,
    )


@_once
def outlook() -> Outlook:
    """Give what the helpline knows of itself."""
    from chalicelib.services.outlook import Outlook

    return Outlook(case_store(), rota_store())


@_once
def request_callback() -> RequestCallback:
    """Ask for a callback."""
    from chalicelib.services.intake import RequestCallback

    return RequestCallback(case_store(), outlook(), secrets(), randomness.token_bytes)


@_once
def work_queue() -> WorkQueue:
    """Work through the line."""
    from chalicelib.services.work_queue import WorkQueue

    return WorkQueue(case_store(), rota_store(), outlook())


@_once
def own_case() -> OwnCase:
    """Show a patient their own case."""
    from chalicelib.services.cases import OwnCase

    return OwnCase(case_store(), secrets())


@_once
def case_list() -> CaseList:
    """Show administrators the cases."""
    from chalicelib.services.cases import CaseList

    return CaseList(case_store())


@_once
def send_messages() -> SendMessages:
    """Send what is owed."""
    from chalicelib.services.send_messages import SendMessages
    from chalicelib.services.sms_words import SmsWords
    from chalicelib.wording import sms_text

    return SendMessages(message_store(), sms_gateway(), SmsWords(rota_store(), sms_text))


@_once
def receive_sms() -> ReceiveSms:
    """Take an SMS."""
    from chalicelib.services.receive_sms import ReceiveSms

    return ReceiveSms(
        request_callback(),
        case_store(),
        message_store(),
        send_messages(),
        secrets(),
        CONSENT_VERSION,
    )


@_once
def due_cases() -> DueCases:
    """Do what is due."""
    from chalicelib.domain.language import Language
    from chalicelib.services.upkeep import DueCases

    return DueCases(case_store(), outlook(), tuple(Language))
