"""Finds what a person asked to have explained: by id, by a name that only one row has, or with suggestions."""

from typing import Any

from attribution_models.errors import BadInput
from reports.figures import clean_name
from reports.marts import Marts

SUGGESTIONS = 5


def find(marts: Marts, table: str, key: str, name: str, wanted: str) -> dict[str, Any]:
    """The row of ``table`` whose ``key`` is ``wanted``, else the only one whose ``name`` is.

    Raises:
        BadInput: there is none; the closest ids and names are named.
    """
    wanted = wanted.strip()
    by_id = marts.first(f"select * from {{m}}.{table} where {key} = ?", [wanted])
    if by_id is not None:
        return by_id
    named = marts.rows(f"select * from {{m}}.{table} where lower({name}) = lower(?) limit 2", [wanted])
    if len(named) == 1:
        return named[0]
    raise BadInput(f"There is no {key} {wanted!r} in the marts.", _suggest(marts, table, key, name, wanted))


def _suggest(marts: Marts, table: str, key: str, name: str, wanted: str) -> str:
    close = marts.rows(
        f"""
        select {key} as id, {name} as name,
            greatest(
                jaro_winkler_similarity(lower({key}), lower($1)),
                jaro_winkler_similarity(lower(coalesce({name}, '')), lower($1)),
                case when contains(lower(coalesce({name}, '')), lower($1)) and length($1) > 2 then 1 else 0 end
            ) as likeness
        from {{m}}.{table}
        order by likeness desc, {key}
        limit {SUGGESTIONS}
        """,
        [wanted],
    )
    if not close:
        return f"{table} holds no rows: run `pir run` with data first."
    return f"Closest: {'; '.join(_told(row) for row in close)}."


def _told(row: dict[str, Any]) -> str:
    return f"{row['id']} ({clean_name(row['name']) or 'no name'})"
