"""The working-hours clock, against examples and against counting minute by minute."""

import json
from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.domain.datetimes import IST, NaiveDatetimeError, to_iso
from chalicelib.core.domain.errors import HelplineError, InvalidInput
from chalicelib.core.domain.working_hours import (
    DEFAULT_HOURS,
    WEEKDAYS,
    NeverOpen,
    OpenWindow,
    WorkingHours,
)

MONDAY = date(2026, 12, 21)
MODEL_DAYS = 21
DAY_MINUTES = 24 * 60


def ist(text):
    return datetime.fromisoformat(text).replace(tzinfo=IST)


def each(days, windows):
    return {day: windows for day in days}  # noqa: C420  # as RUF024 wants it for a list


def minutes(count):
    return timedelta(minutes=count)


def some_hours(*, closures=(), extra=None, zone="Asia/Kolkata", **days):
    return WorkingHours.from_dict(
        {
            **each(WEEKDAYS, []),
            **days,
            "closures": list(closures),
            "extra": extra or {},
            "zone": zone,
        }
    )


def problems_of(data):
    with pytest.raises(InvalidInput) as caught:
        WorkingHours.from_dict(data)
    return [(problem.field, problem.field_code) for problem in caught.value.fields]


class TestExamples:
    """Mon-Sat 10:00-17:00 unless said otherwise; 2026-12-21 is a Monday."""

    @pytest.mark.parametrize(
        ("at", "is_open"),
        [
            ("2026-12-21T09:59:59", False),
            ("2026-12-21T10:00", True),
            ("2026-12-21T16:59:59", True),
            ("2026-12-21T17:00", False),
            ("2026-12-26T12:00", True),
            ("2026-12-27T12:00", False),
        ],
    )
    def test_is_open(self, at, is_open):
        assert DEFAULT_HOURS.is_open(ist(at)) is is_open

    def test_the_zone_of_the_question_does_not_matter(self):
        assert DEFAULT_HOURS.is_open(datetime(2026, 12, 21, 4, 30, tzinfo=UTC))
        assert not DEFAULT_HOURS.is_open(datetime(2026, 12, 21, 4, 29, tzinfo=UTC))

    @pytest.mark.parametrize(
        ("at", "opening", "closing"),
        [
            ("2026-12-21T08:00", "2026-12-21T10:00", "2026-12-21T17:00"),
            ("2026-12-21T12:34:56", "2026-12-21T12:34:56", "2026-12-21T17:00"),
            ("2026-12-21T17:00", "2026-12-22T10:00", "2026-12-22T17:00"),
            ("2026-12-26T18:00", "2026-12-28T10:00", "2026-12-28T17:00"),
        ],
    )
    def test_next_opening_and_closing(self, at, opening, closing):
        assert DEFAULT_HOURS.next_opening(ist(at)) == ist(opening)
        assert DEFAULT_HOURS.next_closing(ist(at)) == ist(closing)

    def test_answers_are_in_utc(self):
        assert DEFAULT_HOURS.next_opening(ist("2026-12-21T12:00")).tzinfo is UTC
        assert DEFAULT_HOURS.add(ist("2026-12-21T12:00"), minutes(5)).tzinfo is UTC

    @pytest.mark.parametrize(
        ("at", "count", "added"),
        [
            ("2026-12-21T12:00", 0, "2026-12-21T12:00"),
            ("2026-12-21T08:00", 0, "2026-12-21T10:00"),
            ("2026-12-21T17:00", 0, "2026-12-22T10:00"),
            ("2026-12-21T16:50", 9.5, "2026-12-21T16:59:30"),
            ("2026-12-21T16:50", 10, "2026-12-22T10:00"),
            ("2026-12-21T16:50", 60, "2026-12-22T10:50"),
            ("2026-12-26T16:30", 60, "2026-12-28T10:30"),
            ("2026-12-21T10:00", 6 * 420, "2026-12-28T10:00"),
        ],
    )
    def test_add(self, at, count, added):
        assert DEFAULT_HOURS.add(ist(at), minutes(count)) == ist(added)

    def test_between(self):
        saturday, monday = ist("2026-12-26T16:30"), ist("2026-12-28T10:15")
        assert DEFAULT_HOURS.between(saturday, monday) == minutes(45)
        assert DEFAULT_HOURS.between(monday, saturday) == -minutes(45)

    @pytest.mark.parametrize(
        ("at", "opening"),
        [
            ("2026-12-21T08:00", "2026-12-22T10:00"),
            ("2026-12-21T23:00", "2026-12-22T10:00"),
            ("2026-12-26T12:00", "2026-12-28T10:00"),
        ],
    )
    def test_next_working_day_opening(self, at, opening):
        assert DEFAULT_HOURS.next_working_day_opening(ist(at)) == ist(opening)

    def test_a_festival_is_skipped_and_an_extra_sunday_is_not(self):
        hours = some_hours(
            **each(WEEKDAYS[:6], [["10:00", "17:00"]]),
            closures=["2026-12-24", "2026-12-25"],
            extra={"2026-12-27": [["09:30", "11:00"]]},
        )
        wednesday = ist("2026-12-23T16:50")
        assert hours.add(wednesday, minutes(15)) == ist("2026-12-26T10:05")
        assert hours.next_working_day_opening(wednesday) == ist("2026-12-26T10:00")
        assert hours.next_working_day_opening(ist("2026-12-26T10:00")) == ist("2026-12-27T09:30")

    def test_an_extra_opening_on_a_closed_date_opens_it(self):
        hours = some_hours(
            mon=[["10:00", "17:00"]],
            closures=["2026-12-21"],
            extra={"2026-12-21": [["12:00", "14:00"]]},
        )
        assert hours.windows_on(MONDAY) == (OpenWindow(time(12), time(14)),)

    def test_an_extra_opening_joins_the_usual_hours(self):
        hours = some_hours(
            mon=[["10:00", "12:00"]], extra={"2026-12-21": [["12:00", "24:00"], ["08:00", "09:00"]]}
        )
        assert hours.windows_on(MONDAY) == (
            OpenWindow(time(8), time(9)),
            OpenWindow(time(10), time(0)),
        )

    def test_a_long_usual_window_swallows_a_short_extra_one(self):
        hours = some_hours(mon=[["10:00", "17:00"]], extra={"2026-12-21": [["11:00", "12:00"]]})
        assert hours.windows_on(MONDAY) == (OpenWindow(time(10), time(17)),)

    def test_openings_that_touch_at_midnight_close_once(self):
        hours = some_hours(mon=[["22:00", "24:00"]], tue=[["00:00", "02:00"]])
        assert hours.next_closing(ist("2026-12-21T23:00")) == ist("2026-12-22T02:00")
        assert hours.add(ist("2026-12-21T23:00"), minutes(60)) == ist("2026-12-22T00:00")
        opening = hours.window_at(ist("2026-12-21T23:59"))
        assert opening == (ist("2026-12-21T22:00"), ist("2026-12-22T00:00"))

    def test_round_the_clock_never_closes(self):
        hours = some_hours(**each(WEEKDAYS, [["00:00", "24:00"]]))
        at = ist("2026-12-21T03:00")
        assert hours.next_closing(at) is None
        assert hours.add(at, timedelta(days=30)) == at + timedelta(days=30)

    def test_the_last_opening_of_all_closes(self):
        hours = some_hours(extra={"2026-12-21": [["10:00", "12:00"]]})
        assert hours.next_closing(ist("2026-12-20T10:00")) == ist("2026-12-21T12:00")

    @pytest.mark.parametrize(
        ("at", "part", "opening"),
        [
            ("2026-12-21T08:00", "any", "2026-12-21T10:00"),
            ("2026-12-21T08:00", "morning", "2026-12-21T10:00"),
            ("2026-12-21T11:00", "morning", "2026-12-21T11:00"),
            ("2026-12-21T13:30", "morning", "2026-12-22T10:00"),
            ("2026-12-21T08:00", "afternoon", "2026-12-21T13:30"),
            ("2026-12-21T15:00", "afternoon", "2026-12-21T15:00"),
            ("2026-12-21T17:00", "afternoon", "2026-12-22T13:30"),
            ("2026-12-26T09:00", "afternoon", "2026-12-28T13:30"),
        ],
    )
    def test_next_in_part(self, at, part, opening):
        weekdays = each(WEEKDAYS[:5], [["10:00", "17:00"]])
        hours = some_hours(**weekdays, sat=[["10:00", "13:00"]])
        assert hours.next_in_part(ist(at), part) == ist(opening)

    def test_a_part_that_no_day_has_gives_way_to_the_next_opening(self):
        mornings = some_hours(**each(WEEKDAYS, [["10:00", "13:00"]]))
        assert mornings.next_in_part(ist("2026-12-21T11:00"), "afternoon") == ist(
            "2026-12-21T11:00"
        )
        assert mornings.next_in_part(ist("2026-12-21T13:00"), "afternoon") == ist(
            "2026-12-22T10:00"
        )

    def test_the_only_morning_of_the_week_is_waited_for(self):
        hours = some_hours(mon=[["10:00", "17:00"]], tue=[["14:00", "17:00"]])
        assert hours.next_in_part(ist("2026-12-21T15:00"), "morning") == ist("2026-12-28T10:00")

    def test_an_unknown_part_is_no_part(self):
        with pytest.raises(ValueError, match="evening"):
            DEFAULT_HOURS.next_in_part(ist("2026-12-21T10:00"), "evening")


