"""The catalogues are whole: every text of the code and the templates, in every language."""

import re
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from chalicelib.domain.language import COPY_LANGUAGES, Language
from chalicelib.wording import DOMAIN, FOLDER

ROOT = Path(__file__).parents[2]
TEMPLATE = FOLDER / f"{DOMAIN}.pot"
KEYWORDS = {"_": None, "N_": None, "NP_": ((1, "c"), 2)}
REFRESH = (
    "pybabel extract -F babel.cfg -k N_ -k NP_:1c,2 --no-location --sort-output "
    "-o chalicelib/locale/helpline.pot . && pybabel update --no-fuzzy-matching -D helpline "
    "-i chalicelib/locale/helpline.pot -d chalicelib/locale"
)
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def texts_in_code() -> set[tuple[str | None, str]]:
    with (ROOT / "babel.cfg").open() as config:
        methods, options = parse_mapping_cfg(config)
    found = extract_from_dir(ROOT, methods, options, keywords=KEYWORDS)
    return {(context, message) for _, _, message, _, context in found}


def read(path: Path, locale: str | None = None) -> Catalog:
    with path.open("rb") as lines:
        return read_po(lines, locale=locale, abort_invalid=True)


def texts(catalogue: Catalog) -> set[tuple[str | None, str]]:
    return {(message.context, message.id) for message in catalogue if message.id}


def catalogue_of(language: str) -> Catalog:
    return read(FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po", language)


def test_the_template_is_up_to_date():
    assert texts(read(TEMPLATE)) == texts_in_code(), f"run: {REFRESH}"


@pytest.mark.parametrize("language", COPY_LANGUAGES)
def test_each_catalogue_has_the_templates_texts(language):
    catalogue = catalogue_of(language)

    assert texts(catalogue) == texts(read(TEMPLATE)), f"run: {REFRESH}"
    assert not [message.id for message in catalogue if message.id and message.fuzzy]
    assert not catalogue.obsolete


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
        for _, text in texts(read(TEMPLATE))
        if any(part[1] for part in Formatter().parse(text))
    ]
