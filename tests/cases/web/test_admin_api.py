from base64 import urlsafe_b64encode
from datetime import timedelta

import pytest

from chalicelib.cases.domain.timeline import CloseReason, Result
from chalicelib.cases.web.case_lists import MOST_READS
from chalicelib.core.domain.reference import new_reference
from tests.support.builders import NOON, a_case, an_attempt, with_attempt
from tests.support.fakes import counting_bytes
from tests.support.web import told

MEERA = "admin:meera"
TOO_DEEP = urlsafe_b64encode(b"[" * 2_997).decode()
draw = counting_bytes()


def add(web, minutes=0, **changes):
    """Add a case; each has its own phone and reference."""
    number = 9_810_000_000 + len(web.cases.cases)
    at = changes.pop("requested_at", NOON + timedelta(minutes=minutes))
    return web.cases.put(
        a_case(reference=new_reference(draw), phone=f"+91{number}", requested_at=at, **changes)
    )


def complete(web, case, at):
    claimed = case.claim("dr-asha", at)
    web.cases.put(with_attempt(claimed, an_attempt(Result.ANSWERED, at=at)))


def pages(web, query, limit):
    """Page through a list; returns the references of each page."""
    found, cursor = [], ""
    while cursor is not None:
        answer = web.get(f"/admin/cases?{query}&limit={limit}&cursor={cursor}", token=MEERA)
        assert answer.status_code == 200, answer.body
        found.append([case["reference"] for case in answer.json_body["cases"]])
        cursor = answer.json_body["cursor"]
    return found


def test_waiting_is_the_default_and_shows_nothing_personal(web):
    case = add(web)

    answer = web.get("/admin/cases", token=MEERA)

    assert answer.json_body == {
        "cases": [
            {
                "reference": case.reference,
                "status": "waiting",
                "language": "hi",
                "prefers_woman": False,
                "priority": 5,
                "mode": "phone",
                "requested_at": "2026-11-23T12:00:00+05:30",
                "not_before": "2026-11-23T12:00:00+05:30",
                "tries": 0,
            }
        ],
        "cursor": None,
    }


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_a_languages_two_lines_are_one_list_in_order_of_calling(web, limit):
    cases = [add(web, minutes, prefers_woman=minutes % 3 == 1) for minutes in range(12)]
    add(web, language="en")

    found = pages(web, "status=waiting&language=hi", limit)

    assert [reference for page in found for reference in page] == [c.reference for c in cases]
    assert all(len(page) == limit for page in found[:-1])


@pytest.mark.parametrize("limit", [1, 2, 5, 100])
def test_all_lines_come_language_by_language_each_case_once(web, limit):
    hindi = [add(web, 10 + n, prefers_woman=n == 1) for n in range(3)]
    tamil = [add(web, n, language="ta") for n in range(2)]
    english = [add(web, 20 + n, language="en") for n in range(2)]

    found = pages(web, "", limit)

    flat = [reference for page in found for reference in page]
    assert flat == [case.reference for case in (*english, *hindi, *tamil)]


def test_a_list_in_which_next_to_nothing_fits_comes_short_and_goes_on(web):
    for _ in range(MOST_READS + 5):
        add(web, not_before=NOON + timedelta(hours=1))
    wanted = add(web, not_before=NOON + timedelta(hours=2), language="ta")

    found = pages(web, "status=deferred&language=ta", 1)

    assert found == [[], [wanted.reference]]


def test_deferred_cases_have_their_own_list(web):
    later = [add(web, not_before=NOON + timedelta(hours=3 - n), language="ta") for n in range(3)]
    add(web, not_before=NOON + timedelta(hours=9), language="hi")
    expected = [case.reference for case in reversed(later)]

    assert web.get("/admin/cases", token=MEERA).json_body["cases"] == []
    assert [r for page in pages(web, "status=deferred&language=ta", 1) for r in page] == expected
    assert pages(web, "status=deferred", 3) == [expected, [*web.cases.deferred - set(expected)]]


def test_claimed_cases_tell_who_holds_them(web):
    cases = [add(web) for _ in range(3)]
    for minutes, case in enumerate(cases):
        web.cases.claim(case.reference, f"dr-{minutes}", NOON + timedelta(minutes=minutes))

    body = web.get("/admin/cases?status=claimed", token=MEERA).json_body

    assert body["cases"][0] == {
        "reference": cases[0].reference,
        "status": "claimed",
        "owner": "dr-0",
        "claimed_at": "2026-11-23T12:00:00+05:30",
        "lease_until": "2026-11-23T12:30:00+05:30",
    }
    assert pages(web, "status=claimed", 2) == [
        [case.reference for case in cases[:2]],
        [cases[2].reference],
    ]


@pytest.mark.parametrize("limit", [1, 2, 100])
@pytest.mark.parametrize(("status", "later"), [("waiting", 0), ("deferred", 9)])
def test_open_cases_may_be_asked_for_by_the_day_of_their_asking(web, status, later, limit):
    asked = [NOON - timedelta(days=days, hours=days) for days in (4, 3, 2, 1, 0)]
    cases = [
        add(
            web,
            requested_at=at,
            not_before=at + timedelta(days=later),
            prefers_woman=number % 2 == 1,
        )
        for number, at in enumerate(asked)
    ]

    span = f"status={status}&from=2026-11-20&to=2026-11-23"
    found = [reference for page in pages(web, span, limit) for reference in page]

    assert sorted(found) == sorted(case.reference for case in cases[1:4])


