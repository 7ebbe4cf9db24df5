"""What administrators do: with cases, with nuisance, with people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.wiring.binding import once
from chalicelib.wiring.cases import outlook
from chalicelib.wiring.rota import manage_rota
from chalicelib.wiring.world import case_store, database, secrets, settings

if TYPE_CHECKING:
    from chalicelib.cases.services.blocked_phones import Blocks
    from chalicelib.cases.services.desk_ports import BlockStore, FoundCases, MergingStore
    from chalicelib.cases.services.manage_cases import CaseDesk
    from chalicelib.cases.services.search_cases import FindCases
    from chalicelib.people.services.manage_oncologists import People
    from chalicelib.people.services.ports import Accounts


@once
def merging_store() -> MergingStore:
    """Give the cases table, as merging sees it."""
    from chalicelib.cases.store.merging import DynamoMerging

    return DynamoMerging(database(), settings().cases_table)


@once
def found_cases() -> FoundCases:
    """Give the cases table, as who searches sees it."""
    from chalicelib.cases.store.case_search import DynamoFound

    return DynamoFound(database(), settings().cases_table)


@once
def block_store() -> BlockStore:
    """Give the cases table, as blocks see it."""
    from chalicelib.cases.store.blocks import DynamoBlocks

    return DynamoBlocks(database(), settings().cases_table)


@once
def accounts() -> Accounts:
    """Give the user pool, as the list of who may sign in."""
    from chalicelib.people.gateways.cognito_users import CognitoAccounts

    return CognitoAccounts(_cognito, settings().token_issuer.rpartition("/")[2])


@once
def case_desk() -> CaseDesk:
    """Work on cases by hand."""
    from chalicelib.cases.services.manage_cases import CaseDesk

    return CaseDesk(case_store(), merging_store(), outlook(), secrets())


@once
def find_cases() -> FindCases:
    """Find cases by who asked."""
    from chalicelib.cases.services.search_cases import FindCases

    return FindCases(found_cases(), secrets())


@once
def blocks() -> Blocks:
    """Block phones."""
    from chalicelib.cases.services.blocked_phones import Blocks

    return Blocks(block_store(), case_store(), found_cases(), secrets())


@once
def people() -> People:
    """Keep the oncologists."""
    from chalicelib.people.services.manage_oncologists import People

    return People(manage_rota(), case_store(), accounts())


def _cognito() -> Any:  # noqa: ANN401  # botocore has no types of clients
    from chalicelib.core.gateways.aws import client

    return client("cognito-idp", settings().region)
