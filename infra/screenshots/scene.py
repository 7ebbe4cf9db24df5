"""What stands on a stack before its pages are looked at: the demo's people, and their cases.

The cases are made by the helpline's own services, beside the functions, and only when a page asks
for them. Everybody in them is made up.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from itertools import count
from random import Random
from typing import Any, TypeVar

from chalicelib.cases.domain.answers import Channel, Details, Mode
from chalicelib.cases.domain.case import Case
from chalicelib.cases.domain.links import Link, Strength
from chalicelib.cases.domain.questionnaire import QUESTIONS
from chalicelib.cases.domain.queue import LineSnapshot
from chalicelib.cases.domain.timeline import Attempt, Result
from chalicelib.cases.services.cases import own_path
from chalicelib.cases.services.request_callback import CallbackRequest
from chalicelib.cases.services.video import video_path
from chalicelib.core.domain.datetimes import IST, Window
from chalicelib.core.domain.phone import parse_phone
from chalicelib.core.domain.working_hours import MIDDAY, DayPart
from chalicelib.rota.domain.change_log import By
from chalicelib.rota.domain.duty import Oncologist
from chalicelib.rota.domain.errors import AlreadyThere
from chalicelib.wiring import Helpline
from infra import demo, seed
from infra.local_stack import LocalStack

T = TypeVar("T")
WAITING = {"hi": 14, "hi#woman": 3, "en": 6, "ta": 2}
FIRST_PHONE = 9_100_000_001
NAMES = ("Sunita Devi", "Ramesh Kumar", "मीना शर्मा", "Abdul Rahman", "Lakshmi", "Gurpreet Singh")
AGES = (47, 62, 35, 71, 54)
SEXES = ("female", "male", "female")
SITES = ("Breast", "Mouth", "Cervix", "Lung")
STAGES = ("3-4", "1-2", None)
CITIES = ("Indore", "Patna", "नागपुर", "Chennai", "Jaipur", "Indore", "Bhopal")
REASONS = (("treatment_doubt", "cost"), ("diagnosis_doubt",), ("not_improving", "cost"))
MESSAGES = (
    "The hospital wants to operate next week. Is chemotherapy first a better way?",
    "डॉक्टर ने कहा है कि गाँठ कैंसर की है। क्या दूसरी जाँच करानी चाहिए?",
)
# Nobody of the demo is ever off duty; this one has no shift.
OFF_DUTY = Oncologist(
    id="devika",
    name="Dr Devika Krishnamurthy",
    registration="DEMO-1004",
    phone="+919000000004",
    languages=("ta", "en"),
    gender="female",
)
DAYS_REPORTED = 28
REQUESTS_REPORTED = 90
ANSWERED = 0.8


def details_of(number: int) -> Details:
    """Make up what a person told us: of one number always the same."""

    def pick(choices: Sequence[T]) -> T:
        return choices[number % len(choices)]

    told: dict[str, Any] = {
        question.name: pick(question.offered).value
        for question in QUESTIONS.values()
        if question.offered and not question.is_several
    }
    told |= {
        "name": pick(NAMES),
        "asking_for": "other",
        "age": pick(AGES),
        "sex": pick(SEXES),
        "cancer_site": pick(SITES),
        "stage": pick(STAGES),
        "city": pick(CITIES),
        "reasons": pick(REASONS),
        "messages": (pick(MESSAGES),),
    }
    return Details(**told)


@contextmanager
def beside(stack: LocalStack) -> Iterator[None]:
    """Let code of this process find what the functions of the stack find."""
    kept = dict(os.environ)
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(stack.environment())
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(kept)


class Scene:
    """A seeded stack; each state is prepared once, by whoever asks for it first."""

    def __init__(self, stack: LocalStack, helpline: Helpline) -> None:
        self.stack = stack
        self.helpline = helpline
        self._numbers = count()

    def seed(self) -> None:
        """Put the demo's people and rota there, unless they are."""
        seed.put_users(self.stack)
        seed.put_rota(self.helpline.rota.manage_rota, self.helpline.core.now())
        seed.put_user(self.stack, OFF_DUTY.id, "oncologist")
        with suppress(AlreadyThere):
            self.helpline.rota.manage_rota.add_oncologist(
                OFF_DUTY, By("scene"), self.helpline.core.now()
            )
        self.helpline.rota.publish_rota(self.helpline.core.now())
        # As the schedule would tell it: some dozen wait.
        self.helpline.cases.store.put_snapshot(LineSnapshot(self.helpline.core.now(), WAITING, 12))

    def own(self, case: Case) -> str:
        """Tell the path of a case's own page."""
        return f"/{own_path(case.reference, self._token(case))}"

    def asked(self, case: Case) -> str:
        """Return the path of a case's own page, by the link that is shown at asking."""
        return f"/{own_path(case.reference, self._token(case, Strength.WEAK))}"

    def withdrawing(self, case: Case) -> str:
        """Tell the path of the page that withdraws a case's consent."""
        return self.own(case).replace("?", "/withdraw?")

    def data(self, case: Case) -> str:
        """Tell the path of the page that shows all that is kept of a case."""
        return self.own(case).replace("?", "/data?")

    def video_call(self, case: Case) -> str:
        """Tell the path that the SMS about a case's video call holds."""
        return f"/{video_path(case.reference, self._token(case))}"

    def _token(self, case: Case, strength: Strength = Strength.STRONG) -> str:
        return self.helpline.cases.links.token(case.reference, Link(strength, case.link_serial))

    @cached_property
    def waiting(self) -> Case:
        """A case in line."""
        return self.ask()

    @cached_property
    def tamil(self) -> Case:
        """A case in line, in a language that few speak."""
        return self.ask(language="ta")

    @cached_property
    def reported(self) -> int:
        """Some weeks of requests, counted for the reports without being stored; how many."""
        dice, now = Random(1), self.helpline.core.now()  # noqa: S311  # nothing secret hangs on it
        answered, open_ = self.completed, self.waiting
        cases = []
        for number in range(REQUESTS_REPORTED):
            at = now - timedelta(days=dice.randrange(DAYS_REPORTED), minutes=dice.randrange(600))
            case = answered if dice.random() < ANSWERED else open_
            wait = timedelta(minutes=dice.randrange(5, 120))
            by = dice.choice(demo.ONCOLOGISTS).id
            cases.append(
                replace(
                    case,
                    reference=f"REPORTED{number:03d}",
                    phone_key=f"phone {number}",
                    requested_at=at,
                    expected=Window(at, at + timedelta(hours=1)),
                    channel=dice.choice(list(Channel)),
                    language=dice.choice(("hi", "hi", "hi", "en", "mr", "ta")),
                    details=details_of(dice.randrange(1000)),
                    attempts=tuple(replace(each, at=at + wait, by=by) for each in case.attempts),
                )
            )
        return self.helpline.reports.count_cases(cases)

    @cached_property
    def video(self) -> Case:
        """A case in line, for a video call."""
        return self.ask(mode=Mode.VIDEO)

    @cached_property
    def later(self) -> Case:
        """A case that was put off to a part of the day which is still to come."""
        case = self.ask()
        token = self._token(case)
        now = self.helpline.core.now()
        part = DayPart.MORNING if now.astimezone(IST).time() >= MIDDAY else DayPart.AFTERNOON
        return self.helpline.cases.own_case.reschedule(case.reference, token, part, now)

    @cached_property
    def late(self) -> Case:
        """A case in line that was to be called hours ago."""
        return self.ask(at=self.helpline.core.now() - timedelta(hours=6))

    @cached_property
    def tried(self) -> Case:
        """A case whose patient did not answer, and is called again."""
        return self._attempted(Result.NO_ANSWER, demo.ONCOLOGISTS[1].id)

    @cached_property
    def claimed(self) -> Case:
        """A case in the hands of the first of the demo's oncologists."""
        return self._claim(self.ask(), demo.ONCOLOGISTS[0].id)

    @cached_property
    def completed(self) -> Case:
        """A case whose patient was called and advised."""
        return self._attempted(Result.ANSWERED, demo.ONCOLOGISTS[1].id)

    @cached_property
    def unreachable(self) -> Case:
        """A case whose patient was called three times in vain."""
        case = self.ask(at=self.helpline.core.now() - timedelta(days=2))
        for hours in (47, 46, 20):
            at = self.helpline.core.now() - timedelta(hours=hours)
            self.helpline.cases.store.claim(case.reference, demo.ONCOLOGISTS[1].id, at)
            case = self._record(case, Result.NO_ANSWER, demo.ONCOLOGISTS[1].id, at)
        return case

    @cached_property
    def cancelled(self) -> Case:
        """A case that its patient has cancelled."""
        case = self.ask()
        token = self._token(case)
        return self.helpline.cases.own_case.cancel(case.reference, token, self.helpline.core.now())

    @cached_property
    def erased(self) -> Case:
        """A case whose patient took their consent back."""
        case = self.ask()
        token = self._token(case)
        return self.helpline.privacy.withdraw_consent(
            case.reference, token, self.helpline.core.now()
        )

    def ask(
        self, *, at: datetime | None = None, language: str = "hi", mode: Mode = Mode.PHONE
    ) -> Case:
        """Ask for a callback from a phone that has asked for none yet."""
        number = next(self._numbers)
        request = CallbackRequest(
            phone=parse_phone(str(FIRST_PHONE + number)),
            request_id=f"scene-{number}",
            language=language,
            channel=Channel.WEB,
            consent_version=self.helpline.cases.consent_version,
            details=details_of(number),
            mode=mode,
        )
        answer = self.helpline.cases.request_callback(request, at or self.helpline.core.now())
        return self.helpline.cases.store.get(answer.reference, consistent=True)

    def _claim(self, case: Case, oncologist: str) -> Case:
        return self.helpline.cases.store.claim(case.reference, oncologist, self.helpline.core.now())

    def _attempted(self, result: Result, oncologist: str) -> Case:
        return self._record(
            self._claim(self.ask(), oncologist), result, oncologist, self.helpline.core.now()
        )

    def _record(self, case: Case, result: Result, oncologist: str, at: datetime) -> Case:
        attempt = Attempt(
            at=at,
            by=oncologist,
            result=result,
            note="Explained the order of treatment." if result is Result.ANSWERED else None,
        )
        return self.helpline.cases.work_queue.record(case.reference, attempt)
