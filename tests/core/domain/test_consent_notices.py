"""The words of a released notice never change: somebody has agreed to just those."""

from __future__ import annotations

import hashlib
from itertools import pairwise

import pytest

from chalicelib.core.domain.consent_notices import CURRENT, RELEASED, Notice, notice
from chalicelib.core.domain.errors import NotFound
from chalicelib.core.domain.language import COPY_LANGUAGES

# A version that is released gets its line here, and keeps it.
WORDS = {
    ("2026-11", "en"): "6300350545caba55",
    ("2026-11", "hi"): "0b2b2d7f95747fa0",
    ("2026-12", "en"): "d5c4c38c112021a0",
    ("2026-12", "hi"): "04b01bab258fdcff",
}


def fingerprint(text: Notice) -> str:
    words = [text.title, *(word for item in text.items for word in (item.heading, item.text))]
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:16]


def test_no_released_word_has_changed():
    found = {
        (version.name, language): fingerprint(text)
        for version in RELEASED
        for language, text in version.texts.items()
    }

    assert found == WORDS


def test_the_current_notice_is_there_in_every_language_that_we_write():
    assert {str(language) for language in COPY_LANGUAGES} <= CURRENT.texts.keys()
    assert len({len(text.items) for text in CURRENT.texts.values()}) == 1


def test_versions_follow_each_other():
    assert all(
        one.since < other.since and one.name < other.name for one, other in pairwise(RELEASED)
    )


def test_the_number_stands_in_its_place():
    shown = notice("hi").with_number("93555 20202")

    assert any("93555 20202" in item.text for item in shown)
    assert not any("%(" in item.text for item in shown)


def test_a_language_without_a_notice_gets_the_english_one():
    assert notice("ta") == notice("en", CURRENT.name)


def test_a_version_that_never_was_is_not_found():
    with pytest.raises(NotFound):
        notice("en", "2020-01")
