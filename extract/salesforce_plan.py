"""What to ask Salesforce for one table: the mapping held against what the connected user may see of the object.

An optional field that the org lacks leaves its column empty; a required one stops the run and is named. What was seen
is kept as evidence, and compared with the run before: a field that has become visible is null in every row read so far.
"""

from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from attribution_models.errors import BadInput
from extract.contract import Table
from extract.mapping import FieldRule, Scalar, StatusRule, TableRule

STAMP = "SystemModstamp"
DELETED = "IsDeleted"
_COMPARED = ("origin", "object", "mapping", "columns", "missing")


@dataclass(frozen=True)
class Plan:
    """The query of one table. ``columns`` are the rules that the org can follow; ``fields`` is what they need."""

    table: Table
    rule: TableRule
    columns: dict[str, FieldRule | StatusRule]
    fields: tuple[str, ...]
    schema_seen: dict[str, Any]

    @property
    def has_stamp(self) -> bool:
        return STAMP in self.fields

    @property
    def extras(self) -> tuple[str, ...]:
        return tuple(self.rule.extra)

    def soql(self, *conditions: str) -> str:
        """The query for the table's records under further ``conditions``, in an order that can be taken up again."""
        where = [_condition(name, value) for name, value in self.rule.where.items()]
        return _query(self.fields, self.rule.object, [*where, *conditions], self.has_stamp)

    def left_soql(self, field: str, *conditions: str) -> str:
        """The query for records that do not, or no longer, belong to the table because of ``field``."""
        outside = _condition(field, self.rule.where[field], negated=True)
        return _query(("Id", STAMP), self.rule.object, [outside, *conditions], True)


def plan_table(table: Table, rule: TableRule, description: AnyMapping[str, Any], origin: str) -> Plan:
    """The plan for ``table`` from its rule and the object's describe.

    Raises:
        BadInput: a field of a required column, of a condition or of the mapping's ``where`` can't be seen.
    """
    seen = {str(field["name"]).lower(): field for field in description["fields"]}
    for name in rule.where:
        _need_field(table, rule, name, seen, f"the condition on {name}")
    columns: dict[str, FieldRule | StatusRule] = {}
    missing: dict[str, str] = {}
    for column, wanted in rule.rules():
        found = _visible(wanted, seen)
        if found:
            columns[column] = found
        else:
            missing[column] = " or ".join(wanted.sources) or " and ".join(wanted.gates)
    for column in table.required_names:
        if column in missing:
            raise _cannot_see(rule, missing[column], f"the required column {table.name}.{column}")
    fields = _fields(columns, seen)
    evidence = {
        "origin": origin,
        "object": rule.object,
        "mapping": rule.hash,
        "columns": {name: _types(of, seen) for name, of in columns.items()},
        "missing": missing,
        "fields": {str(field["name"]): str(field["type"]) for field in description["fields"]},
    }
    return Plan(table, rule, columns, fields, evidence)


def drift(seen: AnyMapping[str, Any], before: AnyMapping[str, Any]) -> str | None:
    """Why what was read before can't be added to, in words; None where nothing changed that matters."""
    changed = [name for name in _COMPARED if seen.get(name) != before.get(name)]
    if not changed:
        return None
    if changed[0] in ("origin", "object", "mapping"):
        return {"origin": "another org", "object": "another object", "mapping": "the mapping was changed"}[changed[0]]
    new, old = seen["columns"], before.get("columns", {})
    names = sorted({name for name in {*new, *old} if new.get(name) != old.get(name)})
    return f"the org shows other fields for {', '.join(names)}"


def moment(value: datetime) -> str:
    """A SOQL datetime literal, to the millisecond that Salesforce keeps."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}Z"


def _visible(rule: FieldRule | StatusRule, seen: AnyMapping[str, Any]) -> FieldRule | StatusRule | None:
    """The part of ``rule`` that the org can follow; None where nothing is left of it."""
    if any(name.lower() not in seen for name in rule.gates):
        return None
    if isinstance(rule, StatusRule):
        return rule
    present = [name for name in rule.sources if name.lower() in seen]
    if not present:
        return None
    return rule.model_copy(update={"field": present[0], "otherwise": present[1] if len(present) > 1 else None})


def _fields(columns: AnyMapping[str, FieldRule | StatusRule], seen: AnyMapping[str, Any]) -> tuple[str, ...]:
    """All fields to select, under the org's own names, each once."""
    wanted = ["Id", STAMP, DELETED]
    wanted += [name for rule in columns.values() for name in (*rule.sources, *rule.gates)]
    return tuple(dict.fromkeys(str(seen[name.lower()]["name"]) for name in wanted if name.lower() in seen))


def _types(rule: FieldRule | StatusRule, seen: AnyMapping[str, Any]) -> str:
    return " ".join(f"{name}:{seen[name.lower()]['type']}" for name in (*rule.sources, *rule.gates))


def _need_field(table: Table, rule: TableRule, name: str, seen: AnyMapping[str, Any], use: str) -> None:
    if name.lower() not in seen:
        raise _cannot_see(rule, name, f"{use} of {table.name}")


def _cannot_see(rule: TableRule, field: str, use: str) -> BadInput:
    return BadInput(
        f"Salesforce's {rule.object} has no field {field} that the connected user may see; {use} needs it.",
        "Create the field, give the connected app's user read access to it, or map another in the Salesforce mapping.",
    )


def _query(fields: tuple[str, ...], sobject: str, conditions: list[str], has_stamp: bool) -> str:
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    order = f"{STAMP}, Id" if has_stamp else "Id"
    return f"SELECT {', '.join(fields)} FROM {sobject}{where} ORDER BY {order}"


def _condition(field: str, value: Scalar | tuple[Scalar, ...], negated: bool = False) -> str:
    if isinstance(value, tuple):
        return f"{field} {'NOT IN' if negated else 'IN'} ({', '.join(_literal(one) for one in value)})"
    return f"{field} {'!=' if negated else '='} {_literal(value)}"


def _literal(value: Scalar) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
