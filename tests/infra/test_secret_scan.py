"""The scan for secrets knows what is none, by place and kind, and lets nothing else by."""

from infra.checkov import EXCEPTIONS
from infra.secret_scan import KNOWN, secrets_in


def found(path: str, kind: str) -> dict[str, list[dict[str, object]]]:
    return {path: [{"type": kind, "line_number": 7}]}


def test_a_secret_is_told_by_its_place() -> None:
    assert list(secrets_in(found("app.py", "AWS Access Key"))) == ["app.py:7: AWS Access Key"]


def test_what_is_known_to_be_none_is_passed_over_in_its_own_place_alone() -> None:
    (path, kind), *_ = KNOWN

    assert list(secrets_in(found(path, kind))) == []
    assert len(list(secrets_in(found("app.py", kind)))) == 1
    assert len(list(secrets_in(found(path, "Private Key")))) == 1


def test_every_exception_has_its_reason() -> None:
    assert all(len(reason) > 10 for reason in (*KNOWN.values(), *EXCEPTIONS.values()))
