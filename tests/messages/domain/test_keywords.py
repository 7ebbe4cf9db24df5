"""The ruling words of an SMS."""

import pytest

from chalicelib.core.domain.language import Language
from chalicelib.messages.domain.keywords import Keyword, keyword_of, language_of_keyword


@pytest.mark.parametrize(
    ("text", "keyword"),
    [
        ("STOP", Keyword.STOP),
        (" stop. ", Keyword.STOP),
        ("Cancel", Keyword.STOP),
        ("बंद", Keyword.STOP),
        ("बंद।", Keyword.STOP),
        ("start", Keyword.START),
        ("शुरू", Keyword.START),
        ("HELP!", Keyword.HELP),
        ("मदद", Keyword.HELP),
        ("Status?", Keyword.STATUS),
        ("स्थिति", Keyword.STATUS),
        ("Stop  it!", Keyword.STOP),
        ("opt out", Keyword.STOP),
        ("UNSUBCRIBE", Keyword.STOP),
        ("बन्द करो", Keyword.STOP),
        ("band karo", Keyword.STOP),
        ("मत भेजो", Keyword.STOP),
        ("चालू करें", Keyword.START),
        ("suru", Keyword.START),
        ("हैल्प", Keyword.HELP),
        ("sahayta", Keyword.HELP),
        ("स्तिथि", Keyword.STATUS),
        ("stithi?", Keyword.STATUS),
        ("\u200bSTATUS\ufeff", Keyword.STATUS),
    ],
)
def test_a_word_alone_rules(text: str, keyword: Keyword) -> None:
    assert keyword_of(text) is keyword


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "🙏",
        "please stop the pain",
        "help my father",
        "मुझे मदद चाहिए",
        "callback",
        "दर्द बंद करो",
    ],
)
def test_anything_else_asks_for_a_callback(text: str) -> None:
    assert keyword_of(text) is None


@pytest.mark.parametrize("text", ["बंद", "Band karo", "मदद!", "शुरू", "sthiti"])
def test_a_hindi_word_shows_its_language(text: str) -> None:
    assert language_of_keyword(text) is Language.HI


@pytest.mark.parametrize("text", ["STOP", "help", "STATUS", "Start", "मुझे मदद चाहिए"])
def test_a_word_that_everybody_types_shows_none(text: str) -> None:
    assert language_of_keyword(text) is None
