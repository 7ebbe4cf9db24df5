"""What the tests of the rota's calls and pages share."""

from __future__ import annotations

import pytest

from tests.support.web import Browser, Web


@pytest.fixture
def web(rota_web: Web) -> Web:
    """Three doctors on two lines, published on Monday before the helpline opens."""
    return rota_web


@pytest.fixture
def meera(web: Web) -> Browser:
    """The browser of an administrator."""
    return web.signed_in("admin", "meera")
