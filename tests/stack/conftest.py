"""The stack for the tests beside this file."""

from tests.stack.harness import pytest_collection_modifyitems, stack

__all__ = ["pytest_collection_modifyitems", "stack"]
