"""Plain words for what moved between two publications: the figures, the causes, and what each cause means."""

from collections.abc import Sequence

from reports import words
from reports.figures import counted, list_words
from reports.marts import Row

CAUSES = {
    "override": "a decision by people",
    "new_data": "new data",
    "as_of": "a date that has come",
    "policy": "a changed policy",
    "model": "a model taught anew",
    "unexplained": "nothing that is recorded",
}
MEASURES = {
    "total_revenue": "Net revenue",
    "booked_revenue": "Booked revenue",
    "churned_revenue": "Churned revenue",
    "partner_involved_revenue": "Partner-involved revenue",
    "sourced_revenue": "Sourced by partners",
    "influenced_revenue": "Influenced, not sourced",
    "direct_revenue": "Direct: no partner",
    "credited_amount": "Credited to partners",
    "credited_direct_amount": "Credited on direct deals",
    "unallocated_amount": "Unallocated",
    "won_count": "Won deals",
    "lost_count": "Lost deals",
    "sourced_count": "Sourced deals",
    "influenced_count": "Influenced deals",
    "direct_count": "Direct deals",
    "decided_count": "Decided deals",
}


def dated(summary: Row) -> list[str]:
    """What came too late for the last publication, and what it could not have known, from a row of mart_restatement.

    Nothing where no row has a time to tell by, or an older version published.
    """
    late, since = summary.get("late_row_count") or 0, summary.get("since_row_count") or 0
    told = []
    if late:
        told.append(
            f"{counted(late, 'row')} behind the deals that moved arrived late: "
            f"what {_verb(late, 'it tells', 'they tell')} of had happened by that time, and was not in the data."
        )
    if since:
        told.append(f"{counted(since, 'row')} {_verb(since, 'tells', 'tell')} of what has happened since.")
    return [" ".join(told)] if told else []


def taught(models: Sequence[str], rows: Sequence[Row]) -> str:
    """That these models learned other numbers, and what that means where it moved any of ``rows``."""
    names, number = list_words([words.name_of(model) for model in models]), len(models)
    told = (
        f"{names} {_verb(number, 'was', 'were')} taught anew, so credit under {_verb(number, 'it', 'them')} has moved."
    )
    if not any(row["cause"] == "model" for row in rows):
        return told
    return (
        f"{told} A model that learns takes in every deal won or lost so far, and draws lots where there is too much to "
        f"count out. Where the reason is “{CAUSES['model']}”, nothing about the deal changed: its amount stays, and "
        "its partners share it otherwise. Credit under models that do not learn never moves this way."
    )


def _verb(number: int, one: str, many: str) -> str:
    return one if number == 1 else many
