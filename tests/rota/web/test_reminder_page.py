"""The page behind a reminder's link: looking changes nothing, a button does."""

import re
from datetime import timedelta
from urllib.parse import unquote

import pytest

from tests.support.helpline import in_use
from tests.support.rota_calls import RAVIS_SHIFT, get, on, stored
from tests.support.rota_world import MONDAY, TUESDAY


@pytest.fixture
def link(web) -> str:
    """The path of the link that dr-ravi is sent for Tuesday's morning."""
    (shift,) = (
        shift for shift in web.rota.find_duty_day(TUESDAY).shifts if shift.id == RAVIS_SHIFT
    )
    made = in_use().rota.shift_links.make(shift, "dr-ravi")
    return "/s/" + made.rpartition("/")[2]


def open_page(web, link, **headers):
    return web.get(link, accept="text/html", **headers)


def buttons(answer) -> list[str]:
    return re.findall(r'action="[^"]*/(\w+)"', answer.body.decode())


def confirmed(web) -> list[str]:
    return get(web, f"/admin/rota?from={TUESDAY}").json_body["days"][0]["shifts"][0]["confirmed"]


def test_the_shift_is_shown_and_nothing_changes(web, link):
    before = stored(web)

    answer = open_page(web, link)

    assert answer.status_code == 200
    text = answer.body.decode()
    assert "Dr-Ravi, you are on duty from Tue 24 Nov 10:00 am to 1:30 pm." in text
    assert buttons(answer) == ["confirm", "offer"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert (stored(web), confirmed(web)) == (before, [])


def test_in_hindi(web, link):
    text = open_page(web, link, accept_language="hi").body.decode()

    assert 'lang="hi"' in text
    assert "मैं समय पर रहूँगा/रहूँगी" in text


def test_confirming(web, link):
    for _ in range(2):
        answer = web.send(f"{link}/confirm", {})
        assert answer.status_code == 303
        assert unquote(answer.headers["Location"]) == f"../../{link[1:]}"

    assert confirmed(web) == ["dr-ravi"]
    page = open_page(web, link)
    assert "you will be there" in page.body.decode()
    assert buttons(page) == ["offer"]


def test_offering_it_to_the_colleagues(web, link):
    for _ in range(2):
        assert web.send(f"{link}/offer", {}).status_code == 303

    (offer,) = get(web, "/admin/swaps").json_body["swaps"]
    assert (offer["offered_by"], offer["to"], offer["state"]) == ("dr-ravi", None, "open")
    assert on(web, TUESDAY) == [("10:00", "13:30", ["dr-ravi"])]
    page = open_page(web, link)
    assert "stays yours until somebody takes it" in page.body.decode()
    assert buttons(page) == []


def test_once_it_has_begun_nothing_can_be_answered(web, link):
    web.clock.now += timedelta(days=1, hours=1, minutes=30)

    assert buttons(open_page(web, link)) == []
    assert web.send(f"{link}/offer", {}).status_code == 409


@pytest.mark.parametrize("do", ["", "/confirm", "/offer"])
def test_a_link_that_opens_nothing(web, link, do):
    def call(path):
        if do:
            return web.send(path + do, {}).status_code
        return open_page(web, path).status_code

    assert call("/s/nonsense") == 404
    assert call(link + "x") == 404
    web.clock.now += timedelta(days=1, hours=4, minutes=30)
    assert call(link) == 404, "the shift is over"


def test_a_shift_that_is_theirs_no_more(web, link):
    leave = {"oncologist": "dr-ravi", "from": str(TUESDAY), "to": str(MONDAY + timedelta(days=2))}
    web.post("/admin/leave", leave, token="admin:meera")

    assert open_page(web, link).status_code == 404
    assert web.send(f"{link}/confirm", {}).status_code == 404
