"""What a patient's link opens: the one place where its token is made and judged."""

from __future__ import annotations

from datetime import datetime

from chalicelib.cases.domain.case import Case
from chalicelib.cases.domain.links import Link, Strength, links_of, may_get_sms
from chalicelib.core.component import component
from chalicelib.core.domain.errors import LinkRefused, NotFound
from chalicelib.core.services.ports import Secrets


@component
class CaseLinks:
    """Makes and checks the tokens of patients' links."""

    secrets: Secrets

    def token(self, reference: str, link: Link) -> str:
        """Return a link's token."""
        return self.secrets.link_token(link.signed_text(reference))

    def find(self, case: Case, token: str) -> Link:
        """Return the link that a token is of, also one that has ended.

        Raises NotFound for one that is wrong, another case's, or from before the phone was changed:
        the three are told apart by nobody.
        """
        by_text = {link.signed_text(case.reference): link for link in links_of(case)}
        signed = self.secrets.find_signed(token, *by_text)
        if signed is None:
            raise NotFound
        return by_text[signed]

    def check(
        self, case: Case, token: str, now: datetime, needs: Strength = Strength.WEAK
    ) -> Strength:
        """Return the strength of a token that opens what ``needs`` this one.

        Raises NotFound, and LinkRefused for a link that is too weak or has ended.
        """
        link = self.find(case, token)
        ended = link.has_ended(case, now)
        if ended or (needs is Strength.STRONG and link.strength is Strength.WEAK):
            raise LinkRefused(
                case.reference,
                token,
                ended=ended,
                by_sms=may_get_sms(case),
                language=case.written_in,
            )
        return link.strength
