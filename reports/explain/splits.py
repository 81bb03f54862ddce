"""What the policy divides again after allocation, of one deal under the primary model; nothing where it is off."""

from collections.abc import Mapping, Sequence
from typing import Any

from reports import words
from reports.explain.page import Grid, Line, Part
from reports.figures import amount_text, percent_text
from reports.marts import Marts, Row

CHAINS = """
    select * from {m}.fct_chain_credit where deal_id = ? and model = ? order by partner_id, level
"""
RECURRING = """
    select * from {m}.fct_recurring_credit where deal_id = ? and model = ?
    order by array_position(['origin', 'override', 'model', 'direct'], part), partner_id
"""
POOLS = """
    select * from {m}.fct_pool_credit where deal_id = ? and model = ?
    order by array_position(['sourcing', 'influencing', 'delivering', 'override'], role), partner_id
"""
ENDS = {
    "cycle": "the next parent would bring it back to itself",
    "unknown_parent": "the parent that it names is no partner",
}


def split_parts(marts: Marts, deal_id: str) -> list[Part]:
    """The deal's rows of each split that is on, with the policy's key and numbers; empty where all are off."""
    rules, key = marts.context.policy["splits"], [deal_id, marts.context.primary_model]
    parts: list[Part] = []
    if rules["chains"]["enabled"]:
        parts += _chains(rules["chains"], marts.rows(CHAINS, key))
    if rules["recurring"]["enabled"]:
        parts += _recurring(rules["recurring"], marts.rows(RECURRING, key))
    if rules["pools"]["enabled"]:
        parts += _pools(rules["pools"], marts.rows(POOLS, key))
    return [Line(f"Under {words.name_of(key[1])}; the other models are in the marts.", 2), *parts] if parts else []


def _chains(rules: Mapping[str, Any], rows: Sequence[Row]) -> list[Part]:
    types = ", ".join(words.name_of(name).lower() for name in rules["partner_types"])
    rule = f"a partner of type {types} leaves {percent_text(rules['parent_share'])} of its credit to its parent"
    title = _title("Chains", "chains", "fct_chain_credit", rule)
    headings = ("partner", "goes to", "steps up", "amount")
    cells = [_cells(row, "partner_id", "beneficiary_partner_id", "level") for row in rows]
    ends = {row["partner_id"]: row["chain_end"] for row in rows if row["chain_end"]}
    remarks = [
        Line(f"{partner}: the chain ends early, {ENDS[end]}. Mend parent_partner_id in the partners.", 4, 2, "yellow")
        for partner, end in ends.items()
    ]
    return [title, *_grid(headings, cells), *remarks]


def _recurring(rules: Mapping[str, Any], rows: Sequence[Row]) -> list[Part]:
    owed = next((row for row in rows if row["part"] == "origin"), None)
    rule = "nothing is owed to a partner behind the account's first deal"
    if owed:
        rule = (
            f"{owed['partner_id']} sourced the account's first deal, {owed['first_deal_id']}; this is year "
            f"{owed['year_number']} of {rules['years']}, {percent_text(rules['first_year_share'])} in the first, each "
            f"further year {percent_text(rules['yearly_factor'])} of the year before's"
        )
    title = _title("Recurring revenue", "recurring", "fct_recurring_credit", rule)
    return [title, *_grid(("part", "partner", "amount"), [_cells(row, "part", "partner_id") for row in rows])]


def _pools(rules: Mapping[str, Any], rows: Sequence[Row]) -> list[Part]:
    rule = ", ".join(f"{role} {percent_text(share)}" for role, share in rules["shares"].items())
    title = _title("Co-sell pools", "pools", "fct_pool_credit", f"{rule}; a role that nobody played leaves its share")
    return [title, *_grid(("role", "partner", "amount"), [_cells(row, "role", "partner_id") for row in rows])]


def _title(name: str, key: str, table: str, rule: str) -> Line:
    return Line(f"{name} (splits.{key}, {table}): {rule}.", 2, 2, "bold")


def _cells(row: Row, *names: str) -> list[str]:
    return [*("-" if row[name] is None else str(row[name]) for name in names), amount_text(row["credit_amount"])]


def _grid(headings: tuple[str, ...], cells: Sequence[Sequence[str]]) -> list[Part]:
    left = frozenset(headings) - {"steps up", "amount"}
    return [Grid(headings, cells, left, 4)] if cells else [Line("Nothing to divide.", 4)]
