"""Forms over HTTP: what never arrived and what was never answered are told apart."""

import pytest

from chalicelib.core.gateways.http import LARGEST_ANSWER, HttpForms, Unanswered, Unreachable
from tests.support.provider import CUT, SILENCE

FIELDS = {"Body": "नमस्ते & +91", "Empty": ""}


def post(forms: HttpForms, address: str):
    return forms.post(f"{address}/send", FIELDS, user="key", password="pass:word")


def test_a_form_arrives_whole_with_its_credentials(provider, forms):
    provider.replies = [(201, {"sid": "SM1"})]
    answer = post(forms, provider.address)

    assert (answer.status, answer.fields) == (201, {"sid": "SM1"})
    assert (provider.paths, provider.forms, provider.users) == (
        ["/send"],
        [FIELDS],
        ["key:pass:word"],
    )
    assert provider.headers[0]["content-type"] == "application/x-www-form-urlencoded"
    assert provider.headers[0]["connection"] == "close"


def test_nobody_listens(forms, nobody):
    with pytest.raises(Unreachable):
        post(forms, nobody)


def test_a_name_that_leads_nowhere(forms, monkeypatch):
    monkeypatch.setattr("socket.getaddrinfo", no_such_name)
    with pytest.raises(Unreachable):
        post(forms, "http://provider.example")


def no_such_name(*_, **__):
    raise OSError(-2, "Name or service not known")


@pytest.mark.parametrize("reply", [SILENCE, CUT])
def test_no_answer_comes(reply, provider, forms):
    provider.replies = [reply]
    with pytest.raises(Unanswered) as raised:
        post(forms, provider.address)

    assert str(raised.value) == ""
    assert len(provider.forms) == 1, "it is not sent again"


@pytest.mark.parametrize(
    "body", ["", "<html>", "[]", "null", "[" * 9_000, '{"a": ' + "9" * LARGEST_ANSWER]
)
def test_an_answer_that_is_no_object_has_no_fields(body, provider, forms):
    provider.replies = [(200, body)]

    assert post(forms, provider.address).fields == {}


def test_an_answer_that_is_cut_off_is_an_answer_still(provider, forms):
    provider.replies = [(201, '{"sid": "SM', {"Content-Length": "99"})]
    answer = post(forms, provider.address)

    assert (answer.status, answer.fields) == (201, {})


def test_a_redirect_is_not_followed(provider, forms):
    provider.replies = [(307, "", {"Location": f"{provider.address}/elsewhere"})]

    assert post(forms, provider.address).status == 307
    assert provider.paths == ["/send"]


@pytest.mark.parametrize(
    ("header", "wait"),
    [("7", 7.0), ("0.5", 0.5), ("-3", 0.0), ("nan", 0.0), ("Wed, 21 Oct 2026 07:28:00 GMT", 0.0)],
)
def test_the_wait_that_is_asked_for(header, wait, provider, forms):
    provider.replies = [(429, {}, {"Retry-After": header})]

    assert post(forms, provider.address).wait == wait
