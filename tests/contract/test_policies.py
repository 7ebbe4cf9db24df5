"""Each function's policy grants what the function does, and nothing else.

The calls are those that the functions' own code makes below, on moto; what Lambda itself does in a
function's name (its log, its stream, its failed events) stands in SERVICES.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

import boto3
import pytest
from chalice.test import Client
from moto import mock_aws

import app as application
from chalicelib.cases.domain.answers import Channel, Consent
from chalicelib.cases.domain.phone_limits import PhoneLimits
from chalicelib.cases.domain.timeline import Attempt, CloseReason, Result
from chalicelib.cases.store.case_mapping import case_to_item
from chalicelib.core.domain.datetimes import Window
from chalicelib.core.domain.reference import new_reference
from chalicelib.core.domain.roles import ADMINISTRATOR, ONCOLOGIST, Principal
from chalicelib.core.dynamodb import schema
from chalicelib.core.web.session import form_token
from chalicelib.core.wiring import Core
from chalicelib.messages.domain.templates import Template
from chalicelib.messages.services.delivery_receipts import name_in_address
from chalicelib.messages.services.ports import OutgoingMessage, Parked, SendFailed
from chalicelib.people.wiring import Staff
from chalicelib.privacy.domain.erasure import Why, erased
from chalicelib.privacy.services.ports import CASES, MESSAGES
from chalicelib.providers import PROVIDERS
from infra.dev.moto_database import InTurn, inserts
from infra.paths import ROOT
from infra.policies import FUNCTIONS, policy_of
from tests.contract import rota_uses
from tests.contract.desk_uses import leave_somebody_gone, use_desk, use_people
from tests.contract.rota_routes import use_rota_routes
from tests.support import functions
from tests.support.aws_calls import seen_calls
from tests.support.builders import (
    NOON,
    a_case,
    a_duty_day,
    a_message,
    a_shift,
    an_oncologist,
    with_attempt,
)
from tests.support.fakes import counting_bytes
from tests.support.helpline import in_use, strong_link, using
from tests.support.policies import TABLES, granted

ROTA_FUNCTIONS = ("turn_shifts", "publish_rota", "watch_gaps", "remind")
HELD = new_reference(counting_bytes())
ANSWERED = new_reference(lambda length: b"a" * length)
CALLED, CALLER = new_reference(lambda length: b"c" * length), "+919812345688"
OVERDUE = new_reference(lambda length: b"o" * length)
PAST = Window(NOON - timedelta(hours=2), NOON - timedelta(hours=1))
WEBHOOK_SECRET = "the-secret-in-exotels-addresses"
SILENT = "the key of a phone that has opted out"
UNDELIVERABLE = a_message(
    template=Template.FINISHED,
    phone_key=a_case(phone="+919812345677").phone_key,
    variables={"reference": ANSWERED, "oncologist": "dr-ravi"},
)
UNREADABLE = Parked("sequence-1", HELD, "KeyError codec.py:96", NOON)
SETTINGS = {
    "STAGE": "test",
    "AWS_REGION": "ap-south-1",
    "CASES_TABLE": "cases",
    "ROTA_TABLE": "rota",
    "MESSAGES_TABLE": "messages",
    "AUDIT_TABLE": "audit",
    "REPORTS_TABLE": "reports",
    "SECRETS_PATH": "/helpline/${Stage}",
    "USER_POOL_CLIENT_ID": "client",
    "TOKEN_ISSUER": "https://issuer",
    "TOKEN_KEYS_URL": "https://issuer/keys",
}


class Everybody:
    """Takes a role for its token."""

    def verify(self, token: str) -> Principal:
        return Principal(id="dr-asha", roles=frozenset({token}), expires=4_000_000_000)

    def holds(self, _: str) -> bool:
        return True


def everybody(function: str = "") -> Staff:
    """Sign everybody in; that a token was not revoked is asked by ``authorise`` alone."""
    if function == "authorise":
        return Staff(identity=Everybody())
    return Staff(identity=Everybody(), token_check=Everybody())


class StoppedClock:
    now = NOON

    def __call__(self) -> Any:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[StoppedClock]:
    """A helpline on moto with one doctor on duty, and its clock."""
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    clock = StoppedClock()
    with (
        mock_aws(),
        inserts(),
        using(Core(clock=clock, database=InTurn("ap-south-1")), everybody()),
    ):
        database = boto3.client("dynamodb", region_name="ap-south-1")
        shapes = (schema.CASES, schema.ROTA, schema.MESSAGES, schema.AUDIT, schema.REPORTS)
        for name, table in zip(TABLES, shapes, strict=True):
            database.create_table(
                TableName=name, BillingMode="PAY_PER_REQUEST", **table.definition()
            )
        parameters = boto3.client("ssm", region_name="ap-south-1")
        secrets = {"phone-key": "a2V5", "link-key": "a2V5", "exotel-webhook-secret": WEBHOOK_SECRET}
        secrets["jitsi-secret"] = "a secret between Jitsi and us alone".replace(" ", "-")
        for name, value in secrets.items():
            parameters.put_parameter(
                Name=f"/helpline/${{Stage}}/{name}", Value=value, Type="SecureString"
            )
        rota = in_use().rota.store
        rota.put_oncologist(an_oncologist())
        rota.put_duty_day(a_duty_day(shifts=(a_shift(on=("dr-asha",)),)))
        yield clock


def http(client: Client, method: str, path: str, role: str = "", **body: Any) -> dict[str, Any]:
    answer = client.http.request(
        method,
        path,
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {role}"},
        body=json.dumps(body).encode() if body else b"",
    )
    assert answer.status_code < 400, (method, path, answer.body)
    return answer.json_body if answer.body else {}


def use_api(clock: StoppedClock) -> None:
    """Call every route, so that every call of AWS behind it is made."""
    with Client(application.app) as client:
        ask = {"consent": True, "language": "hi"}
        cancelled = http(client, "POST", "/callbacks", phone="9812345670", **ask)
        own = cancelled["manage_url"].partition("?")[2]
        http(client, "POST", "/callbacks", phone="9812345670", message="more", **ask)
        http(client, "GET", f"/callbacks/{cancelled['reference']}?{own}")
        http(client, "POST", f"/callbacks/{cancelled['reference']}/cancel?{own}")
        http(client, "POST", f"/callbacks/{cancelled['reference']}/link?{own}")
        strong = f"t={strong_link(cancelled['reference'])}"
        http(client, "GET", f"/callbacks/{cancelled['reference']}/data?{strong}")
        http(client, "POST", f"/callbacks/{cancelled['reference']}/withdraw?{strong}")
        for number in range(3):
            http(client, "POST", "/callbacks", phone=f"981234568{number}", **ask)
        http(client, "POST", f"/cases/{HELD}/release", ONCOLOGIST)
        for result in ("no_answer", "answered"):
            case = http(client, "POST", "/duty/next", ONCOLOGIST)
            http(client, "GET", "/duty", ONCOLOGIST)
            path = f"/cases/{case['reference']}"
            http(client, "POST", f"{path}/attempts", ONCOLOGIST, result=result)
        case = http(client, "POST", "/duty/next", ONCOLOGIST)
        use_contact(client, case["reference"])
        http(client, "POST", f"/cases/{case['reference']}/release", ONCOLOGIST)
        for status in ("waiting", "deferred", "claimed", "completed", "closed"):
            http(client, "GET", f"/admin/cases?status={status}", ADMINISTRATOR)
        http(client, "GET", f"/admin/cases/{case['reference']}", ADMINISTRATOR)
        for query in (f"case={case['reference']}", "person=dr-asha", "day=2026-11-23"):
            http(client, "GET", f"/admin/audit?{query}", ADMINISTRATOR)
        for path in ("/hours", "/healthz"):
            http(client, "GET", path)
        use_reports(client)
        use_messages(client)
        use_webhooks(client)
        use_sign_in(client, clock)
        use_desk(partial(http, client))
        use_people(partial(http, client))
        use_rota_routes(partial(http, client))
    send_by_every_gateway()
    assert clock.now == NOON


def use_contact(client: Client, reference: str) -> None:
    """Call by hand and by Exotel, and open rooms of both kinds; what has no account is refused."""
    called = http(client, "POST", f"/cases/{reference}/call", ONCOLOGIST)
    assert called["dial"]
    name = name_in_address(f"{reference}/none")
    http(client, "GET", f"/webhooks/exotel/{WEBHOOK_SECRET}/calls/{name}?Status=busy")
    own = f"/v/{reference}?t={strong_link(reference)}"
    given, parts = (
        in_use().core.settings,
        (Core(clock=in_use().core.clock, database=in_use().core.database),),
    )
    for kind in ("jaas", "jitsi"):
        chosen = replace(given, video_kind=kind, calls_gateway="exotel")
        with using(Core(settings=chosen), everybody(), *parts):
            path = f"/cases/{reference}/video"
            headers = {"Authorization": f"Bearer {ONCOLOGIST}"}
            answer = client.http.request("POST", path, headers=headers)
            assert answer.status_code == {"jaas": 409, "jitsi": 200}[kind], answer.body
            assert client.http.request("GET", own).status_code == 200


def use_sign_in(client: Client, clock: StoppedClock) -> None:
    """Sign in with a first password, set a device up, be asked for the roles, and sign out."""
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Sec-Fetch-Site": "same-origin",
        "Accept": "text/html",
    }

    def send(path: str, **form: str) -> Any:
        return client.http.request("POST", path, headers=headers, body=urlencode(form).encode())

    page = send("/sign-in", username="dr-asha", password="For-this-once-1").body.decode()
    ticket = re.search(r'name="ticket" value="([^"]+)"', page)
    assert ticket, page
    chosen = {"new_password": "A-new-one-2026", "new_password_again": "A-new-one-2026"}
    asked = {"username": "dr-asha", "ticket": ticket[1]}
    page = send("/sign-in/next", asked="new_password", **asked, **chosen).body.decode()
    assert 'name="device_code"' in page
    answer = send("/sign-in/next", asked="device_code", **asked, device_code="123456")
    assert answer.status_code == 303, answer.body
    headers["Cookie"] = str(answer.headers["Set-Cookie"][0]).partition(";")[0]
    token = headers["Cookie"].partition("=")[2]
    clock.now += timedelta(minutes=6)
    assert client.http.request("GET", "/welcome", headers=headers).status_code == 303
    assert send("/sign-out", csrf=form_token(token)).status_code == 303
    clock.now = NOON
    again = {"new_password": "Another-one-2026", "new_password_again": "Another-one-2026"}
    for path, form in (
        ("/account/password", {"password": "A-new-one-2026", **again}),
        ("/sign-out/everywhere", {}),
    ):
        answer = send("/sign-in", username="dr-asha", password="A-new-one-2026")
        headers["Cookie"] = str(answer.headers["Set-Cookie"][0]).partition(";")[0]
        token = headers["Cookie"].partition("=")[2]
        answer = send(path, csrf=form_token(token), **form)
        assert answer.status_code == 303, answer.body


def use_reports(client: Client) -> None:
    """Read a report, and count its days again."""
    day = {"from": f"{NOON:%Y-%m-%d}", "to": f"{NOON + timedelta(days=1):%Y-%m-%d}"}
    http(client, "GET", f"/admin/reports?from={day['from']}&to={day['to']}", ADMINISTRATOR)
    http(client, "POST", "/admin/reports/rebuild", ADMINISTRATOR, **day)


def use_messages(client: Client) -> None:
    """List messages of every kind, look for a phone's, and have sent again what failed."""
    for status in ("", "owed", "failed", "parked"):
        http(client, "GET", f"/admin/messages?status={status}", ADMINISTRATOR)
    http(client, "POST", "/admin/messages/search", ADMINISTRATOR, phone="9812345678")
    for name in (UNDELIVERABLE.full_id, f"parked/{UNREADABLE.id}"):
        http(client, "POST", f"/admin/messages/{name_in_address(name)}/retry", ADMINISTRATOR)


