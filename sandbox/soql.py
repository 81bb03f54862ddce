"""Translates a SOQL query into SQLite: checks its object and fields, and refuses what Salesforce refuses.

Only what is named here gets through; text of the query never reaches SQLite, only parameters and declared names do.
"""

from dataclasses import dataclass, field

import sqlglot
from sqlglot import expressions as ex
from sqlglot.errors import SqlglotError

from sandbox.catalogue import Catalogue
from sandbox.errors import CrmError, no_such_thing
from sandbox.schema import Field, SObject, Stored
from sandbox.soql_lexer import to_sql_literals
from sandbox.soql_where import condition, find_field

_KNOWN_PARTS = {"expressions", "from_", "where", "order", "limit", "offset", "kind"}


@dataclass(frozen=True)
class Query:
    """A checked query. ``sql`` gives the row numbers that it selects, in order, for ``parameters``."""

    sobject: SObject
    fields: tuple[Field, ...]
    sql: str
    parameters: list[Stored] = field(default_factory=list)

    @property
    def is_count(self) -> bool:
        """True for SELECT COUNT(): only the number of rows is wanted."""
        return not self.fields


def parse_query(soql: str, catalogue: Catalogue, with_deleted: bool) -> Query:
    """The query that ``soql`` asks for, of what ``catalogue`` shows; with deleted records only where ``with_deleted``.

    Raises:
        CrmError: MALFORMED_QUERY, INVALID_TYPE or INVALID_FIELD with status 400.
    """
    tree = _parsed(soql)
    sobject = _object_of(tree, catalogue)
    parameters: list[Stored] = []
    where = [] if with_deleted else ["IsDeleted = 0"]
    if tree.args.get("where"):
        where.append(condition(sobject, tree.args["where"].this, parameters))
    sql = f"select _row from {sobject.name}" + (f" where {' and '.join(where)}" if where else "")
    return Query(sobject, _selected(sobject, tree), sql + _order(sobject, tree) + _limit(tree), parameters)


def _parsed(soql: str) -> ex.Select:
    try:
        tree = sqlglot.parse_one(to_sql_literals(soql))
    except SqlglotError as error:
        raise _malformed(str(error).splitlines()[0]) from error
    if not isinstance(tree, ex.Select):
        raise _malformed("unexpected token: a query begins with SELECT")
    unknown = {name for name, value in tree.args.items() if value} - _KNOWN_PARTS
    if unknown:
        raise _malformed(f"unexpected token: {min(unknown)}")
    return tree


def _object_of(tree: ex.Select, catalogue: Catalogue) -> SObject:
    source = tree.args.get("from_")
    if source is None or not isinstance(source.this, ex.Table) or source.this.args.get("db"):
        raise _malformed("unexpected token: a query names one object after FROM")
    sobject = catalogue.find(source.this.name)
    if sobject is None:
        raise no_such_thing("INVALID_TYPE", f"sObject type '{source.this.name}' is not supported.", "object")
    return sobject


def _selected(sobject: SObject, tree: ex.Select) -> tuple[Field, ...]:
    if len(tree.expressions) == 1 and isinstance(tree.expressions[0], ex.Count) and tree.expressions[0].this is None:
        return ()
    names = [_column_name(item) for item in tree.expressions]
    repeated = {name for name in names if names.count(name) > 1}
    if repeated:
        raise _malformed(f"duplicate field selected: {min(repeated)}")
    return tuple(find_field(sobject, name) for name in names)


def _column_name(item: ex.Expression) -> str:
    if not isinstance(item, ex.Column):
        raise _malformed(f"unexpected token: '{item.sql()}'")
    return ".".join(part.name for part in item.parts)


def _order(sobject: SObject, tree: ex.Select) -> str:
    if not tree.args.get("order"):
        return ""
    return " order by " + ", ".join(_ordered(sobject, item) for item in tree.args["order"].expressions)


def _ordered(sobject: SObject, item: ex.Ordered) -> str:
    name = find_field(sobject, _column_name(item.this)).name
    nulls = "first" if item.args.get("nulls_first") else "last"
    # The index serves the plain form, and a field that is never null sorts alike either way.
    return f"{name} {'desc' if item.args.get('desc') else 'asc'} nulls {nulls}"


def _limit(tree: ex.Select) -> str:
    limit = tree.args.get("limit")
    offset = tree.args.get("offset")
    clause = f" limit {_whole(limit)}" if limit else ""
    return clause + (f"{'' if limit else ' limit -1'} offset {_whole(offset)}" if offset else "")


def _whole(part: ex.Limit | ex.Offset) -> int:
    text = part.expression.name
    if not text.isdigit():
        raise _malformed(f"unexpected token: '{text}'")
    return int(text)


def _malformed(message: str) -> CrmError:
    return CrmError(400, "MALFORMED_QUERY", message)
