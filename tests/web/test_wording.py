"""What an SMS says: in both languages, short, neutral, and as its registration asks."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.clock import IST, NaiveDatetimeError
from chalicelib.domain.messages import Template
from chalicelib.wording import say_day, say_instant, say_time, sms_text, translator

GSM_7 = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
WHOLE_CASES = (
    (Template.RECEIVED, Template.FINISHED),
    (Template.RECEIVED, Template.UNREACHABLE),
    (Template.RECEIVED, Template.CANCELLED),
)
LANGUAGES = ("en", "hi")


def variables(start: datetime, end: datetime) -> dict[str, str]:
    return {
        "reference": "K7M240R59XK",
        "from": start.isoformat(),
        "to": end.isoformat(),
        "doctor": "Dr Meenakshi Subramaniam Iyer Raghavan",
        "registration": "TNMC-2009-123456",
    }


def widest(template: Template, language: str) -> str:
    """The longest text of a template over all promises: within a day, and over several."""
    morning = datetime(2026, 1, 1, 10, tzinfo=IST)
    starts = [morning + timedelta(days=3 * n, minutes=75 * (n % 6)) for n in range(122)]
    spans = (timedelta(minutes=45), timedelta(days=1, hours=2))
    said = [
        sms_text(template, language, variables(start, start + span))
        for start in starts
        for span in spans
    ]
    return max(said, key=units)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def segments(text: str) -> int:
    alone, joined = (160, 153) if set(text) <= GSM_7 else (70, 67)
    return 1 if units(text) <= alone else -(-units(text) // joined)


@pytest.mark.parametrize("template", Template)
def test_english_fits_one_segment_of_plain_letters(template):
    text = widest(template, "en")

    assert set(text) <= GSM_7
    assert segments(text) == 1, text


@pytest.mark.parametrize("template", Template)
def test_hindi_fits_two_segments(template):
    assert segments(widest(template, "hi")) <= 2, widest(template, "hi")


@pytest.mark.parametrize("case", WHOLE_CASES)
def test_a_whole_case_in_hindi_fits_four_segments(case):
    assert sum(segments(widest(template, "hi")) for template in case) <= 4


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", Template)
def test_the_wording_is_neutral(template, language):
    text = widest(template, language).casefold()

    for word in ("cancer", "कैंसर", "oncolog", "tumour", "diagnos", "opinion", "http", "राय"):
        assert word not in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", Template)
def test_variables_are_never_side_by_side_and_never_long(template, language):
    pattern = translator(language).gettext(_pattern(template))

    assert not re.search(r"%\(\w+\)s\W{0,2}%\(\w+\)s", pattern)
    start = datetime(2026, 9, 30, 12, 45, tzinfo=IST)
    marked = sms_text(
        template, language, {**variables(start, start + timedelta(days=1)), "doctor": "x" * 99}
    )
    assert "x" * 31 not in marked


def _pattern(template: Template) -> str:
    from chalicelib.wording import _SMS

    return _SMS[template]


def test_every_template_has_its_text():
    from chalicelib.wording import _SMS

    assert set(_SMS) == set(Template)


def test_a_promise_in_words():
    start = datetime(2026, 11, 23, 4, 45, tzinfo=UTC)
    told = variables(start, start + timedelta(minutes=45))

    assert sms_text(Template.RECEIVED, "en", told) == (
        "We have your request K7M2-40R5-9XK. A doctor will call you between"
        " Mon 23 Nov 10:15 am and 11:00 am. The call is free. To check, reply STATUS."
    )
    assert sms_text(Template.STATUS, "hi", told) == (
        "अनुरोध K7M2-40R5-9XK कतार में है। डॉक्टर सोम 23 नवंबर सुबह 10:15 से सुबह 11:00 के बीच फ़ोन करेंगे।"
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


def test_a_naive_time_is_a_fault():
    with pytest.raises(NaiveDatetimeError):
        say_day(datetime(2026, 11, 23), "en")  # noqa: DTZ001  # the point of the test


def test_a_language_without_a_catalogue_is_a_fault():
    with pytest.raises(FileNotFoundError):
        translator("ta")
