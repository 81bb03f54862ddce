"""Which keys differ between two policies, and how: for an audit of what a new policy moved and for `pir whatif`."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class KeyChange:
    """One key by its dotted path. Values are JSON text, None where the key is in one of the two policies alone."""

    key: str
    old: str | None
    new: str | None


def changed_keys(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[KeyChange]:
    """The keys whose values differ, in the order of their names. A list is one value: it changes as a whole.

    >>> changed_keys({"deals": {"floor": 1, "churn": True}}, {"deals": {"floor": 2, "churn": True}})
    [KeyChange(key='deals.floor', old='1', new='2')]
    """
    before, after = dict(_leaves(old)), dict(_leaves(new))
    keys = sorted(key for key in before.keys() | after.keys() if _value(before, key) != _value(after, key))
    return [KeyChange(key, _text(before, key), _text(after, key)) for key in keys]


def _leaves(section: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in section.items():
        if isinstance(value, Mapping) and value:
            yield from _leaves(value, f"{path}{name}.")
        else:
            yield f"{path}{name}", value


def _value(leaves: Mapping[str, Any], key: str) -> tuple[bool, Any]:
    return key in leaves, leaves.get(key)


def _text(leaves: Mapping[str, Any], key: str) -> str | None:
    return json.dumps(leaves[key], ensure_ascii=False, sort_keys=True) if key in leaves else None
