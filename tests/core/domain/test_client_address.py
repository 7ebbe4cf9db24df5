"""Which addresses count as one."""

import pytest

from chalicelib.core.domain.client_address import network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:22ab::1", "2001:db8:1:2200::/56"),
        ("2001:DB8:1:22FF:ffff::", "2001:db8:1:2200::/56"),
        ("2001:db8:1:2300::1", "2001:db8:1:2300::/56"),
        ("", None),
        ("203.0.113.9, 198.51.100.1", None),
        ("203.0.113.009", None),
        ("nonsense", None),
    ],
)
def test_an_address_counts_for_its_network(address, network):
    assert network_of(address) == network
