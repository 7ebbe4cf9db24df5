"""`make fuzz`: asks every call of a running local stack for what its description allows, and not.

schemathesis draws the requests from the published description and holds the answers to it: no
fault of ours, no status, kind, header or shape of which it says nothing. What changes something is
asked as well, so this is for a stack whose data may go.
"""

import argparse
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
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

HELD_TO = (
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
)
TIMEOUT = 60
# Whom a call without a role is asked as.
ANYBODY = ""


@dataclass(frozen=True)
class Finding:
    """An answer that its description does not know, and the request that got it."""

    call: str
    told: str

    def __str__(self) -> str:
        """Tell it in a few lines."""
        return f"{self.call}\n{self.told}"


class Fuzz:
    """Draws requests for one stack and looks at the answers."""

    def __init__(
        self,
        url: str,
        description: dict[str, Any],
        tokens: dict[str, str],
        examples: int,
        *,
        fixed: bool,
    ) -> None:
        """Ask ``examples`` of each kind; with ``fixed`` dice the same every time."""
        self._schema = schemathesis.openapi.from_dict(description)
        self._url = url
        self._tokens = tokens
        self._real: list[dict[str, str]] = []
        self.answered: Counter[int] = Counter()
        self._settings = settings(
            max_examples=examples,
            derandomize=fixed,
            database=None,
            verbosity=Verbosity.quiet,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )

    def run(self) -> Iterator[Finding]:
        """Ask every call, in the order of the description, and yield what is not in order."""
        self._real = [self._ask_for_a_call(number) for number in range(3)]
        operations: list[Any] = list(self._schema.get_all_operations())
        for operation in (each.ok() for each in operations):
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

    def _drawn(self, strategy: st.SearchStrategy[Any], operation: Any) -> Callable[[], None]:  # noqa: ANN401 - schemathesis's own
        @self._settings
        @given(case=strategy, real=st.sampled_from([{}, *self._real]))
        def ask(case: Any, real: dict[str, str]) -> None:  # noqa: ANN401 - as above
            # What is made up leads nowhere: now and then it is what there is.
            for part in (case.path_parameters, case.query, case.body):
                if isinstance(part, dict):
                    part.update({name: real[name] for name in part.keys() & real.keys()})
            answer = case.call(base_url=self._url, headers=self._headers(operation))
            self.answered[answer.status_code] += 1
            case.validate_response(answer, checks=list(HELD_TO))

        return ask

    def _headers(self, operation: Any) -> dict[str, str]:  # noqa: ANN401 - as above
        ways = operation.definition.raw.get("security") or [{"bearer": [ANYBODY]}]
        token = self._tokens.get(ways[0]["bearer"][0])
        return {"Authorization": f"Bearer {token}"} if token else {}

    def _ask_for_a_call(self, number: int) -> dict[str, str]:
        """Ask for a callback, and tell what calls about it may hold."""
        phone = f"98123{number:05}"
        request = {"phone": phone, "consent": True, "language": "en"}
        answer = requests.post(f"{self._url}/callbacks", json=request, timeout=TIMEOUT).json()
        known = {"reference": answer["reference"], "case": answer["reference"]}
        # Whoever is in line already, from an earlier run, is shown no link.
        token = parse_qs(urlsplit(answer["manage_url"] or "").query).get("t", [""])[0]
        return {**known, "t": token, "phone": phone, "oncologist": demo.ONCOLOGISTS[0].id}


def published(url: str) -> dict[str, Any]:
    """Fetch the description that a stack serves."""
    found: dict[str, Any] = requests.get(f"{url}/openapi.json", timeout=TIMEOUT).json()
    return found


def tokens_of(stack: LocalStack) -> dict[str, str]:
    """Sign in as an administrator and as the first demo oncologist."""
    return {
        ADMINISTRATOR: sign_in.token(stack, demo.ADMINISTRATOR),
        ONCOLOGIST: sign_in.token(stack, demo.ONCOLOGISTS[0].id),
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
            tokens_of(stack),
            arguments.examples,
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