def use_webhooks(client: Client) -> None:
    """Be told of SMS, of a missed call, and of what became of a message; refuse the unsigned."""
    exotel = f"/webhooks/exotel/{WEBHOOK_SECRET}"
    phone = "From=09812345699"
    http(client, "GET", f"{exotel}/missed-call?CallSid=1&{phone}")
    for number, text in enumerate(["STATUS", "STOP", "START", "HELP", "call+me"]):
        http(client, "GET", f"{exotel}/sms?SmsSid={number}&{phone}&Body={text}")
    http(client, "GET", f"{exotel}/sms?SmsSid=x&From=VM-HDFCBK&Body=an+offer")
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    receipt = name_in_address("sms:exotel:1/opted_out.patient")
    for path, status in ((f"{exotel}/receipts/{receipt}", 200), ("/webhooks/twilio/sms", 403)):
        answer = client.http.request("POST", path, headers=form, body=b"Status=sent")
        assert answer.status_code == status, (path, answer.body)


def send_by_every_gateway() -> None:
    """Send by each gateway that may be configured; those by HTTP lack an account here."""
    sms = OutgoingMessage("+919812345678", "hello", "subject/id")
    now, given = in_use().core.clock, in_use().core.settings
    for provider in PROVIDERS:
        with using(
            Core(
                settings=replace(given, sms_gateway=provider.name),
                clock=now,
                database=in_use().core.database,
            )
        ):
            if provider.by_aws:
                assert in_use().messages.gateway.send(sms)
            else:
                with pytest.raises(SendFailed, match="not_configured"):
                    in_use().messages.gateway.send(sms)


