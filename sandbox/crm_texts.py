"""The words in which the simulated business is written down: names of deals, integrations and investments, details."""

import numpy as np

from sandbox.picklists import ACTIVITY_TYPES
from sandbox.simulator.activities import OTHER_TYPE_NAMES
from sandbox.simulator.names import PRODUCTS
from sandbox.simulator.table import NOBODY
from sandbox.simulator.world import World
from sandbox.wire_columns import Column

ACTIVITY_NAMES = (*ACTIVITY_TYPES, *OTHER_TYPE_NAMES)
_DEAL_ENDINGS = ("", " expansion", " renewal")
_DETAILS = (
    (
        "Brought the project and the budget owner",
        "Buyer asked them for a vendor",
        "A services customer of theirs",
    ),
    ("Account plan agreed with their seller", "Mapped the buying committee together", "Agreed a joint close plan"),
    ("Introduced the CFO", "Introduced the head of IT", "Opened the door to procurement"),
    ("Joint call on security and compliance", "Joint demo with their architect", "Pricing call with the buyer"),
    ("Sent the joint case study", "Shared the ROI calculator", "Forwarded the reference architecture"),
    ("Switched the connector on", "Connected the sandbox tenant", "Moved the integration to production"),
    ("Trial started from their listing", "Private offer requested", "Came in through the listing page"),
    ("Ran the discovery workshop", "Built the proof of concept", "Scoped the migration"),
    ("Attended with the buyer", "Mentioned the buyer's project", "Follow-up booked"),
)
_ASSETS = ("Joint case study", "ROI calculator", "Reference architecture", "Security white paper")


def deal_names(world: World, rows: slice) -> Column:
    """Such as 'Fenwick Freight Ltd - Data Platform renewal'."""
    deals = world.deals
    accounts = world.accounts["name"][deals["account"][rows]].tolist()
    products = PRODUCTS[deals["product"][rows]].tolist()
    endings = np.array(_DEAL_ENDINGS)[deals["kind"][rows]].tolist()
    parts = zip(accounts, products, endings, strict=True)
    return [f"{account} - {product}{ending}"[:120] for account, product, ending in parts]


def integration_names(world: World) -> np.ndarray:
    """The name of each integration: its partner's product."""
    names = world.setting.partners["name"][world.setting.integrations["partner"]].tolist()
    return np.array([f"{name} Connector" for name in names], dtype=object)


def activity_types(world: World, rows: slice) -> Column:
    """The type as it was logged; those of no known type have one of several other names."""
    kind, detail = world.activities["kind"][rows], world.activities["detail"][rows]
    is_other = kind >= len(ACTIVITY_TYPES)
    place = np.where(is_other, len(ACTIVITY_TYPES) + detail % len(OTHER_TYPE_NAMES), kind)
    return np.array(ACTIVITY_NAMES, dtype=object)[place].tolist()


def activity_details(world: World, rows: slice) -> Column:
    kind, detail = world.activities["kind"][rows], world.activities["detail"][rows]
    texts = np.array(_DETAILS, dtype=object)
    chosen = texts[kind, detail % texts.shape[1]]
    chosen[detail % 4 == 3] = None
    return chosen.tolist()


def activity_assets(world: World, rows: slice) -> Column:
    """What was shared, or which integration was switched on."""
    activities = world.activities
    kind, detail = activities["kind"][rows], activities["detail"][rows]
    assets = np.array(_ASSETS, dtype=object)[detail % len(_ASSETS)]
    assets[kind != ACTIVITY_TYPES.index("Content Shared")] = None
    integration = activities["integration"][rows]
    is_named = integration != NOBODY
    assets[is_named] = integration_names(world)[integration[is_named]]
    return assets.tolist()
