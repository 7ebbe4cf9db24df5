"""Containers: what a feature is made of, each part made at its first use and then kept.

A feature declares its parts as ``cached_property`` of a :class:`Container`. Whoever builds one by
hand gives parts of their own by keyword, as tests do. :class:`Containers` holds one of each class,
so that a feature reaches the features below it without building them.
"""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from chalicelib import logs

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.core.dynamodb.client import Database
    from chalicelib.core.dynamodb.table import Table
    from chalicelib.core.gateways.clock import Clock
    from chalicelib.core.gateways.ssm_credentials import SsmCredentials
    from chalicelib.core.services.audit_log import AuditLog, AuditStore
    from chalicelib.core.services.ports import Secrets
    from chalicelib.core.services.session_ports import SessionStore, TryCounter
    from chalicelib.settings import Settings

C = TypeVar("C", bound="Container")


class Container:
    """The parts of one feature."""

    def __init__(self, **parts: object) -> None:
        for name in parts:
            if not isinstance(getattr(type(self), name, None), cached_property):
                raise TypeError(f"{type(self).__name__} has no part {name}")
        self.given = parts
        self.containers: Containers | None = None
        vars(self).update(parts)

    def of(self, kind: type[C]) -> C:
        """Return the container of another feature. Raises LookupError outside of a Containers."""
        if self.containers is None:
            raise LookupError(f"{type(self).__name__} stands alone: put it into a Containers")
        return self.containers.get(kind)

    @property
    def core(self) -> Core:
        """The core, which every feature works with."""
        return self.of(Core)


class Containers:
    """One container of each feature, by its class: a subclass of it would be another feature.

    Of containers that are given only the parts are taken; of two of one class, the later's win.
    """

    def __init__(self, *containers: Container) -> None:
        self._made: dict[type[Container], Container] = {}
        given: dict[type[Container], dict[str, object]] = {}
        for each in containers:
            given.setdefault(type(each), {}).update(each.given)
        for kind, parts in given.items():
            self._add(kind(**parts))

    def get(self, kind: type[C]) -> C:
        """Return the container of a feature; one that was not given makes all of its parts."""
        return self._made.get(kind) or self._add(kind())  # type: ignore[return-value]  # its own

    def _add(self, container: Container) -> Container:
        container.containers = self
        # Of two threads that make one at once, both get the same.
        return self._made.setdefault(type(container), container)


class Core(Container):
    """What every feature works with: settings, clock, database, keys, the audit."""

    @cached_property
    def settings(self) -> Settings:
        """The deployment's settings; the log speaks from their level on."""
        from chalicelib.settings import Settings

        found = Settings.from_env()
        logs.configure(found.log_level)
        return found

    @cached_property
    def clock(self) -> Clock:
        """The clock."""
        from chalicelib.core.gateways.clock import file_clock, system_clock

        path = self.settings.clock_file
        return file_clock(path) if path else system_clock

    def now(self) -> datetime:
        """Return the time: an aware instant."""
        return self.clock()

    @cached_property
    def database(self) -> Database:
        """DynamoDB."""
        from chalicelib.core.dynamodb.client import Database

        return Database(self.settings.region)

    def table(self, name: str) -> Table:
        """Return a table of the database."""
        from chalicelib.core.dynamodb.table import Table

        return Table(self.database, name)

    def client(self, service: str, attempts: int | None = None) -> Any:  # noqa: ANN401
        """Return the client of an AWS service; botocore has no types of clients."""
        from chalicelib.core.gateways.aws import client

        region = self.settings.region
        return client(service, region) if attempts is None else client(service, region, attempts)

    @cached_property
    def own_numbers(self) -> frozenset[str]:
        """The helpline's own phone numbers, as E.164: where it is called, and from where it calls.

        A sender's name, or a number that is configured wrongly, is none.
        """
        from chalicelib.core.domain.phone import PhoneError, parse_phone

        settings, numbers = self.settings, set[str]()
        for text in (settings.helpline_number, settings.caller_id, settings.sms_sender_id):
            with suppress(PhoneError):
                numbers.add(parse_phone(text).e164)
        return frozenset(numbers)

    @cached_property
    def secrets(self) -> Secrets:
        """The deployment's own keys."""
        from chalicelib.core.gateways.ssm_secrets import SsmSecrets

        return SsmSecrets(lambda: self.client("ssm"), self.settings.secrets_path)

    @cached_property
    def credentials(self) -> SsmCredentials:
        """What other companies gave us."""
        from chalicelib.core.gateways.ssm_credentials import SsmCredentials

        return SsmCredentials(lambda: self.client("ssm"), self.settings.secrets_path)

    @cached_property
    def audit_store(self) -> AuditStore:
        """The audit table."""
        from chalicelib.core.dynamodb.audit import DynamoAudit

        return DynamoAudit(self.table(self.settings.audit_table))

    @cached_property
    def audit_log(self) -> AuditLog:
        """Who reads or changes what."""
        import secrets
        from datetime import timedelta

        from chalicelib.core.domain.datetimes import IST
        from chalicelib.core.services.audit_log import AuditLog

        kept = timedelta(days=self.settings.audit_kept_days)
        return AuditLog(self.audit_store, secrets.token_bytes, kept, IST)

    @cached_property
    def session_store(self) -> SessionStore:
        """The sessions, in the rota table."""
        from chalicelib.core.dynamodb.sessions import DynamoSessions

        return DynamoSessions(self.table(self.settings.rota_table))

    @cached_property
    def try_counter(self) -> TryCounter:
        """The counts of tries, in the rota table."""
        from chalicelib.core.dynamodb.sessions import DynamoTries

        return DynamoTries(self.table(self.settings.rota_table))
