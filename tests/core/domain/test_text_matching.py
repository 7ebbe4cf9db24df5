"""One name is one text, however it was typed."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.domain.text_matching import normal_name


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("Sunita Devi", "  sunita   DEVI "),
        ("Dr. S.K. Rao", "dr s k rao"),
        ("José", "Jose"),
        ("Anne-Marie", "anne marie"),
        ("सुनीता देवी", " सुनीता  देवी"),
        ("क़ादिर", "क\u093cादिर"),  # the nukta apart
        ("फ़ातिमा", "फातिमा"),  # and left out, as most type it
        ("चाँदनी", "चांदनी"),
        ("र\u200dाम", "राम"),
        ("বীণা\u200c", "বীণা"),
        ("\uff32\uff21\uff2d", "ram"),
    ],
)
def test_what_typists_differ_in_makes_no_other_name(typed, same):
    assert normal_name(typed) == normal_name(same)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("सुनीता", "सुनित"),
        ("राम", "रमा"),
        ("भक्त", "भकत"),  # the virama is a sound
        ("मीना", "मिना"),
        ("Rama", "Ram"),
        ("Sunita Devi", "Sunitadevi"),
        ("தமிழ்", "தமிழ"),
    ],
)
def test_another_name_stays_another(one, other):
    assert normal_name(one) != normal_name(other)


@pytest.mark.parametrize("typed", ["", "  ", "...", "\u200d"])
def test_what_has_no_letter_is_no_name(typed):
    assert normal_name(typed) == ""


@given(st.text(max_size=30))
def test_a_normal_name_is_its_own_whatever_form_it_came_in(typed):
    normal = normal_name(typed)
    assert normal_name(normal) == normal
    for form in ("NFC", "NFD"):
        assert normal_name(unicodedata.normalize(form, typed)) == normal
