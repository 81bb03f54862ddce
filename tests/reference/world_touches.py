"""Made-up activities, registrations, integrations and overrides of a world, aimed at the boundaries of its deals."""

from datetime import datetime, timedelta

from tests.reference.candidates import ACTIVITY_TYPES
from tests.reference.deals import close_of, window_start_of
from tests.reference.landed import Row, moment
from tests.reference.world import World
from tests.reference.world_deals import account_id, partner_id

TYPES = (*sorted(ACTIVITY_TYPES) * 3, *("referral_submitted", "joint_call", "integration_enabled") * 3, "webinar", None)
INTEGRATIONS = ("Slack", "Sheets", "Warehouse")
DEPTHS = (None, None, None, 0.0, 0.25, 0.5, 0.8, 1.0)
SHARES: tuple[tuple[float | None, ...], ...] = (
    *((0.7, 0.2, 0.1), (0.1, 0.2, 0.3, 0.4), (0.6, 0.4), (1.0,), (0.0,), (0.5,), (0.25, 0.25)),
    *((0.6, 0.5), (0.7, 0.2, 0.1000001), (1.2,), (-0.1, 0.4), (None, 0.3), (1 / 6, 1 / 6, 2 / 3)),
)
DEFECTS: tuple[Row, ...] = (
    {"reason": None},
    {"requested_by": None},
    {"approved_by": None},
    {"approved_by": "ana"},
    {"status": "pending"},
    {"status": "rejected"},
)


def boundaries(world: World, deal: Row) -> list[datetime]:
    """The instants of a deal at which a rule changes its mind."""
    rules = world.policy.touchpoints
    close = close_of(deal, world.policy, world.as_of) if deal["status"] != "open" else None
    close = close or world.as_of
    created_at = moment(deal, "created_at", world.policy.zone)
    contact = moment(deal, "first_sales_contact_at", world.policy.zone)
    window_start = window_start_of(deal, close, rules.lookback_months, world.policy)
    instants = [close, close, window_start, created_at, created_at, contact, world.as_of]
    if created_at:
        instants += [world.before(created_at, days=days) for days in (rules.account_activity_days, 5)]
    instants += [window_start + (close - window_start) * world.random.random() for _ in range(5)]
    return [instant for instant in instants if instant is not None]


def add_activity(world: World) -> Row:
    """One activity on a deal, on an account or adrift; sometimes corrected later."""
    number = len(world.landed["partner_activities"])
    deal = world.pick(world.landed["deals"])
    names_deal, names_account = world.pick(((True, False), (True, True), (False, True), (False, True), (True, False)))
    if world.chance(0.03):
        names_deal = names_account = False
    row = world.add(
        "partner_activities",
        activity_id=world.id("T", number),
        partner_id=world.pick((partner_id(world), deal["source_partner_id"] or partner_id(world))),
        activity_type=world.pick(TYPES),
        deal_id=(deal["deal_id"] if world.chance(0.96) else world.id("D", 99)) if names_deal else None,
        account_id=(deal["account_id"] if world.chance(0.9) else account_id(world)) if names_account else None,
        asset_name=world.pick((*INTEGRATIONS, "slack", None, "Whitepaper")),
        engagement_depth=world.pick(DEPTHS),
    )
    row["_is_deleted"] = world.chance(0.02)
    if world.chance(0.96):
        world.set_time(row, "occurred_at", world.near(boundaries(world, deal)))
    else:
        row["_unparsed"] = ["occurred_at"]
    if world.chance(0.5):
        world.set_time(row, "logged_at", world.near(boundaries(world, deal)))
    if world.chance(0.1):
        _correct(world, row)
    return row


def _correct(world: World, row: Row) -> None:
    changes: tuple[Row, ...] = (
        {"partner_id": partner_id(world)},
        {"activity_type": "intro_made"},
        {"details": "corrected"},
        {"deal_id": None},
    )
    details = world.pick(({}, {"engagement_depth": world.pick(DEPTHS)}))
    correction = world.copy("partner_activities", row, **world.pick(changes), **details)
    if world.chance(0.7):
        correction["logged_at"] = world.pick((None, world.near([row["logged_at"]])))
        correction["_date_only"] = [column for column in correction["_date_only"] if column != "logged_at"]


