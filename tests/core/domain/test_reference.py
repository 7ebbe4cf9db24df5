"""References that survive being read out, copied and typed."""

import random
from itertools import combinations, pairwise, product
from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.domain import reference
from chalicelib.core.domain.errors import NotFound
from chalicelib.core.domain.reference import (
    ALPHABET,
    LENGTH,
    InvalidReference,
    new_reference,
    normalise_reference,
    spoken,
)

references = st.integers(0).map(lambda seed: new_reference(random.Random(seed).randbytes))


def some_references(count):
    dice = random.Random(2026)
    return [new_reference(dice.randbytes) for _ in range(count)]


def is_refused(text):
    try:
        normalise_reference(text)
    except InvalidReference:
        return True
    return False


def test_is_short_unlike_a_phone_and_never_the_same():
    drawn = some_references(2000)
    assert len(set(drawn)) == len(drawn)
    assert all(len(each) == LENGTH and set(each) <= set(ALPHABET) for each in drawn)
    assert not any(each.isdigit() for each in drawn)


def test_holds_forty_random_bits():
    with_a_letter = len(ALPHABET) ** (LENGTH - 1) - 10 ** (LENGTH - 1)
    assert log2(with_a_letter) > 40


def test_is_uniform():
    assert reference._FAIR_BELOW % len(ALPHABET) ** (LENGTH - 1) == 0
    unfair = reference._FAIR_BELOW.to_bytes(6, "big")
    largest_fair = (reference._FAIR_BELOW - 1).to_bytes(6, "big")
    draws = iter([unfair, b"\xff" * 6, largest_fair])
    assert new_reference(lambda _: next(draws))[:-1] == ALPHABET[-1] * (LENGTH - 1)


@pytest.mark.parametrize("stuck", [b"\x00", b"\xff"])
def test_a_broken_source_of_chance_is_no_endless_loop(stuck):
    with pytest.raises(ValueError, match="not random"):
        new_reference(lambda count: stuck * count)


def test_every_single_substitution_is_caught():
    for each in some_references(50):
        for at, char in product(range(LENGTH), ALPHABET):
            if char != each[at]:
                assert is_refused(each[:at] + char + each[at + 1 :])


def test_every_adjacent_transposition_is_caught():
    seen = set()
    for each in some_references(5000):
        for at, (first, second) in enumerate(pairwise(each)):
            if first != second and (at, first, second) not in seen:
                seen.add((at, first, second))
                assert is_refused(each[:at] + second + first + each[at + 2 :])
    assert len(seen) == (LENGTH - 1) * len(ALPHABET) * (len(ALPHABET) - 1)


def test_every_other_exchange_of_two_characters_is_caught():
    for each in some_references(200):
        for a, b in combinations(range(LENGTH), 2):
            if each[a] != each[b]:
                swapped = list(each)
                swapped[a], swapped[b] = swapped[b], swapped[a]
                assert is_refused("".join(swapped))


@given(references, st.lists(st.sampled_from(["", "-", " ", "\u00a0", "\u2013", ".", "\u200b"])))
def test_separators_and_case_do_not_matter(canonical, separators):
    between = [*separators, *[""] * LENGTH][:LENGTH]
    typed = "".join(a + b for a, b in zip(between, canonical.lower(), strict=True))
    assert normalise_reference(typed) == canonical
    assert normalise_reference(spoken(canonical)) == canonical


@given(references, st.data())
def test_look_alikes_are_put_right(canonical, data):
    alike = {
        "0": "oOQqDd\u0966",
        "1": "iIlL१",
        "2": "zZ२",
        "5": "sS५",
        "6": "gG६",
        "8": "bB८",
        "M": "nN\uff4d",
    }
    typed = "".join(data.draw(st.sampled_from(char + alike.get(char, ""))) for char in canonical)
    assert normalise_reference(typed) == canonical


def test_is_grouped_for_reading_out():
    assert spoken("K7M24005XWR") == "K7M2-4005-XWR"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "K7M2",
        "K7M2-4005-XWRA",
        "K7M2-4005-XWA",
        "98765432101",
        "K" * 5000,
        "नमस्ते",
        "../../etc/a",
    ],
)
def test_what_can_be_no_reference_is_refused(text):
    with pytest.raises(InvalidReference) as caught:
        normalise_reference(text)
    assert caught.value.params == {"reason": "malformed"}
    assert isinstance(caught.value, NotFound)


def test_a_wrong_check_character_is_told_apart_from_a_wrong_form():
    right = some_references(1)[0]
    wrong = ALPHABET[(ALPHABET.index(right[0]) + 1) % len(ALPHABET)] + right[1:]
    with pytest.raises(InvalidReference) as caught:
        normalise_reference(wrong)
    assert caught.value.params == {"reason": "check"}


@given(st.text())
def test_any_text_is_a_reference_or_a_coded_error(text):
    assert is_refused(text) or normalise_reference(normalise_reference(text))
