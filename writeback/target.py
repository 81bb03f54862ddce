"""What is written where: each target is a mart, an object of the CRM, its key, and its fields.

The same fields stand in salesforce/objects.yaml, from which they are deployed; a test says that the two agree.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from writeback.types import Fields, Value

FieldKind = Literal["boolean", "number", "date", "text", "reference"]


@dataclass(frozen=True)
class Field:
    """A field of ours. ``scale``: decimals of a number. ``length``: of a text, in characters. ``nothing``: what the
    field says where credit has been withdrawn.
    """

    name: str
    kind: FieldKind
    scale: int = 0
    length: int = 0
    nothing: Value = None


@dataclass(frozen=True)
class Target:
    """One object that is written, from the mart ``mart``.

    ``withdrawn``: what a row of ours becomes when its credit is gone. ``names_sql`` gives key, parent (rows of one
    parent lock each other) and label (for people) of every row, also of those that the mart no longer has.
    """

    object_name: str
    key: str
    mart_key: str
    is_upsert: bool
    fields: tuple[Field, ...]
    constants: Mapping[str, Value]
    withdrawn: Fields
    credit_field: str
    mart: str
    names_sql: str

    @cached_property
    def field_names(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields)

    def whole(self, row: Fields) -> dict[str, Value]:
        """``row`` with every field of the target, absent ones null."""
        return {name: row.get(name) for name in self.field_names}

    def is_credited(self, row: Fields) -> bool:
        """True where the row tells the CRM of an amount other than zero."""
        amount = row.get(self.credit_field)
        return bool(amount) and float(str(amount)) != 0


def _boolean(name: str) -> Field:
    return Field(name, "boolean", nothing=False)


def _money(name: str) -> Field:
    return Field(name, "number", scale=2, nothing="0.00")


def _count(name: str) -> Field:
    return Field(name, "number", nothing="0")


def _rate(name: str, scale: int = 2) -> Field:
    return Field(name, "number", scale=scale)


def _text(name: str, length: int) -> Field:
    return Field(name, "text", length=length)


_DEAL_FIELDS = (
    _boolean("Partner_Influenced__c"),
    _money("Partner_Attributed_Amount__c"),
    _text("Influencing_Partners__c", 255),
    _text("Primary_Influence_Type__c", 40),
    _text("Attribution_Model__c", 80),
    _text("Deal_Category__c", 40),
    Field("Primary_Partner__c", "reference"),
    Field("Deal_Registration_Date__c", "date"),
    _text("Partner_Contribution__c", 32_000),
)
DEALS = Target(
    object_name="Opportunity",
    key="Id",
    mart_key="deal_id",
    is_upsert=False,
    fields=_DEAL_FIELDS,
    constants={},
    withdrawn={field.name: field.nothing for field in _DEAL_FIELDS},
    credit_field="Partner_Attributed_Amount__c",
    mart="sync_deal",
    names_sql="select deal_id, account_id, deal_name from {schema}.dim_deal",
)


def _summary(object_name: str, mart: str, subject: Field, figures: tuple[Field, ...]) -> Target:
    """A summary object: one row per period and subject. Withdrawn, it keeps those and says that it is not current."""
    is_current = _boolean("Is_Current__c")
    return Target(
        object_name=object_name,
        key="External_Key__c",
        mart_key="External_Key__c",
        is_upsert=True,
        fields=(
            subject,
            _text("Period_Grain__c", 10),
            Field("Period_Start__c", "date"),
            _text("Period_Label__c", 40),
            _text("Model__c", 80),
            *figures,
            is_current,
        ),
        constants={is_current.name: True},
        withdrawn={field.name: field.nothing for field in (*figures, is_current)},
        credit_field="Credit_Amount__c",
        mart=mart,
        names_sql=f"select External_Key__c, {subject.name}, null from {{schema}}.{mart}",
    )


PARTNERS = _summary(
    "Partner_Influence__c",
    "sync_partner_influence",
    Field("Partner__c", "reference"),
    (
        _money("Credit_Amount__c"),
        _count("Deal_Count__c"),
        _money("Avg_Deal_Size__c"),
        _money("Avg_Credit__c"),
        _money("Sourced_Amount__c"),
        _money("Influenced_Amount__c"),
        _rate("Win_Rate__c"),
        _count("Decided_Count__c"),
        _money("Investment_Amount__c"),
        _rate("Roi__c", scale=4),
    ),
)
TIERS = _summary(
    "Partner_Tier_Influence__c",
    "sync_tier_influence",
    _text("Tier__c", 40),
    (
        _money("Credit_Amount__c"),
        _count("Partner_Count__c"),
        _count("Deal_Count__c"),
        _rate("Pct_Of_Influenced__c"),
        _money("Avg_Per_Partner__c"),
    ),
)
INFLUENCE_TYPES = _summary(
    "Influence_Type_Summary__c",
    "sync_influence_type",
    _text("Influence_Type__c", 40),
    (
        _money("Credit_Amount__c"),
        _count("Deal_Count__c"),
        _money("Avg_Deal_Size__c"),
        _rate("Pct_Of_Influenced__c"),
    ),
)

TARGETS: tuple[Target, ...] = (DEALS, PARTNERS, TIERS, INFLUENCE_TYPES)
