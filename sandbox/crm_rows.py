"""Users, partners, accounts and deals of the simulated business as records of the CRM, a slice of rows at a time."""

import numpy as np

from sandbox import crm_texts as texts
from sandbox.crm_objects import OBJECTS
from sandbox.picklists import (
    CATEGORIES,
    CURRENCIES,
    LEAD_SOURCES,
    PARTNER_TYPES,
    REGIONS,
    SEGMENTS,
    STAGES,
    TIERS,
)
from sandbox.simulator.names import INDUSTRIES
from sandbox.simulator.outcome import OPEN, WON
from sandbox.simulator.partners import STATUSES
from sandbox.simulator.settings import DEAL_TYPES
from sandbox.simulator.table import DAY, size, take
from sandbox.simulator.world import World
from sandbox.wire_columns import Column, day_column, flag_column, id_column, moment_column, number_column, word_column

Columns = dict[str, Column]
PREFIX = {item.name: item.key_prefix for item in OBJECTS}
_FIRST_SELLER = 2  # user 1 is the integration's own
_HOMES = (*REGIONS, REGIONS[0])  # partners that work everywhere are at home in the first region


def partner_ids(rows: np.ndarray) -> Column:
    """Partners are the first accounts."""
    return id_column(PREFIX["Account"], rows)


def account_ids(world: World, rows: np.ndarray) -> Column:
    """Customers and prospects come after the partners."""
    return id_column(PREFIX["Account"], rows, first=1 + size(world.setting.partners))


def deal_ids(rows: np.ndarray) -> Column:
    return id_column(PREFIX["Opportunity"], rows)


def seller_ids(rows: np.ndarray) -> Column:
    return id_column(PREFIX["User"], rows, first=_FIRST_SELLER)


def stamped(created: np.ndarray, modified: np.ndarray) -> Columns:
    """The three stamps of records created and last changed at these times."""
    changed = moment_column(modified)
    return {"CreatedDate": moment_column(created), "LastModifiedDate": changed, "SystemModstamp": changed}


def positions(rows: slice) -> np.ndarray:
    return np.arange(rows.start, rows.stop)


def user_columns(world: World, rows: slice) -> Columns:
    """The integration's own user, then the sellers."""
    names: Column = ["Integration User", *world.people][rows]
    joined = np.full(len(names), (world.setting.span.start - 300) * DAY)
    return {
        "Id": id_column(PREFIX["User"], positions(rows)),
        "Name": names,
        "Email": [f"{str(name).lower().replace(' ', '.')}@example.com" for name in names],
        "IsActive": [1] * len(names),
        **stamped(joined, joined),
    }


def partner_columns(world: World, rows: slice) -> Columns:
    """Partners, as accounts that are partners."""
    partners = take(world.setting.partners, rows)
    return {
        "Id": partner_ids(positions(rows)),
        "Name": partners["name"].tolist(),
        "OwnerId": seller_ids(positions(rows) % len(world.people)),
        "ParentId": partner_ids(partners["parent"]),
        "CurrencyIsoCode": ["USD"] * size(partners),
        "IsPartner": [1] * size(partners),
        "Region__c": word_column(_HOMES, partners["region"]),
        "Partner_Type__c": word_column(PARTNER_TYPES, partners["kind"]),
        "Partner_Tier__c": word_column(TIERS, partners["tier"]),
        "Partner_Status__c": word_column(STATUSES, partners["status"]),
        "Partner_Joined_At__c": day_column(partners["joined"]),
        "Agreement_Signed_At__c": day_column(partners["signed"]),
        "Certified_At__c": day_column(partners["certified"]),
        **stamped(partners["joined"], partners["joined"]),
    }


def account_columns(world: World, rows: slice) -> Columns:
    """Customers and prospects. Each was there before its first deal."""
    accounts = take(world.accounts, rows)
    created = _account_creation(world)[rows]
    return {
        "Id": account_ids(world, positions(rows)),
        "Name": accounts["name"].tolist(),
        "OwnerId": seller_ids(positions(rows) % len(world.people)),
        "CurrencyIsoCode": ["USD"] * size(accounts),
        "Industry": word_column(INDUSTRIES, accounts["industry"]),
        "Segment__c": word_column(SEGMENTS, accounts["segment"]),
        "Region__c": word_column(REGIONS, accounts["region"]),
        "Churned_At__c": day_column(accounts["churned"]),
        **stamped(created, np.maximum(created, accounts["churned"])),
    }


def _account_creation(world: World) -> np.ndarray:
    created = np.full(size(world.accounts), world.setting.now - 30 * DAY)
    np.minimum.at(created, world.deals["account"], world.deals["created"])
    return created - DAY * 5


def deal_columns(world: World, rows: slice) -> Columns:
    """Deals, as opportunities."""
    deals = take(world.deals, rows)
    return {
        "Id": deal_ids(positions(rows)),
        "Name": texts.deal_names(world, rows),
        "OwnerId": seller_ids(deals["owner"]),
        "AccountId": account_ids(world, deals["account"]),
        "Type": word_column(DEAL_TYPES, deals["kind"]),
        "StageName": word_column(STAGES, deals["stage"]),
        "IsClosed": flag_column(deals["status"] != OPEN),
        "IsWon": flag_column(deals["status"] == WON),
        "Amount": number_column(deals["amount"]),
        "CurrencyIsoCode": word_column(CURRENCIES, deals["currency"]),
        "List_Amount__c": number_column(deals["list_amount"]),
        "ARR__c": number_column(deals["arr"]),
        "Term_Months__c": number_column(deals["term"].astype(float)),
        "CloseDate": day_column(deals["close"]),
        "LeadSource": word_column(LEAD_SOURCES, deals["lead_source"]),
        "Source_Partner__c": partner_ids(deals["source_partner"]),
        "First_Sales_Contact_At__c": moment_column(deals["first_contact"]),
        "Reported_Category__c": word_column(CATEGORIES, deals["reported"]),
        "Churned_At__c": day_column(deals["churned"]),
        "Segment__c": word_column(SEGMENTS, deals["segment"]),
        "Region__c": word_column(REGIONS, deals["region"]),
        "IsDeleted": flag_column(deals["is_deleted"]),
        **stamped(deals["created"], _deal_changes(world)[rows]),
    }


def _deal_changes(world: World) -> np.ndarray:
    """When each deal was last edited: some days after its close or churn, before now; open ones since they began."""
    deals, now = world.deals, world.setting.now
    spread = (np.arange(size(deals)) * 7_919 % 1_000) / 1_000  # an even spread that costs no draw
    since_close = np.maximum(deals["close"], deals["churned"]) + (spread * 4 * DAY).astype(np.int64)
    since_start = deals["created"] + (spread * (now - deals["created"])).astype(np.int64)
    return np.minimum(np.where(deals["status"] == OPEN, since_start, since_close), now - 600)


def history_columns(world: World, rows: slice) -> Columns:
    """The stages that deals entered."""
    history = take(world.history, rows)
    return {
        "Id": id_column(PREFIX["OpportunityHistory"], positions(rows)),
        "OpportunityId": deal_ids(history["deal"]),
        "StageName": word_column(STAGES, history["stage"]),
        **stamped(history["time"], history["time"]),
    }