def test_claimed_cases_may_be_asked_for_by_the_day_of_their_claim(web):
    cases = [add(web) for _ in range(3)]
    for days, case in enumerate(cases):
        web.cases.claim(case.reference, f"dr-{days}", NOON + timedelta(days=days))

    span = "status=claimed&from=2026-11-24&to=2026-11-25"

    assert pages(web, span, 10) == [[cases[1].reference]]


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_finished_cases_are_paged_through_day_by_day_the_latest_first(web, limit):
    ended = []
    for days, hours in [(0, 0), (0, 1), (2, 0), (5, 0), (5, 2)]:
        at = NOON - timedelta(days=days, hours=hours)
        case = add(web, requested_at=at - timedelta(hours=1), language="hi" if hours else "ta")
        complete(web, case, at)
        ended.append(case.reference)
    week = "status=completed&from=2026-11-17&to=2026-11-24"

    assert [r for page in pages(web, week, limit) for r in page] == ended
    assert [r for page in pages(web, f"{week}&language=hi", limit) for r in page] == [
        ended[1],
        ended[4],
    ]
    # Half-open: what ended on `to` itself is not in it.
    short = "status=completed&from=2026-11-18&to=2026-11-23"
    assert [r for page in pages(web, short, limit) for r in page] == ended[2:]
    assert pages(web, "status=completed", 100) == [ended]


def test_closed_cases_tell_why(web):
    case = add(web)
    web.cases.put(case.close(CloseReason.CANCELLED, "patient", NOON))

    (shown,) = web.get("/admin/cases?status=closed", token=MEERA).json_body["cases"]

    assert (shown["closed_reason"], shown["finished_at"]) == (
        "cancelled",
        "2026-11-23T12:00:00+05:30",
    )


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status=lost", {"status": "not_one_of"}),
        ("language=xx", {"language": "not_one_of"}),
        ("limit=0", {"limit": "out_of_range"}),
        ("limit=101", {"limit": "out_of_range"}),
        ("limit=many", {"limit": "wrong_type"}),
        ("limit=-1", {"limit": "wrong_type"}),
        ("phone=9876543210", {"phone": "unknown_field"}),
        ("status=closed&from=yesterday", {"from": "bad_date"}),
        ("status=closed&from=2026-02-30", {"from": "bad_date"}),
        ("status=closed&from=0001-01-01", {"from": "bad_date"}),
        ("status=closed&from=2026-11-23&to=2026-11-23", {"to": "end_before_start"}),
        ("status=closed&from=2026-10-01&to=2026-11-02", {"to": "too_many_days"}),
        ("from=2026-11-02&to=2026-11-02", {"to": "end_before_start"}),
        ("status=claimed&from=tomorrow", {"from": "bad_date"}),
        ("status=claimed&language=hi", {"language": "not_with_status"}),
        ("cursor=nonsense", {"cursor": "invalid"}),
        ("cursor=W10", {"cursor": "invalid"}),
        ("cursor=%E0%A4%85", {"cursor": "invalid"}),
        (f"cursor={TOO_DEEP}", {"cursor": "invalid"}),
        (f"cursor={'A' * 4001}", {"cursor": "invalid"}),
        ("status=closed&cursor=W1siY2xvc2VkIixudWxsXSxbIngiLG51bGxdXQ", {"cursor": "invalid"}),
        (
            "status=closed&cursor=W1siY2xvc2VkIixudWxsXSxbIjIwMDEtMDEtMDEiLG51bGxdXQ",
            {"cursor": "invalid"},
        ),
        (
            "limit=0&status=lost&x=1",
            {"x": "unknown_field", "status": "not_one_of", "limit": "out_of_range"},
        ),
    ],
)
def test_wrong_queries(web, query, expected):
    answer = web.get(f"/admin/cases?{query}", token=MEERA)

    assert (answer.status_code, told(answer)) == (422, expected)


def test_a_cursor_of_another_list(web):
    for _ in range(2):
        add(web)
    cursor = web.get("/admin/cases?limit=1", token=MEERA).json_body["cursor"]

    answer = web.get(f"/admin/cases?language=hi&cursor={cursor}", token=MEERA)

    assert told(answer) == {"cursor": "invalid"}


@pytest.mark.parametrize("query", ["from=2026-11-20", "to=2026-11-21", "from=2027-01-01"])
def test_one_date_alone_is_enough(web, query):
    assert web.get(f"/admin/cases?status=closed&{query}", token=MEERA).status_code == 200


def test_a_case_is_read_whole_but_for_the_number(web):
    case = add(web)

    body = web.get(f"/admin/cases/{case.reference.lower()}", token=MEERA).json_body

    assert (body["reference"], body["phone"], body["name"]) == (
        case.reference,
        "+91 ••••• •0000",
        case.details.name,
    )


@pytest.mark.parametrize("reference", ["4286W85667F", "nonsense"])
def test_a_case_that_is_not_there(web, reference):
    answer = web.get(f"/admin/cases/{reference}", token=MEERA)

    assert (answer.status_code, answer.json_body["error"]["code"]) == (404, "not_found")
