"""The questionnaire: each row is whole, and every answer of a case has its row."""

from dataclasses import fields

import pytest

from chalicelib.cases.domain.answers import Details
from chalicelib.cases.domain.case import Case
from chalicelib.cases.domain.questionnaire import (
    FORM,
    QUESTIONS,
    ChoiceAnswer,
    Grouping,
    NumberAnswer,
    TextAnswer,
    in_form_order,
)
from chalicelib.core.i18n import translator

EACH = pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
SHOWN_BY_ITSELF = {"name", "asking_for", "messages"}
"""What the desk shows elsewhere than among the facts."""


def texts_of(question):
    yield from (question.noun, question.label, question.staff_label, question.hint)
    yield from (question.tick, question.fact, question.dimension_label)
    yield from (text for option in question.options for text in (option.label, option.brief))
    if isinstance(question.answer, NumberAnswer):
        yield question.answer.in_words


def test_every_answer_of_a_case_has_its_question_in_the_same_order():
    assert [*QUESTIONS, "name_key"] == [each.name for each in fields(Details)]


def test_the_form_asks_each_question_once():
    assert sorted(each.name for each in in_form_order()) == sorted(QUESTIONS)
    assert [section.questions[0].is_several for section in FORM if not section.heading] == [True]


def test_no_name_stands_for_two_things():
    asked_as = [each.asked_as for each in QUESTIONS.values()]
    dimensions = [each.dimension for each in QUESTIONS.values() if each.dimension]

    assert len({*asked_as}) == len(asked_as)
    assert len({*dimensions, "language", "channel"}) == len(dimensions) + 2
    assert not QUESTIONS.keys() & {each.name for each in fields(Case)}


@EACH
def test_an_answer_that_was_not_given_is_empty_as_its_kind_is(question):
    assert getattr(Details(), question.name) == (() if question.is_list else None)


@EACH
def test_every_text_is_marked_and_translated(question):
    hindi = translator("hi")

    assert [text for text in texts_of(question) if text and hindi.gettext(text) == text] == []
    assert question.noun
    assert question.label
    assert all(option.label for option in question.offered)


@EACH
def test_only_what_falls_into_known_groups_is_kept_and_counted(question):
    match question.answer:
        case TextAnswer():
            assert question.groups in (None, Grouping.CITIES, Grouping.SITES)
        case NumberAnswer():
            assert question.groups in (None, Grouping.DECADES)
        case ChoiceAnswer():
            assert question.groups in (None, Grouping.OPTIONS)
    assert bool(question.dimension) is bool(question.dimension_label)
    assert question.groups or not question.dimension


@EACH
def test_the_desk_shows_every_answer(question):
    assert bool(question.fact) is (question.name not in SHOWN_BY_ITSELF)