class TestNeverOpen:
    SEARCHES = (
        pytest.param(lambda hours, at: hours.next_opening(at), id="next_opening"),
        pytest.param(lambda hours, at: hours.next_closing(at), id="next_closing"),
        pytest.param(lambda hours, at: hours.add(at, minutes(0)), id="add"),
        pytest.param(lambda hours, at: hours.next_working_day_opening(at), id="next_working_day"),
        pytest.param(lambda hours, at: hours.next_in_part(at, "morning"), id="next_in_part"),
    )

    @pytest.mark.parametrize("search", SEARCHES)
    def test_a_search_in_hours_without_windows_ends(self, search):
        with pytest.raises(NeverOpen) as caught:
            search(some_hours(), ist("2026-12-21T10:00"))
        assert isinstance(caught.value, HelplineError)
        assert caught.value.code == "never_open"

    def test_counting_needs_no_opening(self):
        hours = some_hours()
        assert not hours.is_open(ist("2026-12-21T10:00"))
        assert hours.between(ist("2026-12-21T10:00"), ist("2027-12-21T10:00")) == minutes(0)

    def test_more_work_than_there_will_be_ends(self):
        hours = some_hours(mon=[["10:00", "10:01"]])
        with pytest.raises(NeverOpen):
            hours.add(ist("2026-12-21T10:00"), timedelta(days=365))

    def test_an_opening_a_year_away_is_found(self):
        hours = some_hours(extra={"2027-12-21": [["10:00", "12:00"]]})
        assert hours.next_opening(ist("2026-12-21T10:00")) == ist("2027-12-21T10:00")


