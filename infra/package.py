"""Builds what is deployed: one zip of code and the template that Chalice generates.

Chalice writes the template and packs the application; the dependencies are installed here, each
checked by its hash, without what no function uses, and everything is compiled: a cold start
without compiled modules takes more than twice as long.
"""

import argparse
import compileall
import hashlib
import json
import os
import platform
import py_compile
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from filelock import FileLock

from infra.catalogues import compile_catalogues
from infra.paths import BUILD, ROOT

REGION = "ap-south-1"
STAGES = ("dev", "prod")

# Amazon Linux, where Lambda runs: 2023 under Python 3.12 and later, 2 (an older C library) before.
LAMBDA_PLATFORMS = ["manylinux2014_x86_64", "manylinux_2_17_x86_64"]
AMAZON_LINUX_2023_PLATFORMS = ["manylinux_2_34_x86_64", "manylinux_2_28_x86_64"]

BOTOCORE_SERVICES = {"dynamodb", "sns", "ssm", "sts"}
# Bulky, and used by nothing here: numbers are parsed and checked, not looked up on a map; a
# library that is compiled already needs no compiler's parts; nothing asks dateutil for a zone.
UNUSED = [
    "bin",
    "cffi",
    "dateutil/zoneinfo",
    "phonenumbers/carrierdata",
    "phonenumbers/geodata",
    "phonenumbers/tzdata",
    "pycparser",
]
# The helpline has one calendar.
ZONES = {"__init__.py", "Asia/__init__.py", "Asia/Kolkata"}
# What only type checkers and compilers read.
UNUSED_SUFFIXES = {".pyi", ".pyx", ".c", ".h"}


@dataclass(frozen=True)
class Package:
    """A built package: the code, its template, and the digest of the two."""

    stage: str
    code: Path
    template: dict[str, Any]
    digest: str


def build(stage: str, *, for_this_machine: bool = False) -> Package:
    """Return the stage's package, built anew only where something that goes into it changed.

    The embedded engine runs functions on this machine: `for_this_machine` takes the dependencies
    that fit it, whatever its system, in place of Lambda's.
    """
    BUILD.mkdir(exist_ok=True)
    with FileLock(BUILD / "package.lock"):
        compile_catalogues()
        folder = BUILD / (f"{stage}-local" if for_this_machine else stage)
        inputs = _digest(_inputs(), stage, platform.python_version(), for_this_machine)
        if not _is_from(folder, inputs):
            libraries = _libraries(for_this_machine=for_this_machine)
            _assemble(folder, stage, libraries, inputs)
        template = json.loads((folder / "template.json").read_text())
        code = folder / "code.zip"
        content = hashlib.sha256(code.read_bytes() + json.dumps(template).encode()).hexdigest()
        return Package(stage, code, template, content[:32])


def _inputs() -> Iterator[Path]:
    """Yield every file that shapes a package."""
    yield from [ROOT / "app.py", ROOT / "requirements.txt", ROOT / "requirements-dev.txt"]
    yield from [ROOT / "infra" / "resources.yaml", Path(__file__)]
    yield from sorted((ROOT / ".chalice").glob("*.json"))
    yield from _application()


def _application() -> Iterator[Path]:
    """Yield what of chalicelib is shipped: code, compiled catalogues, templates, static files."""
    for path in sorted((ROOT / "chalicelib").rglob("*")):
        shipped = path.is_file() and path.suffix not in {".po", ".pot", ".pyc", ".new"}
        if shipped and "__pycache__" not in path.parts:
            yield path


def _digest(files: Iterator[Path], *settings: object) -> str:
    """Return the digest of the files' names and contents, and of the settings."""
    digest = hashlib.sha256(repr(settings).encode())
    for path in files:
        name, content = path.relative_to(ROOT).as_posix().encode(), path.read_bytes()
        digest.update(b"%s %d " % (name, len(content)) + content)
    return digest.hexdigest()


def _is_from(folder: Path, inputs: str) -> bool:
    made_from = folder / "inputs"
    return made_from.exists() and made_from.read_text() == inputs


