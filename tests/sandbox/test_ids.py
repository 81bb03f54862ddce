"""Record ids of 15 and 18 characters."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import ids


@pytest.mark.parametrize(
    "identifier", ["006q000000HddohAAB", "0015500000Xyy06AAB", "0051G000005MumuQAC", "a4R1G000000S2a6UAC"]
)
def test_the_suffix_is_that_of_real_ids(identifier: str) -> None:
    """Ids of a real CRM have the suffix that we compute."""
    assert ids.long_form(identifier[:15]) == identifier
    assert ids.is_well_formed(identifier)


@given(st.lists(st.integers(min_value=1, max_value=62**9 - 1), min_size=1, unique=True))
def test_made_ids_are_well_formed_different_and_in_the_order_of_their_numbers(numbers: list[int]) -> None:
    """So that records sort by id as they were made."""
    made = [item.decode() for item in ids.make_ids("006", np.array(sorted(numbers)))]
    assert made == sorted(set(made))
    assert all(ids.is_well_formed(item) and ids.is_well_formed(item[:15]) and len(item) == 18 for item in made)


@given(st.text(max_size=20))
def test_no_other_text_is_well_formed(text: str) -> None:
    """Ids have 15 letters and digits, and the right suffix or none."""
    is_id = len(text) in (15, 18) and text.isascii() and text.isalnum()
    assert not ids.is_well_formed(text) or is_id
    if is_id and len(text) == 18:
        assert ids.is_well_formed(text) == (ids.long_form(text[:15]) == text[:15] + text[15:].upper())
