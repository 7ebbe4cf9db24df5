"""What providers call: who is believed, what comes of it, and that nothing else breaks it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.core.domain.errors import Busy
from chalicelib.core.gateways.ssm_credentials import CredentialsUnread
from chalicelib.core.wiring import Core
from chalicelib.messages.domain.delivery import MessageState
from chalicelib.messages.providers.twilio.signature import signature
from chalicelib.messages.services.delivery_receipts import name_in_address
from tests.support.builders import NOON, a_message
from tests.support.helpline import in_use, using
from tests.support.web import SETTINGS, Web, code_of, told

TOKEN = "twilio's own token"
SECRET = "a-secret-of-24-characters"
BASE = SETTINGS.public_url
SMS = {
    "MessageSid": "SM1",
    "SmsSid": "SM1",
    "AccountSid": "AC1",
    "From": "+919812345678",
    "To": "+15005550006",
    "Body": "मुझे बात करनी है",
    "NumMedia": "0",
    "NumSegments": "1",
    "FromZip": "",
    "WhatIsNewIn2027": "?",
}
EXOTEL = {"SmsSid": "ex1", "From": "09812345678", "To": "08088919888", "Body": "मुझे बात करनी है"}
CALL = {"CallSid": "call1", "CallFrom": "09812345678", "CallTo": "08088919888"}
TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
FORM = "application/x-www-form-urlencoded"
OWED = a_message()
MESSAGE = name_in_address(OWED.full_id)


class Provider:
    """Calls as Twilio and Exotel do."""

    def __init__(self, web: Web) -> None:
        self.web = web
        self.messages = in_use().messages.store
        self.gateway = in_use().messages.gateway
        self.credentials = in_use().core.credentials
        self.credentials.values = {
            "twilio-account-sid": ("AC1",),
            "twilio-auth-token": (TOKEN,),
            "exotel-webhook-secret": (SECRET,),
        }

    def twilio(self, path="sms", form=SMS, url=None, **headers):
        form = {
            name: values if isinstance(values, list) else [values] for name, values in form.items()
        }
        made = signature(TOKEN, url or f"{BASE}/webhooks/twilio/{path}", form)
        return self.web.call(
            "POST",
            f"/webhooks/twilio/{path}",
            body=urlencode(form, doseq=True).encode(),
            **{"content_type": FORM, "x_twilio_signature": made, **headers},
        )

    def exotel(self, path="sms", query=EXOTEL, secret=SECRET, method="GET"):
        return self.web.call(method, f"/webhooks/exotel/{secret}/{path}?{urlencode(query)}")

    def exotel_receipt(self, secret=SECRET, message=MESSAGE, **form):
        return self.web.call(
            "POST",
            f"/webhooks/exotel/{secret}/receipts/{message}",
            body=urlencode(form).encode(),
            content_type=FORM,
        )

    @property
    def cases(self):
        return list(self.web.cases.cases.values())

    def state(self):
        (stored,) = self.messages.list_for(OWED.subject)
        return stored.state, stored.cause, stored.provider_id


@pytest.fixture
def provider(web) -> Provider:
    return Provider(web)


@contextmanager
def other_settings(web, **changes):
    parts = (
        *web.parts(),
        Core(credentials=in_use().core.credentials),
    )
    with using(*parts, Core(settings=replace(SETTINGS, **changes))):
        yield


# -- Twilio: SMS


def test_an_sms_told_twice_is_one_request(provider):
    for _ in range(2):
        assert provider.twilio().status_code == 200

    (case,) = provider.cases
    assert len(case.timeline) == 1


@pytest.mark.parametrize(
    "header", [{}, {"x_twilio_signature": ""}, {"x_twilio_signature": "0/KC="}]
)
def test_unsigned_and_forged(provider, header):
    answer = provider.twilio(url="https://other.example/webhooks/twilio/sms", **header)

    assert (answer.status_code, code_of(answer)) == (403, "forbidden")
    assert provider.cases == []


def test_the_host_header_counts_for_nothing(provider):
    other = "https://evil.example/webhooks/twilio/sms"

    assert provider.twilio(url=other, host="evil.example").status_code == 403
    assert provider.twilio(host="evil.example").status_code == 200


def test_the_port_may_be_signed(provider):
    assert provider.twilio(url=f"{BASE}:443/webhooks/twilio/sms").status_code == 200
    assert provider.twilio(url=f"{BASE}:444/webhooks/twilio/sms").status_code == 403


def test_repeated_parameters_are_signed_too(provider):
    form = {**SMS, "Again": ["b", "a", "b"]}

    assert provider.twilio(form=form).status_code == 200


def test_a_signature_for_another_path_does_not_hold(provider):
    answer = provider.twilio(f"receipts/{MESSAGE}", url=f"{BASE}/webhooks/twilio/sms")

    assert answer.status_code == 403


@pytest.mark.parametrize("missing", ["twilio-auth-token", "twilio-account-sid"])
def test_without_a_token_twilio_is_closed(provider, missing, caplog):
    del provider.credentials.values[missing]

    assert provider.twilio().status_code == 403
    assert provider.cases == []
    assert ["webhook_not_configured", [missing]] in [
        [record.message, getattr(record, "missing", None)] for record in caplog.records
    ]


def test_without_a_public_address_twilio_is_closed(provider):
    with other_settings(provider.web, public_url=""):
        assert provider.twilio(url="/webhooks/twilio/sms").status_code == 403
    assert provider.cases == []


def test_an_address_with_a_path_of_its_own(provider):
    with other_settings(provider.web, public_url="https://h.example/prod"):
        answer = provider.twilio(url="https://h.example/prod/webhooks/twilio/sms")
    assert answer.status_code == 200


def test_secrets_out_of_reach_ask_for_the_same_call_once_more(provider):
    for call in (provider.twilio, provider.exotel):
        provider.credentials.fail_next = [CredentialsUnread()]
        answer = call()
        assert (answer.status_code, code_of(answer)) == (503, "busy")
        assert answer.headers["Retry-After"]
        assert call().status_code == 200


def test_a_busy_database_asks_for_the_same_call_once_more(provider):
    for call in (
        provider.twilio,
        provider.exotel,
        lambda: provider.exotel("missed-call", CALL),
    ):
        provider.web.cases.fail_next = [Busy()]
        assert call().status_code == 503
        assert call().status_code == 200


@pytest.mark.parametrize("sender", ["", "VM-HDFCBK", "+14155552671", "56070", "x" * 3000])
def test_a_sender_that_is_no_phone_is_taken_and_ignored(provider, sender):
    assert provider.twilio(form={**SMS, "From": sender}).status_code == 200
    assert provider.cases == []
    assert list(provider.messages.inbound) == ["twilio:SM1"]


def test_a_body_of_another_kind(provider):
    answer = provider.twilio(content_type="application/json")

    assert (answer.status_code, code_of(answer)) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    "body",
    [b"\xff\xfe", b"a=%ff", b"&".join([b"a=1"] * 401)],
    ids=["no text", "no UTF-8 behind it", "too many fields"],
)
def test_a_body_that_is_no_form(provider, body):
    answer = provider.web.call("POST", "/webhooks/twilio/sms", body=body, content_type=FORM)

    assert (answer.status_code, code_of(answer)) == (400, "malformed")


def test_a_body_that_is_too_large(provider):
    answer = provider.twilio(form={**SMS, "Body": "x" * 20_000})

    assert (answer.status_code, code_of(answer)) == (413, "too_large")


@pytest.mark.parametrize("text", ["", "🙏", "x" * 1_600, "\x00\x01", "\ud800"])
def test_whatever_an_sms_says_it_is_a_request(provider, text):
    form = {**SMS, "Body": text.encode(errors="replace").decode()}

    assert provider.twilio(form=form).status_code == 200
    assert len(provider.cases) == 1


def test_a_word_is_obeyed_and_answered_by_a_message(provider):
    answer = provider.twilio(form={**SMS, "Body": "STOP"})

    assert answer.body.decode() == TWIML
    assert provider.messages.is_opted_out(provider.web.secrets.phone_key("+919812345678"))
    assert len(provider.gateway.sent) == 1


# -- Exotel: SMS


@pytest.mark.parametrize("path", ["sms", "missed-call"])
def test_its_head_is_answered_as_the_get_is_and_changes_nothing(provider, path):
    query = EXOTEL if path == "sms" else CALL
    head, get = (provider.exotel(path, query, method=method) for method in ("HEAD", "GET"))

    assert (head.status_code, get.status_code) == (200, 200)
    assert head.headers["Content-Type"] == get.headers["Content-Type"] == "text/plain"
    assert len(provider.cases) == 1
    assert provider.exotel(path, {}, method="HEAD").status_code == 200


@pytest.mark.parametrize("path", ["sms", "missed-call"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("secret", ["wrong", SECRET[:-1], SECRET.upper(), "%61", "हिन्दी"])
def test_a_wrong_secret_leads_nowhere(provider, path, method, secret):
    answer = provider.exotel(path, secret=secret, method=method)

    assert answer.status_code == 404
    assert provider.cases == []


@pytest.mark.parametrize("configured", [None, ("short",)])
def test_without_a_secret_worth_the_name_exotel_is_closed(provider, configured):
    provider.credentials.values.pop("exotel-webhook-secret")
    if configured:
        provider.credentials.values["exotel-webhook-secret"] = configured

    for secret in ("short", SECRET, "None"):
        assert provider.exotel(secret=secret).status_code == 404
        assert provider.exotel_receipt(secret=secret, Status="sent").status_code == 404
    assert provider.cases == []


def test_while_a_secret_is_replaced_both_open(provider):
    provider.credentials.values["exotel-webhook-secret"] = ("a-newer-secret-in-use", SECRET)

    assert provider.exotel(secret="a-newer-secret-in-use").status_code == 200
    assert provider.exotel().status_code == 200


def test_what_was_replaced_since_it_was_read_opens_too(provider):
    """A provider signs with the new secret from one call to the next."""
    provider.credentials.replaced = {"exotel-webhook-secret": ("a-newer-secret-in-use", SECRET)}
    assert provider.exotel(secret="a-newer-secret-in-use").status_code == 200
    assert provider.exotel().status_code == 200

    provider.credentials.values["twilio-auth-token"] = ("an older token",)
    provider.credentials.replaced = {"twilio-auth-token": (TOKEN, "an older token")}
    assert provider.twilio().status_code == 200


def test_no_secret_and_no_number_is_logged(provider, caplog):
    caplog.set_level("INFO")
    provider.exotel()
    provider.exotel("missed-call", CALL)
    provider.exotel(secret="a-wrong-secret-wrong-secret")
    provider.exotel_receipt(Status="sent")

    logged = " ".join(str(vars(record)) for record in caplog.records)
    assert "webhook_refused" in logged
    for private in (SECRET, "a-wrong-secret", "98123", "बात", MESSAGE):
        assert private not in logged


@pytest.mark.parametrize(
    ("path", "query", "problem"),
    [
        ("sms", {"From": "09812345678"}, {"SmsSid": "required"}),
        ("missed-call", {"CallFrom": "09812345678"}, {"CallSid": "required"}),
        ("missed-call", {**CALL, "CallSid": "a b"}, {"CallSid": "not_text"}),
    ],
)
def test_a_call_without_a_name(provider, path, query, problem):
    answer = provider.exotel(path, query)

    assert (answer.status_code, told(answer)) == (422, problem)


# -- Exotel: missed calls


@pytest.mark.parametrize(
    "who",
    [
        {"CallFrom": "09812345678"},
        {"From": "09812345678"},
        {"CallFrom": "09812345678", "From": "08000000000"},
        {"CallFrom": "", "From": "+919812345678"},
        {"CallFrom": "9812345678", "Direction": "incoming", "CallType": "call-attempt"},
        {"CallFrom": "9812345678", "CallType": "completed", "DialCallDuration": "0"},
    ],
)
def test_a_missed_call_asks_for_a_callback(provider, who):
    answer = provider.exotel("missed-call", {"CallSid": "call1", **who})

    assert (answer.status_code, answer.body) == (200, b"")
    (case,) = provider.cases
    assert (case.phone, case.request_id, case.channel.value) == (
        "+919812345678",
        "call:call1",
        "missed_call",
    )


@pytest.mark.parametrize(
    ("what", "outcome"),
    [
        ({"CallFrom": "anonymous"}, "not_a_phone"),
        ({"CallFrom": ""}, "required"),
        ({"CallFrom": "02226543210"}, "landline"),
        ({"CallType": "completed", "DialCallDuration": "35"}, "answered"),
        ({"Direction": "outgoing-dial"}, "answered"),
    ],
)
def test_a_call_that_asks_for_nothing_is_recorded(provider, what, outcome):
    assert provider.exotel("missed-call", {**CALL, **what}).status_code == 200
    assert provider.cases == []
    assert provider.messages.inbound == {"call:call1": outcome}


def test_the_doctor_sees_that_a_missed_calls_consent_is_to_be_confirmed(provider):
    provider.exotel("missed-call", CALL)
    case = provider.web.post("/duty/next", token="oncologist:dr-asha").json_body

    assert case["channel"] == "missed_call"
    assert (case["consent"]["given_by"], case["consent"]["confirmed"]) == ("missed_call", False)


def test_a_forms_consent_stands(provider):
    provider.web.ask()
    case = provider.web.post("/duty/next", token="oncologist:dr-asha").json_body

    assert case["consent"]["confirmed"] is True


# -- Receipts


@pytest.fixture
def sent(provider) -> Provider:
    provider.messages.store_once(OWED, NOON)
    provider.messages.mark_sent(OWED, "SM9", NOON)
    return provider


def test_receipts_out_of_order_and_repeated(sent):
    for status in ("delivered", "sent", "undelivered", "delivered", "queued"):
        assert sent.twilio(f"receipts/{MESSAGE}", {"MessageStatus": status}).status_code == 200

    assert sent.state()[0] is MessageState.DELIVERED


def test_a_receipt_of_nothing_we_know_is_taken_and_ignored(provider):
    other = name_in_address("other/0.requested.patient")

    assert provider.twilio(f"receipts/{other}", {"MessageStatus": "delivered"}).status_code == 200
    assert provider.exotel_receipt(message=other, Status="sent").status_code == 200
    assert provider.messages.messages == {}


@pytest.mark.parametrize("message", ["QQ==", "!", "A" * 600])
def test_a_receipt_that_names_nothing(provider, message):
    assert provider.twilio(f"receipts/{message}", {"MessageStatus": "delivered"}).status_code == 404
    assert provider.exotel_receipt(message=message, Status="sent").status_code == 404


def test_a_receipts_address_names_nobody(provider):
    assert "9812345678" not in MESSAGE
    assert "K7M240R59XK" not in MESSAGE


# -- Anything at all

texts = st.dictionaries(st.sampled_from([*SMS, *EXOTEL, *CALL, "Status"]), st.text(max_size=40))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(form=texts)
def test_no_call_of_any_shape_is_a_fault_of_ours(provider, form):
    for answer in (
        provider.twilio(form=form),
        provider.twilio(f"receipts/{MESSAGE}", form),
        provider.exotel(query=form),
        provider.exotel("missed-call", form),
        provider.exotel_receipt(**form),
    ):
        assert answer.status_code in (200, 422)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/webhooks/twilio/sms"), ("POST", f"/webhooks/exotel/{SECRET}/sms")],
)
def test_another_method(provider, method, path):
    assert provider.web.call(method, path).status_code == 405
