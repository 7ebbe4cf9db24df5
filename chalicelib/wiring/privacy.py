"""What is done with the patients' rights."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.wiring.binding import once
from chalicelib.wiring.world import (
    audit_log,
    case_store,
    database,
    message_store,
    rota_store,
    secrets,
    settings,
)

if TYPE_CHECKING:
    from chalicelib.privacy.services.erase_case import Erase, ProveErasures
    from chalicelib.privacy.services.patient_data import OwnData
    from chalicelib.privacy.services.ports import ErasureStore
    from chalicelib.privacy.services.retention import Purge
    from chalicelib.privacy.services.withdraw_consent import WithdrawConsent


@once
def erasure_store() -> ErasureStore:
    """Give the tables of cases and messages, as erasing sees them."""
    from chalicelib.privacy.store.erasures import DynamoErasures

    return DynamoErasures(database(), settings().cases_table, settings().messages_table)


@once
def erase() -> Erase:
    """Erase a case."""
    from chalicelib.privacy.services.erase_case import Erase

    return Erase(case_store(), erasure_store())


@once
def prove_erasures() -> ProveErasures:
    """Complete erasures."""
    from chalicelib.privacy.services.erase_case import ProveErasures

    return ProveErasures(case_store(), erasure_store(), audit_log())


@once
def own_data() -> OwnData:
    """Give patients their own record."""
    from chalicelib.privacy.services.patient_data import OwnData

    return OwnData(case_store(), message_store(), rota_store(), audit_log(), secrets())


@once
def purge() -> Purge:
    """Let go what was kept for long enough."""
    from chalicelib.core.domain.consent_notices import RELEASED
    from chalicelib.privacy.services.retention import Kept, Purge

    chosen = settings()
    kept = Kept(timedelta(days=chosen.case_kept_days), timedelta(days=chosen.message_kept_days))
    return Purge(case_store(), erasure_store(), erase(), prove_erasures(), kept, RELEASED[0].since)


@once
def withdraw_consent() -> WithdrawConsent:
    """Withdraw a patient's consent."""
    from chalicelib.privacy.services.withdraw_consent import WithdrawConsent

    return WithdrawConsent(secrets(), erase())
