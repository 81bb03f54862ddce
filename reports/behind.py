"""Names the deals behind a figure, so that a page can open them: which deals, of which period, under which model.

The page filters the deals that it carries (``reports.deals``) by the columns of the marts that made the figure:

- ``revenue``: won and eligible; ``booked``: counts_as_booked; ``churned``: booked and no longer eligible;
- ``decided``: counts_in_rates, with an eligible touchpoint of the partner where one is named;
- ``credit``: rows of fct_partner_credit, or of fct_touchpoint_credit where an influence type is named.

Without a period or model of its own a figure belongs to the page's.
"""

from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Literal
from urllib.parse import urlencode

from reports.figures import Figure

HELD = 1 << 16  # the same figures come again under every model and period that a page offers
Deals = Literal["revenue", "booked", "churned", "decided", "credit"]


@lru_cache(maxsize=HELD)
def deals_behind(
    figure: Figure,
    deals: Deals,
    *,
    category: str = "",
    partner: str = "",
    tier: str = "",
    influence_type: str = "",
    primary_type: str = "",
    model: str = "",
    days: tuple[date, date] | None = None,
) -> Figure:
    """``figure`` with the name of its deals; nothing, or none in words, has no deals to open.

    ``category`` is sourced, influenced, direct or ``partner`` for the first two; ``days`` are the first and the last.
    """
    if figure.is_words or figure.sort == 0:
        return figure
    first, last = (day.isoformat() for day in days) if days else ("", "")
    named = {
        "deals": deals,
        "category": category,
        "partner": partner,
        "tier": tier,
        "type": influence_type,
        "primary": primary_type,
        "model": model,
        "from": first,
        "to": last,
    }
    return replace(figure, behind=urlencode({key: value for key, value in named.items() if value}))
