"""A request for a callback, as the outside sends it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Unpack, assert_never

from chalicelib.cases.domain.answers import ADULT, Channel, Details, Mode, Wishes
from chalicelib.cases.domain.questionnaire import (
    FOR_ANOTHER,
    QUESTIONS,
    ChoiceAnswer,
    NumberAnswer,
    Question,
    TextAnswer,
    in_form_order,
)
from chalicelib.cases.services.cases import AnotherTime
from chalicelib.cases.services.request_callback import CallbackRequest
from chalicelib.core.domain.errors import InvalidField, InvalidInput
from chalicelib.core.domain.language import Language
from chalicelib.core.domain.working_hours import DayPart
from chalicelib.core.web.schemas.fields import (
    NOT_TEXT,
    TOO_LONG,
    Agreement,
    Choice,
    Choices,
    Field,
    Member,
    Options,
    PhoneNumber,
    Problem,
    StrictSchema,
    Text,
    WholeNumber,
    YesNo,
    as_text,
    load,
)
from chalicelib.core.web.schemas.link_token import TokenSchema

LONGEST_REQUEST_ID = 64

_REQUEST_ID = re.compile(r"[A-Za-z0-9._:=+/-]+")


class RequestId(Field[str]):
    """A name that the caller gives this very asking."""

    def _read(self, value: object) -> str:
        name = as_text(value)
        if len(name) > LONGEST_REQUEST_ID:
            raise Problem(TOO_LONG, longest=LONGEST_REQUEST_ID)
        if not _REQUEST_ID.fullmatch(name):
            raise Problem(NOT_TEXT)
        return name


def field_of(question: Question, **options: Unpack[Options]) -> Field[Any]:
    """Return the field that reads an answer."""
    match question.answer:
        case TextAnswer(longest=longest, has_lines=has_lines):
            return Text(longest, lines=has_lines, **options)
        case NumberAnswer(least=least, most=most):
            return WholeNumber(least, most, **options)
        case ChoiceAnswer(options=among, is_several=is_several):
            kind = Choices if is_several else Choice
            return kind((each.value for each in among), **options)
        case _:
            assert_never(question.answer)


def _answers(*, repeated: bool) -> dict[str, Field[Any]]:
    return {
        each.asked_as: field_of(each, default=() if each.is_several else None)
        for each in in_form_order()
        if each.is_repeated is repeated
    }


CallbackSchema: Any = type(
    "CallbackSchema",
    (StrictSchema,),
    {
        "phone": PhoneNumber(required=True),
        "language": Member(Language),
        "asking_for": field_of(QUESTIONS["asking_for"]),
        "another_person": YesNo(default=False),
        **_answers(repeated=False),
        "mode": Member(Mode, default=Mode.PHONE),
        "window": Member(DayPart, default=DayPart.ANY),
        "prefers_woman": YesNo(default=False),
        **_answers(repeated=True),
        "request_id": RequestId(),
        "consent": Agreement(),
    },
)
"""A request for a callback, in the order of the form."""


def parse_callback(
    data: Mapping[str, Any],
    *,
    channel: Channel,
    language: str,
    request_id: str,
    consent_version: str,
    offers_video: bool,
) -> CallbackRequest:
    """Read a request; ``language`` and ``request_id`` stand in for what it does not say.

    Only what it says itself is a wish that counts over an earlier one. Where no video is offered,
    the wish for it is left out: the call comes by phone, and the answer does not name the wish.

    Raises InvalidInput with every problem at once.
    """
    given = load(CallbackSchema, data)
    age = given.get("age")
    if age is not None and age < ADULT and given.get("asking_for") != FOR_ANOTHER:
        # Who is under age is advised only with an adult, who asks and is there for the call.
        raise InvalidInput([InvalidField("asking_for", "adult_needed")])
    if not offers_video and given["mode"] is Mode.VIDEO:
        given["mode"] = None
    return CallbackRequest(
        phone=given["phone"],
        request_id=given.get("request_id") or request_id,
        language=(given.get("language") or Language(language)).value,
        channel=channel,
        consent_version=consent_version,
        details=_details(given),
        another_person=bool(given["another_person"]),
        mode=given["mode"] or Mode.PHONE,
        part_of_day=given["window"] or DayPart.ANY,
        prefers_woman=bool(given["prefers_woman"]),
        wishes=_wishes({name: given[name] for name in data if name in given}),
    )


def _details(given: Mapping[str, Any]) -> Details:
    """Read the answers; null and an empty one were not given."""
    told: dict[str, Any] = {}
    for name, question in QUESTIONS.items():
        answer = given.get(question.asked_as)
        if answer not in (None, (), ""):
            told[name] = (answer,) if question.is_repeated else answer
    return Details(**told)


def _wishes(said: Mapping[str, Any]) -> Wishes:
    """Read what was said of the call; null says nothing."""
    language = said.get("language")
    return Wishes(
        language=language.value if language else None,
        mode=said.get("mode"),
        part_of_day=said.get("window"),
        prefers_woman=said.get("prefers_woman"),
    )


class RescheduleSchema(TokenSchema):
    """The part of the day in which to be called instead, and by whom."""

    window = Member(DayPart, required=True)
    any_doctor = YesNo(default=False)


def parse_reschedule(data: Mapping[str, Any]) -> tuple[str, AnotherTime]:
    """Read the token, and how the patient wants to be called instead. Raises InvalidInput."""
    given = load(RescheduleSchema, data)
    return given.get("t") or "", AnotherTime(given["window"], bool(given["any_doctor"]))
