"""A cold start pays for what `import app` brings in: nothing heavy, and no client."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
HEAVY = (
    "asyncio",
    "aws_xray_sdk",
    "babel",
    "boto3",
    "botocore",
    "dataclasses",
    "gettext",
    "jinja2",
    "jwt",
    "marshmallow",
    "phonenumbers",
    "pydantic",
    "pynamodb",
    "zoneinfo",
)
HEALTH = """
from types import SimpleNamespace
event = {
    "requestContext": {"httpMethod": "GET", "resourcePath": "/healthz", "requestId": "r"},
    "multiValueQueryStringParameters": None, "headers": {}, "pathParameters": None,
    "stageVariables": None, "body": None, "isBase64Encoded": False,
}
assert app.app(event, None)["statusCode"] == 200
"""


def brought_in(code: str) -> set[str]:
    """Name the heavy modules that this code imports, run by itself."""
    code += f"\nimport sys\nprint(*(name for name in {HEAVY!r} if name in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split())


def test_importing_the_application_brings_in_nothing_heavy():
    assert brought_in("import app") == set()


def test_a_route_without_the_database_stays_light():
    assert brought_in(f"import app\n{HEALTH}") == set()