def add_twin(world: World) -> None:
    """An activity that is, or is nearly, the same thing as a registration or an integration (rule 8)."""
    registrations = [row for row in world.landed["deal_registrations"] if row["deal_id"]]
    integrations = world.landed["account_integrations"]
    deal = world.pick(world.landed["deals"])
    row = add_activity(world)
    row["_date_only"] = []
    if world.chance(0.5) and registrations:
        twin = world.pick(registrations)
        row |= {"deal_id": twin["deal_id"], "partner_id": twin["partner_id"], "activity_type": "referral_submitted"}
        world.set_time(row, "occurred_at", world.near([twin["submitted_at"]]))
    elif world.chance(0.7) and integrations:
        twin = world.pick(integrations)
        row |= {"deal_id": None, "account_id": twin["account_id"], "partner_id": twin["partner_id"]}
        row |= {"activity_type": "integration_enabled"}
        row["asset_name"] = world.pick((twin["integration_name"], None, *INTEGRATIONS))
        deals = [deal for deal in world.landed["deals"] if deal["account_id"] == twin["account_id"]]
        times = [time for deal in deals for time in boundaries(world, deal)]
        world.set_time(row, "occurred_at", world.near([twin["enabled_at"], twin["enabled_at"], *times]))
    else:
        row |= {"deal_id": deal["deal_id"], "partner_id": deal["source_partner_id"]}
        row |= {"activity_type": "referral_submitted"}
        world.set_time(row, "occurred_at", world.near([deal["created_at"], deal["first_sales_contact_at"]]))


def add_registration(world: World) -> None:
    """One registration that names a deal, or its account alone, at the times that decide whether it is the source."""
    number = len(world.landed["deal_registrations"])
    deal = world.pick(world.landed["deals"])
    row = world.add(
        "deal_registrations",
        registration_id=world.id("R", number),
        partner_id=world.pick((partner_id(world), deal["source_partner_id"] or partner_id(world))),
        account_id=deal["account_id"] if world.chance(0.9) else account_id(world),
        deal_id=world.pick((*[deal["deal_id"]] * 9, *[None] * 9, world.id("D", 99))),
        status=world.pick((*["approved"] * 8, "expired", "expired", "rejected", "submitted")),
    )
    row["_is_deleted"] = world.chance(0.02)
    created_at = moment(deal, "created_at", world.policy.zone) or world.as_of
    contact = moment(deal, "first_sales_contact_at", world.policy.zone)
    days = world.policy.touchpoints.registration_days
    if world.chance(0.97):
        inside = [world.before(created_at, days=round(days * share)) for share in (0.2, 0.5, 0.8)]
        others = [other["submitted_at"] for other in world.landed["deal_registrations"][:-1]][-2:]
        times = [world.before(created_at, days=days), created_at, *inside, contact, *others]
        world.set_time(row, "submitted_at", world.near([*times, world.pick(boundaries(world, deal))]))
    if world.chance(0.5):
        row["decided_at"] = world.near([row["submitted_at"]])
    if world.chance(0.3):
        world.set_time(row, "expires_at", world.near([created_at, created_at, world.as_of]))


def add_integration(world: World) -> None:
    """One integration of a partner on an account, enabled, disabled and last used at the boundaries of a deal there."""
    deal = world.pick(world.landed["deals"])
    others = list(world.landed["account_integrations"])
    row = world.add(
        "account_integrations",
        account_id=deal["account_id"] or account_id(world) or world.id("A", 99),
        integration_name=world.pick(INTEGRATIONS),
        partner_id=world.pick((partner_id(world), world.id("P", 0))),
        usage_level=world.pick(DEPTHS),
    )
    is_sibling = bool(others) and world.chance(0.4)  # of the same partner on the same account, at about the same time
    if is_sibling:
        row |= {column: others[-1][column] for column in ("account_id", "partner_id")}
    row["_is_deleted"] = world.chance(0.02)
    times = boundaries(world, deal)
    if world.chance(0.97):
        enabled = [others[-1]["enabled_at"]] if is_sibling else [*times, world.before(times[0], months=20)]
        world.set_time(row, "enabled_at", world.near(enabled))
    if world.chance(0.3):
        world.set_time(row, "disabled_at", world.near(times))
    if world.chance(0.5):
        world.set_time(row, "last_used_at", world.near(times))
    if [row["account_id"], row["integration_name"]] in [[o["account_id"], o["integration_name"]] for o in others]:
        world.landed["account_integrations"].pop()


def add_overrides(world: World) -> None:
    """The overrides of one deal: shares that make exactly one, a little less or too much, mostly above reproach."""
    deal = world.pick(world.landed["deals"])
    for share in world.pick(SHARES):
        row = world.add(
            "attribution_overrides",
            override_id=world.id("O", len(world.landed["attribution_overrides"])),
            deal_id=deal["deal_id"],
            partner_id=world.pick(world.landed["partners"])["partner_id"],
            share=share,
            reason="Agreed at the QBR",
            requested_by="ana",
            requested_at=world.as_of - timedelta(days=9),
            approved_by="bo",
            approved_at=world.pick((None, world.as_of - timedelta(days=world.pick((7, 8))))),
            status="approved",
        )
        if world.chance(0.25):
            row |= world.pick(DEFECTS)
        if world.chance(0.03):
            row |= world.pick(({"deal_id": world.id("D", 99)}, {"partner_id": partner_id(world)}))
