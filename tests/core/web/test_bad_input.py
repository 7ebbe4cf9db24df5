import json

import pytest

from tests.support.web import told

OK = {"phone": "9876543210", "consent": True}


def code_of(answer) -> str:
    body = answer.json_body
    assert body.keys() == {"error"}
    assert {"code", "message", "fields"} <= body["error"].keys()
    assert body["error"]["message"]
    return body["error"]["code"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b"\xff\xfe",
        b'{"phone": NaN}',
        b'{"age": 1' + b"0" * 5000 + b"}",
        b"[" * 5000,
    ],
    ids=["none", "cut", "list", "text", "null", "not-utf8", "nan", "huge", "deep"],
)
def test_malformed_json(web, body):
    answer = web.call("POST", "/callbacks", body=body, content_type="application/json")

    assert (answer.status_code, code_of(answer)) == (400, "malformed")
    assert web.cases.cases == {}


def test_a_broken_base64_body_is_malformed(web, monkeypatch):
    create = web.events.create_lambda_event

    def broken(*args, **kwargs):
        return {**create(*args, **kwargs), "body": "A", "isBase64Encoded": True}

    monkeypatch.setattr(web.events, "create_lambda_event", broken)

    answer = web.post("/callbacks", OK)

    assert (answer.status_code, code_of(answer)) == (400, "malformed")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "*/*"])
def test_another_content_type(web, kind):
    answer = web.post("/callbacks", OK, content_type=kind)

    assert (answer.status_code, code_of(answer)) == (415, "unsupported_media_type")


@pytest.mark.parametrize("path", ["/admin/lines", "/admin/cases"])
def test_a_body_on_a_reading_call_is_ignored(web, path):
    kinds = {"token": "admin:meera", "content_type": "text/plain"}

    assert web.call("GET", path, body=b"x", **kinds).status_code == 200


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON", ""])
def test_json_by_any_of_its_names(web, kind):
    assert web.post("/callbacks", OK, content_type=kind).status_code == 201


def test_a_body_over_16_kb(web):
    just = {**OK, "message": ""}
    room = 16 * 1024 - len(json.dumps(just))

    answer = web.post("/callbacks", {**just, "message": "x" * (room + 1)})

    assert (answer.status_code, code_of(answer)) == (413, "too_large")
    within = web.post("/callbacks", {**just, "message": "x" * room})
    assert (within.status_code, told(within)) == (422, {"message": "too_long"})


@pytest.mark.parametrize(
    "body", [b"x" * 17_000, b"\xff", b"a=1&" * 500], ids=["large", "no", "many"]
)
def test_who_is_signed_out_is_told_so_whatever_they_sent(web, body):
    answer = web.call(
        "POST", "/desk/next", body=body, content_type="application/x-www-form-urlencoded"
    )

    assert answer.status_code == 401


def test_every_field_that_is_wrong_is_told_at_once_in_the_forms_order(web):
    wrong = {
        "surprise": 1,
        "age": 400,
        "phone": "12",
        "message": "x" * 2000,
        "sex": "unknown",
        "prefers_woman": "yes",
        "reasons": ["cost", "money", 3],
        "consent": False,
    }

    answer = web.post("/callbacks", wrong)

    assert (answer.status_code, code_of(answer)) == (422, "invalid")
    assert list(told(answer).items()) == [
        ("phone", "too_short"),
        ("age", "out_of_range"),
        ("sex", "not_one_of"),
        ("reasons[1]", "not_one_of"),
        ("reasons[2]", "wrong_type"),
        ("prefers_woman", "wrong_type"),
        ("message", "too_long"),
        ("consent", "consent_required"),
        ("surprise", "unknown_field"),
    ]
    assert all(field["message"] for field in answer.json_body["error"]["fields"])
    assert web.cases.calls == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"phone": None}, {"phone": "required"}),
        ({"phone": ""}, {"phone": "required"}),
        ({"phone": 9876543210}, {"phone": "wrong_type"}),
        ({"phone": "call me"}, {"phone": "not_a_phone"}),
        ({"phone": "98765432101"}, {"phone": "too_long"}),
        ({"phone": "+1 650 253 0000"}, {"phone": "foreign"}),
        ({"phone": "1800 11 4477"}, {"phone": "service_number"}),
        ({"consent": None}, {"consent": "consent_required"}),
        ({"consent": "yes"}, {"consent": "wrong_type"}),
        ({"consent": 1}, {"consent": "wrong_type"}),
        ({"name": ["x"]}, {"name": "wrong_type"}),
        ({"name": "x" * 101}, {"name": "too_long"}),
        ({"name": "a\ud800"}, {"name": "not_text"}),
        ({"age": "52"}, {"age": "wrong_type"}),
        ({"age": 52.5}, {"age": "wrong_type"}),
        ({"age": True}, {"age": "wrong_type"}),
        ({"age": -1}, {"age": "out_of_range"}),
        ({"language": "klingon"}, {"language": "not_one_of"}),
        ({"language": 1}, {"language": "wrong_type"}),
        ({"reasons": "cost"}, {"reasons": "wrong_type"}),
        ({"reasons": ["cost"] * 9}, {"reasons": "too_long"}),
        ({"mode": "letter"}, {"mode": "not_one_of"}),
        ({"window": "night"}, {"window": "not_one_of"}),
        ({"another_person": None, "asking_for": "nobody"}, {"asking_for": "not_one_of"}),
        ({"request_id": "x" * 65}, {"request_id": "too_long"}),
        ({"request_id": "a b"}, {"request_id": "not_text"}),
        ({"request_id": ""}, {"request_id": "not_text"}),
        ({"request_id": 7}, {"request_id": "wrong_type"}),
        ({"x" * 200: 1}, {"x" * 64: "unknown_field"}),
        ({"a\ud800": 1}, {"a?": "unknown_field"}),
    ],
)
def test_one_field_that_is_wrong(web, fields, expected):
    answer = web.post("/callbacks", {**OK, **fields})

    assert (answer.status_code, told(answer)) == (422, expected)


