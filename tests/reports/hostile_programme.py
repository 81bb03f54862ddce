"""A programme whose texts try to give partners away: names and ids of others in deals, accounts, notes and reasons."""

from dataclasses import replace
from typing import Any

from tests.reports.facts import Facts, rich_facts

IDS = {
    "P1": "PRT-ALPHA-01",
    "P2": "../../etc/passwd",
    "P3": "Prt-alpha-02",
    "P4": "prt-ALPHA-02",
    "P5": "con",
    "P6": "партнёр №6",
    "P7": "p" * 300,
}
LOUD = "Northwind Traders GmbH"


def hostile_facts() -> Facts:
    """The rich programme with hostile ids, one partner with a legal form, and texts that name everybody."""
    facts = rich_facts()
    names = {IDS[key]: name for key, name in facts.partners.items()} | {IDS["P1"]: LOUD}
    everybody = " / ".join([*names.values(), *IDS.values(), "northwind  TRADERS"])
    return replace(
        facts,
        partners=names,
        deals=[
            row | {"deal_name": f"Deal for {everybody}", "account_name": f"Account of {everybody}"}
            for row in facts.deals
        ],
        touches=[_talking(row, everybody) for row in facts.touches],
        excluded=[_talking(row, everybody) for row in facts.excluded],
        overrides=[row | {"partner_id": IDS[row["partner_id"]], "reason": everybody} for row in facts.overrides],
        investments=[row | {"partner_id": IDS[row["partner_id"]]} for row in facts.investments],
    )


def _talking(row: dict[str, Any], everybody: str) -> dict[str, Any]:
    return row | {"partner_id": IDS.get(row["partner_id"], "P99"), "details": f"Said of {everybody}"}
