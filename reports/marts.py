"""Reads the published marts: rows as mappings, and the one row of context that every number is printed with.

The connection is the caller's, read-only is enough. Tables are named in three parts (database ``marts``, schema
``marts``), because a ``marts.duckdb`` that was opened directly makes ``marts.x`` ambiguous.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from attribution_models.errors import BadInput
from reports import words

if TYPE_CHECKING:
    import duckdb

Row = Mapping[str, Any]
SCHEMA = "marts.marts"


class _Row(dict[str, Any]):
    """A row by column name; a column that it lacks is one that an earlier version did not publish."""

    def __missing__(self, column: str) -> Any:  # noqa: ANN401 - never returns
        raise _lacking(f"no column {column}")


@dataclass(frozen=True)
class Context:
    """What is true of the whole publication: when, from what, under which policy, and what was not delivered."""

    run_id: str
    as_of: datetime
    policy_hash: str
    policy: Mapping[str, Any]
    primary_model: str
    currency: str
    time_zone: str
    source_system: str
    unavailable: frozenset[str]
    small_sample_deals: int
    row: Row

    def has(self, table: str) -> bool:
        """Whether the source table was delivered."""
        return table not in self.unavailable


class Marts:
    """The published tables behind one connection. ``{m}`` in a query stands for the marts' schema."""

    def __init__(self, con: "duckdb.DuckDBPyConnection") -> None:
        """Raises BadInput where nothing has been published on ``con``."""
        self._con = con
        self._held: dict[tuple[str, tuple[Any, ...]], list[dict[str, Any]]] = {}
        self._by_model: dict[tuple[str, tuple[Any, ...]], dict[str, list[dict[str, Any]]]] = {}
        self.context = self._context()

    def rows(self, query: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """All rows of ``query`` in its order, by column name; asked once, since published marts don't change.

        Raises:
            BadInput: the marts lack the table or a column, as those that an earlier version published do; a row says
                so of a column when it is asked for it.
        """
        asked = (query, tuple(parameters))
        if asked not in self._held:
            cursor = self._asked(query.replace("{m}", SCHEMA), list(parameters))
            columns = [column[0] for column in cursor.description or []]
            self._held[asked] = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
        return [_Row(row) for row in self._held[asked]]

    def rows_of_model(self, query: str, parameters: Sequence[Any], model: str) -> list[dict[str, Any]]:
        """As ``rows``, for a ``query`` of every column whose last parameter is ``model = ?``.

        Every model is asked for at once, because a page that offers them all asks for one after the other.
        """
        asked = (query, tuple(parameters))
        if asked not in self._by_model:
            found: dict[str, list[dict[str, Any]]] = {}
            for row in self.rows(query.replace("model = ?", "true"), parameters):
                found.setdefault(row["model"], []).append(row)
            self._by_model[asked] = found
        return [_Row(row) for row in self._by_model[asked].get(model, [])]

    def rows_named(self, query: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        """As ``rows``, with parameters by the names that ``query`` gives them: ``$start``."""
        cursor = self._asked(query.replace("{m}", SCHEMA), dict(parameters))
        columns = [column[0] for column in cursor.description or []]
        return [_Row(zip(columns, row, strict=True)) for row in cursor.fetchall()]

    def _asked(self, query: str, parameters: list[Any] | dict[str, Any]) -> "duckdb.DuckDBPyConnection":
        import duckdb

        try:
            return self._con.execute(query, parameters)
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            raise _lacking(str(error).splitlines()[0]) from error

    def first(self, query: str, parameters: Sequence[Any] = ()) -> dict[str, Any] | None:
        """The first row of ``query``, or None where there is none."""
        return next(iter(self.rows(query, parameters)), None)

    def _context(self) -> Context:
        row = self.first("select * from {m}.mart_report_context")
        if row is None:
            raise BadInput("mart_report_context is empty.", "Publish the marts first with `pir run`.")
        return Context(
            run_id=row["run_id"],
            as_of=row["as_of"],
            policy_hash=row["policy_hash"],
            policy=json.loads(row["policy_json"]),
            primary_model=row["primary_model"],
            currency=row["reporting_currency"],
            time_zone=row["time_zone"],
            source_system=row["source_system"],
            unavailable=frozenset(row["unavailable_tables"] or ()),
            small_sample_deals=row["small_sample_deals"],
            row=row,
        )

    @cached_property
    def models(self) -> list[dict[str, Any]]:
        """Every attribution model of the run, in the order of lists."""
        return self.rows("select * from {m}.mart_model order by sort_order, model")

    def model(self, wanted: str | None) -> Row:
        """The model to report, the primary one unless another is ``wanted``.

        Raises:
            BadInput: the model is unknown, or gave no credit in this run.
        """
        name = self.context.primary_model if wanted is None else wanted.strip().lower().replace("-", "_")
        found = next((model for model in self.models if model["model"] == name), None)
        if found is None or (wanted is not None and not found["gave_credit"]):
            given = ", ".join(model["model"] for model in self.models if model["gave_credit"]) or "none"
            raise BadInput(_no_model(wanted or name, found), f"Models that gave credit in this run: {given}.")
        return found


def _lacking(what: str) -> BadInput:
    told = f"The published marts lack what this version of pir reads ({what})."
    return BadInput(told, "Publish them anew with `pir run`.")


def _no_model(wanted: str, found: Row | None) -> str:
    if found is None:
        return f"There is no model {wanted!r} in the marts."
    return f"{words.name_of(found['model'])} gave no credit in this run: {found['reason'] or 'no reason recorded'}."
