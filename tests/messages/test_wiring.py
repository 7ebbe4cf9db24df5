"""The configuration chooses the gateway, puts the caps around it, and names what is wrong."""

from __future__ import annotations

import re
from typing import Any

import pytest

from chalicelib.core.wiring import Core
from chalicelib.messages.services.delivery_receipts import name_in_address
from chalicelib.messages.services.sms_budget import BudgetedSms, Caps
from chalicelib.providers import PROVIDERS, SMS_GATEWAYS, provider_of
from chalicelib.settings import Settings, SettingWrong
from infra.paths import ROOT
from infra.template import allow_providers, load
from tests.contract.test_policies import SETTINGS
from tests.support.helpline import in_use, using

MESSAGE_ID = "K7M240R59XK/0.requested.patient"


def chosen(**changes: str) -> Settings:
    return Settings.from_env({**SETTINGS, **changes})


def template() -> dict[str, Any]:
    return allow_providers(load((ROOT / "infra" / "resources.yaml").read_text()))


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("sns", "aws.sns"),
        ("end_user_messaging", "aws.end_user_messaging"),
        ("twilio", "twilio.sms"),
        ("exotel", "exotel.sms"),
    ],
)
def test_each_gateway_is_chosen_by_its_name_and_capped(name, module):
    with using(Core(settings=chosen(SMS_GATEWAY=name, SMS_DAILY_CAP="7"))):
        gateway = in_use().messages.gateway

    assert isinstance(gateway, BudgetedSms)
    assert gateway.gateway.package.__name__ == f"chalicelib.messages.providers.{module}"
    assert gateway.caps == Caps(in_all=7, for_phone=Caps().for_phone)


def test_the_defaults_are_the_same_in_the_code_and_in_the_template():
    parameters = template()["Parameters"]
    settings = chosen()

    assert parameters["SmsGateway"]["AllowedValues"] == list(SMS_GATEWAYS)
    assert parameters["CallsGateway"]["AllowedValues"] == ["by_hand", "exotel", "local"]
    assert parameters["SmsGateway"]["Default"] == settings.sms_gateway == "sns"
    assert parameters["SmsDailyCap"]["Default"] == settings.sms_daily_cap == Caps().in_all
    assert (
        parameters["SmsPhoneDailyCap"]["Default"]
        == settings.sms_phone_daily_cap
        == Caps().for_phone
    )
    variables = template()["Globals"]["Function"]["Environment"]["Variables"]
    assert {name for name in variables if name.startswith("SMS_")} >= {
        "SMS_GATEWAY",
        "SMS_SENDER_ID",
        "SMS_ENTITY_ID",
        "SMS_MAX_PRICE",
        "SMS_CONFIGURATION_SET",
        "SMS_DAILY_CAP",
        "SMS_PHONE_DAILY_CAP",
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMS_GATEWAY", "pigeon"),
        ("SMS_GATEWAY", ""),
        ("SMS_DAILY_CAP", ""),
        ("SMS_DAILY_CAP", "-1"),
        ("SMS_DAILY_CAP", "many"),
        ("SMS_PHONE_DAILY_CAP", "1e3"),
        ("SMS_PHONE_DAILY_CAP", "४०"),
    ],
)
def test_a_setting_that_cannot_work_is_named_and_not_shown(name, value):
    with pytest.raises(SettingWrong) as raised:
        chosen(**{name: value})

    assert str(raised.value) == name


@pytest.mark.parametrize(
    ("sender", "fits"),
    [
        ("HELPLN", True),
        ("+15005550006", True),
        ("MG0123456789abcdef0123456789abcdef", True),
        ("", False),
        ("HELP LINE", False),
        ("MG0123456789abcdef0123456789abcdeg", False),
    ],
)
def test_whom_a_message_may_come_from(sender, fits):
    pattern = template()["Parameters"]["SmsSenderId"]["AllowedPattern"]

    assert bool(re.fullmatch(pattern, sender)) is fits


def test_where_receipts_are_to_be_sent():
    name = name_in_address(MESSAGE_ID)
    twilio, exotel, sns = (provider_of(name) for name in ("twilio", "exotel", "sns"))
    with using(Core(settings=chosen(PUBLIC_URL="https://h.example/prod/"))) as helpline:
        url = helpline.messages.webhook_url
        base = "https://h.example/prod/webhooks"
        assert url(twilio, "receipt", "", MESSAGE_ID) == f"{base}/twilio/receipts/{name}"
        assert url(exotel, "receipt", "s3t", MESSAGE_ID) == f"{base}/exotel/s3t/receipts/{name}"
        assert url(exotel, "call", "s3t", MESSAGE_ID) == f"{base}/exotel/s3t/calls/{name}"
        assert url(sns, "receipt", "", MESSAGE_ID) == ""
    with using(Core(settings=chosen())) as helpline:
        for provider in PROVIDERS:
            assert helpline.messages.webhook_url(provider, "receipt", "s3t", MESSAGE_ID) == ""
