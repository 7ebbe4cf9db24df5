"""The words of enums: each member has its label, in every language."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from importlib import import_module

import pytest

from chalicelib.cases.web import labels
from chalicelib.core.domain.language import COPY_LANGUAGES, Language
from chalicelib.core.i18n import label_of, label_options
from chalicelib.messages.domain.delivery import MessageState
from infra import translations
from tests.architecture.sources import ROOT

MODULES = ("labels", "language_names")


def tables() -> Iterator[tuple[str, type[StrEnum], Mapping[StrEnum, str]]]:
    """Find the tables that have labels for the members of an enum, whole or in part."""
    for path in sorted((ROOT / "chalicelib").glob("*/web/*.py")):
        if path.stem not in MODULES:
            continue
        module = import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for name, table in vars(module).items():
            if not isinstance(table, Mapping) or not all(
                isinstance(t, str) for t in table.values()
            ):
                continue
            kinds = {type(code) for code in table if isinstance(code, StrEnum)}
            for kind in kinds:
                yield f"{path.parts[-3]}.{name}", kind, table


TABLES = {
    **{name: (kind, table) for name, kind, table in tables()},
    # By their values, as stored and as in JSON.
    "cases.MESSAGE_STATES": ([state.value for state in MessageState], labels.MESSAGE_STATES),
}


def test_the_tables_are_found():
    assert len(TABLES) > 10


@pytest.mark.parametrize("name", TABLES)
def test_every_member_has_a_label_in_every_language(name):
    kind, table = TABLES[name]
    assert set(kind) <= set(table)
    for source in translations.sources():
        written = {message.id: message.string for message in translations.read(source)}
        if translations.language(source) != Language.EN:
            assert [text for text in table.values() if not written.get(text)] == []


@pytest.mark.parametrize("language", COPY_LANGUAGES)
def test_a_code_without_a_label_is_shown_as_it_is(language):
    assert label_of({}, "new_code", language) == "new_code"
    assert label_of({}, None, language) == ""
    assert label_options({}, ["a"], language) == [("a", "a")]
