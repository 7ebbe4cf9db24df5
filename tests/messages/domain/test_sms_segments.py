"""Segments of an SMS: what the networks count, and where they cut."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.messages.domain.sms_segments import (
    Encoding,
    count_segments,
    encoding_of,
    split,
    units,
)

BASIC = "abc XYZ 0189 @£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ!\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà\n\r"
EXTENSION = "^{}\\[~]|€\f"
gsm_7 = st.text(st.sampled_from(BASIC + EXTENSION), max_size=700)
any_text = st.text(max_size=400) | gsm_7 | st.text(st.sampled_from("कि😀a"), max_size=400)


@pytest.mark.parametrize(
    ("text", "encoding", "size", "segments"),
    [
        ("", Encoding.GSM_7, 0, 1),
        ("a" * 160, Encoding.GSM_7, 160, 1),
        ("a" * 161, Encoding.GSM_7, 161, 2),
        ("a" * 306, Encoding.GSM_7, 306, 2),
        ("a" * 307, Encoding.GSM_7, 307, 3),
        ("€" * 80, Encoding.GSM_7, 160, 1),
        ("€" * 81, Encoding.GSM_7, 162, 2),
        # 153 is odd: a pair at the edge moves on, and a segment carries 76 of them.
        ("€" * 152, Encoding.GSM_7, 304, 2),
        ("€" * 153, Encoding.GSM_7, 306, 3),
        ("a" * 152 + "€" + "a" * 151, Encoding.GSM_7, 305, 2),
        ("a" * 152 + "€" + "a" * 152, Encoding.GSM_7, 306, 3),
        ("क" * 70, Encoding.UCS_2, 70, 1),
        ("क" * 71, Encoding.UCS_2, 71, 2),
        ("क" * 134, Encoding.UCS_2, 134, 2),
        ("क" * 135, Encoding.UCS_2, 135, 3),
        ("a" * 70 + "\N{RIGHT SINGLE QUOTATION MARK}", Encoding.UCS_2, 71, 2),
        ("😀" * 35, Encoding.UCS_2, 70, 1),
        ("😀" * 36, Encoding.UCS_2, 72, 2),
        ("😀" * 66, Encoding.UCS_2, 132, 2),
        ("😀" * 67, Encoding.UCS_2, 134, 3),
        ("`", Encoding.UCS_2, 1, 1),
        ("ç", Encoding.UCS_2, 1, 1),
    ],
)
def test_known_texts(text: str, encoding: Encoding, size: int, segments: int) -> None:
    assert encoding_of(text) is encoding
    assert units(text) == size
    assert count_segments(text) == segments


def test_the_whole_alphabet_is_there() -> None:
    assert encoding_of(BASIC + EXTENSION) is Encoding.GSM_7
    # 128 septets but the escape itself, and ten behind the escape.
    alphabet = [chr(code) for code in range(0x2000) if encoding_of(chr(code)) is Encoding.GSM_7]
    assert len([*alphabet, "€"]) == 127 + 10


@given(text=any_text)
def test_nothing_is_lost_and_no_segment_is_too_long(text: str) -> None:
    encoding, segments = encoding_of(text), split(text)

    assert "".join(segments) == text
    assert count_segments(text) == len(segments)
    longest = encoding.alone if len(segments) == 1 else encoding.joined
    # Each by the encoding of the whole: a part of a Hindi text may be plain digits.
    for segment in segments:
        size = len(segment.encode("utf-16-le", "surrogatepass")) // 2
        if encoding is Encoding.GSM_7:
            size = len(segment) + sum(char in EXTENSION for char in segment)
        assert size <= longest


@given(text=any_text, more=st.text(max_size=80))
def test_more_text_is_never_fewer_segments(text: str, more: str) -> None:
    assert count_segments(text) <= count_segments(text + more)


@given(text=any_text)
def test_every_segment_is_as_full_as_it_can_be(text: str) -> None:
    encoding, segments = encoding_of(text), split(text)
    weigh = 2 if encoding is Encoding.GSM_7 else 1
    for segment, following in pairwise(segments):
        # One pair at most did not fit any more.
        size = len(segment.encode("utf-16-le", "surrogatepass")) // 2
        if encoding is Encoding.GSM_7:
            size = len(segment) + sum(char in EXTENSION for char in segment)
        is_pair = following[0] > "\uffff" or (weigh == 2 and following[0] in EXTENSION)
        assert size + (2 if is_pair else 1) > encoding.joined
