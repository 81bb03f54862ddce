"""The overrides of the small programme: nobody worked on D8, north alone on D11; D6 is open, and O4 was refused."""

from typing import Any

_STANDING: list[dict[str, Any]] = [
    {"override_id": "O1", "deal_id": "D8", "partner_id": "busy", "share": 0.25, "is_creditable": True}
    | {"adds_touchpoint": True, "leaves_unallocated": True},
    {"override_id": "O2", "deal_id": "D11", "partner_id": "north", "share": 0.6, "is_creditable": True}
    | {"adds_touchpoint": False, "leaves_unallocated": True},
    {"override_id": "O3", "deal_id": "D6", "partner_id": "conto", "share": 0.5, "is_creditable": False}
    | {"adds_touchpoint": False, "leaves_unallocated": False},
]
STANDING = [row | {"record_id": row["override_id"].lower(), "exact_share": str(row["share"])} for row in _STANDING]
JUDGED: list[dict[str, Any]] = [
    {key: row[key] for key in ("override_id", "record_id", "deal_id", "partner_id", "share")}
    | {"status": "approved", "reasons": []}
    for row in STANDING
] + [
    {"override_id": "O4", "record_id": "o4", "deal_id": "D1", "partner_id": "idle", "share": 1.0, "status": "approved"}
    | {"reasons": ["self_approved"], "exclusion_reason": "self_approved"},
]
ADDED = {"origin": "override", "source_table": "attribution_overrides", "source_record_id": "o1", "weight": None}


def credits_without(models: list[str]) -> list[dict[str, Any]]:
    """Without its override north has all of D11 in every model, and D8 has no touchpoint."""
    row = {"deal_id": "D11", "touchpoint_id": "T12", "partner_id": "north", "credit_cents": 150000}
    return [{"model": model} | row for model in models]