def use_authorise(_: StoppedClock) -> None:
    """Verify a token: the keys come by HTTP. Then ask whether it was revoked."""
    route = "arn:aws:execute-api:ap-south-1:123456789012:api/dev/GET/duty"
    event = {"type": "TOKEN", "authorizationToken": f"Bearer {ONCOLOGIST}", "methodArn": route}
    answer = application.authorise(event, None)
    assert answer["principalId"] == "dr-asha"


def use_inbound_sms(_: StoppedClock) -> None:
    """Take every kind of SMS."""
    texts = ["call me", "call me soon", "STATUS", "STOP", "START", "HELP"]
    senders = ["+919812345678"] * len(texts)
    for number, (sender, text) in enumerate(
        zip([*senders, "VM-HDFCBK", CALLER], [*texts, "an offer", "STOP"], strict=True)
    ):
        message = {"inboundMessageId": str(number), "originationNumber": sender}
        sns = {"MessageId": "x", "Message": json.dumps({**message, "messageBody": text})}
        functions.inbound_sms({"Records": [{"Sns": sns}]})
    send_by_every_gateway()


def use_case_changes(_: StoppedClock) -> None:
    """Deliver changes that owe a message, again, late, and to a phone that has opted out."""
    case = a_case()
    done = with_attempt(case.claim("dr-asha", NOON), Attempt(NOON, "dr-asha", Result.ANSWERED))
    silent = a_case(reference=HELD, phone_key=SILENT)
    overdue = replace(in_use().cases.store.get(OVERDUE), expected=PAST)
    for image in (case, done, done, silent, overdue):
        item = case_to_item(image, NOON).serialize()
        change = {"SequenceNumber": "1", "NewImage": item}
        answer = functions.case_changes({"Records": [{"dynamodb": change}]})
        assert answer == {"batchItemFailures": []}
    send_by_every_gateway()


