"""Sessions and tries, in the rota table."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from chalicelib.core.domain.session import LONGEST, Session
from tests.support.builders import NOON
from tests.support.ledger import counting

SESSION = Session("dr-asha", "Dr Asha Rao", frozenset({"oncologists"}), NOON, NOON, NOON)
UNTIL = NOON + timedelta(minutes=15)


def test_a_session_is_found_by_its_key_in_one_read(database, sessions):
    sessions.put("key", SESSION, "")
    with counting(database) as ledger:
        assert sessions.find("key") == SESSION
    # As of now: one that was ended opens nothing, not even for a moment.
    assert (ledger.operations, ledger.read_units) == (["GetItem"], 1)
    assert sessions.find("other") is None


def test_a_session_goes_by_itself_when_it_is_over(sessions, client, rota_table):
    sessions.put("key", SESSION, "")
    key = {"pk": {"S": "SESSION#key"}, "sk": {"S": "SESSION"}}

    item = client.get_item(TableName=rota_table, Key=key)["Item"]

    assert int(item["expires_at"]["N"]) == (NOON + LONGEST).timestamp()


def test_a_session_is_renewed_in_one_write_unless_it_was_ended(database, sessions):
    later = replace(
        SESSION, roles=frozenset(), seen_at=NOON + timedelta(minutes=6), checked_at=UNTIL
    )
    sessions.put("key", SESSION, "")
    with counting(database) as ledger:
        sessions.renew("key", later)
    assert ledger.operations == ["UpdateItem"]
    assert sessions.find("key") == later

    sessions.end("key", "dr-asha")
    sessions.end("key", "dr-asha")
    sessions.renew("key", later)

    assert sessions.find("key") is None


def test_tries_are_counted_to_the_most_for_each_name_and_window(database, tries):
    with counting(database) as ledger:
        assert [tries.count("person#a", NOON, UNTIL, 3) for _ in range(5)] == [True] * 3 + [
            False
        ] * 2
    assert ledger.operations == ["UpdateItem"] * 5

    assert tries.count("person#b", NOON, UNTIL, 3)
    assert tries.count("person#a", UNTIL, UNTIL + timedelta(minutes=15), 3)


def test_several_are_counted_in_one_write(database, tries):
    with counting(database) as ledger:
        assert [tries.count("asked#a", NOON, UNTIL, 8, 4) for _ in range(3)] == [True, True, False]
    assert (ledger.operations, ledger.write_units) == (["UpdateItem"] * 3, 3)


def test_tries_are_forgotten(tries, client, rota_table):
    tries.count("person#a", NOON, UNTIL, 3)
    key = {"pk": {"S": "TRIES#person#a"}, "sk": {"S": NOON.isoformat()}}

    item = client.get_item(TableName=rota_table, Key=key)["Item"]

    assert item["expires_at"] == {"N": str(int(UNTIL.timestamp()))}


def test_all_sessions_of_a_person_end_at_once_and_nobody_elses(sessions):
    other = replace(SESSION, person="dr-ravi")
    for key in ("one", "two"):
        sessions.put(key, SESSION, f"grant of {key}")
    sessions.put("theirs", other, "")
    assert sessions.find_grant("one", "dr-asha") == "grant of one"
    assert sessions.find_grant("theirs", "dr-ravi") == ""
    assert sessions.find_grant("theirs", "dr-asha") is None

    assert sessions.end_all("dr-asha") == 2
    assert sessions.end_all("dr-asha") == 0

    assert (sessions.find("one"), sessions.find("two")) == (None, None)
    assert sessions.find("theirs") == other


def test_a_session_keeps_its_stamp_and_an_old_one_has_none(sessions, client, rota_table):
    sessions.put("new", replace(SESSION, stamp="now"), "")
    assert sessions.find("new").stamp == "now"
    sessions.put("old", SESSION, "")
    assert sessions.find("old").stamp == ""
    sessions.renew("old", replace(SESSION, stamp="later"))
    assert sessions.find("old").stamp == "later"


def test_what_is_listed_goes_by_itself_with_its_session(sessions, client, rota_table):
    sessions.list_for_person("key", SESSION)
    key = {"pk": {"S": "SESSIONS#dr-asha"}, "sk": {"S": "key"}}

    item = client.get_item(TableName=rota_table, Key=key)["Item"]

    assert int(item["expires_at"]["N"]) == (NOON + LONGEST).timestamp()
    assert sessions.find_grant("key", "dr-asha") == ""


def test_a_window_begins_with_the_first_and_ends_for_all(tries):
    hour = timedelta(hours=1)
    counted = [tries.count_from_first("released#a", NOON, hour, 2) for _ in range(3)]
    assert counted == [True, True, False]
    assert tries.count_from_first("released#b", NOON, hour, 2), "each has a window of their own"
    last = NOON + hour - timedelta(seconds=1)
    assert not tries.count_from_first("released#a", last, hour, 2)

    again = [tries.count_from_first("released#a", NOON + hour, hour, 2) for _ in range(3)]
    assert again == [True, True, False], "the item stands although its time is over"
