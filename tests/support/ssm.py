"""SSM's parameters, and the clock of what reads them."""

from __future__ import annotations

from typing import Any


class FakeSsm:
    """Parameters below ``/helpline/test``; ``failure`` is raised while it is set."""

    def __init__(self, **values: str) -> None:
        self.values = {f"/helpline/test/{name}": text for name, text in values.items()}
        self.calls: list[list[str]] = []
        self.failure: Exception | None = None

    def get_parameters(self, *, Names: list[str], WithDecryption: bool) -> dict[str, Any]:  # noqa: N803
        assert WithDecryption
        self.calls.append(Names)
        if self.failure:
            raise self.failure
        found = (name for name in Names if name in self.values)
        return {"Parameters": [{"Name": name, "Value": self.values[name]} for name in found]}


class Seconds:
    """A monotonic clock that stands still."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now
