"""A database for moto, whose reads and writes must not run beside each other.

moto changes an item attribute by attribute: a read in another thread can see half of a write, which
DynamoDB never shows. What really runs side by side is tested on the deployed stack. Of PartiQL's
INSERT it takes no parameters, and lets it overwrite.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.dynamodb.models import DynamoDBBackend

from chalicelib.core.dynamodb.client import Database


class InTurn(Database):
    """Does at once what the database would do beside something else."""

    def beside(self, work: Callable[[], Any]) -> Future[Any]:
        """Return a future that is done already."""
        done: Future[Any] = Future()
        try:
            done.set_result(work())
        except Exception as fault:  # noqa: BLE001  # as a pool does: it comes out with the result
            done.set_exception(fault)
        return done


@contextmanager
def inserts() -> Iterator[None]:
    """Have moto insert as DynamoDB does: parameters, and no item in another's place."""
    execute = DynamoDBBackend.execute_statement

    def insert(
        backend: DynamoDBBackend, statement: str, parameters: list[dict[str, Any]]
    ) -> list[dict[str, Any]]:
        if not statement.startswith("INSERT"):
            return execute(backend, statement, parameters)
        _, name, values = statement.split('"')
        item = dict(zip(values.split("'")[1::2], parameters, strict=True))
        table = backend.tables[name]
        key = [item[part] for part in table.table_key_attrs]
        if any(
            [stored.to_json()["Attributes"][part] for part in table.table_key_attrs] == key
            for stored in table.all_items()
        ):
            raise JsonRESTError("DuplicateItemException", "Duplicate primary key exists in table")
        table.put_item(item)
        return []

    DynamoDBBackend.execute_statement = insert  # type: ignore[assignment,method-assign]
    try:
        yield
    finally:
        DynamoDBBackend.execute_statement = execute  # type: ignore[method-assign]
