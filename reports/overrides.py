"""What an approved override did, or why a refused one did nothing, in words."""

from reports import figures, words
from reports.marts import Context, Row


def override_effect(row: Row, context: Context) -> str:
    """What an override did, or why it did nothing."""
    if not row["is_accepted"]:
        return f"no effect: {words.override_refusal(row['refusal_reason'], context.policy)}"
    before, after = (figures.money(row[key], context.currency, "nothing") for key in ("amount_before", "amount_after"))
    if after.is_words:
        return "accepted, but it has changed no credit in this run"
    return f"credit from {before.full} to {after.full}"
