"""Completes the template that Chalice generates: each concern has a fragment of its own.

A fragment is merged as CloudFormation has it: mappings are merged, anything else is replaced. What
stands in it under `ForEach` is made once for each function, queue or reader of a stream that the
template has, so that one that is added tomorrow is watched and released like the others.
"""

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

from chalice.package import YAMLTemplateSerializer

from chalicelib.providers import CALLS_GATEWAYS, SMS_GATEWAYS
from infra.paths import ROOT

Template = dict[str, Any]
EVERY_STAGE = ("edge.yaml", "observability.yaml")
# An alias, and traffic that goes over to it little by little: where patients call.
OF_STAGE = {"prod": ("release.yaml",)}
FUNCTION = "AWS::Serverless::Function"
ARCHITECTURE = "arm64"
# The Chalice object is the handler of the API's function.
NAMES = {"app": "api_handler"}
# How SAM names the alias `live` of a function; its Ref is the alias's own address.
ALIAS = "Aliaslive"


def fragments() -> list[Path]:
    """Return every fragment's file."""
    names = [*EVERY_STAGE, *(name for more in OF_STAGE.values() for name in more)]
    return [ROOT / "infra" / name for name in names]


def complete(template: Template, stage: str) -> Template:
    """Return the stage's template with all that its fragments say."""
    completed = allow_providers(deepcopy(template))
    for function in _of_type(completed, FUNCTION):
        completed["Resources"][function]["Properties"]["Architectures"] = [ARCHITECTURE]
    for name in (*EVERY_STAGE, *OF_STAGE.get(stage, ())):
        fragment = load((ROOT / "infra" / name).read_text())
        repeated = fragment.pop("ForEach", {})
        completed = merge(completed, fragment)
        for kind, pattern in repeated.items():
            for logical_id, words in SELECTIONS[kind](completed):
                completed = merge(completed, _filled(pattern, {kind: logical_id, **words}))
    if stage in OF_STAGE:
        completed = _called_by_alias(completed)
    return completed


def allow_providers(template: Template) -> Template:
    """Return the template with parameters that choose among the providers that there are."""
    allowed = {"SmsGateway": SMS_GATEWAYS, "CallsGateway": CALLS_GATEWAYS}
    parameters = {name: {"AllowedValues": [*names]} for name, names in allowed.items()}
    allowing: Template = merge(template, {"Parameters": parameters})
    return allowing


def load(text: str) -> Template:
    """Read CloudFormation's YAML, short functions and all."""
    loaded: Template = YAMLTemplateSerializer().load_template(text)
    return loaded


def merge(base: Any, addition: Any) -> Any:  # noqa: ANN401 - JSON of any shape
    """Return the base with the addition's mappings merged in, and all else replaced by it."""
    if not (isinstance(base, dict) and isinstance(addition, dict)):
        return deepcopy(addition)
    merged = dict(base)
    for key, value in addition.items():
        merged[key] = merge(base.get(key), value)
    return merged


def _of_type(template: Template, kind: str) -> list[str]:
    return sorted(
        name for name, resource in template["Resources"].items() if resource.get("Type") == kind
    )


def _functions(template: Template) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield every function, with the name of its log group and of the function in app.py."""
    for name in _of_type(template, FUNCTION):
        properties = template["Resources"][name]["Properties"]
        handler = properties["Handler"].rpartition(".")[2]
        yield (
            name,
            {
                "Log": properties["LoggingConfig"]["LogGroup"]["Ref"],
                "Name": NAMES.get(handler, handler),
            },
        )


def _queues(template: Template) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield every queue of failed events."""
    for name in _of_type(template, "AWS::SQS::Queue"):
        yield name, {}


def _stream_readers(template: Template) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield every function that a stream calls."""
    for name in _of_type(template, FUNCTION):
        events = template["Resources"][name]["Properties"].get("Events", {}).values()
        if any(event["Type"] == "DynamoDB" for event in events):
            yield name, {}


SELECTIONS: dict[str, Callable[[Template], Iterator[tuple[str, dict[str, str]]]]] = {
    "Function": _functions,
    "Queue": _queues,
    "StreamReader": _stream_readers,
}


def _filled(pattern: Any, words: dict[str, str]) -> Any:  # noqa: ANN401 - JSON of any shape
    """Return the pattern with `{Word}` replaced; `${Word}` is CloudFormation's and stays."""
    if isinstance(pattern, dict):
        return {_filled(key, words): _filled(value, words) for key, value in pattern.items()}
    if isinstance(pattern, list):
        return [_filled(value, words) for value in pattern]
    if isinstance(pattern, str):
        return re.sub(r"(?<!\$)\{(\w+)\}", lambda found: words.get(found[1], found[0]), pattern)
    return pattern


def _called_by_alias(template: Template) -> Template:
    """Have the API call each function's alias, which is what a release moves.

    SAM does so for the events that it wires itself; the API's definition is Chalice's.
    """
    functions = set(_of_type(template, FUNCTION))
    called = deepcopy(template)
    resources = called["Resources"]
    definition = resources["RestAPI"]["Properties"]
    definition["DefinitionBody"] = _with_aliases(definition["DefinitionBody"], functions)
    for name in _of_type(called, "AWS::Lambda::Permission"):
        permission = resources[name]["Properties"]
        permission["FunctionName"] = _with_aliases(permission["FunctionName"], functions)
    return called


def _with_aliases(value: Any, functions: set[str]) -> Any:  # noqa: ANN401 - JSON of any shape
    if isinstance(value, dict):
        for name in functions:
            if value in ({"Ref": name}, {"Fn::GetAtt": [name, "Arn"]}):
                return {"Ref": f"{name}{ALIAS}"}
        return {key: _with_aliases(each, functions) for key, each in value.items()}
    if isinstance(value, list):
        return [_with_aliases(each, functions) for each in value]
    if isinstance(value, str):
        for name in functions:
            value = value.replace(f"${{{name}.Arn}}", f"${{{name}{ALIAS}}}")
    return value
