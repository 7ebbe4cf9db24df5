"""From where somebody asks, as far as it can be told apart: an address, or the block of one."""

from __future__ import annotations

from ipaddress import AddressValueError, IPv4Address, IPv6Address, IPv6Network
from typing import Final

# What one customer of a provider is given, at the most: each may use all of its addresses.
CUSTOMERS_PREFIX: Final = 56


def network_of(address: str) -> str | None:
    """Name the network that an address counts for; None for what is no address.

    An IPv4 address stands for itself, also where it came dressed as one of IPv6.
    """
    try:
        return str(IPv4Address(address))
    except AddressValueError:
        pass
    try:
        known = IPv6Address(address)
    except AddressValueError:
        return None
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(IPv6Network((int(known), CUSTOMERS_PREFIX), strict=False))
