"""Each question, from the form to everything that shows, counts or erases its answer."""

import re
from dataclasses import fields

import pytest

from chalicelib.cases.domain.answers import Details
from chalicelib.cases.domain.questionnaire import QUESTIONS, NumberAnswer, TextAnswer
from chalicelib.core.i18n import translator
from chalicelib.privacy.domain.erasure import de_identified
from chalicelib.reports.domain.tally import DIMENSIONS, NOT_TOLD, tallies_of
from tests.support.builders import NOON, a_case
from tests.support.fakes import strong_token
from tests.support.page_text import words

REFERENCE = "K7M240R59XK"
DATA = f"/c/{REFERENCE}/data?t={strong_token(REFERENCE)}"
EACH = pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
IN_EACH_LANGUAGE = pytest.mark.parametrize("language", ["en", "hi"])
TYPED = "Typed by somebody"


def answer_to(question):
    """An answer, as one request tells it."""
    match question.answer:
        case TextAnswer():
            return TYPED
        case NumberAnswer(most=most):
            return most - 1
    value = question.offered[0].value
    return [value] if question.is_several else value


def details_with(question):
    answer = answer_to(question)
    one = answer if isinstance(answer, list) else [answer]
    return Details(**{question.name: tuple(one) if question.is_list else answer})


def said(question, language):
    """The answer, as pages say it."""
    if question.offered:
        return translator(language).gettext(question.offered[0].label)
    return str(answer_to(question))


def only(web):
    (case,) = web.cases.cases.values()
    return case


@EACH
def test_a_program_tells_it_and_reads_it(web, question):
    answer = answer_to(question)
    asked = web.ask(**{"asking_for": "other", question.asked_as: answer}).json_body
    shown = web.get(
        f"/admin/cases/{asked['reference']}", authorization="Bearer admin:meera"
    ).json_body

    assert shown[question.name] == ([answer] if question.is_repeated else answer)
    assert shown.keys() >= QUESTIONS.keys()


@EACH
@IN_EACH_LANGUAGE
def test_the_form_asks_it_and_takes_its_answer(web, question, language):
    answer = web.get(f"/request?lang={language}", accept="text/html")
    form = {"phone": "98765 43210", "consent": "yes", "asking_for": "other", "lang": language}

    assert translator(language).gettext(question.tick or question.label) in words(answer)
    assert re.search(
        rf'<(input|select|textarea)[^>]* name="{question.asked_as}"', answer.body.decode()
    )
    assert web.send("/request", {**form, question.asked_as: answer_to(question)}).status_code == 303
    told = only(web).details.given
    assert told[question.name] == details_with(question).given[question.name]


@EACH
@IN_EACH_LANGUAGE
def test_the_pages_show_its_answer(web, question, language):
    case = a_case(reference=REFERENCE, details=details_with(question))
    web.cases.put(case)
    staff = words(
        web.signed_in("admin", "meera").get(f"/console/cases/{REFERENCE}?lang={language}")
    )
    own = words(web.get(f"{DATA}&lang={language}", accept="text/html"))
    web.cases.put(case.claim("dr-asha", NOON))
    desk = words(web.signed_in("oncologist", "dr-asha").get(f"/desk?lang={language}"))

    text = said(question, language)
    assert text in staff
    assert text in own
    assert translator(language).gettext(question.label) in own
    assert text in desk or question.name == "asking_for"


@EACH
def test_staff_correct_its_answer_and_take_it_back(web, question):
    web.cases.put(a_case(reference=REFERENCE, details=details_with(question)))
    admin = web.signed_in("admin", "meera")
    page = admin.get(f"/console/cases/{REFERENCE}/correct").body.decode()
    form = {"language": "hi", "mode": "phone", "priority": "5", "version": "1"}
    if question.is_repeated:
        assert f'name="{question.asked_as}"' not in page
        return

    assert f'name="{question.name}"' in page
    kept = admin.send(
        f"/console/cases/{REFERENCE}/correct", {**form, question.name: answer_to(question)}
    )
    assert kept.status_code == 303
    assert only(web).details.given == details_with(question).given
    blank = admin.send(
        f"/console/cases/{REFERENCE}/correct", {**form, "version": str(only(web).version)}
    )
    assert blank.status_code == 303
    assert only(web).details == Details()


@EACH
def test_an_erased_case_keeps_a_known_group_of_it_or_nothing(question):
    left = de_identified(details_with(question))

    assert TYPED not in repr(left)
    assert [
        each.name for each in fields(Details) if getattr(left, each.name) not in (None, ())
    ] == ([question.name] if question.groups else [])


@EACH
def test_reports_count_it_by_known_groups(question):
    (tally,) = tallies_of(a_case(details=details_with(question))).values()

    assert tuple(tally.asked.groups) == DIMENSIONS
    assert TYPED not in repr(tally)
    told = {name for name, groups in tally.asked.groups.items() if groups != (NOT_TOLD,)}
    assert told == {"language", "channel", question.dimension} - {""}
