"""How oncologists and administrators are written to."""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.core.component import component
from chalicelib.core.domain.language import copy_language
from chalicelib.core.services.ports import Secrets
from chalicelib.rota.domain.notifications import Address
from chalicelib.rota.services.duty_ports import RotaStore
from chalicelib.rota.services.ports import Recipient


@component
class Addresses:
    """Looks up where the rota's messages go."""

    rota: RotaStore
    secrets: Secrets

    def everybody(self) -> dict[str, Address]:
        """Tell the address of each oncologist by id: one query.

        They are written to in the language that they named first, where we write it.
        """
        return {
            who.id: Address(
                name=who.name,
                phone=who.phone,
                phone_key=self.secrets.phone_key(who.phone),
                language=copy_language(who.languages[0] if who.languages else "").value,
            )
            for who in self.rota.oncologists()
        }

    def of(self, recipients: Iterable[Recipient]) -> list[Address]:
        """Tell the addresses of those who are told of gaps."""
        return [
            Address(
                name="",
                phone=each.phone,
                phone_key=self.secrets.phone_key(each.phone),
                language=copy_language(each.language).value,
            )
            for each in recipients
        ]
