"""The package: the same bytes each time, and whole, whatever was trimmed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infra.dependencies import (
    AMAZON_ROOTS,
    calls_granted,
    describing,
    this_platform,
    without_documentation,
)
from infra.package import build, heaviest, uncompiled
from infra.paths import ROOT
from infra.sbom import bill_of_materials

pytestmark = pytest.mark.xdist_group("package")

# Every module of ours, and what each does only when it is first called.
IMPORT_EVERYTHING = """
import importlib, pathlib, sys
root = pathlib.Path.cwd()
sys.path = [path for path in sys.path if "site-packages" not in path]
for path in sorted([root / "app.py", *(root / "chalicelib").rglob("*.py")]):
    name = ".".join(path.relative_to(root).with_suffix("").parts)
    importlib.import_module(name.removesuffix(".__init__"))
import botocore.session
for service in sys.argv[1:]:
    client = botocore.session.get_session().create_client(service, region_name="ap-south-1")
    assert client.meta.endpoint_url.endswith(".amazonaws.com"), client.meta.endpoint_url
import ssl, botocore.httpsession
context = ssl.create_default_context(cafile=str(root / "botocore" / "cacert.pem"))
print(len(context.get_ca_certs()))
import jinja2, jwt.algorithms, phonenumbers, pynamodb.models, zoneinfo
assert jwt.algorithms.has_crypto
assert phonenumbers.is_valid_number(phonenumbers.parse("+919812345678"))
zoneinfo.reset_tzpath(())
assert zoneinfo.ZoneInfo("Asia/Kolkata").key
strangers = [
    f"{name}: {module.__file__}" for name, module in sorted(sys.modules.items())
    # What a virtual environment itself loads before anything else is none.
    if "site-packages" in (getattr(module, "__file__", None) or "") and name != "_distutils_hack"
]
assert not strangers, strangers
"""


@pytest.fixture(scope="module")
def code() -> Path:
    return build("dev", for_this_machine=True).code


def test_two_builds_in_two_folders_give_the_same_bytes(tmp_path: Path) -> None:
    first, second = build("prod"), build("prod", into=tmp_path / "another-folder")

    assert first.digest == second.digest
    for name in ("code.zip", "template.json", "bill-of-materials.json"):
        ours, theirs = (built.code.with_name(name) for built in (first, second))
        assert ours.read_bytes() == theirs.read_bytes(), name


def test_every_module_of_ours_is_imported_from_the_trimmed_package(
    code: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(code) as archive:
        archive.extractall(tmp_path)

    finished = subprocess.run(
        [sys.executable, "-c", IMPORT_EVERYTHING, *sorted(calls_granted())],
        cwd=tmp_path,
        env={**os.environ, "AWS_REGION": "ap-south-1", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert finished.returncode == 0, finished.stderr
    assert int(finished.stdout) == len(AMAZON_ROOTS)


def test_a_client_loads_no_reader_of_installed_packages_and_no_help(
    code: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(code) as archive:
        archive.extractall(tmp_path)
    client = (
        "import sys; from chalicelib.core.dynamodb.client import Database;"
        "Database('ap-south-1').client.put_item;"
        "print(sorted({'importlib.metadata', 'html.parser'} & set(sys.modules)))"
    )

    finished = subprocess.run(
        [sys.executable, "-c", client], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    assert finished.stdout == "[]\n"


def test_every_service_that_the_code_names_is_in_the_package() -> None:
    sources = "".join(path.read_text() for path in (ROOT / "chalicelib").rglob("*.py"))
    named = set(re.findall(r'\bclient\(\s*"([a-z0-9-]+)"', sources))

    assert named
    assert named <= set(calls_granted())


def test_what_lambda_gets_is_for_its_processor_and_its_python() -> None:
    package = build("prod")
    with zipfile.ZipFile(package.code) as archive:
        built = [name for name in archive.namelist() if name.endswith(".so")]
        headers = {archive.read(name)[18:20] for name in built}
    functions = [
        resource["Properties"]
        for resource in package.template["Resources"].values()
        if resource["Type"] == "AWS::Serverless::Function"
    ]

    assert built
    assert headers == {b"\xb7\x00"}, "ELF's number of the 64-bit Arm processor"
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert {function["Runtime"] for function in functions} == {f"python{version}"}
    assert {tuple(function["Architectures"]) for function in functions} == {("arm64",)}
    compiled = f"cpython-{version.replace('.', '')}-aarch64"
    assert all(compiled in name or ".abi3." in name for name in built)
    assert this_platform(for_this_machine=False)[1] == "arm64"


def test_what_weighs_most_is_told_and_nothing_is_left_to_compile(code: Path) -> None:
    weights = [weight for _, weight in heaviest(code)]

    assert weights == sorted(weights, reverse=True)
    assert weights[0] > 1_000_000
    assert uncompiled(code) == []


def test_a_module_that_is_not_compiled_is_seen(tmp_path: Path) -> None:
    code = tmp_path / "code.zip"
    with zipfile.ZipFile(code, "w") as archive:
        for name in ("app.py", "a/one.py", "a/__pycache__/one.cpython-313.pyc", "lib.pyc"):
            archive.writestr(name, "")

    assert uncompiled(code) == ["app.py"]


def test_a_description_keeps_the_calls_in_use_and_all_that_they_need() -> None:
    model = {
        "operations": {
            "Get": {"input": {"shape": "In"}, "documentation": "prose"},
            "Delete": {"input": {"shape": "Other"}},
        },
        "shapes": {
            "In": {"type": "structure", "members": {"documentation": {"shape": "Text"}}},
            "Text": {"type": "string", "documentation": "prose"},
            "Other": {"type": "string"},
        },
    }

    assert describing(model, {"Get"}) == {
        "operations": {"Get": {"input": {"shape": "In"}}},
        "shapes": {
            "In": {"type": "structure", "members": {"documentation": {"shape": "Text"}}},
            "Text": {"type": "string"},
        },
    }
    assert without_documentation([{"documentation": "x", "a": 1}]) == [{"a": 1}]


def test_the_bill_names_what_is_in_the_zip_and_nothing_else(code: Path) -> None:
    with zipfile.ZipFile(code) as archive:
        names = archive.namelist()
    bill = json.loads(code.with_name("bill-of-materials.json").read_text())
    listed = {component["name"]: component for component in bill["components"]}

    assert bill["bomFormat"] == "CycloneDX"
    shipped = {
        name.partition("-")[0].lower().replace("_", "-")
        for name in names
        if name.endswith(".dist-info/METADATA")
    }
    assert set(listed) == shipped | {"chalice"}
    assert listed["pynamodb"]["purl"] == "pkg:pypi/pynamodb@6.1.0"
    assert listed["pynamodb"]["properties"]
    assert "pycparser" not in listed


def test_a_pin_that_this_python_does_not_install_is_not_on_the_bill(tmp_path: Path) -> None:
    installed = tmp_path / "one-1.0.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Name: one\nVersion: 1.0\nLicense-Expression: MIT\n")
    pins = f"one==1.0 \\\n    --hash=sha256:{'a' * 64}\ntwo==2.0 ; python_version < '3'\n"

    *_, one = bill_of_materials(pins, tmp_path)["components"]

    assert one["licenses"] == [{"license": {"name": "MIT"}}]
    assert one["properties"] == [{"name": "helpline:accepted-sha256", "value": "a" * 64}]
