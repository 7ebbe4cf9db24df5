"""How days, times and numbers are said in each language."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.core.domain.datetimes import IST, NaiveDatetimeError
from chalicelib.core.i18n import (
    say_day,
    say_instant,
    say_near,
    say_near_day,
    say_number,
    say_time,
    translator,
)


@pytest.mark.parametrize(
    ("hour", "english", "hindi"),
    [
        (0, "12:05 am", "रात 12:05"),
        (3, "3:05 am", "रात 3:05"),
        (4, "4:05 am", "सुबह 4:05"),
        (11, "11:05 am", "सुबह 11:05"),
        (12, "12:05 pm", "दोपहर 12:05"),
        (15, "3:05 pm", "दोपहर 3:05"),
        (16, "4:05 pm", "शाम 4:05"),
        (19, "7:05 pm", "शाम 7:05"),
        (20, "8:05 pm", "रात 8:05"),
    ],
)
def test_times_of_day(hour, english, hindi):
    at = datetime(2026, 11, 23, hour, 5, tzinfo=IST)

    assert say_time(at, "en") == english
    assert say_time(at, "hi") == hindi


def test_days_are_those_of_india():
    late = datetime(2026, 11, 22, 20, tzinfo=UTC)

    assert say_day(late, "en") == "Mon 23 Nov"
    assert say_instant(late, "hi") == "सोम 23 नवंबर रात 1:30"


@pytest.mark.parametrize(
    ("hours", "day", "instant"),
    [
        (1, "today (Mon 23 Nov)", "1:00 pm"),
        (11, "today (Mon 23 Nov)", "11:00 pm"),
        (12, "tomorrow (Tue 24 Nov)", "tomorrow (Tue 24 Nov) 12:00 am"),
        (48, "on Wed 25 Nov", "Wed 25 Nov 12:00 pm"),
        (-24, "on Sun 22 Nov", "Sun 22 Nov 12:00 pm"),
    ],
)
def test_near_days_have_names(hours, day, instant):
    now = datetime(2026, 11, 23, 12, tzinfo=IST)
    at = now.astimezone(UTC) + timedelta(hours=hours)

    assert say_near_day(at, now, "en") == day
    assert say_near(at, now, "en") == instant


def test_tomorrow_in_hindi_has_its_date_since_its_word_is_yesterdays_too():
    now = datetime(2026, 11, 23, 12, tzinfo=IST)

    assert say_near(now + timedelta(days=1), now, "hi") == "कल (मंगल 24 नवंबर) दोपहर 12:00"


def test_a_naive_time_is_a_fault():
    with pytest.raises(NaiveDatetimeError):
        say_day(datetime(2026, 11, 23), "en")  # noqa: DTZ001  # the point of the test


def test_a_language_without_a_catalogue_is_a_fault():
    with pytest.raises(FileNotFoundError):
        translator("ta")


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "0"),
        (999, "999"),
        (1_769, "1,769"),
        (99_999, "99,999"),
        (1_00_000, "1,00,000"),
        (1_23_45_678, "1,23,45,678"),
        (-1_234, "-1,234"),
    ],
)
def test_numbers_have_their_commas_where_india_has_them(number: int, said: str):
    assert say_number(number) == said
