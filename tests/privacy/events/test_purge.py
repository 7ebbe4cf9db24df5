"""The nightly function: it tells what it did, and fails where an erasure could not be proven."""

from __future__ import annotations

import pytest

from chalicelib.cases.wiring import Cases
from chalicelib.core.domain.consent_notices import notice
from chalicelib.core.wiring import Core
from chalicelib.messages.wiring import Messages
from chalicelib.privacy.domain.erasure import Why
from chalicelib.privacy.events import purge
from chalicelib.privacy.wiring import Privacy
from chalicelib.settings import Settings, SettingWrong
from tests.support import functions
from tests.support.builders import NOON, a_case, some_settings
from tests.support.erasing import Erasing
from tests.support.fakes import FakeClock
from tests.support.helpline import in_use, using

CASE = a_case()


@pytest.fixture
def erasures():
    world = Erasing(CASE)
    with using(
        Core(settings=some_settings(), clock=FakeClock(NOON), audit_store=world.audit),
        Cases(store=world.cases),
        Messages(store=world.messages),
        Privacy(erasure_store=world.erasures),
    ):
        yield world.erasures


def test_it_proves_what_was_erased(erasures, caplog):
    caplog.set_level("INFO")
    in_use().privacy.erase(CASE.reference, Why.ASKED, "meera", NOON)
    done = functions.purge()

    assert (done["proven"], done["unproven"], done["behind"]) == (1, 0, False)
    assert [record.proven for record in caplog.records if record.message == "purged"] == [1]


def test_what_can_not_be_proven_fails_the_run_and_names_nobody(erasures):
    in_use().privacy.erase(CASE.reference, Why.ASKED, "meera", NOON)
    erasures.left = {"phone": 1}

    with pytest.raises(purge.PurgeIncomplete, match=r"\A1\Z"):
        functions.purge()


@pytest.mark.parametrize("name", ["AUDIT_KEPT_DAYS", "CASE_KEPT_DAYS", "MESSAGE_KEPT_DAYS"])
def test_nothing_is_set_to_be_kept_for_less_than_a_year(name):
    needed = dict.fromkeys(
        (
            "STAGE",
            "AWS_REGION",
            "CASES_TABLE",
            "ROTA_TABLE",
            "MESSAGES_TABLE",
            "AUDIT_TABLE",
            "REPORTS_TABLE",
            "SECRETS_PATH",
            "USER_POOL_CLIENT_ID",
            "TOKEN_ISSUER",
            "TOKEN_KEYS_URL",
        ),
        "x",
    )

    with pytest.raises(SettingWrong, match=name):
        Settings.from_env({**needed, name: "364"})
    assert Settings.from_env({**needed, name: "365"})


def test_the_notice_says_for_how_long_a_case_is_kept():
    assert some_settings().case_kept_days == 3 * 365
    assert "three years" in " ".join(item.text for item in notice("en").items)
