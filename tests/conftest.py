"""What holds for every test: no real AWS, no network, and the same examples on every run."""

from __future__ import annotations

import ipaddress
import logging
import os
import socket
from collections.abc import Iterator

import pytest
from hypothesis import settings

from infra.screenshots.browser import find_chromium

# Whoever imports the application while tests are collected finds a handler, and adds none of its
# own: that one would write into what the command line's tests read.
logging.getLogger().addHandler(logging.NullHandler())

# Fixtures that tests of several features share.
pytest_plugins = ["tests.support.provider", "tests.support.tables", "tests.support.web"]
REGION = "ap-south-1"
NO_CHROMIUM = "no Chromium on this machine (Debian: apt-get install chromium fonts-noto-core)"

settings.register_profile(
    "dev", derandomize=True, deadline=None, print_blob=True, database=None, max_examples=50
)
settings.register_profile("ci", settings.get_profile("dev"), max_examples=100)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--every-way",
        action="store_true",
        help="drive each flow at every width and in every language, not in one way each",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--every-way"):
        left = [item for item in items if item.get_closest_marker("every_way")]
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if not item.get_closest_marker("every_way")]
    if find_chromium() is None:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason=NO_CHROMIUM))


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the system's Chromium; the test is skipped where there is none."""
    return find_chromium() or pytest.skip(NO_CHROMIUM)


@pytest.fixture(scope="session", autouse=True)
def no_real_aws() -> Iterator[None]:
    """Nobody's own profile, credentials or endpoint can reach a test, nor what it starts."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        patch.setenv("AWS_ACCESS_KEY_ID", "testing")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        patch.setenv("AWS_DEFAULT_REGION", REGION)
        patch.setenv("AWS_REGION", REGION)
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        patch.setenv("AWS_CONFIG_FILE", os.devnull)
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
        yield


@pytest.fixture(scope="session", autouse=True)
def only_loopback() -> Iterator[None]:
    """A test that resolves or calls anything but this machine fails, and says what it called."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex
    sendto, resolve = socket.socket.sendto, socket.getaddrinfo

    def guarded_connect(self, address):
        refuse_unless_loopback(address)
        return connect(self, address)

    def guarded_connect_ex(self, address):
        refuse_unless_loopback(address)
        return connect_ex(self, address)

    def guarded_sendto(self, data, *flags_and_address):
        refuse_unless_loopback(flags_and_address[-1])
        return sendto(self, data, *flags_and_address)

    def guarded_resolve(host, *args, **kwargs):
        refuse_unless_loopback((host,))
        return resolve(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket.socket, "sendto", guarded_sendto)
        patch.setattr(socket, "getaddrinfo", guarded_resolve)
        yield


def refuse_unless_loopback(address: object) -> None:
    """Let paths of local sockets and this machine's own addresses through, nothing else.

    The failure is no ``Exception``, so that neither a client's retries nor the code under test
    can take it for an outage.
    """
    host = address[0] if isinstance(address, tuple) else None
    if host is not None and not is_loopback(host):
        pytest.fail(f"a test may reach this machine only, not {host!r}")


def is_loopback(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else str(host)
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
