"""The DLT's ids: none, or one for every wording in every language."""

import json

import pytest

from chalicelib.core.domain.language import COPY_LANGUAGES
from chalicelib.messages.domain.templates import Template
from chalicelib.messages.services.dlt_registrations import (
    NotRegistered,
    Registrations,
    registered_name,
)


def words(template: Template, language: str) -> str:
    return f"{template} in {language}"


def reworded(template: Template, language: str) -> str:
    return words(template, language) + (" anew" if template is Template.HELP else "")


NAMES = [
    registered_name(template, language, words)
    for template in Template
    for language in COPY_LANGUAGES
]
IDS = {name: f"11070000000000{number:05}" for number, name in enumerate(NAMES)}
HELP_IN_HINDI = registered_name(Template.HELP, "hi", words)


def read(ids: object, *, required: bool = True) -> Registrations:
    return Registrations.read(json.dumps(ids), words, required=required)


def test_each_text_has_the_id_of_its_language() -> None:
    registrations = read(IDS)

    assert registrations(Template.HELP, "hi") == IDS[HELP_IN_HINDI]
    tamil = registrations(Template.RECEIVED, "ta")
    assert tamil == registrations(Template.RECEIVED, "en"), "what we write to them is English"
    assert len({registrations(each, lang) for each in Template for lang in ("en", "hi")}) == len(
        IDS
    )


def test_without_any_nothing_is_registered_where_nothing_has_to_be() -> None:
    assert Registrations.read(" ", words, required=False)(Template.HELP, "hi") == ""
    with pytest.raises(NotRegistered, match=HELP_IN_HINDI):
        Registrations.read("", words, required=True)


@pytest.mark.parametrize("required", [True, False])
def test_one_that_is_missing_is_named_alone(*, required: bool) -> None:
    ids = {name: id_ for name, id_ in IDS.items() if name != HELP_IN_HINDI}

    with pytest.raises(NotRegistered, match=f"no id for {HELP_IN_HINDI}$"):
        read(ids, required=required)


def test_another_wording_needs_another_registration_which_may_come_ahead() -> None:
    with pytest.raises(NotRegistered, match=r"no id for help\.en\.\w{6}, help\.hi\.\w{6}$"):
        Registrations.read(json.dumps(IDS), reworded, required=True)

    ahead = {registered_name(Template.HELP, language, reworded): "9" for language in COPY_LANGUAGES}
    both = {**IDS, **ahead}
    assert Registrations.read(json.dumps(both), reworded, required=True)(Template.HELP, "hi") == "9"
    assert read(both)(Template.HELP, "hi") == IDS[HELP_IN_HINDI]


@pytest.mark.parametrize("text", ["{", "[]", "7", '{"x": ["1107"]}', '{"x": 1107}', '{"x": ""}'])
def test_what_is_no_configuration_is_refused_without_its_value(text: str) -> None:
    with pytest.raises(NotRegistered) as raised:
        Registrations.read(text, words, required=False)

    assert "1107" not in str(raised.value)


@pytest.mark.parametrize("wrong", ["", "1" * 51, "1107-12"])
def test_an_id_is_as_gateways_take_it(wrong: str) -> None:
    with pytest.raises(NotRegistered):
        read({**IDS, HELP_IN_HINDI: wrong})


def test_all_of_it_fits_the_environment_of_a_function() -> None:
    assert len(json.dumps(IDS, separators=(",", ":"))) < 3_000
