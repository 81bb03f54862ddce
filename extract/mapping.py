"""The mapping of Salesforce objects and fields to the table contract: ``config/salesforce.yaml``, typed and checked.

Customers edit that file, so every mistake in it is answered with the key it is about.
"""

import hashlib
import json
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from attribution_models.errors import BadInput
from extract.contract import TABLES
from extract.schema import TRACE_NAMES

_REMEDY = "Mend the keys named above; the shipped config/salesforce.yaml shows every form a rule can have."
FieldName = Annotated[str, Field(pattern=r"^[A-Za-z]\w*$")]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FieldRule(_Section):
    """A column taken from ``field``; see config/salesforce.yaml for what the other keys do."""

    field: FieldName
    values: dict[str, str] = {}
    otherwise: FieldName | None = None
    only_if: FieldName | None = None
    only_unless: FieldName | None = None
    inverse: bool = False

    @property
    def gates(self) -> tuple[str, ...]:
        """Checkboxes without which the rule can't be followed."""
        return tuple(name for name in (self.only_if, self.only_unless) if name)

    @property
    def sources(self) -> tuple[str, ...]:
        """Fields of which the first that has a value is taken."""
        return (self.field, self.otherwise) if self.otherwise else (self.field,)


class StatusRule(_Section):
    """open, won or lost, from two checkboxes."""

    closed: FieldName
    won: FieldName

    @property
    def gates(self) -> tuple[str, ...]:
        return (self.closed, self.won)

    @property
    def sources(self) -> tuple[str, ...]:
        return ()


def _as_rule(value: Any) -> Any:  # noqa: ANN401 - whatever the YAML holds; pydantic judges it next
    """A bare field name is the shortest rule; a mapping with ``closed`` is a status rule."""
    if isinstance(value, str):
        return FieldRule.model_validate({"field": value})
    if isinstance(value, dict):
        return (StatusRule if "closed" in value or "won" in value else FieldRule).model_validate(value)
    return value


Rule = Annotated[FieldRule | StatusRule, BeforeValidator(_as_rule)]
Scalar = bool | str


class TableRule(_Section):
    """One table: its object, which of the object's records, and each column's rule."""

    object: FieldName
    where: dict[FieldName, Scalar | tuple[Scalar, ...]] = {}
    fields: dict[str, Rule]
    extra: dict[str, FieldName] = {}

    @property
    def hash(self) -> str:
        """Names the rule's content: after a change the table is read anew."""
        content = json.dumps(self.model_dump(mode="json"), sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    def rules(self) -> Iterator[tuple[str, FieldRule | StatusRule]]:
        """All columns with their rules, extra ones included."""
        yield from self.fields.items()
        yield from ((name, FieldRule(field=field)) for name, field in self.extra.items())


class Mapping(_Section):
    """The whole mapping, by table of the contract."""

    tables: dict[str, TableRule]

    @model_validator(mode="after")
    def _fits_the_contract(self) -> "Mapping":
        for name in self.tables:
            if name not in TABLES:
                raise ValueError(f"unknown table {name}{_suggest(name, TABLES)}")
        missing = [name for name, table in TABLES.items() if table.required and name not in self.tables]
        if missing:
            raise ValueError(f"the required table {missing[0]} is not mapped")
        for name, rule in self.tables.items():
            _check_columns(name, rule)
        return self


def _check_columns(name: str, rule: TableRule) -> None:
    table = TABLES[name]
    for column, of in rule.fields.items():
        if column not in table.column_names:
            raise ValueError(f"{name}.fields: unknown column {column}{_suggest(column, table.column_names)}")
        if isinstance(of, StatusRule) and column != "status":
            raise ValueError(f"{name}.fields.{column}: closed and won make a status, not a {column}")
    for column in table.required_names:
        if column not in rule.fields:
            raise ValueError(f"{name}.fields: the required column {column} is not mapped")
    lowered = [column.lower() for column in rule.extra]
    for column in lowered:
        if column in table.column_names or column in TRACE_NAMES:
            raise ValueError(f"{name}.extra: {column} is a column of the contract; map it under fields")
        if lowered.count(column) > 1:
            raise ValueError(f"{name}.extra: {column} is there twice; upper and lower case make no difference")


def _suggest(name: str, known: Any) -> str:  # noqa: ANN401 - any collection of names
    close = get_close_matches(name, list(known), n=1)
    return f" (did you mean {close[0]}?)" if close else f"; known are {', '.join(known)}"


def load_mapping(path: Path) -> Mapping:
    """The mapping in the file at ``path``.

    Raises:
        BadInput: no readable file there, or a key of it is unknown, missing or of the wrong kind.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadInput(f"The Salesforce mapping {path} can't be read: {error}", _REMEDY) from error
    try:
        return Mapping.model_validate(content)
    except ValidationError as error:
        raise BadInput(f"{path}: {'; '.join(_explain(issue) for issue in error.errors())}", _REMEDY) from error


def _explain(issue: Any) -> str:  # noqa: ANN401 - pydantic's own dict
    location = ".".join(str(part) for part in issue["loc"] if part not in ("FieldRule", "StatusRule"))
    if issue["type"] == "extra_forbidden":
        return f"unknown key {location}"
    if issue["type"] == "missing":
        return f"missing key {location}"
    message = issue["msg"].removeprefix("Value error, ")
    return f"{location}: {message}" if location else message
