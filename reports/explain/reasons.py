"""Asks each model why it scored the touchpoints of one deal as it did, from what the marts hold of them."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
from pydantic import ValidationError

from attribution_models.batches import creditable_batch
from attribution_models.learned import SCHEMAS
from attribution_models.policy import Policy
from attribution_models.registry import Model, known_models
from attribution_models.types import Touches
from reports.marts import Marts, Row

TOUCHES = """
    select touch.deal_id, touch.touchpoint_id, touch.partner_id, touch.position, touch.occurred_at, touch.activity_type,
        touch.origin, touch.influence_type, touch.weight, partner.partner_type, partner.tier, touch.stage_at_touch,
        touch.channel, touch.engagement_depth, deal.deal_type, deal.segment,
        cast(deal.amount * 100 as bigint) as amount_cents, true as is_creditable,
        deal.created_at, deal.closed_at, deal.last_stage_change_at
    from {m}.fct_touchpoint as touch
    inner join {m}.dim_deal as deal using (deal_id)
    left join {m}.dim_partner as partner using (partner_id)
    where deal_id = ? and touch.is_eligible and touch.origin <> 'override'
    order by touch.position
"""
_TEXT, _TIME = pa.string(), pa.timestamp("us")
_TYPES = {
    "position": pa.int32(),
    "occurred_at": _TIME,
    "weight": pa.float64(),
    "engagement_depth": pa.float64(),
    "amount_cents": pa.int64(),
    "is_creditable": pa.bool_(),
    "created_at": _TIME,
    "closed_at": _TIME,
    "last_stage_change_at": _TIME,
}

Reasons = Mapping[tuple[str, str], str]
"""What made a score, in words, by model and touchpoint_id."""


def reasons(marts: Marts, deal_id: str) -> Reasons:
    """Why each model that gave credit scored each eligible touchpoint of a won deal as it did.

    Empty where the marts were published under a policy that this version of pir no longer reads.
    """
    rows = marts.rows(TOUCHES, [deal_id])
    policy = _policy(marts.context.policy)
    if not rows or policy is None:
        return {}
    schema = pa.schema([(name, _TYPES.get(name, _TEXT)) for name in rows[0]])
    touches = creditable_batch(pa.Table.from_pylist(rows, schema=schema)).touches
    return {
        (model.name, row["touchpoint_id"]): told
        for model in _crediting(marts)
        for row, told in zip(rows, _told(model, touches, policy, marts), strict=True)
    }


def _policy(content: Mapping[str, Any]) -> Policy | None:
    try:
        return Policy.model_validate(content)
    except ValidationError:
        return None


def _crediting(marts: Marts) -> list[Model]:
    known = known_models()
    return [known[row["model"]] for row in marts.models if row["gave_credit"] and row["model"] in known]


def _told(model: Model, touches: Touches, policy: Policy, marts: Marts) -> list[str]:
    if not model.is_learned:
        return model.why(touches, policy)
    return model.why(touches, policy, published={name: _published(marts, name, model.name) for name in SCHEMAS})


def _published(marts: Marts, table: str, model: str) -> list[Row]:
    return list(marts.rows(f"select * from {{m}}.mart_model_{table} where model = ?", [model]))
