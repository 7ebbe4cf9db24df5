"""Builds what is deployed: one zip of code, the template, and a bill of what is in the zip.

Chalice writes the template and packs the application; its dependencies come from
:mod:`infra.dependencies`, and what the template needs besides from :mod:`infra.template`. The same
commit, built by the same Python, gives the same bytes.
"""

import argparse
import hashlib
import json
import os
import shutil
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE
from typing import Any

import yaml
from filelock import FileLock

from infra.dependencies import build_libraries, calls_granted, compile_modules, this_platform
from infra.paths import BUILD, ROOT
from infra.policies import write_policies
from infra.processes import run_apart
from infra.sbom import bill_of_materials
from infra.template import complete, fragments
from infra.translations import compile_catalogues

REGION = "ap-south-1"
STAGES = ("dev", "prod")
HEAVIEST = 12


@dataclass(frozen=True)
class Package:
    """A built package: the code, its template, and the digest of the two."""

    stage: str
    code: Path
    template: dict[str, Any]
    digest: str


def build(stage: str, *, for_this_machine: bool = False, into: Path = BUILD) -> Package:
    """Return the stage's package, built anew only where something that goes into it changed.

    The embedded engine runs functions on this machine: `for_this_machine` takes the dependencies
    that fit it, whatever its system, in place of Lambda's. Two folders share nothing.
    """
    into.mkdir(exist_ok=True)
    with FileLock(into / "package.lock"):
        compile_catalogues()
        folder = into / (f"{stage}-local" if for_this_machine else stage)
        platform = this_platform(for_this_machine=for_this_machine)
        inputs = _digest(_inputs(), stage, *platform)
        if not _is_from(folder, inputs):
            libraries = _libraries(into, for_this_machine=for_this_machine)
            _assemble(folder, stage, libraries, inputs)
        template = json.loads((folder / "template.json").read_text())
        code = folder / "code.zip"
        content = hashlib.sha256(code.read_bytes() + json.dumps(template).encode()).hexdigest()
        return Package(stage, code, template, content[:32])


def _inputs() -> Iterator[Path]:
    """Yield every file that shapes a package."""
    yield from [ROOT / "app.py", ROOT / "requirements.txt", ROOT / "requirements-dev.txt"]
    yield from [ROOT / "infra" / "resources.yaml", *fragments(), Path(__file__)]
    for module in ("sbom", "dependencies", "policies", "template"):
        yield ROOT / "infra" / f"{module}.py"
    yield ROOT / ".chalice" / "config.json"
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


def _libraries(into: Path, *, for_this_machine: bool) -> Path:
    """Return the folder of installed, trimmed and compiled dependencies, kept for the next time."""
    requirements = ROOT / "requirements.txt"
    makers = [requirements, ROOT / "infra" / "dependencies.py"]
    calls = sorted((service, *sorted(names)) for service, names in calls_granted().items())
    key = _digest(iter(makers), calls, *this_platform(for_this_machine=for_this_machine))
    target = "local" if for_this_machine else "lambda"
    finished = into / "libraries" / f"{target}-{key[:16]}"
    if finished.exists():
        return finished
    finished.parent.mkdir(exist_ok=True)
    for outdated in finished.parent.glob(f"{target}-*"):
        shutil.rmtree(outdated)
    build_libraries(requirements, finished, for_this_machine=for_this_machine)
    return finished


def _assemble(folder: Path, stage: str, libraries: Path, inputs: str) -> None:
    """Have Chalice pack the application, join the dependencies to it, and put all in place."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        project, packed = Path(scratch) / "project", Path(scratch) / "packed"
        _copy_application(project)
        _run_chalice(project, packed, stage)
        application = Path(scratch) / "application"
        with zipfile.ZipFile(packed / "deployment.zip") as archive:
            archive.extractall(application)
        compile_modules(application)
        finished = Path(scratch) / "finished"
        finished.mkdir()
        _zip(finished / "code.zip", [libraries, application])
        # As JSON: CloudFormation reads no YAML anchors, which Chalice's own template has.
        template = complete(yaml.safe_load((packed / "sam.yaml").read_text()), stage)
        (finished / "template.json").write_text(json.dumps(template, indent=1, sort_keys=True))
        bill = bill_of_materials((ROOT / "requirements.txt").read_text(), libraries)
        (finished / "bill-of-materials.json").write_text(json.dumps(bill, indent=1))
        (finished / "inputs").write_text(inputs)
        shutil.rmtree(folder, ignore_errors=True)
        finished.rename(folder)


def _copy_application(project: Path) -> None:
    """Copy what Chalice packs, with no requirements: it neither checks hashes nor trims."""
    for path in [*_application(), ROOT / "app.py", ROOT / ".chalice" / "config.json"]:
        copy = project / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    write_policies(project / ".chalice")
    (project / "requirements.txt").touch()


def _run_chalice(project: Path, out: Path, stage: str) -> None:
    finished = run_apart(
        [
            *(Path(sys.executable).with_name("chalice"), "--project-dir", project, "package"),
            *("--stage", stage, "--template-format", "yaml"),
            *("--merge-template", ROOT / "infra" / "resources.yaml", out),
        ],
        env={**os.environ, "AWS_DEFAULT_REGION": REGION, "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=PIPE,
        stderr=PIPE,
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


def heaviest(code: Path) -> list[tuple[str, int]]:
    """Return what weighs most in the zip, by what it takes there: top folders and files."""
    weights: Counter[str] = Counter()
    with zipfile.ZipFile(code) as archive:
        for entry in archive.infolist():
            weights[entry.filename.partition("/")[0]] += entry.compress_size
    return weights.most_common(HEAVIEST)


def uncompiled(code: Path) -> list[str]:
    """Return the modules of the zip that a cold start would have to compile."""
    with zipfile.ZipFile(code) as archive:
        names = archive.namelist()
    compiled = {
        f"{folder.removesuffix('__pycache__')}{module.split('.')[0]}.py"
        for folder, _, module in (name.rpartition("/") for name in names)
        if module.endswith(".pyc") and folder.endswith("__pycache__")
    }
    return sorted(name for name in names if name.endswith(".py") and name not in compiled)


def main() -> None:
    """Build one stage's package, and say where it is and what weighs most in it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stage", choices=STAGES, required=True)
    package = build(parser.parse_args().stage)
    size = package.code.stat().st_size / 1e6
    for name, weight in heaviest(package.code):
        print(f"{weight / 1e6:8.2f} MB  {name}")
    print(f"{len(uncompiled(package.code)):8} modules not compiled")
    print(f"{package.code.relative_to(ROOT)}: {size:.1f} MB, digest {package.digest}")
    print(f"{package.code.with_name('bill-of-materials.json').relative_to(ROOT)}: what is in it")


if __name__ == "__main__":
    main()
