"""Items are made, written and read as PynamoDB's own way does it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pynamodb.exceptions import AttributeNullError
from pynamodb.models import Model

from chalicelib.cases.store.case_mapping import case_to_item
from chalicelib.cases.store.models import CaseItem, ClaimItem, RecentMap
from tests.support.builders import NOON, a_case

texts = st.none() | st.text(min_size=1, max_size=9)


@given(texts, st.none() | st.booleans(), st.none() | st.integers(0, 99))
def test_an_item_is_written_as_pynamodb_writes_it(name, another_person, age) -> None:
    item = case_to_item(a_case(), NOON)
    item.name, item.another_person, item.age = name, another_person, age

    assert item.serialize() == Model.serialize(item)


def test_a_misspelt_name_is_refused() -> None:
    with pytest.raises(ValueError, match="ClaimItem has no referense"):
        ClaimItem(pk="CLAIM", sk="dr-asha", referense="K7M2")


def test_an_item_that_lacks_something_is_not_written() -> None:
    with pytest.raises(AttributeNullError, match="lease_until"):
        ClaimItem(pk="CLAIM", sk="dr-asha", reference="K7M2", claimed_at=NOON).serialize()


def test_a_map_that_lacks_something_is_not_written() -> None:
    item = case_to_item(a_case(), NOON)
    item.consent.version = None

    with pytest.raises(AttributeNullError, match="version"):
        item.serialize()


def test_what_an_index_does_not_project_and_what_is_unknown_is_left_out() -> None:
    image = case_to_item(a_case(), NOON).serialize()
    part = {name: image[name] for name in ("pk", "sk", "language")}

    item = CaseItem.from_raw_data({**part, "of_a_later_version": {"S": "?"}})

    assert (item.language, item.phone, item.name) == (a_case().language, None, None)


def test_a_name_in_the_table_is_its_name_there() -> None:
    newest = RecentMap(request_id="1", expected_from=NOON)

    assert newest.serialize(newest).keys() == {"request_id", "from"}
