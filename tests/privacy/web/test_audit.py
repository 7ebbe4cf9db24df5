"""The audit: every reading of personal data and every change leaves an entry, or gets no answer."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from chalicelib.cases.web import case_desk_api, desk_api
from chalicelib.core.domain.audit import AuditEntry, with_outcomes
from chalicelib.core.domain.errors import Busy
from chalicelib.core.web.audit_trail import short_agent
from chalicelib.core.wiring import Core
from tests.contract.test_route_authorisation import call_past_the_gateway, context, routes_of
from tests.support.builders import NOON, a_case, an_oncologist
from tests.support.fakes import strong_token
from tests.support.helpline import in_use, using
from tests.support.web import SETTINGS, Web, told

REFERENCE = "K7M240R59XK"
ADMIN = "admin:meera"
DOCTOR = "oncologist:dr-asha"

# Routes with a role that show nothing personal of a patient, and change nothing but oneself.
ROTA = "the rota, which all who work here know"
COUNTS = "numbers, of nobody"
EXEMPT = {
    ("GET", "/admin/cases"): "references, languages and times",
    ("GET", "/admin/hours"): ROTA,
    ("GET", "/admin/lines"): ROTA,
    ("GET", "/admin/overrides"): ROTA,
    ("GET", "/admin/leave"): ROTA,
    ("GET", "/admin/swaps"): ROTA,
    ("GET", "/admin/rota"): ROTA,
    ("GET", "/admin/rota/quality"): ROTA,
    ("GET", "/admin/rota/gaps"): ROTA,
    ("GET", "/admin/rota/changes"): ROTA,
    ("GET", "/admin/rota/route"): ROTA,
    ("POST", "/admin/rota/preview"): "stores nothing",
    ("GET", "/admin/reports"): COUNTS,
    ("GET", "/swaps"): ROTA,
    ("POST", "/sign-out"): "the own session",
    ("GET", "/welcome"): "the own name",
    ("GET", "/account"): "the own name",
    ("GET", "/desk/shifts"): ROTA,
    ("GET", "/console"): COUNTS,
    ("GET", "/console/cases"): "references, languages and times",
    ("GET", "/console/cases/{reference}/erase"): "asks whether to erase, and shows a reference",
    ("GET", "/console/people/new"): "an empty form",
    ("GET", "/console/reports"): COUNTS,
    ("GET", "/console/reports.csv"): COUNTS,
    ("GET", "/console/rota"): ROTA,
    ("GET", "/console/rota/shift/{shift}"): ROTA,
    ("GET", "/console/rota/lines"): ROTA,
    ("GET", "/console/rota/line"): ROTA,
    ("GET", "/console/rota/hours"): ROTA,
    ("GET", "/console/rota/leave"): ROTA,
    ("GET", "/console/rota/swaps"): ROTA,
}


def action_of(entry: Any) -> str | None:
    return getattr(entry.view_function, "audit", None)


def test_every_route_with_a_role_names_its_action_or_is_exempt():
    # HEAD is recorded as GET is: it is the same route.
    silent = {
        (method.replace("HEAD", "GET"), path)
        for (method, path), entry in routes_of(Web().app).items()
        if entry.view_function.made.role is not None and action_of(entry) is None
    }

    assert silent == EXEMPT.keys()


def test_every_action_is_one_that_an_entry_takes():
    for entry in routes_of(Web().app).values():
        if action_of(entry):
            AuditEntry("id", NOON, "meera", "administrators", action_of(entry))


def test_reading_a_case_tells_who_when_what_about_whom_and_from_where(web, case):
    agent = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0.0.0 Mobile Safari/537"
    answer = web.get(f"/admin/cases/{REFERENCE.lower()}", token=ADMIN, user_agent=agent)

    assert answer.status_code == 200
    (entry,) = web.audit.entries
    assert (entry.who, entry.role) == ("meera", "administrators")
    assert (entry.action, entry.subject, entry.at) == ("case.read", REFERENCE, NOON)
    assert (entry.address, entry.agent) == ("127.0.0.1", "Chrome/130 Android")
    assert entry.request_id == "request-1"


@pytest.mark.parametrize(
    ("method", "path", "token"),
    [
        ("GET", f"/admin/cases/{REFERENCE}", ADMIN),
        ("POST", f"/cases/{REFERENCE}/release", DOCTOR),
        ("POST", "/duty/next", DOCTOR),
        ("GET", "/admin/messages", ADMIN),
    ],
)
def test_there_is_no_answer_without_an_entry(web, method, path, token):
    waiting = path == "/duty/next"
    web.cases.put(a_case() if waiting else a_case().claim("dr-asha", NOON))
    web.audit.fail_next = [Busy()]
    answer = web.call(method, path, token=token)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "987654" not in str(answer.body)


def test_no_change_is_made_whose_entry_is_not_stored(web):
    web.cases.put(a_case().claim("dr-asha", NOON))
    web.audit.fail_next = [Busy()]
    web.post(f"/cases/{REFERENCE}/release", {}, token=DOCTOR)

    assert web.cases.cases[REFERENCE].owner == "dr-asha"


@pytest.mark.parametrize(
    ("module", "name", "method", "path", "token"),
    [
        (case_desk_api, "show_case", "GET", f"/admin/cases/{REFERENCE}", ADMIN),
        (desk_api, "release", "POST", f"/cases/{REFERENCE}/release", DOCTOR),
        (desk_api, "take_next", "POST", "/duty/next", DOCTOR),
    ],
)
def test_a_crash_hides_nothing(web, monkeypatch, module, name, method, path, token):
    def crash(*_: object, **__: object) -> None:
        raise KeyError("broken")

    monkeypatch.setattr(module, name, crash)

    assert web.call(method, path, token=token).status_code == 500
    assert len(web.audit.entries) == 1


def test_what_is_claimed_is_recorded_with_its_case(web, case):
    web.post("/duty/next", {}, token=DOCTOR)
    web.get("/duty", token=DOCTOR)

    recorded = [(entry.action, entry.subject, entry.who) for entry in web.audit.entries]
    assert recorded == [("case.claim", REFERENCE, "dr-asha"), ("duty.read", REFERENCE, "dr-asha")]


def test_where_nothing_is_shown_nothing_is_recorded(web):
    assert web.post("/duty/next", {}, token=DOCTOR).status_code == 204
    assert web.get("/duty", token=DOCTOR).status_code == 200

    assert web.audit.entries == []


def test_a_change_without_a_subject_is_recorded_and_a_refused_one_is_not(web):
    web.call("PUT", "/admin/hours", body=b"{}", token=ADMIN)
    web.post("/leave", {"from": "2026-12-01", "to": "2026-12-02"}, token=DOCTOR)

    assert [(entry.action, entry.subject) for entry in web.audit.entries] == [("leave.take", None)]


def last(web):
    return web.audit.entries[-1]


@pytest.mark.parametrize(
    ("method", "path", "token", "code"),
    [
        ("POST", f"/cases/{REFERENCE}/call", "oncologist:dr-ravi", "not_on_duty"),
        ("POST", f"/cases/{REFERENCE}/release", "oncologist:dr-ravi", "not_your_case"),
        ("POST", f"/admin/cases/{REFERENCE}/reopen", ADMIN, "illegal_transition"),
        ("PATCH", f"/admin/cases/{REFERENCE}", ADMIN, "invalid"),
        ("GET", "/admin/cases/4W12KWXYW11", ADMIN, "not_found"),
    ],
)
def test_a_refused_call_says_so_in_a_second_entry(web, method, path, token, code):
    web.rota.put_oncologist(an_oncologist(id="dr-ravi"))
    web.cases.put(a_case().claim("dr-asha", NOON))

    answer = web.call(method, path, token=token, body=b"{}", content_type="application/json")

    assert 400 <= answer.status_code < 500
    begun, outcome = web.audit.entries
    assert begun.detail == {}
    assert outcome.detail == {"outcome": "refused", "code": code}
    assert (outcome.action, outcome.subject) == (begun.action, begun.subject)
    assert outcome.is_refused
    assert with_outcomes(web.audit.entries) == (outcome,)


def test_a_form_that_is_refused_on_a_page_says_so(web, admin, case):
    assert admin.send(f"/console/cases/{REFERENCE}/close").status_code == 422
    assert last(web).detail == {"outcome": "refused", "code": "422"}
    assert admin.send("/console/people", {}).status_code == 422
    assert (last(web).action, last(web).is_refused) == ("oncologist.add", True)


def test_what_is_done_needs_one_entry(web):
    web.cases.put(a_case().claim("dr-asha", NOON))
    web.post(f"/cases/{REFERENCE}/release", {}, token=DOCTOR)

    [entry] = web.audit.entries
    assert not entry.is_refused


def test_a_refusal_stands_whose_outcome_can_not_be_recorded(web, case, caplog):
    begin = web.audit.begin

    def fail_with_an_outcome(entry, kept_until):
        if entry.detail:
            raise Busy
        return begin(entry, kept_until)

    web.audit.begin = fail_with_an_outcome

    assert web.post(f"/cases/{REFERENCE}/release", {}, token=DOCTOR).status_code == 409
    assert "outcome_unrecorded" in caplog.text


def test_a_change_names_its_fields_and_never_what_they_hold(web, case):
    body = {"version": 1, "name": "Anita", "city": "Bhopal", "sex": "female"}
    web.call_json("PATCH", f"/admin/cases/{REFERENCE}", body, token=ADMIN)
    changed = set(last(web).detail["changed"].split(":"))
    assert {"name", "city"} <= changed
    assert last(web).detail["outcome"] == "done"
    assert "Anita" not in str(web.audit.entries)

    body = {"version": 1, "name": "Dr Asha Verma", "registration": "NEW-1", "phone": "9812345600"}
    web.call_json("PATCH", "/admin/oncologists/dr-asha", body, token=ADMIN)
    assert last(web).detail == {"outcome": "done", "changed": "registration:phone"}
    page = web.signed_in("admin", "meera").get("/console/audit?person=meera").body.decode()
    assert "changed: Registration number, phone number" in page


def test_an_entry_says_for_whom_an_administrator_acted(web, case):
    web.post(f"/admin/cases/{REFERENCE}/assign", {"oncologist": "dr-asha"}, token=ADMIN)
    assert last(web).detail["acting_for"] == "dr-asha"

    leave = {"oncologist": "dr-asha", "from": "2026-12-01", "to": "2026-12-02"}
    web.post("/admin/leave", leave, token=ADMIN)
    assert (last(web).action, last(web).detail) == ("leave.take", {"acting_for": "dr-asha"})

    page = web.signed_in("admin", "meera").get("/console/audit?person=meera").body.decode()
    assert "for Dr Asha Verma" in page


def test_the_console_says_what_was_refused_and_leads_to_what_the_patient_did(web, case):
    web.post(f"/cases/{REFERENCE}/release", {}, token=DOCTOR)
    admin = web.signed_in("admin", "meera")

    page = admin.get(f"/console/audit?case={REFERENCE}").body.decode()

    assert "refused: illegal_transition" in page
    assert page.count("gave a case back") == 1
    assert f"console/audit?subject=own%3A{REFERENCE}" in page
    web.get(f"/callbacks/{REFERENCE}/data?t={strong_token(REFERENCE)}")
    page = admin.get(f"/console/audit?subject=own:{REFERENCE}").body.decode()
    assert "read their own data" in page


def test_whoever_is_refused_is_recorded_with_nothing_of_what_they_asked(web):
    answer = call_past_the_gateway(
        web, "GET", f"/admin/cases/{REFERENCE}", context(roles="oncologists")
    )

    assert answer["statusCode"] == 403
    (entry,) = web.audit.entries
    assert (entry.action, entry.subject, entry.who) == ("case.read", None, "dr-asha")
    assert entry.detail == {"refused": "forbidden"}


def test_a_refusal_stands_where_it_can_not_be_recorded(web):
    web.audit.fail_next = [Busy()]
    path = f"/admin/cases/{REFERENCE}"

    assert call_past_the_gateway(web, "GET", path, context(roles=""))["statusCode"] == 403


def test_strangers_leave_no_entry(web):
    call_past_the_gateway(web, "GET", f"/admin/cases/{REFERENCE}", None)
    web.get(f"/callbacks/{REFERENCE}?t=forged")
    web.ask()

    assert web.audit.entries == []


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("curl/8.1.2", "curl/8"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Version/17.0 Safari/604", "Version/17 iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Edg/130.0", "Chrome/130 Windows"),
        ("call me on 9876543210", ""),
        ("", ""),
    ],
)
def test_an_agent_is_told_by_names_that_we_know(text, short):
    assert short_agent(text) == short


@pytest.mark.parametrize(
    "detail",
    [
        {"name": "सुनीता"},
        {"name": "Sunita Sharma"},
        {"phone": "9876543210"},
        {"phone": "+919876543210"},
        {"note": "x" * 201},
        {"Name": "code"},
    ],
)
def test_an_entry_takes_nothing_personal(detail):
    with pytest.raises(ValueError, match="no code"):
        AuditEntry("id", NOON, "meera", "administrators", "case.read", detail=detail)


class TestSearch:
    @pytest.fixture(autouse=True)
    def some_work(self, web):
        web.cases.put(a_case())
        web.post("/duty/next", {}, token=DOCTOR)
        web.post(f"/cases/{REFERENCE}/release", {}, token=DOCTOR)
        web.get(f"/admin/cases/{REFERENCE}", token=ADMIN)

    @pytest.mark.parametrize(
        ("query", "actions"),
        [
            (f"case={REFERENCE}", ["case.read", "case.release", "case.claim"]),
            ("case=k7m2-40r5-9xk", ["case.read", "case.release", "case.claim"]),
            ("person=meera", ["case.read"]),
            ("day=2026-11-23", ["case.read", "case.release", "case.claim"]),
            ("from=2026-11-23&to=2026-11-24", ["case.read", "case.release", "case.claim"]),
            ("", ["case.read", "case.release", "case.claim"]),
            ("day=2026-11-22", []),
            ("person=dr-asha&from=2026-11-24&to=2026-11-30", []),
        ],
    )
    def test_entries_are_found_the_latest_first(self, web, query, actions):
        answer = web.get(f"/admin/audit?{query}", token=ADMIN)

        assert answer.status_code == 200, answer.body
        shown = [entry["action"] for entry in answer.json_body["entries"]]
        # Entries of one instant stand in the order of what was drawn.
        assert sorted(shown) == sorted(actions)

    def test_a_search_is_itself_recorded_with_whom_it_was_about(self, web):
        web.get(f"/admin/audit?case={REFERENCE}", token=ADMIN)

        last = web.audit.entries[-1]
        assert (last.action, last.who, last.subject) == ("audit.read", "meera", REFERENCE)

    @pytest.mark.parametrize("typed", ["नाम", "two words", "+919812345678"])
    def test_what_was_typed_is_not_recorded_where_nothing_is_found(self, web, typed):
        answer = web.get(f"/admin/audit?subject={quote(typed)}", token=ADMIN)

        assert (answer.status_code, answer.json_body["entries"]) == (200, [])
        last = web.audit.entries[-1]
        assert (last.action, last.subject) == ("audit.read", None)

    @pytest.mark.parametrize("query", [f"case={REFERENCE}", "day=2026-11-23", ""])
    def test_pages_join(self, web, query):
        cursor, found = "", []
        for _ in range(9):
            page = web.get(f"/admin/audit?{query}&limit=2&cursor={cursor}", token=ADMIN).json_body
            found += [e["id"] for e in page["entries"] if e["action"] != "audit.read"]
            cursor = page["cursor"] or ""
            if not cursor:
                break

        assert len(found) == len(set(found)) == 3

    @pytest.mark.parametrize(
        ("query", "field", "code"),
        [
            ("case=K7M240R59XX", "case", "unknown"),
            (f"case={REFERENCE}&person=meera", "person", "only_one_of"),
            ("day=2026-11-23&from=2026-11-20", "from", "only_one_of"),
            ("day=today", "day", "bad_date"),
            ("from=2026-11-23&to=2026-11-23", "to", "end_before_start"),
            ("from=2026-01-01&to=2026-11-23", "to", "too_many_days"),
            ("limit=0", "limit", "out_of_range"),
            ("limit=ten", "limit", "wrong_type"),
            ("phone=9876543210", "phone", "unknown_field"),
        ],
    )
    def test_a_search_that_makes_no_sense_is_refused_by_its_field(self, web, query, field, code):
        answer = web.get(f"/admin/audit?{query}", token=ADMIN)

        assert answer.status_code == 422
        assert told(answer) == {field: code}

    def test_a_forged_cursor_is_refused(self, web):
        answer = web.get("/admin/audit?cursor=2020-01-01~", token=ADMIN)

        assert told(answer) == {"cursor": "invalid"}


def test_the_whole_log_of_an_entry_is_kept_for_more_than_a_year():
    with using(Core(settings=SETTINGS)):
        assert in_use().core.settings.audit_kept_days >= 365
