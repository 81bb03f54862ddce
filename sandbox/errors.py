"""Salesforce's errors: those that fail a whole request, and those that fail one row of it."""

from typing import Any


class CrmError(Exception):
    """Fails the whole request. ``body`` is the answer in Salesforce's shape."""

    def __init__(self, status: int, code: str, message: str, fields: tuple[str, ...] = ()) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.fields = fields

    @property
    def body(self) -> list[dict[str, Any]]:
        named: dict[str, Any] = {"fields": list(self.fields)} if self.fields else {}
        return [{"message": self.message, "errorCode": self.code, **named}]


class RowError(Exception):
    """Fails one row: an entry of ``errors`` in a collection's answer, or the whole of a request for a single record."""

    def __init__(self, code: str, message: str, *fields: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.fields = fields

    @property
    def entry(self) -> dict[str, Any]:
        return {"statusCode": self.code, "message": self.message, "fields": list(self.fields)}

    def as_request_error(self) -> CrmError:
        status = 404 if self.code in ("ENTITY_IS_DELETED", "NOT_FOUND") else 400
        return CrmError(status, self.code, self.message, self.fields)


def no_such_thing(code: str, sentence: str, kind: str) -> CrmError:
    """What a query answers that names a field or object which is not there, or which the user may not see."""
    hint = (
        f"If you are attempting to use a custom {kind}, be sure to append the '__c' after the entity name. "
        "Please reference your WSDL or the describe call for the appropriate names."
    )
    return CrmError(400, code, f"\nERROR at Row:1:Column:1\n{sentence} {hint}")