def use_count_cases(_: StoppedClock) -> None:
    """Count a case, and the same once it was erased."""
    case = a_case()
    for image in (case, erased(case, Why.ASKED, "meera", NOON)):
        record = {"SequenceNumber": "1", "NewImage": case_to_item(image, NOON).serialize()}
        functions.count_cases({"Records": [{"dynamodb": record}]})


def use_recount_cases(_: StoppedClock) -> None:
    """Count again what waits, what is deferred, what is held and what has ended."""
    assert functions.recount_cases()["cases"] >= 3
    use_count_cases(_)


def use_due_cases(clock: StoppedClock) -> None:
    """Offer a case, take a lease back, count the lines."""
    clock.now = NOON + timedelta(minutes=30)
    swept = functions.due_cases()
    assert (swept["offered"], swept["leases_expired"]) == (1, 1)


def use_sweep_unsent(clock: StoppedClock) -> None:
    """Send what is due, heal what is parked, and find what finished and nobody told of."""
    clock.now = NOON + timedelta(minutes=5)
    swept = functions.sweep_unsent()
    assert (swept["unparked"], swept["failed"]) == (1, 0)
    assert swept["sent"] >= 4
    send_by_every_gateway()


def leave_work_for_sweep_unsent() -> None:
    """Have messages due and refused, a parked change, a case answered, one promised for before."""
    messages, store = in_use().messages.store, in_use().cases.store
    overdue = a_case(reference=OVERDUE, phone="+919812345676", request_id="overdue", expected=PAST)
    store.open(overdue, PhoneLimits())
    case = a_case(reference=ANSWERED, phone="+919812345677", request_id="answered")
    store.open(case, PhoneLimits())
    claimed = store.claim(ANSWERED, "dr-ravi", NOON)
    attempt = Attempt(NOON, "dr-ravi", Result.ANSWERED)
    done = with_attempt(claimed, attempt)
    store.save(claimed, done, NOON)
    messages.store_once(replace(UNDELIVERABLE, id="1.closed.patient"), NOON)
    messages.store_once(UNDELIVERABLE, NOON)
    messages.mark_failed(UNDELIVERABLE, "InvalidParameter", NOON)
    in_use().messages.outbox.park(UNREADABLE)


def use_rota(use: Callable[[datetime], None]) -> Callable[[StoppedClock], None]:
    """Use a function of the rota, a week later, when what was left for it is due."""

    def at_its_time(clock: StoppedClock) -> None:
        hour = 9 if use is rota_uses.use_remind else 10
        clock.now = rota_uses.at(rota_uses.MONDAY, hour)
        use(clock.now)
        if use is not rota_uses.use_publish_rota:
            send_by_every_gateway()

    return at_its_time


