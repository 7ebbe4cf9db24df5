"""The package's dependencies: installed by hash, without what no function uses, and compiled.

They are shipped compiled only, and the same requirements give the same bytes: the bytecode names no
folder of the builder's and was made in one fixed order.
"""

import gzip
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from infra.policies import FUNCTIONS, policy_of

ARCHITECTURE = "arm64"
# Amazon Linux, where Lambda runs: 2023 under Python 3.12 and later, 2 (an older C library) before.
LAMBDA_PLATFORMS = ["manylinux2014_aarch64", "manylinux_2_17_aarch64"]
AMAZON_LINUX_2023_PLATFORMS = ["manylinux_2_34_aarch64", "manylinux_2_28_aarch64"]

# Whose calls the functions' policies grant, by IAM's name and botocore's.
SERVICES = {
    "cognito-idp": "cognito-idp",
    "dynamodb": "dynamodb",
    "sms-voice": "pinpoint-sms-voice-v2",
    "sns": "sns",
    "ssm": "ssm",
}
# Calls that a policy grants by the names of what they do to each item.
TOGETHER = {
    "BatchGetItem",
    "BatchWriteItem",
    "DescribeTable",
    "ExecuteStatement",
    "TransactGetItems",
    "TransactWriteItems",
}
# Bulky, and used by nothing here: numbers are parsed and checked, not looked up on a map; a
# library that is compiled already needs no compiler's parts; nothing asks dateutil for a zone;
# libraries ship their own tests.
UNUSED = [
    "bin",
    "botocore/docs/bcdoc",
    "cffi",
    "dateutil/zoneinfo",
    "icalendar/fuzzing",
    "icalendar/tests",
    "phonenumbers/carrierdata",
    "phonenumbers/geodata",
    "phonenumbers/tzdata",
    "pycparser",
    "pycparser-*.dist-info",
]
# What a client loads on its way and nobody uses, and what stands in for it. Nobody speaks HTTP/2
# here, but urllib3 looks for the way to it, and for that loads all that reads installed packages: a
# fifteenth of a client's cold start. And botocore makes help of its prose, with a parser of HTML: a
# thirtieth. The prose is not shipped either.
REPLACED = {
    "urllib3/http2/__init__.py": "",
    "botocore/docs/__init__.py": "",
    "botocore/docs/docstring.py": (
        "class ClientMethodDocstring:\n"
        "    def __init__(self, **_): pass\n"
        "PaginatorDocstring = WaiterDocstring = ClientMethodDocstring\n"
    ),
}
# What is kept of a folder of data: one calendar, and the short numbers of one country.
KEPT = {
    "tzdata/zoneinfo": {"__init__.py", "Asia/__init__.py", "Asia/Kolkata"},
    "phonenumbers/shortdata": {"__init__.py", "region_IN.py"},
}
# What only type checkers and compilers read.
UNUSED_SUFFIXES = {".pyi", ".pyx", ".c", ".h"}
# What only installers read of a distribution; licences and metadata stay.
UNUSED_RECORDS = {"RECORD", "INSTALLER", "REQUESTED", "WHEEL", "top_level.txt", "entry_points.txt"}
# The authorities that sign AWS's endpoints (https://www.amazontrust.com/repository/). The whole of
# botocore's bundle takes fifteen milliseconds of a cold start to read.
AMAZON_ROOTS = (
    "Amazon Root CA 1",
    "Amazon Root CA 2",
    "Amazon Root CA 3",
    "Amazon Root CA 4",
    "Starfield Services Root Certificate Authority - G2",
)


def this_platform(*, for_this_machine: bool) -> tuple[str, ...]:
    """Return what decides which files the same requirements give."""
    target = platform.machine() if for_this_machine else ARCHITECTURE
    return (platform.python_version(), target)


def build_libraries(requirements: Path, target: Path, *, for_this_machine: bool) -> None:
    """Fill the folder, for Lambda or for this machine; it must not stand yet."""
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        libraries = Path(scratch) / "libraries"
        _run_pip_install(requirements, libraries, [] if for_this_machine else _lambda_wheels())
        trim(libraries)
        compile_modules(libraries, beside_the_source=True)
        _drop_sources(libraries)
        libraries.rename(target)


def _lambda_wheels() -> list[str]:
    """Return pip's options for wheels that run on Lambda under this Python's minor version."""
    platforms = list(LAMBDA_PLATFORMS)
    if sys.version_info >= (3, 12):
        platforms = AMAZON_LINUX_2023_PLATFORMS + platforms
    options = [option for name in platforms for option in ("--platform", name)]
    return [*options, "--only-binary=:all:", "--implementation", "cp"]


def _run_pip_install(requirements: Path, folder: Path, options: list[str]) -> None:
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "-qq", "--disable-pip-version-check", "install"),
            *("--no-compile", "--no-deps", "--require-hashes", "-r", str(requirements)),
            *("--target", str(folder), *options),
        ],
        env={**os.environ, "PIP_ROOT_USER_ACTION": "ignore"},
        check=True,
    )


