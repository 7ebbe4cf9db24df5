"""What is in a package, for whoever must know whether a published weakness is in it.

CycloneDX 1.6 in JSON (https://cyclonedx.org/docs/1.6/json/). It names each pinned distribution with
the hashes that pip checked; it carries no time and no random number, so that the same commit gives
the same bill.
"""

import importlib.metadata
import re
from email.parser import HeaderParser
from pathlib import Path
from typing import Any

_PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ ;\\]+)(?P<marker> ;[^\\]*)?")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def bill_of_materials(requirements: str, libraries: Path) -> dict[str, Any]:
    """Return the bill of the pinned requirements that are installed in the folder."""
    installed = {_key(path.name.split("-")[0]): path for path in libraries.glob("*.dist-info")}
    # Chalice's packager copies its runtime into the zip; it is pinned with the tools.
    runtime = _component("chalice", importlib.metadata.version("chalice"), [], {})
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "helpline"}},
        "components": [
            runtime,
            *(
                _component(*pin, _metadata(installed[_key(pin[0])]))
                for pin in _pins(requirements)
                # A marker leaves some out under this Python.
                if _key(pin[0]) in installed
            ),
        ],
    }


def _pins(requirements: str) -> list[tuple[str, str, list[str]]]:
    """Return name, version and hashes of every pin, in order."""
    pins: list[tuple[str, str, list[str]]] = []
    for line in requirements.splitlines():
        if pin := _PIN.match(line):
            pins.append((pin["name"], pin["version"], []))
        elif pins and (found := _HASH.search(line)):
            pins[-1][2].append(found[1])
    return pins


def _component(
    name: str, version: str, hashes: list[str], metadata: dict[str, str]
) -> dict[str, Any]:
    address = f"pkg:pypi/{name.lower().replace('_', '-')}@{version}"
    licence = metadata.get("License-Expression") or metadata.get("License", "")
    return {
        "type": "library",
        "bom-ref": address,
        "name": name,
        "version": version,
        "purl": address,
        **({"licenses": [{"license": {"name": licence}}]} if licence else {}),
        # Each of the files that pip would accept; which one it was depends on the platform.
        "properties": [{"name": "helpline:accepted-sha256", "value": found} for found in hashes],
    }


def _metadata(distribution: Path) -> dict[str, str]:
    """Return a distribution's own words on itself, one line each."""
    headers = HeaderParser().parsestr((distribution / "METADATA").read_text())
    return {name: value for name, value in headers.items() if "\n" not in value}


def _key(name: str) -> str:
    """Return the one spelling of a distribution's name."""
    return re.sub(r"[-_.]+", "-", name).lower()
