"""What a patient may be asked beyond how to call them: a row for each question.

From a row come the field of the requests, of the form and of the correction, the facts on the
pages, the JSON, the stored attribute, what an erased case keeps, and the report's dimension. A row
needs a field of the same name in :class:`~chalicelib.cases.domain.answers.Details`, and nothing
else: see "Adding a question" in docs/architecture.md.

The texts are in English, marked for the catalogues. A first callback imports this module, and
named tuples are made much faster than dataclasses.
"""

from enum import StrEnum
from typing import Final, NamedTuple

from chalicelib.core.domain.marks import N_

FOR_ANOTHER: Final = "other"
OLDEST: Final = 120
LONGEST_MESSAGE: Final = 1_000
NOT_TOLD: Final = "not_told"
"""The group of those who did not answer."""


class Option(NamedTuple):
    """One answer of a choice.

    Reports count it under ``group``, where that is stated, and call it by its ``brief`` label,
    where it has one.
    """

    value: str
    label: str = ""
    group: str = ""
    brief: str = ""

    @property
    def counted_as(self) -> str:
        """Return the group under which reports count it."""
        return self.group or self.value


class TextAnswer(NamedTuple):
    """Free text of at most so many characters.

    ``has_lines``: line breaks are kept. ``is_repeated``: each request adds one to those before.
    """

    longest: int
    has_lines: bool = False
    is_repeated: bool = False


class NumberAnswer(NamedTuple):
    """A whole number from ``least`` to ``most``.

    ``in_words`` says it without its question, as ``%(number)s years``; ``unit`` is its name in
    English, and ``ucum`` its code there (https://ucum.org).
    """

    least: int
    most: int
    in_words: str
    unit: str
    ucum: str


class ChoiceAnswer(NamedTuple):
    """One of some options, or several.

    ``offered`` are the values that forms show, in their order: all unless stated.
    """

    options: tuple[Option, ...]
    is_several: bool = False
    offered: tuple[str, ...] = ()


Answer = TextAnswer | NumberAnswer | ChoiceAnswer


class Grouping(StrEnum):
    """The known groups by which an answer is counted, and kept where a case is erased."""

    OPTIONS = "options"
    DECADES = "decades"
    CITIES = "cities"
    SITES = "sites"


class Question(NamedTuple):
    """One question.

    ``name`` is that of its field in ``Details``, ``noun`` says what was corrected or told, and
    ``label`` asks the patient; ``staff_label`` asks staff who correct it, where that differs.
    ``tick`` makes it a tick on the patient's form: its sentence, for the last option. ``fact`` is
    its heading on the desk, where answers under one heading stand together.

    ``groups`` are those that an erased case keeps of its answer: without them it keeps nothing.
    ``dimension`` is that of the reports which count it by these groups. ``loinc`` is its code and
    name there (https://loinc.org), by which FHIR has an observation of it.
    """

    name: str
    answer: Answer
    noun: str
    label: str
    staff_label: str = ""
    hint: str = ""
    tick: str = ""
    fact: str = ""
    groups: Grouping | None = None
    dimension: str = ""
    dimension_label: str = ""
    loinc: tuple[str, str] | None = None

    @property
    def asked_as(self) -> str:
        """Return its name in one request, which tells one of what a case may hold several of."""
        return self.name.removesuffix("s") if self.is_repeated else self.name

    @property
    def is_several(self) -> bool:
        """Whether several options may be chosen at once."""
        return isinstance(self.answer, ChoiceAnswer) and self.answer.is_several

    @property
    def is_repeated(self) -> bool:
        """Whether each request adds an answer to those before."""
        return isinstance(self.answer, TextAnswer) and self.answer.is_repeated

    @property
    def is_number(self) -> bool:
        """Whether it is answered with a whole number."""
        return isinstance(self.answer, NumberAnswer)

    @property
    def is_list(self) -> bool:
        """Whether a case may hold several answers."""
        return self.is_several or self.is_repeated

    @property
    def options(self) -> tuple[Option, ...]:
        """Return all that may be chosen; of what is no choice, nothing."""
        return self.answer.options if isinstance(self.answer, ChoiceAnswer) else ()

    @property
    def offered(self) -> tuple[Option, ...]:
        """Return what forms offer, in their order."""
        if not isinstance(self.answer, ChoiceAnswer) or not self.answer.offered:
            return self.options
        return tuple(map(self.option, self.answer.offered))

    def option(self, value: str) -> Option:
        """Return the option of a value; of one that is known no more, without a label."""
        return next((each for each in self.options if each.value == value), Option(value))

    @property
    def most_typed(self) -> int | None:
        """How many characters one line of a form takes; None where it has several lines."""
        match self.answer:
            case TextAnswer(has_lines=False, longest=longest):
                return longest
            case NumberAnswer(most=most):
                return len(str(most))
        return None


