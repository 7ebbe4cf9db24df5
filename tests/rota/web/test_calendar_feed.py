"""An oncologist's shifts in their own calendar, read back as a calendar client reads them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from tests.support.rota_calls import RAVIS_SHIFT, delete, post
from tests.support.web import SETTINGS

RAVI, TARA = "oncologist:dr-ravi", "oncologist:dr-tara"
TEN = datetime(2026, 11, 24, 4, 30, tzinfo=UTC)


def address(web, token=RAVI) -> str:
    answer = web.post("/rota/feed", token=token)
    assert answer.status_code == 201
    url: str = answer.json_body["url"]
    assert url.startswith(f"{SETTINGS.public_url}/rota/")
    return url.removeprefix(SETTINGS.public_url)


def events(web, path) -> dict[str, dict]:
    answer = web.get(path)
    assert answer.status_code == 200, answer.body
    return {str(event["UID"]): event for event in Calendar.from_ical(answer.body).walk("VEVENT")}


def event_of(web, path, shift, who="dr-ravi"):
    return events(web, path).get(f"{shift}.{who}@helpline")


def swap(web, giver, taker, to):
    offer = web.post(f"/shifts/{RAVIS_SHIFT}/swap", {"to": to}, token=giver).json_body["id"]
    assert web.post(f"/swaps/{offer}/accept", token=taker).status_code == 200


def test_ones_own_shifts_and_nobody_elses(web):
    found = events(web, address(web))

    mine = [
        shift
        for day in web.rota.find_duty_days(TEN.date(), TEN.date() + timedelta(days=60))
        for shift in day.shifts
        if "dr-ravi" in shift.on
    ]
    assert {f"{shift.id}.dr-ravi@helpline" for shift in mine} <= found.keys()
    event = found[f"{RAVIS_SHIFT}.dr-ravi@helpline"]
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (TEN, TEN + timedelta(hours=3.5))
    assert event["DTSTART"].to_ical() == b"20261124T043000Z", "in UTC, no zone to be known"
    assert (event["SUMMARY"], event["STATUS"]) == ("Helpline duty: morning", "CONFIRMED")


def test_it_is_a_calendar_as_clients_want_it(web):
    answer = web.get(address(web))

    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"].startswith("private")
    text = answer.body.decode()
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert text.endswith("END:VCALENDAR\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")
    calendar = Calendar.from_ical(text)
    assert (calendar["VERSION"], calendar["PRODID"]) == ("2.0", "-//Helpline//Rota//EN")
    for event in calendar.walk("VEVENT"):
        assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "SUMMARY"} <= set(event)
    assert not any(part.errors for part in calendar.walk())
    assert "+91" not in text


def test_it_is_the_same_until_something_changes(web):
    path = address(web)
    first = web.get(path)
    web.clock.advance(timedelta(hours=5))

    assert web.get(path).body == first.body
    known = web.get(path, If_None_Match=first.headers["ETag"])
    assert (known.status_code, known.body) == (304, b"")
    swap(web, RAVI, TARA, "dr-tara")
    assert web.get(path, If_None_Match=first.headers["ETag"]).status_code == 200


def test_a_shift_that_was_given_away_is_cancelled_and_comes_back_under_the_same_name(web):
    path = address(web)
    before = event_of(web, path, RAVIS_SHIFT)

    swap(web, RAVI, TARA, "dr-tara")
    lost = event_of(web, path, RAVIS_SHIFT)
    web.clock.advance(timedelta(minutes=5))
    swap(web, TARA, RAVI, "dr-ravi")
    back = event_of(web, path, RAVIS_SHIFT)

    assert [each["STATUS"] for each in (before, lost, back)] == [
        "CONFIRMED",
        "CANCELLED",
        "CONFIRMED",
    ]
    revisions = [each["SEQUENCE"] for each in (before, lost, back)]
    assert revisions == sorted(set(revisions))
    stamps = [each["LAST-MODIFIED"].dt for each in (before, lost, back)]
    assert stamps == sorted(set(stamps))


def test_whoever_took_it_has_it(web):
    path = address(web, TARA)
    assert event_of(web, path, RAVIS_SHIFT, "dr-tara") is None

    swap(web, RAVI, TARA, "dr-tara")

    assert event_of(web, path, RAVIS_SHIFT, "dr-tara")["STATUS"] == "CONFIRMED"


def test_a_shift_that_is_cut_keeps_its_name_and_its_revision_grows(web):
    path = address(web)
    before = event_of(web, path, RAVIS_SHIFT)

    answer = post(
        web,
        "/admin/overrides",
        {
            "line": "morning",
            "from": "2026-11-24T12:00:00+05:30",
            "to": "2026-11-24T13:30:00+05:30",
            "remove": "dr-ravi",
            "add": "dr-tara",
        },
    )

    assert answer.status_code == 201
    after = event_of(web, path, RAVIS_SHIFT)
    assert after["DTEND"].dt == TEN + timedelta(hours=2)
    assert after["SEQUENCE"] > before["SEQUENCE"]


def test_a_new_address_closes_the_old_one(web):
    old = address(web)
    new = address(web)

    assert web.get(old).status_code == 404
    assert web.get(new).status_code == 200
    assert delete(web, "/rota/feed", token=RAVI).status_code == 204
    assert web.get(new).status_code == 404


@pytest.mark.parametrize("path", ["/rota/none.ics", "/rota/.ics", "/rota/%00.ics", "/rota/x"])
def test_no_such_calendar(web, path):
    answer = web.get(path)

    assert (answer.status_code, answer.json_body["error"]["code"]) == (404, "not_found")


def test_the_address_without_its_ending_opens_nothing(web):
    assert web.get(address(web).removesuffix(".ics")).status_code == 404


def test_somebody_who_is_nobody_in_the_rota_gets_no_calendar(web):
    assert web.post("/rota/feed", token="oncologist:stranger").status_code == 404


def test_no_secret_reaches_the_log(web, caplog):
    path = address(web)
    web.get(path)

    assert path.removeprefix("/rota/").removesuffix(".ics") not in str(
        [vars(record) for record in caplog.records]
    )


def test_the_calendar_of_somebody_who_has_left_is_closed(web):
    feed = address(web)
    [ravi] = [each for each in web.rota.oncologists() if each.id == "dr-ravi"]
    today = web.clock.now.date()
    web.rota.put_oncologist(replace(ravi, left=today + timedelta(days=1)))
    assert web.get(feed).status_code == 200, "they serve until then"

    web.rota.put_oncologist(replace(ravi, left=today))

    assert web.get(feed).status_code == 404
    assert web.call("HEAD", feed).status_code == 404


def test_the_calendar_of_a_closed_sign_in_is_closed_and_opens_with_no_other_act(web):
    feed, other = address(web), address(web, TARA)
    web.accounts.may_sign_in["dr-ravi"] = True
    path = "/admin/oncologists/dr-ravi/sign-in"

    assert web.post(f"{path}/close", {}, token="admin:meera").status_code == 200
    assert web.get(feed).status_code == 404
    assert web.get(other).status_code == 200

    assert web.post(f"{path}/open", {}, token="admin:meera").status_code == 200
    assert web.get(feed).status_code == 404
    assert web.get(address(web)).status_code == 200
