"""What a CRM can answer instead of yes, in four classes that are handled differently.

transient: try again; data: this row is refused, the others go on; schema and auth: stop, a person must mend it.
"""

from enum import StrEnum


class ErrorKind(StrEnum):
    TRANSIENT = "transient"
    DATA = "data"
    SCHEMA = "schema"
    AUTH = "auth"


QUOTA = "REQUEST_LIMIT_EXCEEDED"
_TRANSIENT = {
    QUOTA,
    "UNABLE_TO_LOCK_ROW",
    "SERVER_UNAVAILABLE",
    "REQUEST_RUNNING_TOO_LONG",
    "QUERY_TIMEOUT",
    "TXN_SECURITY_METERING_ERROR",
    "UNKNOWN_EXCEPTION",
}
_SCHEMA = {
    "INVALID_FIELD",
    "INVALID_FIELD_FOR_INSERT_UPDATE",
    "INVALID_TYPE",
    "INVALID_TYPE_FOR_OPERATION",
    "NOT_FOUND",
}
_AUTH = {
    "INVALID_SESSION_ID",
    "INVALID_LOGIN",
    "invalid_grant",
    "invalid_client",
    "API_DISABLED_FOR_ORG",
    "API_CURRENTLY_DISABLED",
    "INSUFFICIENT_ACCESS",
}


class CrmError(Exception):
    """A request that the CRM refused, or that got no answer.

    ``outcome_unknown`` is true where the request may have been carried out all the same: such a write must be read
    back before anything is sent again.
    """

    def __init__(self, kind: ErrorKind, code: str, message: str, outcome_unknown: bool = False) -> None:
        super().__init__(f"{code}: {message}")
        self.kind = kind
        self.code = code
        self.message = message
        self.outcome_unknown = outcome_unknown

    @property
    def is_quota(self) -> bool:
        return self.code == QUOTA


def kind_of(code: str) -> ErrorKind:
    """The class of a Salesforce error code. An unknown code blames the row, never the run."""
    if code in _TRANSIENT:
        return ErrorKind.TRANSIENT
    if code in _SCHEMA:
        return ErrorKind.SCHEMA
    if code in _AUTH:
        return ErrorKind.AUTH
    return ErrorKind.DATA
