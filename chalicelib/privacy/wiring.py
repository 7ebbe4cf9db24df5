"""What the patients' rights are made of."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.cases.wiring import Cases
from chalicelib.core.wiring import Container
from chalicelib.messages.wiring import Messages
from chalicelib.rota.wiring import Rota

if TYPE_CHECKING:
    from chalicelib.privacy.services.erase_case import Erase, ProveErasures
    from chalicelib.privacy.services.patient_data import OwnData
    from chalicelib.privacy.services.ports import ErasureStore
    from chalicelib.privacy.services.retention import Purge
    from chalicelib.privacy.services.withdraw_consent import WithdrawConsent


class Privacy(Container):
    """Consent, erasure, retention, and a patient's own data."""

    @property
    def cases(self) -> Cases:
        """The cases."""
        return self.of(Cases)

    @cached_property
    def erasure_store(self) -> ErasureStore:
        """The tables of cases and messages, as erasing sees them."""
        from chalicelib.privacy.store.erasures import DynamoErasures

        return DynamoErasures(self.cases.table, self.of(Messages).table)

    @cached_property
    def erase(self) -> Erase:
        """Erases a case."""
        from chalicelib.privacy.services.erase_case import Erase

        return Erase(self.cases.store, self.erasure_store)

    @cached_property
    def withdraw_consent(self) -> WithdrawConsent:
        """Withdraws a patient's consent."""
        from chalicelib.privacy.services.withdraw_consent import WithdrawConsent

        return WithdrawConsent(self.cases.store, self.cases.links, self.erase)

    @cached_property
    def prove_erasures(self) -> ProveErasures:
        """Completes erasures, and records the proof."""
        from chalicelib.privacy.services.erase_case import ProveErasures

        return ProveErasures(self.cases.store, self.erasure_store, self.core.audit_log)

    @cached_property
    def own_data(self) -> OwnData:
        """Collects a patient's own record."""
        from chalicelib.privacy.services.patient_data import OwnData

        messages, rota = self.of(Messages), self.of(Rota)
        cases, core = self.cases, self.core
        return OwnData(
            cases.store,
            messages.store,
            rota.store,
            core.audit_log,
            cases.links,
            core.secrets,
            core.try_counter,
        )

    @cached_property
    def purge(self) -> Purge:
        """Deletes what was kept for long enough."""
        from chalicelib.core.domain.consent_notices import RELEASED
        from chalicelib.privacy.services.retention import Kept, Purge

        settings = self.core.settings
        return Purge(
            self.cases.store,
            self.erasure_store,
            self.erase,
            self.prove_erasures,
            Kept(
                timedelta(days=settings.case_kept_days),
                timedelta(days=settings.message_kept_days),
            ),
            RELEASED[0].since,
        )