class TestFaultsOfTheProgram:
    NAIVE = datetime(2026, 12, 21, 10)  # noqa: DTZ001  # the fault itself

    @pytest.mark.parametrize(
        "ask",
        [
            *TestNeverOpen.SEARCHES,
            pytest.param(lambda hours, at: hours.is_open(at), id="is_open"),
            pytest.param(lambda hours, at: hours.between(at, ist("2026-12-21T10:00")), id="from"),
            pytest.param(lambda hours, at: hours.between(ist("2026-12-21T10:00"), at), id="to"),
        ],
    )
    def test_a_naive_datetime_is_refused(self, ask):
        with pytest.raises(NaiveDatetimeError):
            ask(DEFAULT_HOURS, self.NAIVE)

    def test_time_is_never_taken_away(self):
        with pytest.raises(ValueError, match="never taken away"):
            DEFAULT_HOURS.add(ist("2026-12-21T10:00"), -minutes(1))

    def test_a_week_has_seven_days(self):
        with pytest.raises(ValueError, match="seven"):
            WorkingHours(weekly=((),))

    def test_windows_are_checked_however_they_are_made(self):
        with pytest.raises(InvalidInput, match=r"tue\[0\]: bad_time"):
            WorkingHours(weekly=((), (OpenWindow(time(10, 0, 1), time(11)),), *((),) * 5))


class TestOtherZones:
    """Berlin skips 02:00-03:00 on 2026-03-29 and repeats it on 2026-10-25, both Sundays."""

    @pytest.mark.parametrize(
        ("windows", "day", "hours"),
        [
            ([["01:00", "04:00"]], "2026-03-22", 3),
            ([["01:00", "04:00"]], "2026-03-29", 2),
            ([["01:00", "04:00"]], "2026-10-25", 4),
            ([["02:00", "03:00"]], "2026-03-29", 0),
            ([["01:00", "02:45"], ["03:00", "04:00"]], "2026-03-29", 2),
        ],
    )
    def test_time_is_counted_as_it_passes(self, windows, day, hours):
        berlin = some_hours(sun=windows, zone="Europe/Berlin")
        start = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo("Europe/Berlin"))
        assert berlin.between(start, start + timedelta(days=1)) == timedelta(hours=hours)


