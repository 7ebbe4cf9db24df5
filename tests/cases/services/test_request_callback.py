"""Asking for a callback: once, again, twice at the same time, and when nobody can."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.cases.domain.answers import (
    MOST_ADDITIONS,
    MOST_ASKINGS,
    Asking,
    Channel,
    Consent,
    Details,
    Mode,
    Wishes,
)
from chalicelib.cases.domain.case import Status
from chalicelib.cases.domain.queue import Line, LineSnapshot, line_of
from chalicelib.cases.domain.timeline import CloseReason, Happening
from chalicelib.cases.services.ports import ReferenceTaken
from chalicelib.cases.services.request_callback import (
    CallbackAnswer,
    CallbackRequest,
    digest_of,
)
from chalicelib.core.domain.datetimes import IST
from chalicelib.core.domain.errors import RequestIdReused, TooManyOpenCases, TooManyRequests
from chalicelib.core.domain.phone import Phone
from chalicelib.core.domain.working_hours import DEFAULT_HOURS, DayPart, WorkingHours
from tests.support.builders import NOON, an_oncologist, duty_days
from tests.support.cases_world import CasesWorld
from tests.support.stores import StoredRota

OTHER = Phone("+919812345670")
SUNDAY = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class Helpline(CasesWorld):
    def __init__(self, rota: StoredRota | None = None) -> None:
        super().__init__(rota=rota or StoredRota([an_oncologist()], duty_days()))


def a_request(**changes: object) -> CallbackRequest:
    request = CallbackRequest(
        phone=Phone("+919812345678"),
        request_id="first",
        language="hi",
        channel=Channel.API,
        consent_version="2026-11",
    )
    return replace(request, **changes)


def test_a_request_becomes_a_case_in_line_with_a_promise() -> None:
    helpline = Helpline()
    answer = helpline.ask(a_request(details=Details(name="Anita")), NOON)
    case = helpline.cases.cases[answer.reference]

    assert not answer.duplicate
    assert answer.expected == case.expected
    assert answer.link_token == f"token-of-{answer.reference}"
    assert (case.status, case.requested_at, case.not_before) == (Status.WAITING, NOON, NOON)
    assert case.consent.version == "2026-11"
    assert case.timeline[0].what is Happening.REQUESTED
    assert helpline.cases.waiting() == [answer.reference]


def test_a_new_request_is_one_call_once_the_outlook_is_known() -> None:
    helpline = Helpline()
    helpline.ask(a_request(), NOON)
    helpline.cases.calls.clear()
    helpline.rota.calls.clear()

    helpline.ask(a_request(phone=Phone("+919812345679"), request_id="x"), NOON)

    assert (helpline.cases.calls, helpline.rota.calls) == (["open"], [])


def test_asking_again_is_a_duplicate_that_keeps_its_place() -> None:
    helpline = Helpline()
    first = helpline.ask(a_request(), NOON)
    helpline.cases.calls.clear()
    again = helpline.ask(a_request(request_id="second"), NOON + timedelta(seconds=30))

    assert (again.reference, again.duplicate, again.expected) == (
        first.reference,
        True,
        first.expected,
    )
    assert helpline.cases.calls == ["open", "add"]
    case = helpline.cases.cases[first.reference]
    assert case.requested_at == NOON
    assert case.timeline[-1].what is Happening.REPEATED, "its owner can see that somebody asked"


def test_asking_again_with_more_to_tell_adds_to_the_case() -> None:
    helpline = Helpline()
    first = helpline.ask(a_request(details=Details(city="Indore")), NOON)
    more = Details(city="Bhopal", name="Anita", messages=("the report came",))
    helpline.ask(a_request(request_id="second", details=more), NOON)
    case = helpline.cases.cases[first.reference]

    assert (case.answers.city, case.answers.name) == ("Indore", "Anita")
    assert case.answers.messages == ("the report came",)
    (other,) = case.also_told
    assert other.details == Details(city="Bhopal")
    assert case.timeline[-1].what is Happening.ASKED_AGAIN


def test_a_case_that_ends_while_more_is_told_loses_no_request() -> None:
    helpline = Helpline()
    first = helpline.ask(a_request(), NOON)
    add = helpline.cases.add

    def ended(reference: str, asking: object) -> object:
        case = helpline.cases.cases[reference]
        if case.status.is_open:
            helpline.cases.save(case, case.close(CloseReason.CANCELLED, "patient", NOON), NOON)
        return add(reference, asking)

    helpline.cases.add = ended
    again = helpline.ask(a_request(request_id="second", details=Details(city="Indore")), NOON)

    assert not again.duplicate
    assert again.reference != first.reference
    assert helpline.cases.cases[again.reference].details.city == "Indore"


def test_a_resent_request_is_answered_as_the_first_was() -> None:
    helpline = Helpline()
    first = helpline.ask(a_request(), NOON)

    assert helpline.ask(a_request(), NOON + timedelta(minutes=5)) == first
    assert len(helpline.cases.cases) == 1


def test_another_person_on_the_same_phone_has_a_case_of_their_own_up_to_three() -> None:
    helpline = Helpline()
    references = {
        helpline.ask(a_request(request_id=str(number), another_person=number > 0), NOON).reference
        for number in range(3)
    }

    assert len(references) == 3
    with pytest.raises(TooManyOpenCases) as refused:
        helpline.ask(a_request(request_id="4", another_person=True), NOON)
    assert refused.value.params == {"limit": 3}


def test_five_new_cases_a_day_are_enough() -> None:
    helpline = Helpline()
    for number in range(5):
        answer = helpline.ask(a_request(request_id=str(number)), NOON)
        case = helpline.cases.cases[answer.reference]
        helpline.cases.save(case, case.close(CloseReason.CANCELLED, "patient", NOON), NOON)

    with pytest.raises(TooManyRequests) as refused:
        helpline.ask(a_request(request_id="6"), NOON + timedelta(hours=23))
    assert refused.value.params == {"retry_after": 3600}
    assert not helpline.ask(a_request(request_id="7"), NOON + timedelta(hours=24)).duplicate


def test_a_taken_reference_is_drawn_anew() -> None:
    helpline = Helpline()
    helpline.ask(a_request(), NOON)
    helpline.cases.fail_next = [ReferenceTaken()]

    answer = helpline.ask(a_request(phone=Phone("+919812345679"), request_id="x"), NOON)

    assert answer.reference in helpline.cases.cases


def test_the_promise_counts_those_ahead_and_those_on_duty() -> None:
    helpline = Helpline()
    helpline.cases.put_snapshot(LineSnapshot(NOON, {"hi": 8, "ta": 40}, handling_minutes=15))
    expected = helpline.ask(a_request(), NOON).expected

    assert expected is not None
    assert expected.start == NOON + timedelta(minutes=90), "8 calls of 15 minutes, less a quarter"


def test_the_promise_counts_all_earlier_cases_that_the_same_doctor_serves() -> None:
    """One doctor speaks Hindi and English: 40 who wait for Hindi are called before the caller."""
    helpline = Helpline()
    helpline.cases.put_snapshot(LineSnapshot(NOON, {"hi": 40}, handling_minutes=15))
    expected = helpline.ask(a_request(language="en"), NOON).expected

    assert expected is not None
    assert expected.start >= DEFAULT_HOURS.add(NOON, timedelta(hours=7))
    assert expected.end >= DEFAULT_HOURS.add(NOON, timedelta(hours=10))


NOBODY_TELLS = [
    # The only speaker of Telugu is a man.
    [an_oncologist(), an_oncologist(id="te", languages=("te",), gender="male")],
    # There is a woman who speaks it, and she left last year.
    [
        an_oncologist(),
        an_oncologist(id="te", languages=("te",), gender="male"),
        an_oncologist(id="gone", languages=("te",), left=date(2025, 12, 31)),
    ],
]


@pytest.mark.parametrize("doctors", NOBODY_TELLS)
def test_who_nobody_serves_is_promised_nothing(doctors) -> None:
    days = duty_days(on=("dr-asha", "te", "gone"))
    helpline = Helpline(StoredRota(doctors, days))
    answer = helpline.ask(a_request(language="te", prefers_woman=True), NOON)
    case = helpline.cases.cases[answer.reference]

    assert (answer.expected, case.expected, case.unpromised_since) == (None, None, NOON)
    assert line_of(case) == Line("te", woman_only=True), "only the patient gives up a wish"
    man = helpline.ask(a_request(language="te", request_id="x", phone=OTHER), NOON)
    assert man.expected is not None


@pytest.mark.parametrize(
    "speaker",
    [
        an_oncologist(id="te", languages=("te",), left=date(2025, 12, 31)),
        an_oncologist(id="te", languages=("te",), left=date(2026, 11, 23)),
        an_oncologist(id="on-leave", languages=("te",)),
    ],
)
def test_a_language_whose_only_speaker_is_not_there_waits_in_that_of_the_sms(speaker) -> None:
    """Who is on leave is on no published day; who has left may be on one still."""
    helpline = Helpline(StoredRota([an_oncologist(), speaker], duty_days(on=("dr-asha", "te"))))
    answer = helpline.ask(a_request(language="te"), NOON)

    assert line_of(helpline.cases.cases[answer.reference]) == Line("en")
    assert answer.expected is not None


def test_a_language_is_kept_whose_speaker_comes_on_a_published_day() -> None:
    speaker = an_oncologist(id="te", languages=("te",))
    days = [*duty_days(days=9), *duty_days(on=("te",), days=1, first=date(2026, 12, 2))]
    helpline = Helpline(StoredRota([an_oncologist(), speaker], days))
    answer = helpline.ask(a_request(language="te"), NOON)

    assert line_of(helpline.cases.cases[answer.reference]) == Line("te")
    assert answer.expected is not None
    assert answer.expected.start == datetime(2026, 12, 2, 4, 30, tzinfo=UTC)


def test_a_shift_on_a_day_that_was_closed_since_serves_nobody() -> None:
    hours = replace(DEFAULT_HOURS, closures=frozenset({date(2026, 11, 24)}))
    helpline = Helpline(StoredRota([an_oncologist()], duty_days(), hours=hours))
    expected = helpline.ask(a_request(), NOON + timedelta(hours=8)).expected

    assert expected is not None
    assert expected.start == datetime(2026, 11, 25, 4, 30, tzinfo=UTC)


def test_the_days_ahead_are_read_only_where_today_does_not_tell() -> None:
    helpline = Helpline()
    helpline.ask(a_request(), NOON)
    assert helpline.rota.calls.count("find_duty_days") == 1, "today, and the night before it"

    for number in range(2):
        other = a_request(phone=Phone(f"+9198123456{number}9"), request_id=str(number))
        helpline.ask(replace(other, language="bn"), NOON + timedelta(seconds=number))
    assert helpline.rota.calls.count("find_duty_days") == 2


def test_a_chosen_part_of_the_day_is_waited_for() -> None:
    helpline = Helpline()
    answer = helpline.ask(a_request(part_of_day=DayPart.AFTERNOON), NOON)
    case = helpline.cases.cases[answer.reference]

    assert case.not_before == datetime(2026, 11, 23, 8, 0, tzinfo=UTC), "half past one"
    assert helpline.cases.waiting() == []


def test_on_a_sunday_the_call_is_promised_for_monday_but_may_come_as_soon_as_we_open() -> None:
    helpline = Helpline()
    answer = helpline.ask(a_request(), SUNDAY)

    assert answer.expected is not None
    assert answer.expected.start == datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
    assert helpline.cases.waiting() == [answer.reference]


def test_hours_that_never_open_lose_no_request() -> None:
    never = WorkingHours(weekly=((),) * 7)
    helpline = Helpline(StoredRota([an_oncologist()], hours=never))

    assert helpline.ask(a_request(), NOON).expected is None
    assert len(helpline.cases.cases) == 1


@pytest.mark.parametrize(
    ("spoken", "line"), [("hi", "hi"), ("en", "en"), ("ta", "en"), ("mr", "en")]
)
def test_who_speaks_what_no_oncologist_speaks_waits_where_somebody_calls(
    spoken: str, line: str
) -> None:
    helpline = Helpline(StoredRota([an_oncologist(languages=("hi", "en"))], duty_days()))
    answer = helpline.ask(a_request(language=spoken), NOON)

    assert helpline.cases.cases[answer.reference].language == line


# -- wishes, room, and ids --------------------------------------------------------------------


def form(request_id: str = "form", **changes: object) -> CallbackRequest:
    return a_request(request_id=request_id, channel=Channel.WEB, **changes)


def test_a_form_after_a_missed_call_counts_in_all_it_says() -> None:
    helpline = Helpline()
    rang = helpline.ask(a_request(channel=Channel.MISSED_CALL), NOON)
    helpline.cases.calls.clear()
    wishes = Wishes("en", Mode.VIDEO, DayPart.AFTERNOON, prefers_woman=True)
    later = NOON + timedelta(seconds=30)
    answer = helpline.ask(form(language="en", wishes=wishes), later)
    case = helpline.cases.cases[rang.reference]

    assert (case.language, case.mode, case.prefers_woman) == ("en", Mode.VIDEO, True)
    assert line_of(case) == Line("en", woman_only=True)
    assert case.consent == Consent("2026-11", "en", later, Channel.WEB)
    assert case.not_before.astimezone(IST).hour == 13
    assert answer.expected == case.expected != rang.expected
    assert answer.granted == ("language", "mode", "part_of_day", "prefers_woman")
    assert helpline.cases.calls == ["open", "add", "save"]
    assert case.timeline[-1].fields == (*answer.granted, "consent")

    resent = helpline.ask(form(language="en", wishes=wishes), later + timedelta(minutes=1))
    assert (resent, helpline.cases.cases[rang.reference]) == (answer, case)


def test_the_same_wish_twice_has_no_further_effect_and_costs_no_read() -> None:
    helpline = Helpline()
    first = helpline.ask(form(), NOON)
    wishes = Wishes(part_of_day=DayPart.AFTERNOON)
    helpline.ask(form("2", wishes=wishes), NOON)
    case = helpline.cases.cases[first.reference]
    helpline.cases.calls.clear()
    helpline.ask(form("3", wishes=wishes), NOON + timedelta(seconds=30))
    after = helpline.cases.cases[first.reference]

    assert helpline.cases.calls == ["open", "add"]
    assert (after.not_before, after.expected) == (case.not_before, case.expected)


def test_a_resent_request_does_not_undo_a_wish_of_after_it() -> None:
    helpline = Helpline()
    first = helpline.ask(form(), NOON)
    helpline.ask(form("2", wishes=Wishes(mode=Mode.VIDEO)), NOON)
    helpline.ask(form("3", wishes=Wishes(mode=Mode.PHONE)), NOON)
    resent = helpline.ask(form("2", wishes=Wishes(mode=Mode.VIDEO)), NOON)

    assert helpline.cases.cases[first.reference].mode is Mode.PHONE
    assert resent.granted == ()


def test_a_language_that_nobody_speaks_is_not_said_to_hold() -> None:
    helpline = Helpline()
    helpline.ask(form(), NOON)
    answer = helpline.ask(form("2", language="ta", wishes=Wishes(language="ta")), NOON)
    assert answer.granted == ()


def test_whoever_writes_in_between_is_not_overwritten() -> None:
    helpline = Helpline()
    first = helpline.ask(form(), NOON)
    add = helpline.cases.add

    def then_another(reference: str, asking: Asking) -> object:
        image = add(reference, asking)
        add(reference, replace(asking, request_id="other", wishes=Wishes(), details=Details(age=9)))
        return image

    helpline.cases.add = then_another
    helpline.ask(form("2", wishes=Wishes(mode=Mode.VIDEO)), NOON)
    case = helpline.cases.cases[first.reference]
    assert (case.mode, case.answers.age) == (Mode.VIDEO, 9)
    assert case.request_ids == ("2", "other")


def test_what_could_not_be_added_is_said_and_never_granted() -> None:
    helpline = Helpline()
    first = helpline.ask(form(), NOON)
    told = [
        helpline.ask(form(f"{number}", details=Details(messages=(f"{number}",))), NOON).added
        for number in range(MOST_ADDITIONS + 1)
    ]
    assert told == [True] * MOST_ADDITIONS + [False]
    sms = a_request(request_id="sms:1", channel=Channel.SMS, details=Details(messages=("own",)))
    assert helpline.ask(sms, NOON).added
    for number in range(MOST_ASKINGS):
        last = helpline.ask(form(f"w{number}", wishes=Wishes(mode=_other(helpline, first))), NOON)
    assert (last.added, last.granted) == (True, ()), "nothing was told; the wish was not noted"
    assert helpline.cases.cases[first.reference].not_counted


def _other(helpline: Helpline, answer: CallbackAnswer) -> Mode:
    video = helpline.cases.cases[answer.reference].mode is Mode.VIDEO
    return Mode.PHONE if video else Mode.VIDEO


@pytest.mark.parametrize("earlier", [False, True], ids=["a first", "a further"])
def test_one_request_id_is_one_body(earlier: bool) -> None:
    helpline = Helpline()
    if earlier:
        helpline.ask(form("earlier"), NOON)
    answer = helpline.ask(form(details=Details(name="Anita", age=40)), NOON)
    assert helpline.ask(form(details=Details(name="Anita", age=40)), NOON) == answer
    before = dict(helpline.cases.cases)
    for other in (
        form(details=Details(name="Anita", age=41)),
        form(),
        form(details=Details(name="Anita", age=40), wishes=Wishes(language="hi")),
    ):
        with pytest.raises(RequestIdReused):
            helpline.ask(other, NOON)
    assert helpline.cases.cases == before


def test_a_provider_that_names_two_messages_alike_is_no_error() -> None:
    helpline = Helpline()
    helpline.ask(form(), NOON)
    for text in ("one", "two"):
        sms = a_request(request_id="m", channel=Channel.SMS, details=Details(messages=(text,)))
        helpline.ask(sms, NOON)


def test_a_digest_is_short_and_tells_every_field_apart() -> None:
    whole = form(
        details=Details(name="Anita", reasons=("cost",)),
        wishes=Wishes(mode=Mode.PHONE),
    )
    digest = digest_of(whole)
    assert digest is not None
    assert len(digest) == 11
    others = [
        replace(whole, phone=Phone("+919812345670")),
        replace(whole, another_person=True),
        replace(whole, mode=Mode.VIDEO),
        replace(whole, prefers_woman=True),
        replace(whole, part_of_day=DayPart.MORNING),
        replace(whole, wishes=Wishes()),
        replace(whole, details=Details(name="Anita", reasons=("other",))),
        replace(whole, request_id="other"),
    ]
    assert len({digest, *map(digest_of, others)}) == len(others) + 1
    said_by_the_browser = replace(whole, language="en")
    assert digest_of(said_by_the_browser) == digest


def test_another_language_alone_brings_no_retry_forward() -> None:
    helpline = Helpline()
    first = helpline.ask(form(), NOON)
    case = helpline.cases.cases[first.reference]
    tomorrow = NOON + timedelta(days=1)
    helpline.cases.put(replace(case, not_before=tomorrow, version=2))
    helpline.ask(form("2", wishes=Wishes(language="en")), NOON)
    case = helpline.cases.cases[first.reference]

    assert (case.language, case.not_before) == ("en", tomorrow)
