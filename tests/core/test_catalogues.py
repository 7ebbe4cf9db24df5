"""The catalogues are whole: every text of the code and the templates, in every language."""

import re
import shutil
from string import Formatter

import pytest
from babel.messages.catalog import Catalog

from chalicelib.core.domain.language import COPY_LANGUAGES, Language
from infra import translations

PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def texts(catalogue: Catalog) -> list[str]:
    return [message.id for message in catalogue if message.id]


def catalogue_of(language: str) -> Catalog:
    (source,) = [each for each in translations.sources() if translations.language(each) == language]
    return translations.read(source)


def test_every_language_has_every_text_of_the_code_and_the_pages():
    assert [translations.language(source) for source in translations.sources()] == [*COPY_LANGUAGES]
    assert list(translations.faults()) == []


@pytest.fixture(scope="module")
def wanted():
    """What is marked in the code: found once, which takes a second."""
    return translations.texts_in_code()


@pytest.fixture
def own_folder(tmp_path, monkeypatch, wanted):
    """The catalogues, where a test may spoil them."""
    monkeypatch.setattr(translations, "texts_in_code", lambda: wanted)
    folder = tmp_path / "locale"
    shutil.copytree(translations.CATALOGUES, folder)
    monkeypatch.setattr(translations, "CATALOGUES", folder)
    monkeypatch.setattr(translations, "TEMPLATE", folder / "helpline.pot")
    return folder


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('msgid "Sat"\nmsgstr "शनि"\n', "", "texts are missing"),
        ('msgid "Sat"\n', 'msgid "Satyr"\n', "in the code no more"),
        ('msgstr "शनि"', 'msgstr ""', "not translated: Sat"),
        ('msgid "Sat"\n', '#, fuzzy\nmsgid "Sat"\n', "not certain: Sat"),
    ],
)
def test_what_is_missing_stale_or_fuzzy_is_found_and_refreshed(own_folder, old, new, fault):
    path = own_folder / "hi" / "LC_MESSAGES" / "helpline.po"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")

    assert fault in "\n".join(translations.faults())
    translations.refresh()
    left = "\n".join(translations.faults())
    assert "missing" not in left
    assert "no more" not in left


def test_refreshing_what_is_up_to_date_changes_nothing(own_folder):
    translations.refresh()
    before = {path: path.read_bytes() for path in own_folder.rglob("*.po*")}
    translations.refresh()

    assert {path: path.read_bytes() for path in own_folder.rglob("*.po*")} == before


@pytest.mark.parametrize("language", set(COPY_LANGUAGES) - {Language.EN})
def test_every_text_is_translated_with_its_placeholders(language):
    for message in catalogue_of(language):
        if message.id:
            assert message.string, message.id
            assert sorted(PLACEHOLDER.findall(message.string)) == sorted(
                PLACEHOLDER.findall(message.id)
            ), message.id
            assert message.string.count("%") == message.id.count("%"), message.id


def test_hindi_is_written_in_its_own_script():
    kept = {"STATUS", "STOP", "START", "SMS"}
    for message in catalogue_of("hi"):
        if message.id:
            words = set(re.findall(r"[A-Za-z]+", PLACEHOLDER.sub("", message.string)))
            assert words <= kept, message.string


def test_no_text_is_built_for_str_format():
    assert not [
        text
        for text in texts(translations.read(translations.TEMPLATE))
        if any(part[1] for part in Formatter().parse(text))
    ]
