"""The features put together."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.core.wiring import Container, Containers, Core
from chalicelib.messages.wiring import Messages

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.cases.wiring import Cases
    from chalicelib.console.wiring import Console
    from chalicelib.messages.domain.templates import OwedMessage
    from chalicelib.messages.services.render_message import MessageRenderer
    from chalicelib.people.wiring import Staff
    from chalicelib.privacy.wiring import Privacy
    from chalicelib.reports.wiring import Reports
    from chalicelib.rota.wiring import Rota


class Helpline(Containers):
    """Every feature's container, each made at its first use.

    What a feature needs of one above it, which it may not import, is given to it here.
    """

    def __init__(self, *containers: Container) -> None:
        messages = Messages(words=self._write, current_message=self._as_it_holds)
        super().__init__(messages, *containers)

    @property
    def core(self) -> Core:
        """Settings, clock, database, keys, the audit."""
        return self.get(Core)

    @property
    def messages(self) -> Messages:
        """The outbox, and what sends it."""
        return self.get(Messages)

    @property
    def rota(self) -> Rota:
        """Who is on duty when, and everything that changes it."""
        from chalicelib.rota.wiring import Rota

        return self.get(Rota)

    @property
    def cases(self) -> Cases:
        """Requests, the queue, the desks, calls and video."""
        from chalicelib.cases.wiring import Cases

        return self.get(Cases)

    @property
    def people(self) -> Staff:
        """Oncologists, who may sign in, and their sessions."""
        from chalicelib.people.wiring import Staff

        return self.get(Staff)

    @property
    def privacy(self) -> Privacy:
        """Consent, erasure, retention, and a patient's own data."""
        from chalicelib.privacy.wiring import Privacy

        return self.get(Privacy)

    @property
    def reports(self) -> Reports:
        """Daily counts, and the reports that are read from them."""
        from chalicelib.reports.wiring import Reports

        return self.get(Reports)

    @property
    def console(self) -> Console:
        """The dashboard."""
        from chalicelib.console.wiring import Console

        return self.get(Console)

    def _write(self, message: OwedMessage) -> str:
        return self._words(message)

    def _as_it_holds(self, message: OwedMessage, now: datetime) -> OwedMessage:
        return self.cases.current_message(message, now)

    @cached_property
    def _words(self) -> MessageRenderer:
        from chalicelib.messages.services.render_message import MessageRenderer
        from chalicelib.messages.services.sms_texts import sms_text

        cases, rota = self.cases, self.rota
        return MessageRenderer(
            rota.store, sms_text, cases.own_link, rota.shift_link, cases.video_link
        )
