"""The deployed tables are those that the store describes."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from chalicelib.core.dynamodb import schema

TEMPLATE = Path(__file__).parents[2] / "infra" / "resources.yaml"


class Loader(yaml.SafeLoader):
    """Reads CloudFormation's short functions as their arguments."""


def _argument(loader, _tag, node):
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node)
    return loader.construct_mapping(node)


Loader.add_multi_constructor("!", _argument)


@pytest.fixture(scope="module")
def resources():
    return yaml.load(TEMPLATE.read_text(encoding="utf-8"), Loader)["Resources"]  # noqa: S506  # safe, with the functions


@pytest.mark.parametrize(
    ("table", "described"),
    [
        ("CasesTable", schema.CASES),
        ("RotaTable", schema.ROTA),
        ("MessagesTable", schema.MESSAGES),
        ("AuditTable", schema.AUDIT),
        ("ReportsTable", schema.REPORTS),
    ],
)
def test_keys_indexes_and_expiry(resources, table, described):
    deployed = resources[table]["Properties"]
    assert normalised(deployed) == normalised(described.definition())
    ttl = deployed.get("TimeToLiveSpecification")
    assert ttl == ({"AttributeName": "expires_at", "Enabled": True} if described.expires else None)


def normalised(definition):
    """Bring a description into an order of its own: only the order of keys matters."""
    return {
        "attributes": sorted(
            (attribute["AttributeName"], attribute["AttributeType"])
            for attribute in definition["AttributeDefinitions"]
        ),
        "keys": definition["KeySchema"],
        "indexes": {
            index["IndexName"]: (
                index["KeySchema"],
                index["Projection"]["ProjectionType"],
                sorted(index["Projection"].get("NonKeyAttributes", [])),
            )
            for index in definition.get("GlobalSecondaryIndexes", [])
        },
    }
