"""What an object and a field of the local CRM are. Which objects there are is declared in ``crm_objects.py`` alone."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

FieldType = Literal[
    "id", "reference", "string", "textarea", "picklist", "boolean", "currency", "double", "percent", "date", "datetime"
]
# What a cell of the store holds: text, flags as 0 and 1, numbers as doubles, null.
Stored = str | int | float | None
LONGEST_FILTERED_TEXT = 255  # characters
SQLITE_TYPES = {"boolean": "INTEGER", "currency": "REAL", "double": "REAL", "percent": "REAL"}


@dataclass(frozen=True)
class Field:
    """One field as Salesforce describes it. ``length`` is in characters, ``precision`` counts all digits."""

    name: str
    type: FieldType
    length: int = 0
    precision: int = 0
    scale: int = 0
    nillable: bool = True
    createable: bool = True
    updateable: bool = True
    external_id: bool = False
    unique: bool = False
    case_sensitive: bool = False
    values: tuple[str, ...] = ()
    restricted: bool = False
    reference_to: str = ""

    @property
    def is_custom(self) -> bool:
        return self.name.endswith("__c")

    @property
    def is_text(self) -> bool:
        return self.type in ("string", "textarea", "picklist")

    @property
    def is_number(self) -> bool:
        return self.type in ("currency", "double", "percent")

    @property
    def is_identifier(self) -> bool:
        return self.type in ("id", "reference")

    @property
    def is_filterable(self) -> bool:
        """False for long text, which Salesforce lets no query filter or sort by."""
        return self.type != "textarea" or self.length <= LONGEST_FILTERED_TEXT

    @property
    def has_default(self) -> bool:
        """True where a new record need not name the field though it can't be null."""
        return self.type == "boolean" or not self.createable or self.name in ("OwnerId", "CurrencyIsoCode")

    @property
    def sqlite_type(self) -> str:
        return SQLITE_TYPES.get(self.type, "TEXT")


@dataclass(frozen=True)
class SObject:
    """One object: its three-character id prefix, its fields, and whether the API may write it at all.

    ``name_format`` is how records are named that nobody names: PI-{0000000} counts them.
    """

    name: str
    key_prefix: str
    fields: tuple[Field, ...]
    writable: bool = True
    name_format: str = ""
    by_name: dict[str, Field] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        self.by_name.update({item.name.lower(): item for item in self.fields})

    def field(self, name: str) -> Field | None:
        """The field called ``name``, in whatever case, as Salesforce does it; None where there is none."""
        return self.by_name.get(name.lower())

    @cached_property
    def column_names(self) -> tuple[str, ...]:
        return tuple(item.name for item in self.fields)

    @property
    def is_custom(self) -> bool:
        return self.name.endswith("__c")

    @property
    def name_label(self) -> str:
        """What automatic names begin with: 'PI' of PI-{0000000}; empty where people name the records."""
        return self.name_format.partition("-")[0]
