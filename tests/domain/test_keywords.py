"""The ruling words of an SMS."""

import pytest

from chalicelib.domain.keywords import Keyword, keyword_of


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
    ],
)
def test_a_word_alone_rules(text: str, keyword: Keyword) -> None:
    assert keyword_of(text) is keyword


@pytest.mark.parametrize(
    "text", ["", "   ", "🙏", "please stop the pain", "help my father", "मुझे मदद चाहिए", "callback"]
)
def test_anything_else_asks_for_a_callback(text: str) -> None:
    assert keyword_of(text) is None
