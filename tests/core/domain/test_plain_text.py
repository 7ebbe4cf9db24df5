"""Free text: what nobody sees goes, what a script is written with stays."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.domain.plain_text import plain_text

TURNED = [*"\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"]


@pytest.mark.parametrize("mark", [*TURNED, "\u200b", "\ufeff", "\u00ad", "\u2060", "\U000e0041"])
def test_a_mark_that_nobody_sees_goes(mark):
    assert plain_text(f"Ra{mark}vi{mark}") == "Ravi"


KSHA_APART = "क्\u200dष"
PLURAL = "राजा\u200cसाहब"
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
HEART = "\u2764\ufe0f"
URDU = "\u0601\u06f1\u06f2 عائشہ"


@pytest.mark.parametrize("text", [KSHA_APART, PLURAL, FAMILY, HEART, URDU])
def test_what_a_script_is_written_with_stays(text):
    assert plain_text(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    "end", ["\r\n", "\r", "\n", "\v", "\f", "\x85", "\u2028", "\u2029", "\x1d"]
)
def test_whatever_ends_a_line_is_one_line_feed_or_a_space(end):
    assert plain_text(f"one{end}two", lines=True) == "one\ntwo"
    assert plain_text(f"one{end}two") == "one two"


@given(st.text(), st.booleans())
def test_it_is_done_once_and_for_all(text, lines):
    plain = plain_text(text, lines=lines)

    assert plain_text(plain, lines=lines) == plain
    assert not {unicodedata.category(char) for char in plain.replace("\n", "")} & {"Cc", "Zl", "Zp"}
    assert not set(plain) & set(TURNED)
    assert lines or len(plain.splitlines()) <= 1
