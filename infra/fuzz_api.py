"""`make fuzz`: asks every call of a running local stack for what its description allows, and not.

schemathesis draws the requests from the published description and checks the answers against it: no
fault of ours, no status, code, kind, header or shape of which it says nothing, no traceback. What
changes something is asked as well, so this is for a stack whose data may go. The same runs against
the application in one process, its pages included (``tests/resilience/fuzzing.py``).
"""

import argparse
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeAlias
from urllib.parse import parse_qs, urlsplit

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import checks
from schemathesis.core.failures import FailureGroup

from chalicelib.core.domain.roles import ADMINISTRATOR, ONCOLOGIST
from infra import demo, sign_in
from infra.aws_emulator import EngineError
from infra.local_stack import LocalStack, attach

Check: TypeAlias = Callable[[Any, Any, Any], bool | None]
"""One of schemathesis's: takes its context, the answer and the case, and raises AssertionError."""
Values: TypeAlias = Mapping[str, Any]


def no_traceback(_context: Any, answer: Any, _case: Any) -> None:  # noqa: ANN401 - as above
    """Check that no answer holds a traceback."""
    if b"Traceback" in answer.content:
        raise AssertionError("a traceback is answered")


CHECKS: Sequence[Check] = (
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    # Its enumerations hold each refusal to the codes that the call names.
    checks.response_schema_conformance,
    no_traceback,
)
TIMEOUT = 60
REAL = 0.7
"""How often a value that is made up gives way to one that is there: the others lead nowhere."""
MADE_UP = 2
"""How many fields at the most are made up in a body that is otherwise right."""


@dataclass(frozen=True)
class Finding:
    """An answer that its description does not know, and the request that got it."""

    call: str
    told: str

    def __str__(self) -> str:
        """Tell it in a few lines."""
        return f"{self.call}\n{self.told}"


@dataclass
class Fuzz:
    """Draws ``examples`` requests of each kind for each call, and looks at the answers.

    ``credentials`` are the headers with which each role calls. ``known`` returns what is there for
    a call: values by the name of a parameter, and by that of a field of its body. ``fixed`` dice
    are the same every time.
    """

    url: str
    description: dict[str, Any]
    credentials: Mapping[str, Mapping[str, str]]
    examples: int
    known: Callable[[str, str], tuple[Values, Values]]
    fixed: bool = False
    checks: Sequence[Check] = CHECKS
    session: requests.Session = field(default_factory=requests.Session)
    answered: Counter[int] = field(default_factory=Counter)

    def run(self) -> Iterator[Finding]:
        """Ask every call, in the order of the description, and yield what is not in order."""
        for operation in self.routes():
            yield from self.ask(operation)

    def routes(self) -> list[Any]:
        """Return what can be asked."""
        described: Any = schemathesis.openapi.from_dict(self.description)
        return [each.ok() for each in described.get_all_operations()]

    def ask(self, operation: Any) -> Iterator[Finding]:  # noqa: ANN401 - schemathesis's own
        """Ask one call for what it allows, and for what it does not."""
        for mode in schemathesis.GenerationMode:
            strategy = operation.as_strategy(generation_mode=mode)
            try:
                self._drawn(strategy, operation)()
            except Unsatisfiable:
                # What takes nothing can't be asked wrongly.
                continue
            except FailureGroup as group:
                told = "\n".join(f"{each.title}: {each.message}" for each in group.exceptions)
                yield Finding(operation.label, told)

    def _drawn(self, strategy: st.SearchStrategy[Any], operation: Any) -> Callable[[], None]:  # noqa: ANN401 - as above
        there, right = self.known(operation.method.upper(), operation.path)
        headers = self._headers(operation)

        @settings(
            max_examples=self.examples,
            derandomize=self.fixed,
            database=None,
            verbosity=Verbosity.quiet,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=strategy, dice=st.randoms(use_true_random=False))
        def ask(case: Any, dice: Random) -> None:  # noqa: ANN401 - as above
            for part in (case.path_parameters, case.query, case.headers):
                put_real(part, there, dice)
            if isinstance(case.body, dict):
                case.body = mostly_right(case.body, there, right, dice)
            answer = case.call(base_url=self.url, headers=dict(headers), session=self.session)
            self.answered[answer.status_code] += 1
            case.validate_response(answer, checks=list(self.checks))

        return ask

    def _headers(self, operation: Any) -> Mapping[str, str]:  # noqa: ANN401 - as above
        for way in operation.definition.raw.get("security", ()):
            for roles in way.values():
                return self.credentials[roles[0]]
        return {}


def put_real(part: Any, there: Values, dice: Random) -> None:  # noqa: ANN401 - what was drawn
    """Replace most of the values of a part of a request with what is there."""
    if isinstance(part, MutableMapping):
        part.update({name: there[name] for name in there if name in part and dice.random() < REAL})


def mostly_right(body: Values, there: Values, right: Values, dice: Random) -> dict[str, Any]:
    """Return a body as it was drawn, or the right one with a few of its fields."""
    if right and dice.random() < REAL:
        kept = dice.sample(sorted(body), dice.randint(0, min(len(body), MADE_UP)))
        return {**right, **{name: body[name] for name in kept}}
    made_up = dict(body)
    put_real(made_up, there, dice)
    return made_up


def asked_for(url: str, count: int = 3) -> Callable[[str, str], tuple[Values, Values]]:
    """Ask for callbacks, and return what calls about the last of them may hold."""
    known: dict[str, str] = {}
    for number in range(count):
        phone = f"98123{number:05}"
        request = {"phone": phone, "consent": True, "language": "en"}
        answer = requests.post(f"{url}/callbacks", json=request, timeout=TIMEOUT).json()
        # Whoever is in line already, from an earlier run, is shown no link.
        token = parse_qs(urlsplit(answer["manage_url"] or "").query).get("t", [""])[0]
        reference = answer["reference"]
        known = {"reference": reference, "case": reference, "into": reference, "t": token}
        known |= {"phone": phone, "oncologist": demo.ONCOLOGISTS[0].id}
    return lambda _method, _path: (known, {})


def published(url: str) -> dict[str, Any]:
    """Fetch the description that a stack serves."""
    found: dict[str, Any] = requests.get(f"{url}/openapi.json", timeout=TIMEOUT).json()
    return found


def credentials_of(stack: LocalStack) -> dict[str, dict[str, str]]:
    """Sign in as an administrator and as the first demo oncologist."""
    people = {ADMINISTRATOR: demo.ADMINISTRATOR, ONCOLOGIST: demo.ONCOLOGISTS[0].id}
    return {
        role: {"Authorization": f"Bearer {sign_in.token(stack, who)}"}
        for role, who in people.items()
    }


def main() -> None:
    """Ask, and tell what was found; exit 1 where anything was."""
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--examples", type=int, default=50, help="of each kind, for each call")
    parser.add_argument("--fixed", action="store_true", help="the same dice every time")
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore", module="schemathesis")
    try:
        stack = attach(arguments.port)
        fuzz = Fuzz(
            stack.url,
            published(stack.url),
            credentials_of(stack),
            arguments.examples,
            asked_for(stack.url),
            fixed=arguments.fixed,
        )
    except EngineError as error:
        sys.exit(f"helpline: {error}")
    findings = 0
    for finding in fuzz.run():
        findings += 1
        print(f"{finding}\n", flush=True)
    answers = ", ".join(f"{count} x {status}" for status, count in sorted(fuzz.answered.items()))
    print(f"{fuzz.answered.total()} requests ({answers}), {findings} findings")
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