def leave_work_for_due_cases() -> None:
    """Have a case whose time is to come, one that is held, and one held of who only rang."""
    store, limits = in_use().cases.store, PhoneLimits()
    store.open(a_case(not_before=NOON + timedelta(minutes=10)), limits)
    held = a_case(reference=HELD, phone="+919812345679", request_id="other")
    store.open(held, limits)
    store.claim(held.reference, "dr-asha", NOON)
    called = a_case(
        reference=CALLED,
        request_id="called",
        phone=CALLER,
        phone_key=in_use().core.secrets.phone_key(CALLER),
        channel=Channel.MISSED_CALL,
        consent=Consent("2026-11", "hi", NOON, Channel.MISSED_CALL),
    )
    store.open(called, limits)
    store.claim(CALLED, "dr-bharat", NOON + timedelta(minutes=20))


def use_purge(clock: StoppedClock) -> None:
    """Complete erasures, and forget them; let an old case and old messages go."""
    clock.now = NOON + timedelta(days=1_097)
    purged = functions.purge()
    assert (purged["erased"], purged["proven"], purged["unproven"]) == (2, 3, 0)
    assert purged["messages"] >= 1


def leave_work_for_purge() -> None:
    """Have an erasure that was asked for, and a case that finished long ago."""
    store, erasures = in_use().cases.store, in_use().privacy.erasure_store
    in_use().privacy.erase(HELD, Why.ASKED, "meera", NOON)
    for what in (CASES, MESSAGES):
        erasures.put_purged(what, NOON.date())
    called = store.get(CALLED, consistent=True)
    store.save(called, called.close(CloseReason.EXPIRED, "meera", NOON), NOON)


USES: dict[str, Callable[[StoppedClock], None]] = {
    "api_handler": use_api,
    "authorise": use_authorise,
    "inbound_sms": use_inbound_sms,
    "case_changes": use_case_changes,
    "count_cases": use_count_cases,
    "recount_cases": use_recount_cases,
    "due_cases": use_due_cases,
    "sweep_unsent": use_sweep_unsent,
    "turn_shifts": use_rota(rota_uses.use_turn_shifts),
    "publish_rota": use_rota(rota_uses.use_publish_rota),
    "watch_gaps": use_rota(rota_uses.use_watch_gaps),
    "remind": use_rota(rota_uses.use_remind),
    "purge": use_purge,
}


def test_every_function_has_a_policy_and_a_use() -> None:
    config = json.loads((ROOT / ".chalice" / "config.json").read_text())

    files = {
        function: configured["iam_policy_file"]
        for function, configured in config["lambda_functions"].items()
    }
    assert files == {function: f"policy-{function}.json" for function in FUNCTIONS}
    assert set(FUNCTIONS) == set(USES)
    assert config["autogen_policy"] is False


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_policy_grants_exactly_what_its_function_does(function: str, clock: StoppedClock) -> None:
    leave_work_for_due_cases()
    leave_work_for_sweep_unsent()
    if function in ROTA_FUNCTIONS:
        rota_uses.leave_work_for_the_rota(NOON)
        leave_somebody_gone(NOON + timedelta(days=7))
    if function == "purge":
        leave_work_for_purge()
    in_use().messages.store.opt_out(SILENT, NOON)
    with (
        seen_calls(TABLES) as calls,
        using(Core(clock=clock, database=in_use().core.database), everybody(function)),
    ):
        USES[function](clock)

    assert calls == granted(function)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_function_can_change_or_delete_an_entry_of_the_audit(function: str) -> None:
    """Statements are read raw: no wildcard, no action that writes but the one that only adds."""
    touching = [
        action
        for statement in policy_of(function)["Statement"]
        if "Audit" in json.dumps(statement.get("Resource", "")) or statement.get("Resource") == "*"
        for action in statement["Action"]
    ]

    assert not [action for action in touching if "*" in action]
    assert set(touching) <= {"dynamodb:PartiQLInsert", "dynamodb:Query"}


def test_a_call_that_no_policy_grants_is_seen(clock: StoppedClock) -> None:
    with seen_calls(TABLES) as calls:
        boto3.client("dynamodb", region_name="ap-south-1").scan(TableName="cases")

    assert calls == {("dynamodb:Scan", "CasesTable")}
    assert not calls <= granted("api_handler")
