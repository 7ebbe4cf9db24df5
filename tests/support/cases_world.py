"""The services of cases on the real stores, with a gateway that keeps what is sent."""

from __future__ import annotations

from functools import cached_property

from chalicelib.cases.domain.case import Case
from chalicelib.cases.services.known_callers import KnownCallers
from chalicelib.cases.services.links import CaseLinks
from chalicelib.cases.services.receive_sms import ReceiveSms
from chalicelib.cases.services.request_callback import RequestCallback
from chalicelib.cases.services.wait_estimate import Outlook
from chalicelib.messages.services.send_messages import SendMessages
from chalicelib.rota.services.duty_view import DutyView
from tests.support.builders import a_duty_day, an_oncologist
from tests.support.fakes import FakeMessageGateway, FakeSecrets, counting_bytes
from tests.support.stores import StoredCases, StoredMessages, StoredRota

OWN, DOCTOR = "+919355520202", an_oncologist().phone
"""The helpline's own number, and dr-asha's."""
CONSENT = "2026-11"


class CasesWorld:
    """Services over one set of stores; dr-asha is on duty unless another rota is given."""

    def __init__(self, *cases: Case, rota: StoredRota | None = None) -> None:
        self.cases = StoredCases(cases)
        self.messages = StoredMessages()
        self.rota = rota or StoredRota([an_oncologist()], [a_duty_day()])
        self.gateway = FakeMessageGateway()
        self.secrets = FakeSecrets()
        self.duty = DutyView(self.rota)
        self.outlook = Outlook(self.cases, self.duty)
        self.send = SendMessages(self.messages, self.gateway, lambda owed: owed.template.value)

    @cached_property
    def ask(self) -> RequestCallback:
        links = CaseLinks(self.secrets)
        return RequestCallback(self.cases, self.outlook, self.secrets, links, counting_bytes())

    @cached_property
    def known(self) -> KnownCallers:
        return KnownCallers({OWN}, self.duty, self.send, self.secrets)

    @cached_property
    def receive_sms(self) -> ReceiveSms:
        beside = (self.cases, self.messages, self.send, self.secrets)
        return ReceiveSms(self.ask, *beside, CONSENT, self.known)

    @property
    def sent(self) -> list[str]:
        """The texts that went out, in order."""
        return [text for _, text in self.gateway.sent]
