"""What is done by the clock."""

from datetime import timedelta

from chalicelib.cases.domain.answers import Mode
from chalicelib.cases.domain.case import LEASE, Status
from chalicelib.cases.domain.queue import LineSnapshot, Waiting
from chalicelib.cases.domain.retry_policy import RetryPolicy
from chalicelib.cases.domain.timeline import Attempt, Result
from chalicelib.cases.services.process_due_cases import LONG_LINE, DueCases, Processed
from chalicelib.cases.services.wait_estimate import Outlook
from chalicelib.core.domain.working_hours import DEFAULT_HOURS
from chalicelib.rota.services.duty_view import DutyView
from tests.support.builders import NOON, a_case
from tests.support.stores import StoredCases, StoredRota


def due_cases(cases: StoredCases) -> DueCases:
    return DueCases(cases, Outlook(cases, DutyView(StoredRota())), ("hi", "en"))


def test_a_retry_is_offered_when_it_is_due_at_its_old_place() -> None:
    cases = StoredCases([a_case(reference="OLD"), a_case(reference="X", phone="+919812345679")])
    case = cases.claim("OLD", "dr-asha", NOON)
    attempt = Attempt(NOON, "dr-asha", Result.NO_ANSWER)
    cases.save(case, case.record(attempt, retries=RetryPolicy(), hours=DEFAULT_HOURS), NOON)
    run = due_cases(cases)

    assert run(NOON + timedelta(minutes=9)).offered == 0
    assert cases.waiting() == ["X"]
    assert run(NOON + timedelta(minutes=10)).offered == 1
    assert cases.waiting() == ["OLD", "X"]
    assert run(NOON + timedelta(minutes=10)).offered == 0


def test_every_batch_of_a_crowd_is_offered() -> None:
    cases = StoredCases()
    for number in range(250):
        later = NOON + timedelta(minutes=5)
        cases.put(a_case(reference=f"R{number:03}", phone=f"+9198123{number:05}", not_before=later))

    assert due_cases(cases)(NOON + timedelta(minutes=5)).offered == 250


def test_a_due_list_that_lags_behind_ends_the_run() -> None:
    cases = StoredCases()
    ghost = Waiting("G", "hi", False, 5, NOON, NOON, Mode.PHONE, 0)
    cases.due = lambda *_: [ghost] * 100
    cases.make_ready = lambda _: False

    assert due_cases(cases)(NOON).offered == 0


def test_a_lease_that_ran_out_is_taken_back_and_another_is_left() -> None:
    cases = StoredCases([a_case(reference="A"), a_case(reference="B", phone="+919812345679")])
    cases.claim("A", "dr-asha", NOON)
    cases.claim("B", "dr-ravi", NOON + timedelta(minutes=5))
    run = due_cases(cases)

    assert run(NOON + LEASE).leases_expired == 1
    assert cases.cases["A"].status is Status.WAITING
    assert cases.cases["B"].status is Status.CLAIMED
    assert run(NOON + LEASE).leases_expired == 0


def test_the_lines_are_counted_and_the_length_of_calls_is_the_median() -> None:
    cases = StoredCases([a_case(reference="A"), a_case(reference="B", phone="+919812345679")])
    for number, minutes in enumerate((5, 12, 50)):
        who = f"dr-{number}"
        reference, phone = f"C{number}", f"+91981234567{number}"
        case = cases.put(a_case(reference=reference, phone=phone)).claim(who, NOON)
        cases.put(case)
        answered = Attempt(NOON + timedelta(minutes=minutes), who, Result.ANSWERED)
        cases.save(
            case, case.record(answered, retries=RetryPolicy(), hours=DEFAULT_HOURS), answered.at
        )

    swept = due_cases(cases)(NOON + timedelta(minutes=55))

    assert swept == Processed(offered=0, leases_expired=0, waiting=2)
    assert cases.find_snapshot() == LineSnapshot(NOON + timedelta(minutes=55), {"hi": 2}, 12)


def test_a_very_long_line_is_counted_every_quarter_of_an_hour() -> None:
    cases = StoredCases()
    cases.put_snapshot(LineSnapshot(NOON, {"hi": LONG_LINE + 1}, 15))
    run = due_cases(cases)

    assert run(NOON + timedelta(minutes=14)).waiting == LONG_LINE + 1
    assert run(NOON + timedelta(minutes=15)).waiting == 0
