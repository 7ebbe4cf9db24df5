"""A patient withdraws the consent, by the link that went to their phone."""

from __future__ import annotations

from datetime import datetime

from chalicelib.cases.domain.case import Case
from chalicelib.cases.domain.links import Strength
from chalicelib.cases.domain.timeline import PATIENT
from chalicelib.cases.services.links import CaseLinks
from chalicelib.cases.services.ports import CaseStore
from chalicelib.core.component import component
from chalicelib.privacy.domain.erasure import Why
from chalicelib.privacy.services.erase_case import Erase


@component
class WithdrawConsent:
    """Erases a case at its patient's wish."""

    cases: CaseStore
    links: CaseLinks
    erase: Erase

    def __call__(self, reference: str, token: str, now: datetime) -> Case:
        """Withdraw the consent: nobody calls any more, and what was told is erased.

        Withdrawing again changes nothing. A wrong reference and a wrong token are NotFound alike.
        Raises NotFound, LinkRefused, Busy.
        """
        case = self.cases.get(reference, consistent=True)
        self.links.check(case, token, now, Strength.STRONG)
        return self.erase(reference, Why.WITHDRAWN, PATIENT, now)
