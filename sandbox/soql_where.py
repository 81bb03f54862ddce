"""The WHERE part of a SOQL query as a SQLite condition, with SOQL's own sense of null, case and types.

In SOQL nothing is unknown: ``!=`` also gives rows where the field is null, and NOT turns a missed comparison round.
"""

from sqlglot import expressions as ex

from sandbox import ids, values
from sandbox.errors import CrmError, no_such_thing
from sandbox.schema import Field, SObject, Stored
from sandbox.soql_lexer import like_pattern, plain_string

_ORDERINGS = {ex.LT: "<", ex.LTE: "<=", ex.GT: ">", ex.GTE: ">="}
_WANTED_TAG = {"date": ("date",), "datetime": ("moment",)}
_TYPE_NAMES = {"datetime": "dateTime", "reference": "id"}


def find_field(sobject: SObject, name: str) -> Field:
    """The declared field. Raises INVALID_FIELD, also for fields of a related object, which are not served."""
    found = sobject.field(name)
    if found is None:
        raise no_such_thing("INVALID_FIELD", f"No such column '{name}' on entity '{sobject.name}'.", "field")
    return found


def condition(sobject: SObject, node: ex.Expression, parameters: list[Stored]) -> str:
    """The SQLite condition of ``node``; its values are added to ``parameters`` in the order of the marks.

    Raises:
        CrmError: INVALID_FIELD for an unknown field or a value of the wrong kind, MALFORMED_QUERY for the rest.
    """
    if isinstance(node, ex.And | ex.Or):
        word = "and" if isinstance(node, ex.And) else "or"
        left = condition(sobject, node.left, parameters)
        return f"({left} {word} {condition(sobject, node.right, parameters)})"
    if isinstance(node, ex.Paren):
        return condition(sobject, node.this, parameters)
    if isinstance(node, ex.Not):
        return f"not ({condition(sobject, node.this, parameters)})"
    return _comparison(sobject, node, parameters)


def _comparison(sobject: SObject, node: ex.Expression, parameters: list[Stored]) -> str:
    if not isinstance(node.this, ex.Column):
        raise _malformed(node)
    field = _filterable(sobject, ".".join(part.name for part in node.this.parts))
    if isinstance(node, ex.EQ | ex.NEQ):
        return _equality(field, node, parameters)
    if isinstance(node, ex.In) and node.expressions:
        return _membership(field, node, parameters)
    if isinstance(node, ex.Like) and field.is_text:
        return _likeness(field, node, parameters)
    if type(node) in _ORDERINGS and not isinstance(node.expression, ex.Null):
        parameters.append(_value(field, node.expression))
        return _two_valued(field, f"{field.name} {_ORDERINGS[type(node)]} ?")
    raise _malformed(node)


def _equality(field: Field, node: ex.Expression, parameters: list[Stored]) -> str:
    parameters.append(_value(field, node.expression))
    if field.nillable:
        return f"{field.name} {'is' if isinstance(node, ex.EQ) else 'is not'} ?"
    return f"{field.name} {'=' if isinstance(node, ex.EQ) else '<>'} ?"


def _membership(field: Field, node: ex.In, parameters: list[Stored]) -> str:
    parameters.extend(_value(field, item) for item in node.expressions)
    return _two_valued(field, f"{field.name} in ({','.join('?' * len(node.expressions))})")


def _likeness(field: Field, node: ex.Like, parameters: list[Stored]) -> str:
    tag, body = _literal(node.expression)
    if tag != "string":
        raise _malformed(node)
    parameters.append(like_pattern(body))
    return _two_valued(field, f"{field.name} like ? escape '\\'")


def _two_valued(field: Field, sql: str) -> str:
    return f"ifnull({sql}, 0)" if field.nillable else sql


def _filterable(sobject: SObject, name: str) -> Field:
    field = find_field(sobject, name)
    if not field.is_filterable:
        raise CrmError(400, "INVALID_FIELD", f"field '{field.name}' can not be filtered in a query call")
    return field


def _value(field: Field, node: ex.Expression) -> Stored:
    if isinstance(node, ex.Null):
        return None
    if field.type == "boolean":
        return _flag(field, node)
    if field.is_number:
        return _number(field, node)
    return _text(field, node)


def _flag(field: Field, node: ex.Expression) -> int:
    if not isinstance(node, ex.Boolean):
        raise _wrong_type(field)
    return int(node.this)


def _text(field: Field, node: ex.Expression) -> str:
    tag, body = _literal(node)
    if tag not in _WANTED_TAG.get(field.type, ("string",)):
        raise _wrong_type(field)
    if field.is_identifier:
        return ids.long_form(plain_string(body))
    if tag == "string":
        return plain_string(body)
    return _time(field, tag, body)


def _time(field: Field, tag: str, body: str) -> str:
    try:
        return values.moment_text(values.parse_moment(body)) if tag == "moment" else values.parse_date(body).isoformat()
    except ValueError as error:
        raise _wrong_type(field) from error


def _number(field: Field, node: ex.Expression) -> float:
    is_negative = isinstance(node, ex.Neg)
    literal = node.this if is_negative else node
    if not isinstance(literal, ex.Literal) or literal.is_string:
        raise _wrong_type(field)
    return -float(literal.name) if is_negative else float(literal.name)


def _literal(node: ex.Expression) -> tuple[str, str]:
    if not isinstance(node, ex.Literal) or not node.is_string:
        return "other", ""
    tag, _, body = node.name.partition(":")
    return tag, body


def _wrong_type(field: Field) -> CrmError:
    kind = _TYPE_NAMES.get(field.type, field.type)
    quotes = "should be enclosed in quotes" if field.is_text else "should not be enclosed in quotes"
    message = f"value of filter criterion for field '{field.name}' must be of type {kind} and {quotes}"
    return CrmError(400, "INVALID_FIELD", message)


def _malformed(node: ex.Expression) -> CrmError:
    return CrmError(400, "MALFORMED_QUERY", f"unexpected token: '{node.sql()}'")
