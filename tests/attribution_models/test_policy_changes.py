"""Which keys differ between two policies: all of them, none besides, and back again with the values exchanged."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from attribution_models.policy_changes import KeyChange, changed_keys

LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.lists(st.integers(), max_size=3)
NAMES = st.text("abc", min_size=1, max_size=2)
POLICIES: st.SearchStrategy[dict[str, Any]] = st.recursive(
    st.dictionaries(NAMES, LEAVES, max_size=3), lambda inner: st.dictionaries(NAMES, LEAVES | inner, max_size=3)
)


def test_keys_are_dotted_and_lists_are_one_value() -> None:
    """A key in one of the two has no value in the other; a list changes as a whole; numbers that are equal are."""
    old = {"a": {"b": 12, "c": [1, 2]}, "gone": True, "same": 1}
    new = {"a": {"b": 6, "c": [1, 2, 3]}, "came": "é", "same": 1.0}
    assert changed_keys(old, new) == [
        KeyChange("a.b", "12", "6"),
        KeyChange("a.c", "[1, 2]", "[1, 2, 3]"),
        KeyChange("came", None, '"é"'),
        KeyChange("gone", "true", None),
    ]


@given(POLICIES)
def test_a_policy_does_not_differ_from_itself(policy: dict[str, Any]) -> None:
    """Whatever it holds."""
    assert changed_keys(policy, policy) == []


@given(POLICIES, POLICIES)
def test_the_way_back_is_the_way_there_turned_round(old: dict[str, Any], new: dict[str, Any]) -> None:
    """The same keys, old and new exchanged."""
    there, back = changed_keys(old, new), changed_keys(new, old)
    assert [(change.key, change.new, change.old) for change in there] == [(c.key, c.old, c.new) for c in back]