class Section(NamedTuple):
    """Some questions that stand together on the form.

    Without a heading of its own, its first question is the heading.
    """

    names: tuple[str, ...]
    heading: str = ""

    @property
    def questions(self) -> tuple[Question, ...]:
        """Return its questions."""
        return tuple(QUESTIONS[name] for name in self.names)


_ROWS: Final = (
    Question("name", TextAnswer(100), N_("name"), N_("Patient's name")),
    Question(
        "asking_for",
        ChoiceAnswer(
            (
                Option("self", N_("For themselves")),
                Option(FOR_ANOTHER, N_("For another person")),
            )
        ),
        N_("who asks"),
        N_("Who asks"),
        tick=N_("I am asking for another person, such as a family member"),
        groups=Grouping.OPTIONS,
    ),
    Question(
        "age",
        NumberAnswer(0, OLDEST, N_("%(age)s years"), "years", "a"),
        N_("age"),
        N_("Patient's age in years"),
        fact=N_("Patient"),
        groups=Grouping.DECADES,
        dimension="age",
        dimension_label=N_("Age of the patient"),
        loinc=("30525-0", "Age"),
    ),
    Question(
        "sex",
        ChoiceAnswer(
            (
                Option("female", N_("Woman")),
                Option("male", N_("Man")),
                Option("other", N_("Other")),
            )
        ),
        N_("sex"),
        N_("The patient is"),
        fact=N_("Patient"),
        groups=Grouping.OPTIONS,
        dimension="sex",
        dimension_label=N_("Sex of the patient"),
    ),
    Question(
        "cancer_site",
        TextAnswer(60),
        N_("part of the body"),
        N_("Which part of the body?"),
        hint=N_("For example: breast, mouth, lung."),
        fact=N_("Cancer"),
        groups=Grouping.SITES,
        dimension="cancer_site",
        dimension_label=N_("Part of the body"),
    ),
    Question(
        "stage",
        ChoiceAnswer(
            (
                Option("1", group="1-2"),
                Option("2", group="1-2"),
                Option("3", group="3-4"),
                Option("4", group="3-4"),
                Option("1-2", N_("Stage 1 or 2")),
                Option("3-4", N_("Stage 3 or 4")),
                Option("unknown", N_("Not known"), group=NOT_TOLD),
            ),
            offered=("1-2", "3-4", "unknown"),
        ),
        N_("stage"),
        N_("Stage, if you know it"),
        fact=N_("Cancer"),
        groups=Grouping.OPTIONS,
        dimension="stage",
        dimension_label=N_("Stage"),
        loinc=("21908-9", "Stage group.clinical Cancer"),
    ),
    Question(
        "city",
        TextAnswer(80),
        N_("town or city"),
        N_("Town or city"),
        fact=N_("City"),
        groups=Grouping.CITIES,
        dimension="city",
        dimension_label=N_("Town or city"),
    ),
    Question(
        "hospital",
        ChoiceAnswer(
            (
                Option("private", N_("Private hospital")),
                Option("government", N_("Government hospital")),
                Option("none", N_("No hospital yet")),
            ),
            offered=("government", "private", "none"),
        ),
        N_("hospital"),
        N_("Where is the treatment?"),
        fact=N_("Hospital"),
        groups=Grouping.OPTIONS,
        dimension="hospital",
        dimension_label=N_("Hospital"),
    ),
    Question(
        "reasons",
        ChoiceAnswer(
            (
                Option(
                    "diagnosis_doubt",
                    N_("I am not sure the diagnosis is right"),
                    brief=N_("Diagnosis in doubt"),
                ),
                Option(
                    "treatment_doubt",
                    N_("I am not sure the treatment is right"),
                    brief=N_("Treatment in doubt"),
                ),
                Option(
                    "not_improving",
                    N_("The patient is not getting better"),
                    brief=N_("Not getting better"),
                ),
                Option("cost", N_("The cost")),
                Option("other", N_("Something else"), brief=N_("Other")),
            ),
            is_several=True,
        ),
        N_("reasons"),
        N_("Why do you ask?"),
        staff_label=N_("Why do they ask?"),
        fact=N_("Reasons"),
        groups=Grouping.OPTIONS,
        dimension="reason",
        dimension_label=N_("Why they asked"),
    ),
    Question(
        "messages",
        TextAnswer(LONGEST_MESSAGE, has_lines=True, is_repeated=True),
        N_("message"),
        N_("What would you like to ask the doctor?"),
        hint=N_("At most 1,000 characters."),
    ),
)
QUESTIONS: Final = {each.name: each for each in _ROWS}
"""Every question by its name, in the order in which answers are listed."""

FORM: Final = (
    Section(("asking_for", "name", "age", "sex", "city"), N_("About the patient")),
    Section(("cancer_site", "stage", "hospital"), N_("The illness")),
    Section(("reasons", "messages")),
)
"""The patient's form, in its order."""


def in_form_order() -> tuple[Question, ...]:
    """Return every question in the form's order."""
    return tuple(question for section in FORM for question in section.questions)