class TestSerialisation:
    def test_the_shape_is_the_contract_s(self):
        hours = some_hours(
            mon=[["14:00", "17:00"], ["10:00", "13:00"]],
            sat=[["18:00", "24:00"]],
            closures=["2026-12-25", "2026-01-26"],
            extra={"2026-12-27": [["10:00", "13:00"]]},
        )
        assert json.loads(json.dumps(hours.to_dict())) == {
            "mon": [["10:00", "13:00"], ["14:00", "17:00"]],
            **each(["tue", "wed", "thu", "fri", "sun"], []),
            "sat": [["18:00", "24:00"]],
            "closures": ["2026-01-26", "2026-12-25"],
            "extra": {"2026-12-27": [["10:00", "13:00"]]},
            "zone": "Asia/Kolkata",
        }

    def test_the_weekdays_are_enough(self):
        weekly = {**each(WEEKDAYS[:6], [["10:00", "17:00"]]), "sun": []}
        assert WorkingHours.from_dict(weekly) == DEFAULT_HOURS

    def test_everything_wrong_is_told_at_once_with_its_path(self):
        assert problems_of(
            {
                "mon": [["10:00", "12:00"], ["11:00", "13:00"]],
                "tue": [["12:00", "10:00"]],
                "wed": [["10:00", "10:00"]],
                "thu": [["10:0", "11:00"], ["9:00", 10], ["24:00", "24:00"]],
                "fri": [["10:00"]],
                "sat": "10:00-17:00",
                "closures": ["2026-02-30", "20261225", 5],
                "extra": {"soon": [], "2026-12-27": [["13:00", "00:00"]], "2026-12-28": None},
                "zone": "Asia/Atlantis",
                "lunch": [],
            }
        ) == [
            ("mon[1]", "overlapping"),
            ("tue[0]", "end_before_start"),
            ("wed[0]", "end_before_start"),
            ("thu[0][0]", "bad_time"),
            ("thu[1][0]", "bad_time"),
            ("thu[1][1]", "wrong_type"),
            ("thu[2][0]", "bad_time"),
            ("fri[0]", "wrong_type"),
            ("sat", "wrong_type"),
            ("sun", "required"),
            ("closures[0]", "bad_date"),
            ("closures[1]", "bad_date"),
            ("closures[2]", "wrong_type"),
            ("extra.soon", "bad_date"),
            ("extra.2026-12-27[0]", "end_before_start"),
            ("extra.2026-12-28", "required"),
            ("zone", "bad_zone"),
            ("lunch", "unknown"),
        ]

    @pytest.mark.parametrize(
        "zone", ["Asia", "", "../../etc/passwd", "/etc/passwd", "Asia/Kolkata\0", "é"]
    )
    def test_a_bad_zone_is_an_error_with_a_code(self, zone):
        week = each(WEEKDAYS, [])
        assert problems_of({**week, "zone": zone}) == [("zone", "bad_zone")]

    def test_types_of_the_parts_are_checked(self):
        week = each(WEEKDAYS, [])
        assert problems_of({**week, "closures": {}, "extra": [], "zone": 5}) == [
            ("closures", "wrong_type"),
            ("extra", "wrong_type"),
            ("zone", "wrong_type"),
        ]


def test_iso_carries_the_offset():
    assert to_iso(datetime(2026, 12, 21, 4, 30, 0, 999, tzinfo=UTC)) == "2026-12-21T10:00:00+05:30"
    with pytest.raises(NaiveDatetimeError):
        to_iso(TestFaultsOfTheProgram.NAIVE)


@st.composite
def day_windows(draw):
    cuts = sorted(draw(st.sets(st.integers(0, 48).map(lambda half: half * 30), max_size=6)))
    return list(zip(cuts[::2], cuts[1::2], strict=False))


