"""What a sweep with nothing to do costs: it runs every five minutes, day and night."""

from __future__ import annotations

from datetime import timedelta

from chalicelib.cases.services.missing_notifications import OwedByCases
from chalicelib.cases.services.sweep_unsent import SweepUnsent, Swept
from chalicelib.cases.services.wait_estimate import Outlook
from chalicelib.core.domain.language import Language
from chalicelib.messages.services.send_messages import SendMessages
from chalicelib.rota.services.duty_view import DutyView
from tests.support.builders import NOON
from tests.support.fakes import FakeMessageGateway
from tests.support.ledger import counting


def test_a_quiet_sweep(database, cases, recent, messages, outbox, rota):
    send = SendMessages(messages, FakeMessageGateway(), lambda message: message.template.value)
    owed_by_cases = OwedByCases(messages, Outlook(cases, DutyView(rota)))
    sweep = SweepUnsent(cases, recent, outbox, owed_by_cases, send, tuple(Language))
    sweep(NOON)
    with counting(database) as ledger:
        assert sweep(NOON + timedelta(minutes=5)) == Swept(0, 0, 0, 0, 0, 0)
    assert ledger.read_units <= 17
    assert ledger.write_units == 1
    assert set(ledger.operations) == {"GetItem", "Query", "PutItem"}
