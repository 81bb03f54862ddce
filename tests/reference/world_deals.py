"""Made-up partners, accounts, deals, rates and stage histories of a world, all of rule 4's exclusions among them."""

from datetime import datetime, timedelta
from decimal import Decimal

from tests.reference.deals import close_of
from tests.reference.landed import Row
from tests.reference.times import local_date
from tests.reference.world import World

STAGES = ("Prospecting", "Qualification", "Proposal", "Negotiation", "Closed Won", "Closed Lost", "Legal Limbo")
AMOUNTS = ("1000.00", "999.99", "999.995", "999.9949", "1000.01", "0", "-2500", "800.00", "1999.99", "2000.01", "0.005")
RATES = ("1.25", "0.5", "0.33333333333333", "149.2537", "1")


def add_partners(world: World) -> None:
    """Two to four partners; some land twice, some were deleted, one of the ids in use is never known."""
    for number in range(world.pick((2, 3, 3, 4))):
        row = world.add(
            "partners",
            partner_id=world.id("P", number),
            partner_name=f"Partner {number}",
            partner_type=world.pick(("technology", "reseller", "referral", None)),
            tier=world.pick(("platinum", "gold", "silver", None)),
            status="active",
            _is_deleted=False,
        )
        row["_is_deleted"] = number > 1 and world.chance(0.1)
        if world.chance(0.4):
            world.set_time(row, "joined_at", world.before(world.odd_instant(), months=world.pick((0, 9, 18))), 0.5)
        if world.chance(0.1):
            world.copy("partners", row, region=world.pick(("EMEA", "APAC")))


def partner_id(world: World) -> str | None:
    """A partner, most of the time a known one."""
    known: list[str] = [row["partner_id"] for row in world.landed["partners"]]
    return world.pick((*known * 4, world.id("P", 99), None))


def add_accounts(world: World) -> None:
    """One to three accounts; which of them churn is said once their deals are known."""
    for number in range(world.pick((1, 2, 2, 3))):
        row = world.add(
            "accounts",
            account_id=world.id("A", number),
            account_name=f"Account {number}",
            segment=world.pick((f"{world.name}Account segment", None)),
        )
        row["_is_deleted"] = world.chance(0.04)
        if world.chance(0.05):
            world.copy("accounts", row, region="APAC")


def churn_accounts(world: World) -> None:
    """Some accounts leave around the close of one of their deals, or around the as-of time."""
    for account in world.landed["accounts"]:
        own = [deal for deal in world.landed["deals"] if deal["account_id"] == account["account_id"]]
        if own and world.chance(0.4):
            closes = [close_of(deal, world.policy, world.as_of) for deal in own]
            world.set_time(account, "churned_at", world.near([*closes, world.as_of]), date_only=0.4)


def account_id(world: World) -> str | None:
    """An account, most of the time a known one."""
    known: list[str] = [row["account_id"] for row in world.landed["accounts"]]
    return world.pick((*known * 8, world.id("A", 99), None))


def add_deal(world: World) -> Row:
    """One deal of any status, its close on an odd day or around the as-of time, its creation at a boundary before."""
    number = len({row["deal_id"] for row in world.landed["deals"]})
    status = world.pick(("won", "won", "won", "lost", "open"))
    row = world.add(
        "deals",
        deal_id=world.id("D", number),
        deal_name=f"Deal {number}",
        account_id=account_id(world),
        deal_type=world.pick(("new_business", "expansion")),
        status=status,
        stage=world.pick(STAGES),
        amount=amount(world),
        currency=world.pick((None, "USD", "usd", "USD", *[f"{world.name}EUR".upper()] * 3, "XXX")),
        source=world.pick(("partner_referral", "partner_referral", "web", None)),
        source_partner_id=partner_id(world) if world.chance(0.6) else None,
        segment=world.pick((f"{world.name}Segment", None)),
        is_deleted=world.pick((None, False, False, False, False, False, False, False, True)),
    )
    close = world.odd_instant()
    if world.chance(0.97):
        world.set_time(row, "closed_at", close, date_only=0.4)
    anchor = world.as_of if status == "open" else close_of(row, world.policy, world.as_of) or close
    _set_other_times(world, row, anchor)
    if world.chance(0.12):
        _land_again(world, row)
    return row


def amount(world: World) -> Decimal | None:
    """An amount at or beside the floor, or one that is plainly above it."""
    if world.chance(0.03):
        return None
    if world.chance(0.6):
        return Decimal(world.random.randrange(500_000, 9_000_000)) / 100
    return Decimal(world.pick(AMOUNTS))


def _set_other_times(world: World, row: Row, anchor: datetime) -> None:
    if world.chance(0.97):
        months_back = world.pick((0, 1, 2, 4, 11, 12, 13))
        world.set_time(row, "created_at", world.before(anchor, months_back, world.pick((0, 1, 3, 14))), 0.25)
    created_at = row["created_at"] or anchor
    if world.chance(0.5):
        days_off = world.pick((0, 0, -70, -30, 10))
        contact = world.near([created_at + timedelta(days=days_off)])
        world.set_time(row, "first_sales_contact_at", contact)
    if world.chance(0.12):
        world.set_time(row, "churned_at", world.near([world.as_of, anchor, anchor + timedelta(days=40)]), 0.3)
    if world.chance(0.9):
        world.set_time(row, "updated_at", world.as_of - timedelta(days=world.random.randrange(5)))


def _land_again(world: World, row: Row) -> None:
    """The same deal_id twice or three times: later, earlier, at the same time, or with no time of update."""
    for _ in range(world.pick((1, 1, 2))):
        updated_at = row["updated_at"] or world.as_of
        changes: tuple[Row, ...] = (
            {"deal_name": world.pick(("Deal", "Deal Z"))},
            {"amount": amount(world)},
            {"status": world.pick(("won", "lost"))},
        )
        # Changes in two columns at once show which of them decides.
        again = world.copy("deals", row, **(world.pick(({}, *changes)) | world.pick(({}, *changes))))
        if world.chance(0.6):
            again["updated_at"] = world.pick((None, world.near([updated_at])))
            again["_date_only"] = [column for column in again["_date_only"] if column != "updated_at"]


def add_rates(world: World) -> None:
    """Rates of the world's own currency, beginning on, the day before and the day after days on which deals closed."""
    days = {
        local_date(close, world.policy.zone) + timedelta(days=world.pick((-1, 0, 0, 1)))
        for row in world.landed["deals"]
        if (close := close_of(row, world.policy, world.as_of) or world.as_of)
    }
    for day in sorted(days):
        world.add(
            "exchange_rates", currency=f"{world.name}EUR".upper(), valid_from=day, rate=Decimal(world.pick(RATES))
        )


def add_stage_history(world: World, deal: Row, moments: list[datetime]) -> None:
    """Stages entered around the given moments, forward and back, with one that the policy does not list."""
    if world.chance(0.3):
        return
    created_at = deal["created_at"] or world.as_of - timedelta(days=60)
    entered = {created_at} | {
        world.near([moment, moment + timedelta(days=world.policy.influence.forward_days)]) for moment in moments
    }
    for entered_at in sorted(entered):
        row = world.add("deal_stage_history", deal_id=deal["deal_id"], stage=world.pick(STAGES))
        world.set_time(row, "entered_at", entered_at, date_only=0.1)
