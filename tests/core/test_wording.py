"""What an SMS says: in both languages, short, neutral, and as its registration asks."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.cases.services.cases import own_path
from chalicelib.core.domain.datetimes import IST, NaiveDatetimeError
from chalicelib.core.domain.language import Language
from chalicelib.core.i18n import (
    say_day,
    say_instant,
    say_near,
    say_near_day,
    say_number,
    say_time,
    translator,
)
from chalicelib.messages.domain.sms_segments import Encoding, count_segments, encoding_of
from chalicelib.messages.domain.templates import Template
from chalicelib.messages.services.sms_texts import sms_pattern, sms_text
from chalicelib.rota.domain.duty import Shift
from chalicelib.rota.web.labels import said_shift
from infra.sms_widths import widest
from tests.benchmarks.segments import run
from tests.support.fakes import FakeSecrets


def words_of(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# In no SMS, whoever reads it over somebody's shoulder: an illness, its treatment, what is asked of
# whom. In both languages, as the beginnings of words.
NEVER = words_of(
    "cancer carcinom oncolog tumour tumor malign chemo radiat radioth biops metasta leuk lymphom"
    " sarcom diagnos prognos disease illness patient hospital treatment opinion stage breast lung"
    " कैंसर कर्क ट्यूमर गाँठ गांठ कीमो रेडिएशन बायोप्सी निदान बीमारी रोग मरीज़ मरीज अस्पताल इलाज उपचार राय"
    " स्तन फेफड़"
)
LANGUAGES = ("en", "hi")
VARIABLE = re.compile(r"%\((\w+)\)s")


def shown(template: Template, language: str) -> str:
    return widest(template, Language(language))


@pytest.mark.parametrize("template", Template)
def test_english_is_of_plain_letters_and_fits_two_segments(template):
    text = shown(template, "en")

    assert encoding_of(text) is Encoding.GSM_7
    assert count_segments(text) <= 2, text


@pytest.mark.parametrize("template", Template)
def test_hindi_fits_two_segments(template):
    text = shown(template, "hi")

    assert encoding_of(text) is Encoding.UCS_2
    assert count_segments(text) <= 2, text


def test_a_whole_case_keeps_its_budget_in_every_language():
    assert [row for row in run() if not row[-1]] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", Template)
def test_the_wording_is_neutral(template, language):
    words = re.split(r"[^\w\u0900-\u097f]+", sms_pattern(template, language).casefold())

    assert not [word for word in words if word.startswith(NEVER)]


def test_a_word_that_may_never_appear_is_seen():
    for planted in ("your CANCER report", "कैंसर के बारे में", "second opinions"):
        words = planted.casefold().split()
        assert [word for word in words if word.startswith(NEVER)], planted


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", Template)
def test_variables_are_never_side_by_side_and_never_long(template, language):
    pattern = sms_pattern(template, language)
    long = dict.fromkeys(VARIABLE.findall(pattern), "ज" * 99)
    for name in ("from", "to", "opens"):
        long[name] = "2026-09-30T12:45:00+05:30"
    long |= {"day": "2026-09-30", "link": "", "reference": "K7M240R59XK"}

    assert not re.search(r"%\(\w+\)s[^\w\u0900-\u097f]*%\(\w+\)s", pattern)
    assert "ज" * 31 not in sms_text(template, language, long)


@pytest.mark.parametrize("template", Template)
def test_every_language_tells_the_same(template):
    told = {
        language: sorted(VARIABLE.findall(sms_pattern(template, language)))
        for language in LANGUAGES
    }

    assert told["en"] == told["hi"]


def test_the_link_ends_in_a_variable_of_thirty_characters():
    path = own_path("K7M240R59XK", FakeSecrets().link_token("K7M240R59XK")[:16])

    assert path.startswith("c/")
    assert len(path.removeprefix("c/")) == 30


def test_every_template_has_its_text():
    from chalicelib.messages.services.sms_texts import _SMS

    assert set(_SMS) == set(Template)


def test_a_promise_in_words():
    start = datetime(2026, 11, 23, 4, 45, tzinfo=UTC)
    told = {
        "reference": "K7M240R59XK",
        "from": start.isoformat(),
        "to": (start + timedelta(minutes=45)).isoformat(),
        "link": "https://helpline.example/c/x",
    }

    assert sms_text(Template.RECEIVED, "en", told) == (
        "A doctor will call you between Mon 23 Nov 10:15 am and 11:00 am. The call is free."
        " Your request: https://helpline.example/c/x"
    )
    assert sms_text(Template.STATUS, "hi", told) == (
        "अनुरोध K7M2-40R5-9XK कतार में है। डॉक्टर सोम 23 नवंबर सुबह 10:15 से सुबह 11:00 के बीच फ़ोन करेंगे।"
    )
    over_days = {**told, "to": (start + timedelta(days=1)).isoformat(), "link": ""}
    assert sms_text(Template.RECEIVED, "en", over_days) == (
        "A doctor will call you between Mon 23 Nov and Tue 24 Nov. The call is free."
        " Your request: K7M2-40R5-9XK"
    )


def test_a_shift_in_words():
    told = {
        "day": "2026-11-23",
        "from": "2026-11-23T10:00:00+05:30",
        "to": "2026-11-23T13:30:00+05:30",
    }

    assert sms_text(Template.SHIFT_STARTS, "en", told) == (
        "Helpline: your shift on Mon 23 Nov runs from 10:00 am to 1:30 pm. Please open your desk."
    )


def test_when_we_open_in_words():
    told = {
        "reference": "K7M240R59XK",
        "opens": "2026-11-23T10:00:00+05:30",
        "to": "2026-11-23T11:30:00+05:30",
    }

    assert sms_text(Template.CLOSED_NOW, "en", told) == (
        "We are closed now and open Mon 23 Nov 10:00 am. A doctor will call you by 11:30 am."
        " Your request: K7M2-40R5-9XK."
    )


def test_a_language_that_we_do_not_write_gets_english():
    assert sms_text(Template.OPTED_IN, "ta", {}) == sms_text(Template.OPTED_IN, "en", {})


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


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ((10, 13), "Mon 23 Nov, 10:00 am \N{EN DASH} 1:00 pm"),
        ((0, 24), "Mon 23 Nov, all day"),
        ((0, 12), "Mon 23 Nov, 12:00 am \N{EN DASH} 12:00 pm"),
    ],
)
def test_a_shift_around_the_clock_has_no_hours(hours: tuple[int, int], said: str):
    midnight = datetime(2026, 11, 23, tzinfo=IST)
    start, end = (midnight + timedelta(hours=hour) for hour in hours)

    assert said_shift(Shift("s", "demo", start, end, ()), "en") == said
