"""The language of what patients write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.domain.language import COPY_LANGUAGES, Language, copy_language, detect_language


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("मुझे डॉक्टर से बात करनी है", "hi"),
        ("नमस्ते", "hi"),
        ("९८७६५४३२१०", "hi"),
        ("मला डॉक्टरांशी बोलायचे आहे", "mr"),
        ("माझ्या आईला मदत पाहिजे", "mr"),
        ("मेरी बेटी के बाल झड़ रहे हैं", "hi"),
        ("আমার মায়ের জন্য ডাক্তারের সাথে কথা বলতে চাই", "bn"),
        ("মোক ডাক্তৰৰ লগত কথা পাতিব লাগে", "as"),
        ("எனக்கு உதவி வேண்டும்", "ta"),
        ("నాకు సహాయం కావాలి", "te"),
        ("મને મદદ જોઈએ છે", "gu"),
        ("ನನಗೆ ಸಹಾಯ ಬೇಕು", "kn"),
        ("എനിക്ക് സഹായം വേണം", "ml"),
        ("ਮੈਨੂੰ ਮਦਦ ਚਾਹੀਦੀ ਹੈ", "pa"),
        ("ମୋତେ ସାହାଯ୍ୟ ଦରକାର", "or"),
        ("مجھے ڈاکٹر سے بات کرنی ہے", "ur"),
        ("mujhe doctor se baat karni hai", "hi"),
        ("Mujhe madad chahiye", "hi"),
        ("NAMASTE", "hi"),
        ("papa ka ilaj chal raha hai, please call me", "hi"),
        ("kripya call karo", "hi"),
        ("Doctor sahab ka number?  phone nahi lag raha", "hi"),
        ("My father has lung cancer, please call me back", "en"),
        ("Namaste, I need a second opinion for my mother", "en"),
        ("I don\u2019t know what to do", "en"),
        ("breast lump stage two", "en"),
        ("Ramesh Kumar को call करें मेरे पिताजी", "hi"),
        ("Please call मुझे today about my mother", "en"),
        ("Apollo Hospital डॉक्टर अपोलो", "hi"),
    ],
)
def test_tells_the_language(text, code):
    elsewhere = Language.TA if code != "ta" else Language.EN
    assert detect_language(text, elsewhere) == code


@pytest.mark.parametrize(
    "text", ["", "   ", "😀🙏", "...?!", "9876543210", "CALL", "STATUS K7M2", "你好", "\u200d", "।"]
)
@pytest.mark.parametrize("default", [Language.EN, Language.HI])
def test_what_shows_no_language_is_the_default(text, default):
    assert detect_language(text, default) is default


@given(st.text())
def test_any_text_has_a_language(text):
    assert detect_language(text, Language.HI) in Language


@pytest.mark.parametrize("language", Language)
def test_each_language_is_named_in_its_own_script(language):
    assert detect_language(language.own_name, language) in (language, Language.BN, Language.HI)
    assert language.own_name


@pytest.mark.parametrize(
    ("code", "written"), [("hi", "hi"), ("en", "en"), ("ta", "en"), ("ur", "en"), ("??", "en")]
)
def test_writes_in_a_language_that_has_copy(code, written):
    assert copy_language(code) == written
    assert copy_language(code) in COPY_LANGUAGES
