"""The console's board, its cases, and what can be done to one."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from html import unescape

import pytest

from chalicelib.cases.domain.answers import Channel, Consent
from chalicelib.cases.domain.case import Status
from chalicelib.cases.domain.timeline import CloseReason, Result
from chalicelib.core.domain.reference import new_reference, spoken
from tests.support.builders import NOON, a_case, an_attempt, with_attempt
from tests.support.page_text import done, said

REFERENCE = a_case().reference
SPOKEN = "K7M2-40R5-9XK"
OTHER, OTHER_SPOKEN = "4W12KWXYW11", "4W12-KWXY-W11"
PHONE, MASKED = a_case().phone, "+91 ••••• •5678"


def path(what="", reference=REFERENCE) -> str:
    return f"/console/cases/{reference}{what}"


def a_claimed_case(**changes):
    return a_case(**changes).claim("dr-asha", NOON)


def test_the_list_shows_nothing_personal(web, admin):
    web.cases.put(a_case(prefers_woman=True))
    page = said(admin.get("/console/cases"))

    assert SPOKEN in page
    assert "woman doctor" in page
    assert "सुनीता" not in page
    assert "3456" not in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "There are none."),
        ("?status=claimed&language=hi&from=2026-11-01", SPOKEN),
        ("?status=completed&from=&to=&language=", "There are none."),
    ],
)
def test_filters_without_a_meaning_are_left_out(web, admin, query, expected):
    web.cases.put(a_claimed_case())

    assert expected in said(admin.get(f"/console/cases{query}"))


def test_a_filter_that_is_wrong_is_told(admin):
    answer = admin.get("/console/cases?status=closed&from=2026-12-01&to=2026-11-01")

    assert "There is a problem" in said(answer, 422)


def test_the_next_page_keeps_the_filters(web, admin):
    for number in range(30):
        web.cases.put(
            a_case(
                reference=f"case-{number:02}",
                phone=f"+91981234{number:04}",
                requested_at=NOON + timedelta(minutes=number),
            )
        )
    first = admin.get("/console/cases?status=waiting&language=hi").body.decode()
    more = unescape(re.search(r'href="([^"]+)" rel="next"', first)[1])
    assert "language=hi" in more
    second = admin.get("/console/" + more.partition("console/")[2]).body.decode()

    shown = [re.findall(r"console/cases/(case-\d+)", page) for page in (first, second)]
    assert [len(each) for each in shown] == [25, 5]
    assert 'rel="next"' not in second


@pytest.mark.parametrize("what", [REFERENCE, SPOKEN.lower(), f"  {SPOKEN} "])
def test_a_reference_leads_to_its_case(web, admin, what):
    assert done(admin.send("/console/cases/search", {"what": what})) == path()[1:]


@pytest.mark.parametrize("what", ["98123 45678", "+91-98123-45678", "सुनीता"])
def test_a_person_is_found_by_a_form(web, admin, what):
    web.cases.put(web_keyed(web, a_case()))
    answer = admin.send("/console/cases/search", {"what": what})

    page = said(answer)
    assert SPOKEN in page
    assert "सुनीता" in page
    assert "+91 ••••• •5678" in page
    assert "98123" not in page.replace(what, "")
    (entry,) = [each for each in web.audit.entries if each.action == "case.search"]
    assert entry.subject == REFERENCE
    assert not {"98123", "सुनीता"} & set(map(str, entry.detail.values()))


def web_keyed(web, case):
    """The case under the keys by which the search looks."""
    from chalicelib.cases.services.request_callback import name_key

    details = replace(case.details, name_key=name_key(web.secrets, case.details.name))
    return replace(case, phone_key=web.secrets.phone_key(case.phone), details=details)


@pytest.mark.parametrize(
    ("what", "problem"),
    [("", "Enter a number or a name."), ("12345", "too short"), ("1800 11 4000", "can't")],
)
def test_a_search_that_cannot_be_is_told_at_its_field(admin, what, problem):
    page = admin.send("/console/cases/search", {"what": what})

    assert said(page, 422).count(problem) >= 2
    assert 'href="#what"' in page.body.decode()


def test_nothing_found_says_so(admin):
    assert "Nothing was found." in said(admin.send("/console/cases/search", {"what": "Nobody"}))


def test_a_case_is_read_whole_and_that_is_recorded(web, admin):
    tried = with_attempt(a_claimed_case(), an_attempt(note="She will ask her son."))
    web.cases.put(web_keyed(web, tried))
    page = said(admin.get(path()))

    for text in (SPOKEN, "सुनीता", MASKED, "इंदौर", "She will ask her son.", "no answer"):
        assert text in page
    assert PHONE not in page
    assert "Dr Asha Verma took the case" in page
    assert "Asked for a call on the web page" in page
    assert "Dr Asha Verma noted: no answer" in page
    (entry,) = [each for each in web.audit.entries if each.action == "case.read"]
    assert (entry.who, entry.subject) == ("meera", REFERENCE)


def test_other_cases_of_the_phone_are_there_to_be_merged(web, admin):
    web.cases.put(web_keyed(web, a_case()))
    web.cases.put(web_keyed(web, a_case(reference=OTHER, another_person=True)))

    assert OTHER_SPOKEN in said(admin.get(path()))


def test_a_phone_with_many_cases_has_a_page_that_leads_to_all_of_them(web, admin):
    for number in range(28):
        reference = REFERENCE if number == 0 else _reference(number)
        case = a_case(
            reference=reference,
            request_id=str(number),
            requested_at=NOON - timedelta(days=number),
            another_person=True,
        )
        web.cases.put(web_keyed(web, case))

    page = said(admin.get(path()))
    assert spoken(_reference(10)) in page
    assert spoken(_reference(11)) not in page
    assert "All cases of this phone" in page

    first = admin.send("/console/cases/search", {"same_phone_as": REFERENCE})
    assert spoken(_reference(24)) in said(first)
    assert PHONE not in first.body.decode(), "no number is sent along to the next page"
    cursor = re.search(r'name="cursor" value="([^"]+)"', first.body.decode())[1]
    again = {"same_phone_as": REFERENCE, "cursor": cursor}
    assert spoken(_reference(27)) in said(admin.send("/console/cases/search", again))
    nobody = admin.send("/console/cases/search", {"same_phone_as": OTHER})
    assert nobody.status_code == 404


def _reference(number) -> str:
    return new_reference(lambda length: sha256(b"%d" % number).digest()[:length])


@pytest.mark.parametrize(
    ("case", "acts"),
    [
        (a_case(), {"phone", "assign", "close", "merge", "block"}),
        (a_claimed_case(), {"phone", "assign", "close", "block"}),
        (a_case().close(CloseReason.CANCELLED, "patient", NOON), {"phone", "reopen", "block"}),
    ],
    ids=["waiting", "claimed", "closed"],
)
def test_only_what_can_be_done_is_offered(web, admin, case, acts):
    web.cases.put(case)
    page = admin.get(path()).body.decode()

    assert set(re.findall(rf'action="[^"]*{REFERENCE}/(\w+)"', page)) == acts


def test_a_whole_number_is_shown_by_an_act_that_is_recorded(web, case, admin):
    for page in (path(), path("/correct")):
        assert PHONE not in admin.get(page).body.decode()
        assert MASKED in admin.get(page).body.decode()

    assert PHONE in said(admin.send(path("/phone")))

    entry = web.audit.entries[-1]
    assert (entry.action, entry.subject, entry.who) == ("case.phone", REFERENCE, "meera")
    assert PHONE not in str(web.audit.entries)
    assert PHONE not in admin.get(path()).body.decode(), "once, and masked again"


def test_a_correction_without_a_number_keeps_the_one_that_is_noted(web, admin):
    web.cases.put(a_case())
    values = {"version": "1", "phone": "", "language": "hi", "mode": "phone", "name": "Anita"}

    assert done(admin.send(path("/correct"), values))

    case = web.cases.cases[REFERENCE]
    assert (case.phone, case.details.name) == (PHONE, "Anita")


def test_who_only_rang_is_to_be_asked_first(web, admin):
    web.cases.put(a_case(consent=Consent("2026-11", "hi", NOON, Channel.MISSED_CALL)))

    assert "Not yet: only rang us." in said(admin.get(path()))


def test_giving_a_case_to_a_doctor(web, case, admin):
    answer = admin.send(path("/assign"), {"oncologist": "dr-asha"})

    assert done(answer) == f"{path()[1:]}?done=case_assigned"
    assert web.cases.cases[REFERENCE].owner == "dr-asha"
    assert "The case is with the doctor now." in said(admin.get(path("?done=case_assigned")))


def test_a_doctor_who_does_not_suit_gets_it_only_anyway(web, admin):
    web.cases.put(a_case(language="ta"))
    refused = admin.send(path("/assign"), {"oncologist": "dr-asha"})
    assert "There is a problem" in said(refused, 409)
    assert '<option value="dr-asha" selected>' in refused.body.decode()

    taken = admin.send(path("/assign"), {"oncologist": "dr-asha", "anyway": "yes"})

    assert done(taken).endswith("case_assigned")


def test_a_box_that_says_no_is_not_ticked(web, admin):
    web.cases.put(a_case(language="ta", prefers_woman=True))
    refused = admin.send(path("/assign"), {"oncologist": "dr-asha", "anyway": "no"})
    assert refused.status_code == 409
    assert not re.search(r'name="anyway"[^>]*checked', refused.body.decode())

    form = correction(admin, prefers_woman="no")
    assert done(admin.send(path("/correct"), form)).endswith("case_corrected")
    assert not web.cases.cases[REFERENCE].prefers_woman


def test_closing_a_case(web, case, admin):
    form = {"reason": "abusive", "note": "Shouted twice."}
    assert done(admin.send(path("/close"), form)).endswith("case_closed_by_hand")

    page = said(admin.get(path()))

    assert "meera closed it: abusive" in page
    assert "Shouted twice." in page
    assert web.cases.cases[REFERENCE].status is Status.CLOSED


def test_what_was_typed_stays_when_it_can_not_be_done(web, case, admin):
    answer = admin.send(path("/close"), {"note": "A long <story>."})

    page = answer.body.decode()
    assert answer.status_code == 422
    assert page.count("Say why.") == 2
    assert "A long &lt;story&gt;." in page
    assert re.search(r'<details open>\s*<summary id="close-title">', page)
    assert '<a href="#reason">' in page
    assert "<title>Error:" in page


def test_opening_a_case_again(web, admin):
    web.cases.put(a_case().close(CloseReason.CANCELLED, "patient", NOON))

    assert done(admin.send(path("/reopen"))).endswith("case_reopened")
    assert web.cases.cases[REFERENCE].status is Status.WAITING


def test_a_case_that_moved_on_meanwhile(web, admin):
    web.cases.put(a_claimed_case())

    assert "There is a problem" in said(admin.send(path("/reopen")), 409)


def test_joining_a_duplicate_to_an_earlier_case(web, admin):
    web.cases.put(a_case(reference=OTHER, requested_at=NOON - timedelta(hours=1)))
    web.cases.put(a_case(another_person=True))
    for into in ("", "K7M", REFERENCE):
        refused = admin.send(path("/merge"), {"into": into})
        assert '<a href="#into">' in refused.body.decode()
    answer = admin.send(path("/merge"), {"into": OTHER_SPOKEN})

    assert done(answer) == f"{path('', OTHER)[1:]}?done=case_merged"
    assert OTHER_SPOKEN in said(admin.get(path()))


def test_blocking_the_phone_of_a_case(web, case, admin):
    wrong = admin.send(path("/block"), {"until": "2026-11-01"})
    assert '<a href="#why">' in wrong.body.decode()

    answer = admin.send(path("/block"), {"until": "2026-12-01", "why": "Rings all night"})

    assert done(answer).endswith("phone_blocked")
    page = said(admin.get("/console/blocks"))
    assert "+91 ••••• •5678" in page
    assert "Rings all night" in page


def correction(admin, **changes) -> dict[str, object]:
    """The form as it is shown, with something changed."""
    page = admin.get(path("/correct")).body.decode()
    fields = dict(re.findall(r'<input[^>]*? name="(\w+)"[^>]*? value="([^"]*)"', page))
    for name, options in re.findall(
        r'<select[^>]*? name="(\w+)"[^>]*>(.*?)</select>', page, re.DOTALL
    ):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        fields[name] = chosen[1] if chosen else ""
    ticked = re.findall(r'<input type="checkbox"[^>]*? name="(\w+)" value="(\w+)" checked', page)
    boxes = {"reasons", "prefers_woman"}
    fields = {name: unescape(value) for name, value in fields.items() if name not in boxes}
    return {**fields, **dict(ticked), **changes}


def test_correcting_a_case_changes_what_was_changed(web, admin):
    before = web.cases.put(web_keyed(web, a_case()))
    form = correction(admin)
    form.pop("csrf")
    assert done(admin.send(path("/correct"), form)).endswith("case_corrected")
    assert web.cases.cases[REFERENCE] == before

    form = correction(admin, name="Sunita Devi", age="४७", city="", reasons=["cost"])
    form["age"] = "47"
    assert done(admin.send(path("/correct"), form)).endswith("case_corrected")

    after = web.cases.cases[REFERENCE]
    assert (after.details.name, after.details.age, after.details.city) == ("Sunita Devi", 47, None)
    assert after.details.reasons == ("cost",)
    assert after.details.messages == before.details.messages
    page = said(admin.get(path()))
    assert "meera corrected: " in page


def test_a_correction_that_is_wrong_loses_nothing(web, admin):
    web.cases.put(web_keyed(web, a_case()))
    form = correction(admin, age="400", phone="12", name="Sunita <Devi>", reasons=["cost"])
    answer = admin.send(path("/correct"), form)

    page = answer.body.decode()
    assert answer.status_code == 422
    assert '<a href="#age">' in page
    assert '<a href="#phone">' in page
    assert "Sunita &lt;Devi&gt;" in page
    assert re.search(r'id="reasons-cost"[^>]* checked', page)


def test_a_phone_is_not_corrected_to_the_helplines_own(web, admin):
    web.cases.put(web_keyed(web, a_case()))
    answer = admin.send(path("/correct"), correction(admin, phone="93555 20202"))

    assert answer.status_code == 422
    assert "This is the helpline&#39;s own number." in answer.body.decode()
    assert web.cases.cases[REFERENCE].phone == a_case().phone


def test_a_correction_upon_an_older_version_is_shown_again(web, admin):
    case = web.cases.put(web_keyed(web, a_case()))
    form = correction(admin, city="Bhopal")
    web.cases.put(replace(case, version=case.version + 1))
    refused = admin.send(path("/correct"), form)
    page = refused.body.decode()
    assert refused.status_code == 409
    assert "Somebody else has changed this" in page
    assert 'value="Bhopal"' in page

    version = re.search(r'name="version" value="(\d+)"', page)[1]

    assert done(admin.send(path("/correct"), {**form, "version": version})).endswith("corrected")


def test_erasing_asks_first(web, admin):
    web.cases.put(web_keyed(web, a_case()))
    assert "can't be taken back" in said(admin.get(path("/erase")))
    assert web.cases.cases[REFERENCE].details.name

    assert done(admin.send(path("/erase"))).endswith("case_erased")

    page = said(admin.get(path()))
    assert "What was personal in it has been erased." in page
    for text in ("सुनीता", PHONE, "इंदौर"):
        assert text not in page
    assert "What you can do" not in page


@pytest.mark.parametrize("what", ["", "/correct", "/erase"])
def test_a_case_that_is_not_there(admin, what):
    assert "There is nothing here" in said(admin.get(path(what)), 404)


def test_the_console_in_hindi(web, admin):
    web.cases.put(
        web_keyed(
            web,
            with_attempt(a_claimed_case(), an_attempt(Result.ANSWERED)),
        )
    )
    for each in ("/console", "/console/cases", path(), path("/correct"), path("/erase")):
        answer = admin.get(each, cookie=f"{admin.cookie}; lang=hi")
        assert '<html lang="hi" dir="ltr">' in answer.body.decode()
        assert answer.status_code == 200
