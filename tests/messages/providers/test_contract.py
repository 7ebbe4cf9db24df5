"""Every provider that is called by HTTP: its exact fields, and what it tells us.

A provider is a parameter here by its line in chalicelib/providers.py and its ``samples.py``.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

import pytest

from chalicelib.core.domain.errors import InvalidInput
from chalicelib.core.gateways.ssm_credentials import CredentialsUnread
from chalicelib.messages.domain.delivery import MessageState
from chalicelib.messages.providers.contract import SignedRequest, sms_provider
from chalicelib.messages.providers.http_gateway import HttpSms
from chalicelib.messages.services.delivery_receipts import name_in_address
from chalicelib.messages.services.ports import SendFailed
from tests.support.builders import NOON, a_message
from tests.support.fakes import FakeCredentials
from tests.support.helpline import in_use
from tests.support.provider import CUT, SILENCE, FormsTo
from tests.support.provider_samples import MESSAGE, RECEIPTS, by_http, samples_of
from tests.support.web import SETTINGS

BY_NAME = {provider.name: provider for provider in by_http()}
SIGNING = [name for name, provider in BY_NAME.items() if provider.signs]
INBOUND = [name for name, provider in BY_NAME.items() if provider.inbound]
FORM = "application/x-www-form-urlencoded"
OWED = a_message()


@pytest.fixture(params=BY_NAME)
def row(request):
    return BY_NAME[request.param]


@pytest.fixture
def package(row):
    return sms_provider(row)


@pytest.fixture
def samples(row):
    return samples_of(row)


@pytest.fixture
def credentials(samples) -> FakeCredentials:
    fake = FakeCredentials()
    fake.values = {name: tuple(values) for name, values in samples.credentials.items()}
    return fake


@pytest.fixture
def gateway(row, package, samples, credentials, local_forms, patience) -> HttpSms:
    return HttpSms(
        row,
        package,
        credentials,
        samples.sender,
        lambda secret, _: RECEIPTS if secret == newest_secret(row, samples) else "",
        forms=local_forms,
        hand_over=patience.hand_over(),
    )


def newest_secret(row, samples) -> str:
    return "" if row.signs else samples.credentials[row.webhook_secret][0]


def failure_of(gateway) -> tuple[str, bool]:
    with pytest.raises(SendFailed) as raised:
        gateway.send(MESSAGE)
    shown = f"{raised.value!r} {raised.value.__cause__!r}"
    assert MESSAGE.phone[3:] not in shown
    assert MESSAGE.text not in shown
    return raised.value.cause, raised.value.temporary


# -- Sending


def test_its_credentials_are_its_own(row, package, samples):
    assert set(package.CREDENTIALS) == set(samples.credentials)
    assert all(name.startswith(f"{row.name}-") for name in package.CREDENTIALS)
    assert row.signs or row.webhook_secret in package.CREDENTIALS


def test_it_gets_its_fields(provider, gateway, samples):
    provider.replies = [(200, samples.taken)]

    assert gateway.send(MESSAGE) == samples.taken_as
    assert provider.paths == [samples.path]
    assert provider.users == [samples.user]
    assert provider.forms == [samples.form]
    assert samples.headers.items() <= provider.headers[0].items()


def test_without_an_address_for_them_it_is_asked_for_no_receipts(provider, gateway, samples):
    provider.replies = [(200, samples.taken)]
    replace(gateway, receipts_url=lambda *_: "").send(MESSAGE)

    asked = {name for name, value in samples.form.items() if RECEIPTS in value}
    assert asked
    assert (
        provider.forms[0].items()
        >= {name: value for name, value in samples.form.items() if name not in asked}.items()
    )
    assert RECEIPTS not in str(provider.forms)


@pytest.mark.parametrize("body", ["", "<ok/>", {}, {"sid": None, "SMSMessage": []}])
def test_what_was_taken_without_a_name_is_taken(body, provider, gateway):
    provider.replies = [(200, body)]

    assert gateway.send(MESSAGE) == "unnamed"
    assert len(provider.forms) == 1


def test_what_it_refuses(provider, gateway, samples, credentials):
    for status, answer, cause, temporary in samples.refused:
        provider.replies = [(status, answer)]
        assert failure_of(gateway) == (cause, temporary), (status, answer)

    assert len(provider.forms) == len(samples.refused)
    assert credentials.forgotten == [status for status, *_ in samples.refused].count(401)


@pytest.mark.parametrize(("status", "cause"), [(429, "throttled"), (503, "unavailable")])
def test_a_crowded_provider_is_asked_again(status, cause, provider, gateway, patience):
    provider.replies = [(status, {}), (status, {}, {"Retry-After": "1"}), (200, "")]
    gateway.send(MESSAGE)
    assert patience.pauses == [0.1, 1.0]

    provider.replies = [(status, {})]
    assert failure_of(gateway) == (cause, True)
    assert len(provider.forms) == 6


@pytest.mark.parametrize("reply", [(500, {}), (502, "<html>"), (504, ""), SILENCE, CUT])
def test_an_answer_that_was_lost_is_left_to_the_outbox(reply, provider, gateway, patience):
    provider.replies = [reply]

    assert failure_of(gateway) == ("answer_lost", True)
    assert (len(provider.forms), patience.pauses) == (1, [])


def test_nobody_listens(nobody, gateway, patience):
    assert failure_of(replace(gateway, forms=FormsTo(nobody))) == ("not_reached", True)
    assert len(patience.pauses) == 2


def test_without_credentials_nothing_is_sent_and_nothing_is_lost(
    provider, gateway, credentials, caplog
):
    missing, _ = credentials.values.popitem()

    assert failure_of(gateway) == ("not_configured", True)
    assert provider.forms == []
    (record,) = caplog.records
    assert (record.message, record.levelname) == ("sms_not_configured", "ERROR")
    assert record.missing == [missing]


def test_credentials_out_of_reach(gateway, credentials):
    credentials.fail_next = [CredentialsUnread()]

    assert failure_of(gateway) == ("credentials_unread", True)


def test_credentials_that_no_longer_hold_are_read_anew(provider, gateway, credentials):
    provider.replies = [(401, {})]
    failure_of(gateway)

    assert credentials.forgotten == 1


# -- What it tells us


def test_its_receipts(package, samples):
    assert {None, True, False} <= {receipt and receipt.delivered for _, receipt in samples.receipts}
    for given, receipt in samples.receipts:
        assert package.parse_receipt(given) == receipt, given


@pytest.mark.parametrize("row", INBOUND, indirect=True)
def test_its_sms(package, samples):
    given, sms = samples.inbound
    assert package.parse_inbound(given) == sms

    for id_, problem in (("", "required"), ("S" * 65, "not_text"), ("हिन्दी", "not_text")):
        with pytest.raises(InvalidInput) as raised:
            package.parse_inbound({**given, samples.id_parameter: id_})
        assert [str(field) for field in raised.value.fields] == [
            f"{samples.id_parameter}: {problem}"
        ]


@pytest.mark.parametrize("row", SIGNING, indirect=True)
def test_its_signature(package, samples, credentials):
    url, form = "https://h.example/webhooks/x", {"a": ["1", "2"], "b": [""]}
    signed = samples.sign(url, form)

    def holds(url=url, form=form, headers=signed) -> bool:
        return package.verify(
            SignedRequest(url, lambda name: headers.get(name, ""), form), credentials.values
        )

    assert holds()
    assert not holds(url="https://evil.example/webhooks/x")
    assert not holds(form={**form, "b": ["more"]})
    assert not holds(headers={})
    assert not holds(headers=dict.fromkeys(signed, "forged"))


class Caller:
    """The provider, as it calls our API."""

    def __init__(self, web, row, samples) -> None:
        self.web, self.row, self.samples = web, row, samples
        self.webhooks = {webhook.kind: webhook for webhook in row.webhooks()}

    def __call__(self, kind, given, owed=OWED, *, known=True):
        webhook = self.webhooks[kind]
        secrets = self.samples.credentials.get(self.row.webhook_secret, [""])
        secret = secrets[-1] if known else "x" * 24
        path = webhook.path.format(secret=secret, message=name_in_address(owed.full_id))
        if webhook.methods == "GET":
            return self.web.call("GET", f"{path}?{urlencode(given)}")
        headers = {"content-type": FORM}
        if self.row.signs and known:
            form = {name: [value] for name, value in given.items()}
            headers |= self.samples.sign(f"{SETTINGS.public_url}{path}", form)
        named = {name.replace("-", "_"): value for name, value in headers.items()}
        return self.web.call(webhook.methods, path, body=urlencode(given).encode(), **named)


@pytest.fixture
def call(web, row, samples, credentials) -> Caller:
    in_use().core.credentials.values = credentials.values
    return Caller(web, row, samples)


@pytest.mark.parametrize("row", INBOUND, indirect=True)
def test_its_sms_asks_for_a_callback_and_is_answered_by_no_sms(call, web, package, samples):
    given, sms = samples.inbound
    assert call("sms", given, known=False).status_code == (403 if samples.sign else 404)
    assert web.cases.cases == {}

    answer = call("sms", given)
    assert (answer.status_code, answer.body.decode()) == (200, package.REPLY.text)
    assert answer.headers["Content-Type"] == package.REPLY.media_type
    (case,) = web.cases.cases.values()
    assert (case.phone, case.request_id) == ("+919812345678", f"sms:{sms.message_id}")
    assert (case.language, case.channel.value) == ("hi", "sms")
    assert case.details.messages == (sms.text,)


def test_its_receipts_are_noted(call, samples):
    store = in_use().messages.store
    for number, (given, receipt) in enumerate(samples.receipts):
        owed = replace(OWED, id=f"{number}.received.patient")
        store.store_once(owed, NOON)
        store.mark_sent(owed, "as it was sent", NOON)
        refused = call("receipt", given, owed, known=False)
        assert refused.status_code == (403 if samples.sign else 404)
        assert outcome_of(store, owed) == (MessageState.SENT, None, "as it was sent")

        answer = call("receipt", given, owed)
        assert (answer.status_code, answer.body) == (200, b"")
        noted = receipt and (receipt.state, receipt.cause or None, receipt.provider_id)
        state, cause, id_ = noted or (MessageState.SENT, None, "")
        assert outcome_of(store, owed) == (state, cause, id_ or "as it was sent"), given


def outcome_of(store, owed):
    (stored,) = (each for each in store.list_for(owed.subject) if each.message.id == owed.id)
    return stored.state, stored.cause, stored.provider_id
