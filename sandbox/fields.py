"""Short constructors for the kinds of field that the local CRM declares."""

from sandbox.schema import Field


def record_id() -> Field:
    return Field("Id", "id", length=18, nillable=False, createable=False, updateable=False)


def reference(name: str, to: str, nillable: bool = True, updateable: bool = True) -> Field:
    return Field(name, "reference", length=18, nillable=nillable, updateable=updateable, reference_to=to)


def string(name: str, length: int, nillable: bool = True, updateable: bool = True) -> Field:
    return Field(name, "string", length=length, nillable=nillable, updateable=updateable)


def external_id(name: str, length: int) -> Field:
    """A text field that names the record in another system and may be upserted by; nothing keeps it from repeating."""
    return Field(name, "string", length=length, external_id=True)


def external_key(name: str, length: int) -> Field:
    """An external id that every record has, and no two: 'k' and 'K' are two keys."""
    return Field(name, "string", length=length, nillable=False, external_id=True, unique=True, case_sensitive=True)


def automatic_name() -> Field:
    """The number that the CRM gives each record of the programme's own objects."""
    return Field("Name", "string", length=80, nillable=False, createable=False, updateable=False)


def picklist(name: str, *values: str, nillable: bool = True, restricted: bool = False) -> Field:
    return Field(name, "picklist", length=255, nillable=nillable, values=values, restricted=restricted)


def boolean(name: str, writable: bool = True) -> Field:
    return Field(name, "boolean", nillable=False, createable=writable, updateable=writable)


def currency(name: str) -> Field:
    return Field(name, "currency", precision=18, scale=2)


def percent(name: str) -> Field:
    """A share in percent: 35 is 35 %."""
    return Field(name, "percent", precision=7, scale=2)


def money(name: str) -> Field:
    """Money without a currency sign of its own: it is in the reporting currency, not in the record's."""
    return Field(name, "double", precision=18, scale=2)


def count(name: str) -> Field:
    return Field(name, "double", precision=9)


def long_text(name: str) -> Field:
    return Field(name, "textarea", length=32_768)


def number(name: str, precision: int = 18, scale: int = 0, nillable: bool = True) -> Field:
    return Field(name, "double", precision=precision, scale=scale, nillable=nillable)


def date(name: str, nillable: bool = True) -> Field:
    return Field(name, "date", nillable=nillable)


def moment(name: str, nillable: bool = True) -> Field:
    return Field(name, "datetime", nillable=nillable)


def system_moment(name: str) -> Field:
    return Field(name, "datetime", nillable=False, createable=False, updateable=False)
