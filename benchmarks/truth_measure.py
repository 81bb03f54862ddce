"""How far a model's credit lies from the known truth of a sandbox: of every 100 of credit, how many are misplaced.

Only a simulated business has a known truth. The measure was settled before the learned models were written; a model is
improved for it, it never for a model.

Judged are won deals that earn credit and on whose eligible touchpoints partners truly changed something. A touchpoint's
true share of its deal is what it added to the chance of winning, divided by what all eligible touchpoints of the deal
added; one that the truth does not know added nothing. A model's share is its credit divided by all credit that it gave
on the deal, so that models that leave a part to nobody are judged alike. A deal's error is half the sum of the absolute
differences, 0 to 1; a model that gives nothing on a deal has 1 there. Deals count by their amounts.
"""

from typing import Literal

import pandas as pd

Grain = Literal["touchpoint_id", "partner_id", "channel"]


def judged_rows(touches: pd.DataFrame, records: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """The touchpoints of judged deals with their ``true_share`` (sums to 1 over a deal).

    ``touches``: deal_id, touchpoint_id, partner_id, channel, amount_cents, one row per eligible touchpoint of the deals
    that earn credit. ``records``: deal_id, record_id, touchpoint_id; several records that rule 8 unites are one
    touchpoint, and what they truly added is added up. ``truth``: deal_id, record_id, win_probability_added.
    """
    told = records.merge(truth, on=["deal_id", "record_id"]).groupby(["deal_id", "touchpoint_id"], as_index=False)
    added = told["win_probability_added"].sum()
    rows = touches.merge(added, on=["deal_id", "touchpoint_id"], how="left")
    rows["true_share"] = _shares(rows, rows.pop("win_probability_added").fillna(0.0))
    return rows[rows["true_share"].notna()].reset_index(drop=True)


def with_credit(judged: pd.DataFrame, credits: pd.DataFrame) -> pd.DataFrame:
    """``judged`` with the ``share`` of one model; ``credits``: deal_id, touchpoint_id, credit_cents."""
    columns = ["deal_id", "touchpoint_id", "credit_cents"]
    rows = judged.merge(credits[columns], on=["deal_id", "touchpoint_id"], how="left")
    rows["share"] = _shares(rows, rows.pop("credit_cents").fillna(0).astype(float))
    return rows


def misplaced(rows: pd.DataFrame, grain: Grain = "touchpoint_id") -> float:
    """The mean error of deals, weighted by amount, with shares added up to ``grain`` within each deal."""
    parts = rows.groupby(["deal_id", grain])[["share", "true_share"]].sum(min_count=1)
    gap = (parts["share"] - parts["true_share"]).abs().groupby(level="deal_id").sum(min_count=1) / 2
    amount = rows.groupby("deal_id")["amount_cents"].first()
    return float((gap.fillna(1.0) * amount).sum() / amount.sum())


def misplaced_in_total(rows: pd.DataFrame, grain: Grain) -> float:
    """The same for the sums over all deals: what one ``grain`` is given too much and another too little in the end."""
    amount = rows["amount_cents"]
    given = (rows["share"].fillna(0.0) * amount).groupby(rows[grain]).sum()
    true = (rows["true_share"] * amount).groupby(rows[grain]).sum()
    nobody = max(true.sum() - given.sum(), 0.0)
    return float(((given - true).abs().sum() + nobody) / 2 / true.sum())


def _shares(rows: pd.DataFrame, values: pd.Series) -> pd.Series:
    """``values`` divided by their deal's sum; not a number where that is 0."""
    total = values.groupby(rows["deal_id"]).transform("sum")
    return values.where(total > 0) / total.where(total > 0)
