"""Cases by who asked for them: the phone, or the name."""

from __future__ import annotations

from chalicelib.cases.domain.case import Case
from chalicelib.cases.services.ports import CaseSearchStore
from chalicelib.cases.services.request_callback import name_key
from chalicelib.core.component import component
from chalicelib.core.domain.phone import Phone
from chalicelib.core.services.ports import Page, Secrets


@component
class FindCases:
    """Looks for cases by what only an HMAC of stands in a key."""

    found: CaseSearchStore
    secrets: Secrets

    def of_phone(self, phone: Phone, limit: int, cursor: str | None) -> Page[Case]:
        """Find all cases of a phone that are kept, the latest asked first.

        Raises InvalidInput for a cursor that is none.
        """
        return self.found.of_phone(self.secrets.phone_key(phone.e164), limit, cursor)

    def of_name(self, name: str, limit: int, cursor: str | None) -> Page[Case]:
        """Find the cases of people of this name, however it was typed, the latest asked first.

        Raises InvalidInput for a cursor that is none.
        """
        key = name_key(self.secrets, name)
        return self.found.of_name(key, limit, cursor) if key else Page((), None)
