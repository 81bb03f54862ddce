"""What the CRM holds now, in the same form as what the marts want."""

from collections.abc import Iterable

from writeback.canonical import canonical
from writeback.target import Target
from writeback.types import CrmWriter, Value


def read_rows(writer: CrmWriter, target: Target, keys: Iterable[str]) -> dict[str, dict[str, Value]]:
    """The rows of ``keys`` that exist, by key."""
    rows = writer.read_back(target.object_name, target.key, keys, target.field_names)
    return {
        key: {field.name: canonical(field, row[field.name]) for field in target.fields} for key, row in rows.items()
    }
