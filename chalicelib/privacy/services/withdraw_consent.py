"""A patient withdraws the consent, by the signed token in their link."""

from __future__ import annotations

from datetime import datetime

from chalicelib.cases.domain.case import PATIENT, Case
from chalicelib.core.domain.errors import NotFound
from chalicelib.core.services.ports import Secrets
from chalicelib.privacy.domain.erasure import Why
from chalicelib.privacy.services.erase_case import Erase


class WithdrawConsent:
    """Erases a case at its patient's wish."""

    def __init__(self, secrets: Secrets, erase: Erase) -> None:
        self._secrets = secrets
        self._erase = erase

    def __call__(self, reference: str, token: str, now: datetime) -> Case:
        """Withdraw the consent: nobody calls any more, and what was told is erased.

        Withdrawing again changes nothing. A wrong reference and a wrong token are NotFound alike.
        Raises NotFound, Busy.
        """
        if not self._secrets.link_token_holds(reference, token):
            raise NotFound
        return self._erase(reference, Why.WITHDRAWN, PATIENT, now)