def test_what_is_missing(web):
    answer = web.post("/callbacks", {})

    assert told(answer) == {"phone": "required", "consent": "consent_required"}


@pytest.mark.parametrize(
    ("path", "headers", "language"),
    [
        ("/callbacks", {}, "en"),
        ("/callbacks", {"accept_language": "hi-IN,hi;q=0.9,en;q=0.8"}, "hi"),
        ("/callbacks", {"accept_language": "ta,en;q=0.5,hi;q=0.7"}, "hi"),
        ("/callbacks", {"accept_language": "hi;q=0, en"}, "en"),
        ("/callbacks", {"accept_language": "nonsense;q=x,,;q="}, "en"),
        ("/callbacks?lang=hi", {"accept_language": "en"}, "hi"),
        ("/callbacks", {"cookie": "a=b; lang=hi", "accept_language": "en"}, "hi"),
        ("/callbacks?lang=xx", {}, "en"),
    ],
)
def test_messages_are_in_the_callers_language(web, path, headers, language):
    answer = web.post(path, {"phone": "12", "consent": True}, **headers)

    texts = {
        "en": "This phone number is too short. It should have 10 digits.",
        "hi": "यह फ़ोन नंबर छोटा है। इसमें 10 अंक होने चाहिए।",
    }
    (field,) = answer.json_body["error"]["fields"]
    assert field["message"] == texts[language]


def test_the_language_of_the_body_counts_where_the_caller_names_none(web):
    answer = web.post("/callbacks", {**OK, "phone": "12", "language": "hi"})

    assert answer.json_body["error"]["message"] == "कृपया देख लें कि आपने क्या लिखा है।"


@pytest.mark.parametrize("path", ["/nothing", "/nothing/at/all", "/callbacks/a/b/c", "/static"])
def test_an_unknown_path(web, path):
    for method in ("GET", "POST", "DELETE"):
        answer = web.call(method, path)
        assert (answer.status_code, code_of(answer)) == (404, "not_found")


def test_an_unknown_path_is_a_page_to_a_person(web):
    answer = web.get("/nothing/at/all", accept="text/html,*/*", accept_language="hi")

    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "यहाँ कुछ नहीं मिला" in answer.body.decode()
    assert 'href="../../static/' in answer.body.decode()


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("GET", "/callbacks", "POST"),
        ("DELETE", "/request", "GET, HEAD, POST"),
        ("PUT", "/", "GET, HEAD"),
        ("PATCH", "/duty/next", "POST"),
        ("OPTIONS", "/duty", "GET"),
        ("POST", "/c/K7M240R59XK", "GET, HEAD"),
    ],
)
def test_another_method(web, method, path, allow):
    answer = web.call(method, path)

    assert (answer.status_code, code_of(answer)) == (405, "method_not_allowed")
    assert answer.headers["Allow"] == allow


def test_an_unexpected_fault_shows_an_id_and_nothing_else(web, caplog):
    web.cases.fail_next = [RuntimeError("secret 9876543210")] * 2

    answer = web.ask()

    assert answer.status_code == 500
    error = answer.json_body["error"]
    assert (error["code"], error["fields"]) == ("internal", [])
    assert error["request_id"] == answer.headers["X-Request-Id"]
    assert "secret" not in answer.body.decode()
    (line,) = [record for record in caplog.records if record.message == "unexpected_error"]
    assert (line.error, line.route) == ("RuntimeError", "/callbacks")
    assert any("stores.py" in place for place in line.where)
    assert "9876543210" not in str(vars(line))


def test_a_fault_in_the_words_of_an_error_still_gets_an_answer(web, monkeypatch):
    def broken(*_):
        raise FileNotFoundError

    monkeypatch.setattr("chalicelib.core.web.error_messages.translator", broken)

    answer = web.get("/callbacks/K7M240R59XK")

    assert (answer.status_code, code_of(answer)) == (500, "internal")
