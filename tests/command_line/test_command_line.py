"""The commands: what they print, what they store, and what they say when something is wrong."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta

import pytest
import requests

from chalicelib.cases.domain.timeline import CloseReason
from tests.command_line.conftest import URL, answered
from tests.support.builders import a_case
from tests.support.helpline import in_use
from tests.support.rota_world import MONDAY, NAMES, at

PEOPLE = """id,name,registration,phone,languages,gender,joined
dr-uma,Dr Uma Rao,KMC-1,98111 00001,"kn, en",female,2026-01-01
dr-vik,Dr Vik Das,WBMC-2,98111 00002,bn/hi,male,
dr-wad,Dr Wad Shah,GMC-3,98111 00003,gu,female,
"""
ROSTER = """Date,Line,Oncologists
2026-12-07,morning,dr-asha
2026-12-07,afternoon,"Dr-Ravi, dr-tara"
2026-12-08,morning,dr-tara
"""


@pytest.fixture
def sheet(tmp_path):
    def write(text, encoding="utf-8"):
        path = tmp_path / "sheet.csv"
        path.write_text(text, encoding=encoding)
        return str(path)

    return write


def ids(line):
    return [each["id"] for each in line.json("oncologists", "list")]


# -- Signing in ----------------------------------------------------------------------------------


@pytest.fixture
def stranger(command_line, monkeypatch):
    """Somebody who has configured the helpline and not yet signed in."""
    monkeypatch.delenv("HELPLINE_TOKEN")
    monkeypatch.delenv("HELPLINE_URL")
    command_line.run("configure", "--url", URL + "/", "--client-id", "client")
    return command_line


def test_who_is_not_signed_in_is_told_how(stranger):
    assert "helpline sign-in" in stranger.run("publish", code=1).output


def test_who_has_not_configured_is_told_how(command_line, monkeypatch):
    monkeypatch.delenv("HELPLINE_URL")
    assert "helpline configure" in command_line.run("publish", code=1).output


def test_signing_in_is_kept_for_the_next_command_and_for_nobody_else(stranger):
    stranger.run("sign-in", "--name", "meera", typed="a-good-password\n")

    assert ids(stranger) == sorted(NAMES)
    tokens = stranger.folder / "config" / "tokens.json"
    assert tokens.stat().st_mode & 0o777 == 0o600
    assert "a-good-password" not in tokens.read_text()


def test_a_wrong_password_signs_nobody_in(stranger):
    output = stranger.run("sign-in", "--name", "meera", typed="wrong\n", code=1).output

    assert "check the name and the password" in output
    assert not (stranger.folder / "config" / "tokens.json").exists()


def test_a_first_password_is_replaced_by_ones_own(stranger):
    stranger.pool.challenge = "NEW_PASSWORD_REQUIRED"
    typed = "a-good-password\nmine-and-better\nmine-and-better\n"
    stranger.run("sign-in", "--name", "meera", typed=typed)

    answered_with = stranger.pool.calls[-1][1]["ChallengeResponses"]
    assert answered_with == {"USERNAME": "meera", "NEW_PASSWORD": "mine-and-better"}


def test_a_token_that_is_about_to_end_is_renewed(stranger):
    stranger.pool.expires_in = 5
    stranger.run("sign-in", "--name", "meera", typed="a-good-password\n")
    ids(stranger)

    assert stranger.pool.calls[-1][1]["AuthParameters"] == {"REFRESH_TOKEN": "refresh"}


def test_who_was_signed_out_elsewhere_is_told_to_sign_in(stranger):
    stranger.pool.expires_in = 5
    stranger.run("sign-in", "--name", "meera", typed="a-good-password\n")
    stranger.pool.refreshable = False

    assert "helpline sign-in" in stranger.run("publish", code=1).output


def test_signing_out_forgets_and_revokes(stranger):
    stranger.run("sign-in", "--name", "meera", typed="a-good-password\n")
    stranger.run("sign-out")

    assert stranger.pool.calls[-1][0] == "RevokeToken"
    stranger.run("publish", code=1)


# -- Oncologists ---------------------------------------------------------------------------------


def test_a_sheet_of_oncologists_is_stored(command_line, sheet):
    result = command_line.run("oncologists", "import", sheet(PEOPLE, "utf-8-sig"))

    assert "3 stored, 0 there already" in result.stdout
    stored = {each["id"]: each for each in command_line.json("oncologists", "list")}
    assert stored["dr-vik"]["languages"] == ["bn", "hi"]
    assert stored["dr-uma"]["phone"] == "+919811100001"


def test_a_line_separator_in_a_cell_does_not_split_its_row(command_line, sheet):
    command_line.run("oncologists", "import", sheet(PEOPLE.replace("Uma", "U\u2028ma")))

    assert len(ids(command_line)) == len(NAMES) + 3


def test_nothing_is_stored_of_a_sheet_with_bad_rows_and_each_is_named(command_line, sheet):
    bad = (
        PEOPLE.replace("98111 00002", "12345")
        .replace("gu,female", "gujarati,robot")
        .replace("2026-01-01", "1 Jan")
    )
    output = command_line.run("oncologists", "import", sheet(bad), code=1).output

    assert "Nothing was stored" in output
    for place in ("row 2, joined:", "row 3, phone:", "row 4, languages:", "row 4, gender:"):
        assert place in output
    assert ids(command_line) == sorted(NAMES)
    assert not [call for call in command_line.wire.seen if call.startswith("POST")]


def test_who_is_there_twice_is_named(command_line, sheet):
    output = command_line.run(
        "oncologists", "import", sheet(PEOPLE.replace("dr-wad", "dr-uma")), code=1
    ).output
    assert "row 4, id: is in row 2 already" in output


def test_every_bad_row_is_named_at_once(command_line, sheet):
    bad = (
        PEOPLE.replace("male,\n", "male,,gone,far\n", 1)
        .replace("98111 00003", "12")
        .replace("2026-01-01", "2026-13-01")
        + "dr-xan,Dr Xan Roy,KMC-9,98111 00009,kn,male,2026-02-01\ndr-vik,,,,,,\n"
    )
    lines = command_line.run("oncologists", "import", sheet(bad), code=1).output.splitlines()

    rows = {int(line.split()[1].rstrip(",")) for line in lines if line.startswith("  row ")}
    assert rows == {2, 3, 4, 6}


def test_who_leaves_before_joining_is_found_before_anything_is_stored(command_line, sheet):
    text = (
        "id,name,registration,phone,languages,gender,joined,left\n"
        "dr-uma,Dr Uma Rao,KMC-1,98111 00001,kn,female,,\n"
        "dr-vik,Dr Vik Das,WBMC-2,98111 00002,bn,male,2026-02-01,2026-01-01\n"
    )
    output = command_line.run("oncologists", "import", sheet(text), code=1).output

    assert "row 3, left: The end must come after the start." in output
    assert ids(command_line) == sorted(NAMES)


def test_a_name_that_is_written_in_two_ways_is_the_same(command_line, sheet):
    # One letter, and the same as a letter with a dot below: the helpline keeps the second.
    path = sheet(PEOPLE.replace("Dr Uma Rao", "\u0921\u0949. \u0917\u095c\u0947"))
    command_line.run("oncologists", "import", path)

    assert "0 stored, 3 there already" in command_line.run("oncologists", "import", path).stdout


def test_importing_again_stores_nothing(command_line, sheet):
    path = sheet(PEOPLE)
    command_line.run("oncologists", "import", path)

    assert command_line.json("oncologists", "import", path) == {
        "stored": 0, "right": 0, "there_already": 3
    }  # fmt: skip


def test_who_differs_is_a_mistake_unless_it_is_an_update(command_line, sheet):
    command_line.run("oncologists", "import", sheet(PEOPLE))
    other = sheet(PEOPLE.replace("Dr Uma Rao", "Dr Uma Iyer"))

    output = command_line.run("oncologists", "import", other, code=1).output
    assert "row 2, name: differs from what is stored" in output
    command_line.run("oncologists", "import", other, "--update")
    names = {each["id"]: each["name"] for each in command_line.json("oncologists", "list")}
    assert names["dr-uma"] == "Dr Uma Iyer"


def test_a_check_stores_nothing(command_line, sheet):
    result = command_line.run("oncologists", "import", sheet(PEOPLE), "--check")

    assert "3 to store" in result.stdout
    assert ids(command_line) == sorted(NAMES)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,name,colour\n", "row 1, colour: there is no such column"),
        ("id,name\nx,y\n", "row 1, phone: this column is missing"),
        ("", "row 1, id: this column is missing"),
    ],
)
def test_columns_that_are_wrong_are_named(command_line, sheet, text, said):
    assert said in command_line.run("oncologists", "import", sheet(text), code=1).output


def test_a_file_of_another_encoding_is_refused_in_words(command_line, sheet):
    path = sheet(PEOPLE.replace("Uma", "Ümä"), "latin-1")
    assert "UTF-8" in command_line.run("oncologists", "import", path, code=1).output


@pytest.mark.parametrize("first_line", ["", "sep=;\n"])
@pytest.mark.parametrize("mark", [";", "\t"])
def test_other_marks_part_cells_too(command_line, sheet, mark, first_line):
    text = first_line + PEOPLE.replace('"kn, en"', "kn/en").replace(",", mark)
    assert "3 stored" in command_line.run("oncologists", "import", sheet(text)).stdout


def test_a_sheet_may_come_through_a_pipe(command_line):
    result = command_line.run("oncologists", "import", "-", typed=PEOPLE)
    assert "3 stored" in result.stdout


# -- Rosters -------------------------------------------------------------------------------------


def test_a_roster_is_stored_as_who_is_on(command_line, sheet):
    result = command_line.run("roster", "import", sheet(ROSTER))

    assert "3 stored" in result.stdout
    temporary = in_use().rota.manage_rota.dated(MONDAY, MONDAY.replace(year=2027)).temporary
    assert {(each.value.line, each.value.on) for each in temporary} == {
        ("morning", ("dr-asha",)),
        ("afternoon", ("dr-ravi", "dr-tara")),
        ("morning", ("dr-tara",)),
    }
    assert "0 stored, 3 there already" in command_line.run("roster", "import", sheet(ROSTER)).stdout


def test_nothing_of_a_roster_with_bad_rows_is_stored(command_line, sheet):
    bad = ROSTER.replace("2026-12-08", "8 December").replace("dr-asha", "dr-nobody")
    output = command_line.run("roster", "import", sheet(bad), code=1).output

    assert "row 2, oncologists: nobody is called dr-nobody" in output
    assert "row 4, date: is not a date" in output
    assert "POST /admin/overrides" not in command_line.wire.seen


def test_what_the_helpline_says_against_a_roster_is_told_by_its_rows(command_line, sheet):
    on_two = ROSTER.replace("afternoon", "morning").replace("2026-12-07,m", "2026-12-14,m", 1)
    sunday = on_two.replace("2026-12-08", "2026-12-06")
    leave = {"oncologist": "dr-asha", "from": "2026-12-14", "to": "2026-12-16"}
    command_line.web.post("/admin/leave", leave, token="admin:meera")
    output = command_line.run("roster", "import", sheet(sunday), code=1).output

    assert "row 2, " in output
    assert "on leave" in output
    assert "POST /admin/overrides" not in command_line.wire.seen


def test_a_shift_may_end_at_midnight_but_not_before_it_begins(command_line, sheet):
    text = (
        "date,line,oncologists,from,to\n"
        "2026-12-07,morning,dr-nobody,12:00,11:00\n"
        "2026-12-07,afternoon,dr-ravi,20:00,24:00\n"
    )
    output = command_line.run("roster", "import", sheet(text), code=1).output

    assert "row 2, oncologists: nobody is called dr-nobody" in output
    assert "row 2, to: comes before the start" in output
    assert "row 3" not in output


def test_rows_that_overlap_are_named(command_line, sheet):
    output = command_line.run(
        "roster", "import", sheet(ROSTER + "2026-12-08,morning,dr-ravi\n"), code=1
    ).output
    assert "row 5, date: overlaps row 4" in output


# -- The rota ------------------------------------------------------------------------------------


def test_who_is_on_duty_now(command_line):
    (on,) = command_line.json("on-duty")

    assert (on["line"], on["id"]) == ("morning", "dr-asha")
    assert on["name"] in command_line.run("on-duty").stdout


def test_the_rota_as_a_table(command_line):
    lines = command_line.run("rota", "--to", "2026-11-24").stdout.splitlines()

    assert lines[0].split() == ["from", "to", "line", "on"]
    assert "Mon 23 Nov 10:00" in lines[2]
    assert len(lines) == 4


def test_publish_tells_what_it_did(command_line):
    told = command_line.json("publish")
    last = date.fromisoformat(told["through"]) - timedelta(days=1)
    assert f"The rota stands to the end of {last}." in command_line.run("publish").stdout


def test_gaps_are_listed(command_line):
    assert isinstance(command_line.json("gaps"), list)


# -- Cases and reports ---------------------------------------------------------------------------


@pytest.fixture
def busy(command_line):
    """A case that waits and one that is closed, both counted."""
    now = at(MONDAY, 10)
    waits = a_case(requested_at=now)
    other = a_case(reference="OTHER", phone="+919812345699", requested_at=now)
    closed = other.close(CloseReason.CANCELLED, "=cmd|'/c calc'!A0", now)
    for case in (waits, closed):
        command_line.web.cases.put(case)
    in_use().reports.count_cases([waits, closed])
    return command_line


def test_cases_are_listed_and_shown(busy):
    (listed,) = busy.json("cases", "list")
    assert listed["reference"] == a_case().reference
    assert a_case().reference in busy.run("cases", "list").stdout
    shown = busy.run("cases", "show", listed["reference"]).stdout
    assert a_case().details.name in shown
    history = shown[shown.index("timeline") :].splitlines()
    assert history[1].split() == ["at", "by", "what", "detail"]
    assert history[3].split() == ["2026-11-23", "10:00", "patient", "requested", "web"]


def test_what_can_not_be_written_is_told_in_words(busy, tmp_path):
    nowhere = ("cases", "export", "--output", str(tmp_path / "none" / "cases.csv"))
    assert "there is no folder" in busy.run(*nowhere, code=2).output
    assert busy.wire.seen == []
    (tmp_path / "taken").mkdir()
    taken = ("cases", "export", "--output", str(tmp_path / "taken"))
    assert "can't be written: Is a directory" in busy.run(*taken, code=1).output


def test_cases_are_exported_whole_as_a_table_that_is_safe_to_open(busy, tmp_path):
    path = tmp_path / "cases.csv"
    arguments = ("--status", "waiting", "--whole", "--output", str(path))
    details = a_case().details.__class__(name="=1+1", reasons=("cost", "other"))
    busy.web.cases.put(a_case(details=details))
    busy.run("cases", "export", *arguments)

    (row,) = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")))
    assert row["name"] == "'=1+1"
    assert row["reasons"] == "cost, other"
    assert row["phone"] == "'+91 ••••• •5678"
    assert path.stat().st_mode & 0o777 == 0o600


def test_many_days_are_listed_month_by_month(busy):
    span = ("--status", "closed", "--from", "2026-09-01", "--to", "2026-12-01")
    (closed,) = busy.json("cases", "list", *span)

    assert closed["reference"] == "OTHER"
    assert len([call for call in busy.wire.seen if "/admin/cases" in call]) == 3


def test_a_report_for_people_and_for_programs(busy):
    shown = busy.run("report", "--to", "2026-12-01").stdout
    assert "Indore" in shown
    assert busy.json("report", "--to", "2026-12-01")["calls"] == 2
    table = busy.run("report", "--to", "2026-12-01", "--csv").stdout
    assert table.removeprefix("\ufeff").startswith("section,name,calls")


def test_a_report_is_one_of_csv_and_json(busy):
    assert "--csv and --json" in busy.run("report", "--csv", "--json", code=2).output


def test_a_report_for_publication_hides(busy):
    shown = busy.run("report", "--to", "2026-12-01", "--for-publication").stdout

    assert "hidden" in shown
    assert "Indore" not in shown


def test_a_rebuild_shows_its_progress_and_its_end(busy):
    busy.web.tallies.counted.clear()
    span = ("--from", "2026-10-01", "--to", "2026-12-01")

    assert busy.json("rebuild-report", *span)["counted"] == 2
    assert busy.json("report", "--to", "2026-12-01")["calls"] == 2


# -- When something is wrong ---------------------------------------------------------------------


def test_a_refusal_is_told_in_words_with_its_fields(command_line):
    output = command_line.run("report", "--from", "2026-11-02", "--to", "2026-11-01", code=1).output

    assert "Please check what you entered." in output
    assert "to: The end must come after the start." in output


def test_a_date_that_is_none_is_refused_before_any_call(command_line):
    assert "is not a date" in command_line.run("report", "--from", "x", code=2).output
    assert command_line.wire.seen == []


def test_a_busy_helpline_is_asked_again(command_line):
    busy = [answered(503, b"{}", {"Retry-After": "7"}), answered(429, b"{}")]
    command_line.wire.before = lambda _: busy.pop() if busy else None
    ids(command_line)

    assert command_line.pauses == [1.0, 7.0]


def test_who_waits_for_a_helpline_is_told_so_once(command_line):
    busy = [answered(503, b"{}"), answered(503, b"{}")]
    command_line.wire.before = lambda _: busy.pop() if busy else None

    assert command_line.run("gaps").stderr.count("trying again") == 1


def test_a_row_that_is_refused_after_all_is_named(command_line, sheet):
    refusals = [answered(409, b'{"error": {"code": "x", "message": "No.", "fields": []}}')]

    def refuse_the_second(request):
        stored = [call for call in command_line.wire.seen if call.startswith("POST")]
        return refusals.pop() if request.method == "POST" and len(stored) == 2 else None

    command_line.wire.before = refuse_the_second
    path = sheet(PEOPLE)
    output = command_line.run("oncologists", "import", path, code=1).output
    assert "row 3: No." in output
    assert "2 stored, 1 there already" in command_line.run("oncologists", "import", path).stdout


def test_an_import_that_is_stopped_says_how_far_it_came(command_line, sheet):
    def stop_at_the_second(request):
        stored = [call for call in command_line.wire.seen if call.startswith("POST")]
        if request.method == "POST" and len(stored) == 2:
            raise KeyboardInterrupt

    command_line.wire.before = stop_at_the_second
    path = sheet(PEOPLE)
    output = command_line.run("oncologists", "import", path, code=1).output

    assert "Stopped at row 3; 1 of 3 are stored." in output
    assert "2 stored, 1 there already" in command_line.run("oncologists", "import", path).stdout


def test_a_helpline_that_stays_busy_is_given_up(command_line):
    body = {"error": {"code": "busy", "message": "We are very busy.", "fields": []}}
    command_line.wire.before = lambda _: answered(503, json.dumps(body).encode())

    assert "We are very busy." in command_line.run("gaps", code=1).output
    assert len(command_line.wire.seen) == 5


def test_a_change_that_was_cut_off_is_not_repeated_behind_ones_back(command_line):
    def cut(_):
        raise requests.ConnectionError

    command_line.wire.before = cut
    assert "may have been carried out" in command_line.run("publish", code=1).output
    assert len(command_line.wire.seen) == 1
    assert "can't be reached" in command_line.run("gaps", code=1).output


def test_an_oncologist_may_not(command_line, monkeypatch):
    monkeypatch.setenv("HELPLINE_TOKEN", "oncologist:dr-asha")

    assert command_line.run("report", code=1).output
