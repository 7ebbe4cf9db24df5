"""Which module may import which, read from the syntax trees.

The layers are ``domain`` < ``services`` < {``store``, ``dynamodb``, ``gateways``, ``providers``} <
``wiring`` < {``web``, ``events``}, in each feature and across features. The features are ordered
in ``sources.FEATURES``. Of another feature, except core, a module imports only what is OPEN.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import pytest

from tests.architecture.sources import (
    FEATURES,
    Import,
    Place,
    imports,
    module_of,
    place_of,
    read,
)

# Beside the layers, for every layer above the domain: a decorator, message catalogues, folders.
BESIDE = frozenset({"core/component", "core/i18n", "core/paths"})
# Known to the outer layers only, not to the domain and the services.
ASIDE = frozenset({"chalicelib/settings", "chalicelib/logs", "chalicelib/providers"})
INNER = frozenset({"domain", "services", *BESIDE})
ADAPTER = frozenset({"core/dynamodb", "core/gateways", *INNER, *ASIDE})
EDGE = frozenset({"gateways", "providers", "wiring", *INNER, *ASIDE})
CORE = frozenset(f"core/{layer}" for layer in ("domain", "services", "gateways", "wiring", "web"))

# Each layer or root module, and what it may import beside itself. A name is `<layer>` or
# `<layer>/<part>` of any feature, `<feature>/<layer>`, or a root module.
ALLOWED: dict[str, frozenset[str]] = {
    "domain": frozenset(),
    "core/component": frozenset(),
    "core/paths": frozenset({"core/domain"}),
    "core/i18n": frozenset({"core/domain", "core/paths"}),
    "services": INNER,
    "store": ADAPTER,
    "core/dynamodb": ADAPTER,
    "gateways": ADAPTER,
    "providers": ADAPTER,
    "wiring": ADAPTER | {"store", "gateways", "providers"},
    "web": EDGE,
    "events": EDGE,
    "chalicelib/logs": frozenset(),
    "chalicelib/providers": frozenset(),
    "chalicelib/settings": frozenset({"core/domain", "chalicelib/providers"}),
    "chalicelib/wiring": BESIDE | ASIDE | {"domain", "services", "wiring"},
    "chalicelib/routes": CORE | BESIDE | ASIDE | {"chalicelib/wiring", "web/routes"},
    "app": CORE | BESIDE | ASIDE | {"chalicelib/routes", "chalicelib/wiring", "events"},
}

# What a feature may import of another feature.
OPEN = frozenset({"domain", "services", "wiring", "web/labels", "web/serializers"})

# Imports of what is not open: the importing and the imported module, both below chalicelib.
# Both the set and the number may only shrink.
EXEMPT = frozenset(
    {
        # What comes in by a provider's webhook is verified and read by the provider's package.
        ("cases.events.inbound_sms", "messages.providers.aws.end_user_messaging"),
        ("cases.web.webhooks", "messages.providers.contract"),
        ("cases.web.webhooks", "messages.web.provider_requests"),
        # Somebody who leaves is asked about the shifts that are lost, as where leave is taken.
        ("people.web.console.people", "rota.web.confirm_lost_shifts"),
        # An erasure looks into every item of the case and its phone.
        ("privacy.store.erasures", "cases.store.keys"),
        ("privacy.store.erasures", "cases.store.models"),
        ("privacy.store.erasures", "cases.store.phone_record"),
    }
)
MOST_EXEMPT = 7

# Packages from outside that belong to some layers only.
AWS = frozenset({"store", "core/dynamodb", "gateways", "providers", "wiring"})
RESERVED: dict[str, frozenset[str]] = {
    "chalice": frozenset({"app", "chalicelib/routes", "web"}),
    "pynamodb": frozenset({"store", "core/dynamodb"}),
    "boto3": AWS,
    "botocore": AWS,
    "os": frozenset({"chalicelib/settings"}),
}

# Why an import is refused.
ELSEWHERE = "reserved for other layers"
LAYERS = "against the order of layers"
RANKS = "against the order of features"
PRIVATE = "private to its feature"


def violations(sources: Mapping[str, str], exempt: Collection[tuple[str, str]] = ()) -> list[str]:
    """List what breaks a rule, and the exemptions that no import needs."""
    found, needed = [], set[tuple[str, str]]()
    for path, text in sources.items():
        place = place_of(module_of(path))
        if path.endswith("__init__.py") and not text.strip():
            continue
        if row_of(place) is None:
            found.append(f"{path}:1: {place.label} has no row in ALLOWED")
            continue
        for one in imports({path: text}):
            problem = objection(place, one.target)
            excused = {pair for pair in exempt if problem == PRIVATE and covers(pair, one)}
            needed.update(excused)
            if problem and not excused:
                found.append(f"{path}:{one.line}: {place.label} imports {one.target}, {problem}")
    unneeded = sorted({*exempt} - needed)
    return found + [f"{module} no longer needs {other} in EXEMPT" for module, other in unneeded]


def objection(place: Place, target: str) -> str:
    """Return why a module of this place may not import the target; empty if it may."""
    other = place_of(target)
    if other is None:
        owners = RESERVED.get(target.partition(".")[0])
        return "" if owners is None or place.names & owners else ELSEWHERE
    if not other.names & (row_of(place) | {place.layer}):
        return LAYERS
    if place.feature not in FEATURES or other.feature in {place.feature, "core", "chalicelib"}:
        return ""
    if FEATURES[other.feature] >= FEATURES[place.feature]:
        return RANKS
    return "" if other.names & OPEN else PRIVATE


def row_of(place: Place) -> frozenset[str] | None:
    layer = place.layer if place.feature in FEATURES else ""
    return ALLOWED.get(place.label, ALLOWED.get(layer))


def covers(pair: tuple[str, str], found: Import) -> bool:
    module, imported = (f"chalicelib.{name}" for name in pair)
    return found.module == module and f"{found.target}.".startswith(f"{imported}.")


def imports_of_tests(sources: Mapping[str, str]) -> Iterator[str]:
    for path, line, _, target in imports(sources):
        if target.partition(".")[0] == "tests":
            yield f"{path}:{line}: imports {target}"


def test_imports_go_one_way():
    assert violations(read("app.py", "chalicelib"), EXEMPT) == []


def test_exemptions_name_modules_and_only_shrink():
    known = {module_of(path) for path in read("chalicelib") if not path.endswith("__init__.py")}

    assert {f"chalicelib.{name}" for pair in EXEMPT for name in pair} <= known
    assert len(EXEMPT) <= MOST_EXEMPT


def test_every_row_and_feature_is_used():
    places = [place_of(module_of(path)) for path in read("app.py", "chalicelib")]

    assert {name for place in places for name in place.names} >= set(ALLOWED)
    assert {place.feature for place in places} >= set(FEATURES)


def test_nothing_imports_from_tests():
    assert [*imports_of_tests(read("app.py", "chalicelib", "helpline", "infra"))] == []


# The planted modules: a place, and what it imports. A name with a slash is one of ours.


@pytest.mark.parametrize(
    ("place", "names"),
    [
        ("core/domain/a", "core/domain/errors dataclasses"),
        ("core/paths", "pathlib core/domain/language"),
        ("core/i18n", "gettext core/paths core/domain/language"),
        ("core/dynamodb/a", "pynamodb.models botocore core/gateways/aws core/i18n"),
        ("rota/services/a", "rota/domain rota/services messages/services/ports core/i18n"),
        ("cases/domain/a", "core/domain rota/domain/errors messages/domain"),
        ("cases/store/a", "pynamodb boto3 core/dynamodb core/gateways rota/services cases/store/b"),
        ("cases/store/b", "chalicelib/settings chalicelib/logs core/paths"),
        ("messages/providers/aws/client", "boto3 core/gateways/http messages/providers/send_retry"),
        ("cases/wiring", "boto3 cases/store cases/gateways core/dynamodb core/wiring rota/wiring"),
        ("cases/web/a", "chalice cases/wiring cases/web/routes core/web rota/web/labels"),
        ("console/web/console/a", "reports/web/serializers people/web/labels privacy/wiring"),
        ("cases/events/a", "cases/wiring cases/providers rota/services messages/domain"),
        ("chalicelib/settings", "os core/domain/phone"),
        ("chalicelib/wiring", "core/wiring rota/wiring messages/services/render_message"),
        (
            "chalicelib/routes",
            "chalice cases/web/routes chalicelib/wiring core/web/a chalicelib/logs",
        ),
        ("app", "chalice chalicelib/routes chalicelib/wiring cases/events/a core/web"),
    ],
)
def test_what_is_allowed_passes(place, names):
    assert violations({path_of(place): importing(names)}) == []


@pytest.mark.parametrize(
    ("place", "problem", "names"),
    [
        ("core/domain/a", ELSEWHERE, "os os.path boto3 chalice pynamodb"),
        ("core/domain/a", LAYERS, "chalicelib/settings core/i18n core/paths core/services/ports"),
        ("core/paths", LAYERS, "core/i18n core/services chalicelib/settings"),
        ("core/i18n", LAYERS, "core/services chalicelib/logs"),
        ("core/services/a", RANKS, "messages/domain console/services"),
        ("core/web/a", RANKS, "cases/domain people/web/labels"),
        ("cases/services/a", ELSEWHERE, "os chalice.Response pynamodb.models botocore.config"),
        ("cases/services/a", LAYERS, "chalicelib/logs cases/store messages/store core/gateways"),
        ("cases/store/a", ELSEWHERE, "chalice"),
        ("cases/store/a", LAYERS, "cases/gateways/a cases/wiring messages/gateways core/web"),
        ("cases/store/a", PRIVATE, "rota/store/duty_models"),
        ("messages/providers/aws/client", ELSEWHERE, "pynamodb chalice"),
        ("messages/providers/aws/client", LAYERS, "messages/gateways messages/store"),
        ("people/wiring", ELSEWHERE, "chalice pynamodb"),
        ("people/wiring", LAYERS, "people/web people/events"),
        ("people/wiring", RANKS, "privacy/wiring reports/domain console/services"),
        ("cases/web/a", ELSEWHERE, "boto3 pynamodb.exceptions"),
        ("cases/web/a", LAYERS, "cases/store core/dynamodb cases/events chalicelib/routes app"),
        ("cases/web/a", LAYERS, "chalicelib chalicelib/rota chalicelib/domain/case"),
        ("cases/web/a", PRIVATE, "messages/providers messages/web messages/web/api"),
        ("console/web/a", PRIVATE, "cases/web/routes cases/web/schemas/labels"),
        ("cases/events/a", ELSEWHERE, "chalice"),
        ("cases/events/a", LAYERS, "cases/web rota/web/labels cases/store"),
        ("chalicelib/logs", LAYERS, "core/domain chalicelib/settings"),
        ("chalicelib/settings", LAYERS, "chalicelib/logs rota/domain core/services"),
        (
            "chalicelib/routes",
            LAYERS,
            "cases/web/desk_api cases/services cases/events cases/wiring core/dynamodb",
        ),
        ("app", LAYERS, "cases/web/routes cases/services cases/store cases/wiring"),
        ("app", ELSEWHERE, "pynamodb boto3"),
    ],
)
def test_planted_imports_are_found(place, problem, names):
    path, text = path_of(place), importing(names)
    label = place_of(module_of(path)).label

    assert violations({path: text}) == [
        f"{path}:{number}: {label} {line.replace('import', 'imports')}, {problem}"
        for number, line in enumerate(text.splitlines(), 1)
    ]


@pytest.mark.parametrize(
    ("place", "text", "found"),
    [
        ("cases/web/a", "from chalicelib.cases import store", f"imports {{}}.store, {LAYERS}"),
        ("cases/web/a", "from chalicelib.cases.store import a", f"imports {{}}.store.a, {LAYERS}"),
        ("cases/web/a", "if TYPE_CHECKING: import app", f"imports app, {LAYERS}"),
        ("cases/web/a", "def f(): import boto3", f"imports boto3, {ELSEWHERE}"),
        ("cases/web/a", "import_module('chalicelib.cases.store')", f"imports {{}}.store, {LAYERS}"),
        ("cases/web/a", "i.import_module('boto3.session')", f"imports boto3.session, {ELSEWHERE}"),
        ("cases/store/a", "from ..gateways import sms", f"imports {{}}.gateways.sms, {LAYERS}"),
        ("cases/store/__init__", "from ..web import api", f"imports {{}}.web.api, {LAYERS}"),
        ("cases/store/a", "import os as o; o.getenv('K')", f"imports os, {ELSEWHERE}"),
        ("cases/store/a", "from os import environ", f"imports os.environ, {ELSEWHERE}"),
        ("chalicelib/helpers", "", "has no row in ALLOWED"),
        ("chalicelib/domain/case", "", "has no row in ALLOWED"),
        ("cases/dynamodb/a", "", "has no row in ALLOWED"),
        ("cases/settings", "", "has no row in ALLOWED"),
        ("chalicelib/cases/__init__", "X = 1", "has no row in ALLOWED"),
    ],
)
def test_planted_text_is_found(place, text, found):
    path = path_of(place)
    label = place_of(module_of(path)).label

    assert violations({path: text}) == [f"{path}:1: {label} {found.format('chalicelib.cases')}"]


def test_an_exemption_is_for_one_pair_of_modules():
    path, models = "chalicelib/cases/store/cases.py", "rota.store.duty_models"
    wanted, other = ("cases.store.cases", models), ("cases.store.keys", models)
    source = {path: f"from chalicelib.{models} import ShiftMap"}
    denied = f"{path}:1: cases/store imports chalicelib.{models}.ShiftMap, {PRIVATE}"
    unneeded = f"cases.store.keys no longer needs {models} in EXEMPT"

    assert violations(source, {wanted}) == []
    assert violations(source, {other}) == [denied, unneeded]
    assert violations(source, {wanted, other}) == [unneeded]


def test_a_planted_import_of_tests_is_found():
    text = "import pytest\ndef f():\n    from tests.support import fakes\nimport_module('tests')"

    assert [*imports_of_tests({"infra/demo.py": text})] == [
        "infra/demo.py:3: imports tests.support.fakes",
        "infra/demo.py:4: imports tests",
    ]


def path_of(place: str) -> str:
    return f"{place if place == 'app' or 'chalicelib' in place else f'chalicelib/{place}'}.py"


def importing(names: str) -> str:
    paths = (path_of(name) if "/" in name else name for name in names.split())
    return "\n".join(f"import {module_of(path)}" for path in paths)