class Model:
    """The same hours as one flag a minute from Monday on, by the definition and nothing else."""

    def __init__(self, weekly, closures, extra):
        def clock(minute):
            return f"{minute // 60:02}:{minute % 60:02}"

        def plain(windows):
            return [[clock(start), clock(end)] for start, end in windows]

        self.hours = some_hours(
            **{name: plain(windows) for name, windows in zip(WEEKDAYS, weekly, strict=True)},
            closures=[(MONDAY + timedelta(days=day)).isoformat() for day in closures],
            extra={
                (MONDAY + timedelta(days=day)).isoformat(): plain(windows)
                for day, windows in extra.items()
            },
        )
        flags = bytearray(MODEL_DAYS * DAY_MINUTES)
        for day in range(MODEL_DAYS):
            usual = [] if day in closures else weekly[day % 7]
            for start, end in [*usual, *extra.get(day, [])]:
                for minute in range(start, end):
                    flags[day * DAY_MINUTES + minute] = 1
        self.open = [flag == 1 for flag in flags]
        self.worked = [0, *accumulate(self.open)]

    @staticmethod
    def at(minute):
        return datetime.combine(MONDAY, time(), IST) + timedelta(minutes=minute)

    def add(self, minute, count):
        """The first open minute by which that much has been worked, or None beyond the model."""
        first = bisect_left(self.worked, self.worked[minute] + count, lo=minute)
        return next((each for each in range(first, len(self.open)) if self.open[each]), None)


models = st.builds(
    Model,
    st.tuples(*[day_windows()] * 7),
    st.sets(st.integers(0, MODEL_DAYS - 1), max_size=4),
    st.dictionaries(st.integers(0, MODEL_DAYS - 1), day_windows(), max_size=4),
)
first_week = st.integers(0, 7 * DAY_MINUTES)
amounts = st.integers(0, 1500)


@given(models, st.lists(first_week, min_size=5, max_size=20))
def test_is_open_agrees_with_every_minute(model, sample):
    edges = [
        minute
        for minute in range(1, 3 * DAY_MINUTES)
        if model.open[minute] != model.open[minute - 1]
    ]
    for minute in {*sample, *edges, *(edge - 1 for edge in edges)}:
        assert model.hours.is_open(model.at(minute)) is model.open[minute]


@given(models, first_week, amounts)
def test_add_agrees_with_counting_minutes(model, minute, count):
    expected = model.add(minute, count)
    try:
        found = model.hours.add(model.at(minute), minutes(count))
    except NeverOpen:
        assert expected is None
    else:
        beyond = model.at(len(model.open))
        assert found >= beyond if expected is None else found == model.at(expected)


@given(
    models,
    st.integers(0, MODEL_DAYS * DAY_MINUTES - 1),
    st.integers(0, MODEL_DAYS * DAY_MINUTES - 1),
)
def test_between_agrees_with_counting_minutes(model, start, end):
    expected = minutes(model.worked[end] - model.worked[start])
    assert model.hours.between(model.at(start), model.at(end)) == expected


@given(models, first_week)
def test_openings_and_closings_agree_with_the_minutes(model, minute):
    opening = model.add(minute, 0)
    if opening is None:
        return
    assert model.hours.next_opening(model.at(minute)) == model.at(opening)
    closing = next((each for each in range(opening, len(model.open)) if not model.open[each]), None)
    if closing is not None:
        assert model.hours.next_closing(model.at(minute)) == model.at(closing)
    tomorrow = model.add((minute // DAY_MINUTES + 1) * DAY_MINUTES, 0)
    if tomorrow is not None:
        assert model.hours.next_working_day_opening(model.at(minute)) == model.at(tomorrow)


@given(models, first_week, st.timedeltas(timedelta(), timedelta(days=2)), amounts)
def test_add_and_between_are_each_other_s_inverse(model, minute, amount, more):
    at, hours = model.at(minute), model.hours
    try:
        found = hours.add(at, amount)
        further = hours.add(at, amount + minutes(more))
    except NeverOpen:
        return
    assert hours.is_open(found)
    assert hours.between(at, found) == amount
    assert hours.add(found, minutes(more)) == further


@given(models, first_week, st.sampled_from(["morning", "afternoon"]))
def test_a_part_of_the_day_is_kept_while_the_week_has_one(model, minute, part):
    opening = model.add(minute, 0)
    if opening is None:
        return
    days = range(opening // DAY_MINUTES, min(opening // DAY_MINUTES + 8, MODEL_DAYS))
    wanted = [
        each
        for day in days
        for each in range(day * DAY_MINUTES, (day + 1) * DAY_MINUTES)
        if each >= minute
        and model.open[each]
        and (each % DAY_MINUTES < 13 * 60 + 30) is (part == "morning")
    ]
    expected = wanted[0] if wanted else opening
    assert model.hours.next_in_part(model.at(minute), part) == model.at(expected)


@given(models)
def test_what_is_written_is_read_back(model):
    assert WorkingHours.from_dict(model.hours.to_dict()) == model.hours