def _libraries(*, for_this_machine: bool) -> Path:
    """Return the folder of installed, trimmed and compiled dependencies, kept for the next time."""
    requirements = ROOT / "requirements.txt"
    key = _digest(iter([requirements, Path(__file__)]), platform.python_version(), for_this_machine)
    target = "local" if for_this_machine else "lambda"
    finished = BUILD / "libraries" / f"{target}-{key[:16]}"
    if finished.exists():
        return finished
    finished.parent.mkdir(exist_ok=True)
    for outdated in finished.parent.glob(f"{target}-*"):
        shutil.rmtree(outdated)
    with tempfile.TemporaryDirectory(dir=finished.parent) as folder:
        libraries = Path(folder) / "libraries"
        _run_pip_install(requirements, libraries, [] if for_this_machine else _lambda_wheels())
        _trim(libraries)
        _compile(libraries)
        libraries.rename(finished)
    return finished


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


def _trim(libraries: Path) -> None:
    """Drop what no function reads."""
    for name in UNUSED:
        shutil.rmtree(libraries / name, ignore_errors=True)
    for entry in (libraries / "botocore" / "data").iterdir():
        if entry.is_dir() and entry.name not in BOTOCORE_SERVICES:
            shutil.rmtree(entry)
    zones = libraries / "tzdata" / "zoneinfo"
    for path in zones.rglob("*"):
        if path.is_file() and path.relative_to(zones).as_posix() not in ZONES:
            path.unlink()
    for path in libraries.rglob("*"):
        if path.suffix in UNUSED_SUFFIXES:
            path.unlink()


def _compile(folder: Path) -> None:
    """Compile every module in place, to bytecode that is not checked against its source."""
    compiled = compileall.compile_dir(
        folder,
        quiet=1,
        workers=0,
        stripdir=folder,
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
    if not compiled:
        sys.exit("helpline: a module of the package does not compile, see above")


def _assemble(folder: Path, stage: str, libraries: Path, inputs: str) -> None:
    """Have Chalice pack the application, join the dependencies to it, and put both in place."""
    with tempfile.TemporaryDirectory(dir=BUILD) as scratch:
        project, packed = Path(scratch) / "project", Path(scratch) / "packed"
        _copy_application(project)
        _run_chalice(project, packed, stage)
        application = Path(scratch) / "application"
        with zipfile.ZipFile(packed / "deployment.zip") as archive:
            archive.extractall(application)
        _compile(application)
        finished = Path(scratch) / "finished"
        finished.mkdir()
        _zip(finished / "code.zip", [libraries, application])
        # As JSON: CloudFormation reads no YAML anchors, which Chalice's own template has.
        template = yaml.safe_load((packed / "sam.yaml").read_text())
        (finished / "template.json").write_text(json.dumps(template, indent=1, sort_keys=True))
        (finished / "inputs").write_text(inputs)
        shutil.rmtree(folder, ignore_errors=True)
        finished.rename(folder)


def _copy_application(project: Path) -> None:
    """Copy what Chalice packs, with no requirements: it neither checks hashes nor trims."""
    for path in [*_application(), ROOT / "app.py", *(ROOT / ".chalice").glob("*.json")]:
        copy = project / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    (project / "requirements.txt").touch()


def _run_chalice(project: Path, out: Path, stage: str) -> None:
    finished = subprocess.run(
        [
            *(Path(sys.executable).with_name("chalice"), "--project-dir", project, "package"),
            *("--stage", stage, "--template-format", "yaml"),
            *("--merge-template", ROOT / "infra" / "resources.yaml", out),
        ],
        env={**os.environ, "AWS_DEFAULT_REGION": REGION, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode != 0:
        sys.exit(f"{finished.stdout}{finished.stderr}\nhelpline: chalice package failed, see above")


def _zip(target: Path, folders: list[Path]) -> None:
    """Zip the folders' files as one tree, the same bytes for the same files."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for folder in folders:
            for path in sorted(path for path in folder.rglob("*") if path.is_file()):
                entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), (2020, 1, 1, 0, 0, 0))
                entry.external_attr = 0o100644 << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, path.read_bytes())


def main() -> None:
    """Build one stage's package and say where it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stage", choices=STAGES, required=True)
    package = build(parser.parse_args().stage)
    size = package.code.stat().st_size / 1e6
    print(f"{package.code.relative_to(ROOT)}: {size:.1f} MB, digest {package.digest}")


if __name__ == "__main__":
    main()
