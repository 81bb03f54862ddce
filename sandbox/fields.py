"""Short constructors for the kinds of field that the local CRM declares."""

from sandbox.schema import Field


def record_id() -> Field:
    return Field("Id", "id", length=18, nillable=False, createable=False, updateable=False)


def reference(name: str, to: str, nillable: bool = True, updateable: bool = True) -> Field:
    return Field(name, "reference", length=18, nillable=nillable, updateable=updateable, reference_to=to)


def string(name: str, length: int, nillable: bool = True, updateable: bool = True) -> Field:
    return Field(name, "string", length=length, nillable=nillable, updateable=updateable)


def external_key(name: str, length: int = 255) -> Field:
    """A text field that identifies the record in another system: unique, whatever the case, and usable for upsert."""
    return Field(name, "string", length=length, external_id=True)


def textarea(name: str, length: int) -> Field:
    return Field(name, "textarea", length=length)


def picklist(name: str, *values: str, nillable: bool = True, restricted: bool = True) -> Field:
    return Field(name, "picklist", length=255, nillable=nillable, values=values, restricted=restricted)


def boolean(name: str, writable: bool = True) -> Field:
    return Field(name, "boolean", nillable=False, createable=writable, updateable=writable)


def currency(name: str) -> Field:
    return Field(name, "currency", precision=18, scale=2)


def number(name: str, precision: int = 18, scale: int = 0, nillable: bool = True) -> Field:
    return Field(name, "double", precision=precision, scale=scale, nillable=nillable)


def date(name: str, nillable: bool = True) -> Field:
    return Field(name, "date", nillable=nillable)


def moment(name: str, nillable: bool = True) -> Field:
    return Field(name, "datetime", nillable=nillable)


def system_moment(name: str) -> Field:
    return Field(name, "datetime", nillable=False, createable=False, updateable=False)
