"""Names the deals behind a figure, so that a page can open them: which deals, of which period, under which model.

The page filters the deals that it carries (``reports.deals``) by the columns of the marts that made the figure:

- ``revenue``: won and eligible; ``booked``: counts_as_booked; ``churned``: booked and no longer eligible;
- ``decided``: counts_in_rates, with an eligible touchpoint of the partner where one is named; ``timed`` and
  ``discounted`` are those won with a known sales cycle or discount;
- ``open``: rows of fct_pipeline_deal, by their pipeline_day;
- ``credit``: rows of fct_partner_credit, or of fct_touchpoint_credit where an influence type is named;
- ``one``: the deal that is named.

Without a period or model of its own a figure belongs to the page's.
"""

from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Literal, TypedDict, Unpack
from urllib.parse import urlencode

from reports.figures import Figure

HELD = 1 << 16  # the same figures come again under every model and period that a page offers
Deals = Literal["revenue", "booked", "churned", "decided", "timed", "discounted", "open", "credit", "one"]


HAS_DEAL = """
    coalesce((deal.counts_in_rates or deal.counts_as_booked or deal.is_eligible)
        and coalesce(deal.close_date, deal.expected_close_at) is not null, false)
"""
"""SQL: whether a page carries the row of dim_deal that is joined as ``deal``."""


class Asked(TypedDict, total=False):
    """What narrows the deals down; an empty text narrows nothing.

    ``category`` is sourced, influenced, direct or ``partner`` for the first two. ``type`` and ``primary`` are influence
    types of touchpoints and of deals. The account had the ``integration``, or one of the partner ``maker``, when the
    deal began; ``integrated`` is ``any`` or ``none``.
    """

    category: str
    partner: str
    partner_type: str
    tier: str
    type: str
    primary: str
    integration: str
    maker: str
    integrated: str
    model: str
    deal: str


@lru_cache(maxsize=HELD)
def deals_behind(
    figure: Figure, deals: Deals, *, days: tuple[date, date] | None = None, **asked: Unpack[Asked]
) -> Figure:
    """``figure`` with the name of its deals; nothing, or none in words, has no deals to open.

    ``days`` are the first and the last on which the deals closed, or open ones are expected to.
    """
    if figure.is_words or figure.sort == 0:
        return figure
    first, last = (day.isoformat() for day in days) if days else ("", "")
    named = {"deals": deals, **asked, "from": first, "to": last}
    return replace(figure, behind=urlencode({key: value for key, value in named.items() if value}))


def one_deal(figure: Figure, deal_id: str, is_held: bool) -> Figure:
    """``figure`` with the deal that it names, where the page carries it (``HAS_DEAL``)."""
    return deals_behind(figure, "one", deal=deal_id) if is_held else figure
