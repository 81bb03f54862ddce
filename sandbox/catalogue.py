"""What the connected user may see: the declared objects less what is hidden, described as Salesforce does it."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from sandbox.crm_objects import OBJECTS
from sandbox.schema import Field, SObject
from sandbox.values import label


@dataclass(frozen=True)
class Catalogue:
    """The visible objects by lower-case name."""

    objects: dict[str, SObject]

    @classmethod
    def without(cls, hidden: Collection[str]) -> "Catalogue":
        """All objects but those named in ``hidden``; 'Opportunity.ARR__c' hides one field, as field security does."""
        names = {name.lower() for name in hidden}
        shown = (_without_fields(item, names) for item in OBJECTS if item.name.lower() not in names)
        return cls({item.name.lower(): item for item in shown})

    def find(self, name: str) -> SObject | None:
        return self.objects.get(name.lower())

    def with_prefix(self, identifier: str) -> SObject | None:
        """The object whose records have ids that begin like ``identifier``."""
        return next((item for item in self.objects.values() if identifier.startswith(item.key_prefix)), None)


def _without_fields(sobject: SObject, hidden: set[str]) -> SObject:
    kept = tuple(item for item in sobject.fields if f"{sobject.name}.{item.name}".lower() not in hidden)
    return replace(sobject, fields=kept, by_name={})


def describe(sobject: SObject, version: str) -> dict[str, Any]:
    """The answer of ``sobjects/<name>/describe``."""
    return summary(sobject, version) | {"fields": [_describe_field(sobject, item) for item in sobject.fields]}


def summary(sobject: SObject, version: str) -> dict[str, Any]:
    """The entry of one object in the answer of ``sobjects/``."""
    address = f"/services/data/{version}/sobjects/{sobject.name}"
    flags = dict.fromkeys(("createable", "updateable", "deletable", "undeletable"), sobject.writable)
    return {
        "name": sobject.name,
        "label": sobject.name.removesuffix("__c").replace("_", " "),
        "keyPrefix": sobject.key_prefix,
        "custom": sobject.is_custom,
        "queryable": True,
        "retrieveable": True,
        **flags,
        "urls": {"sobject": address, "describe": f"{address}/describe", "rowTemplate": f"{address}/{{ID}}"},
    }


def _describe_field(sobject: SObject, field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "label": label(field),
        "type": field.type,
        "length": field.length,
        "byteLength": field.length * 3,
        "precision": field.precision,
        "scale": field.scale,
        "digits": 0,
        "nillable": field.nillable,
        "createable": field.createable and sobject.writable,
        "updateable": field.updateable and sobject.writable,
        "externalId": field.external_id,
        "unique": field.unique,
        "idLookup": field.external_id or field.type == "id",
        "caseSensitive": field.case_sensitive,
        "calculated": False,
        "autoNumber": bool(sobject.name_format) and field.name == "Name",
        "custom": field.is_custom,
        "defaultedOnCreate": field.has_default,
        "filterable": field.is_filterable,
        "sortable": field.is_filterable,
        "restrictedPicklist": field.restricted,
        "picklistValues": [_choice(value) for value in field.values],
        "referenceTo": [field.reference_to] if field.reference_to else [],
    }


def _choice(value: str) -> dict[str, Any]:
    return {"active": True, "defaultValue": False, "label": value, "validFor": None, "value": value}