def trim(libraries: Path) -> None:
    """Drop what no function reads."""
    for name in UNUSED:
        for path in libraries.glob(name):
            shutil.rmtree(path)
    for name, stand_in in REPLACED.items():
        if not (libraries / name).exists():
            sys.exit(f"helpline: there is no {name} to replace any more")
        (libraries / name).write_text(stand_in)
    _trim_botocore(libraries / "botocore", calls_granted())
    for name, kept in KEPT.items():
        for path in (libraries / name).rglob("*"):
            if path.is_file() and path.relative_to(libraries / name).as_posix() not in kept:
                path.unlink()
    for path in libraries.rglob("*"):
        of_an_installer = path.parent.suffix == ".dist-info" and path.name in UNUSED_RECORDS
        if path.suffix in UNUSED_SUFFIXES or of_an_installer:
            path.unlink()


def calls_granted() -> dict[str, set[str]]:
    """Return the operations that any function's policy grants, by botocore's name of the service.

    The policies are tested to grant exactly what the functions do (tests/contract).
    """
    granted: dict[str, set[str]] = {"dynamodb": set(TOGETHER)}
    for function in FUNCTIONS:
        for statement in policy_of(function)["Statement"]:
            for action in statement["Action"]:
                service, _, operation = action.partition(":")
                if service in SERVICES:
                    granted.setdefault(SERVICES[service], set()).add(operation)
    return granted


def _trim_botocore(botocore: Path, calls: Mapping[str, set[str]]) -> None:
    """Keep what describes the calls in use, and the authorities that vouch for Amazon alone.

    Descriptions are stored plain: the zip compresses them, and a cold start has less to do.
    """
    data = botocore / "data"
    for entry in data.iterdir():
        if entry.is_dir() and entry.name not in calls:
            shutil.rmtree(entry)
    for path in [path for service in calls for path in (data / service).rglob("*.json*")]:
        if not path.name.startswith(("service-2", "endpoint-rule-set")):
            path.unlink()  # examples, pages and waiters
    for path in data.rglob("*.json.gz"):
        plain = json.loads(gzip.decompress(path.read_bytes()))
        if path.name.startswith("service-2"):
            plain = describing(plain, calls[path.relative_to(data).parts[0]])
        path.with_suffix("").write_text(_compact(plain))
        path.unlink()
    endpoints = data / "endpoints.json"
    listed = json.loads(endpoints.read_text())
    for partition in listed["partitions"]:
        services = partition["services"]
        partition["services"] = {name: services[name] for name in sorted(calls) if name in services}
    endpoints.write_text(_compact(listed))
    authorities = botocore / "cacert.pem"
    authorities.write_text("\n".join(_amazons_own(authorities.read_text())))


def describing(model: dict[str, Any], operations: set[str]) -> dict[str, Any]:
    """Return a service's description cut to these operations, and without its prose."""
    kept = {name: each for name, each in model["operations"].items() if name in operations}
    named: set[str] = set()
    found = [kept]
    while found:
        fresh = _shapes_in(found.pop()) - named
        named |= fresh
        found += [model["shapes"][name] for name in fresh]
    shapes = {name: each for name, each in model["shapes"].items() if name in named}
    described: dict[str, Any] = without_documentation(
        {**model, "operations": kept, "shapes": shapes}
    )
    return described


def _shapes_in(described: Any) -> set[str]:  # noqa: ANN401 - JSON of any shape
    """Return the names of the shapes to which a piece of a description refers."""
    if isinstance(described, list):
        return {name for each in described for name in _shapes_in(each)}
    if not isinstance(described, dict):
        return set()
    inner = {name for each in described.values() for name in _shapes_in(each)}
    shape = described.get("shape")
    return inner | ({shape} if isinstance(shape, str) else set())


def _compact(data: object) -> str:
    return json.dumps(data, separators=(",", ":"))


def _amazons_own(bundle: str) -> Iterator[str]:
    """Yield the certificates of the bundle that are Amazon's, each below its label."""
    blocks = bundle.split("# Issuer: ")
    for name in AMAZON_ROOTS:
        found = [block for block in blocks if f"CN={name} " in block.splitlines()[0]]
        if len(found) != 1:
            sys.exit(f"helpline: botocore's bundle has not exactly one {name}")
        yield f"# Issuer: {found[0]}"


def without_documentation(model: Any) -> Any:  # noqa: ANN401 - JSON of any shape
    """Return a service's model without its prose: nothing reads it but botocore's own help."""
    if isinstance(model, dict):
        return {
            key: without_documentation(value)
            for key, value in model.items()
            if not (key == "documentation" and isinstance(value, str))
        }
    if isinstance(model, list):
        return [without_documentation(value) for value in model]
    return model


def compile_modules(folder: Path, *, beside_the_source: bool = False) -> None:
    """Compile every module in place, to bytecode that is not checked against its source.

    In a process of its own, one module after the other and with hashes that are no accident, so
    that what was compiled before a module leaves the same trace in it each time.
    """
    finished = subprocess.run(
        [
            *(sys.executable, "-m", "compileall", "-q", "-j", "1"),
            *("--invalidation-mode", "unchecked-hash"),
            *(["-b"] if beside_the_source else []),
            *("-s", str(folder), str(folder)),
        ],
        env={**os.environ, "PYTHONHASHSEED": "0"},
        check=False,
    )
    if finished.returncode != 0:
        sys.exit("helpline: a module of the package does not compile, see above")


def _drop_sources(libraries: Path) -> None:
    """Ship the dependencies compiled only: their sources are a sixth of the package, unread.

    A traceback names their files and lines still. Our own sources stay.
    """
    for path in libraries.rglob("*.py"):
        path.unlink()
