"""The partner programme as records of the CRM: activities, integrations, registrations, money, overrides, targets."""

import numpy as np

from sandbox import crm_texts as texts
from sandbox.crm_objects import OBJECTS
from sandbox.crm_rows import PREFIX, Columns, account_ids, deal_ids, partner_ids, positions, seller_ids, stamped
from sandbox.picklists import CURRENCIES
from sandbox.simulator import programme, targets
from sandbox.simulator.table import DAY, NO_TIME, size, take
from sandbox.simulator.world import World
from sandbox.wire_columns import day_column, id_column, key_column, moment_column, number_column, word_column

_NAME_LABELS = {item.name: item.name_label for item in OBJECTS}
_REGISTRATION_STATUSES = ("Submitted", "Approved", "Rejected", "Expired")
_OVERRIDE_STATUSES = ("Pending", "Approved", "Rejected")


def activity_columns(world: World, rows: slice) -> Columns:
    """Partner activities."""
    activities = take(world.activities, rows)
    created = np.where(activities["logged"] == NO_TIME, activities["occurred"], activities["logged"])
    return {
        **_custom(world, "Partner_Activity__c", rows),
        "Activity_Id__c": key_column("ACT", activities["number"]),
        "Partner__c": partner_ids(activities["partner"]),
        "Activity_Type__c": texts.activity_types(world, rows),
        "Occurred_At__c": moment_column(activities["occurred"]),
        "Logged_At__c": moment_column(activities["logged"]),
        "Opportunity__c": deal_ids(activities["deal"]),
        "Account__c": account_ids(world, activities["account"]),
        "Asset_Name__c": texts.activity_assets(world, rows),
        "Engagement_Depth__c": number_column(activities["depth"]),
        "Details__c": texts.activity_details(world, rows),
        **stamped(created, created),
    }


def integration_columns(world: World, rows: slice) -> Columns:
    """Integrations of accounts."""
    integrations = take(world.setting.integrations, rows)
    used = np.maximum(integrations["enabled"], integrations["last_used"])
    return {
        **_custom(world, "Account_Integration__c", rows),
        "Account__c": account_ids(world, integrations["account"]),
        "Integration_Name__c": texts.integration_names(world)[rows].tolist(),
        "Partner__c": partner_ids(integrations["partner"]),
        "Enabled_At__c": moment_column(integrations["enabled"]),
        "Disabled_At__c": moment_column(integrations["disabled"]),
        "Last_Used_At__c": moment_column(integrations["last_used"]),
        "Usage_Level__c": number_column(_shown_usage(integrations["usage"], integrations["shows_usage"])),
        **stamped(integrations["enabled"], np.maximum(used, integrations["disabled"])),
    }


def _shown_usage(usage: np.ndarray, is_shown: np.ndarray) -> np.ndarray:
    return np.where(is_shown, np.round(usage, 4), np.nan)


def registration_columns(world: World, rows: slice) -> Columns:
    """Deal registrations."""
    table = take(world.registrations, rows)
    return {
        **_custom(world, "Deal_Registration__c", rows),
        "Registration_Id__c": key_column("REG", positions(rows)),
        "Partner__c": partner_ids(table["partner"]),
        "Account__c": account_ids(world, table["account"]),
        "Opportunity__c": deal_ids(table["deal"]),
        "Submitted_At__c": moment_column(table["submitted"]),
        "Status__c": word_column(_REGISTRATION_STATUSES, table["status"]),
        "Decided_At__c": moment_column(table["decided"]),
        "Expires_At__c": moment_column(table["expires"]),
        **stamped(table["submitted"], np.maximum(table["submitted"], table["decided"])),
    }


def investment_columns(world: World, rows: slice) -> Columns:
    """What the programme, and the demand that needs no partner, cost by month."""
    table = take(world.investments, rows)
    booked = np.minimum((table["month"] + 33) * DAY, world.setting.now - DAY)
    return {
        **_custom(world, "Partner_Investment__c", rows),
        "CurrencyIsoCode": word_column(CURRENCIES, table["currency"]),
        "Period_Month__c": day_column(table["month"] * DAY),
        "Category__c": word_column(programme.CATEGORIES, table["category"]),
        "Amount__c": number_column(table["amount"]),
        "Partner__c": partner_ids(table["partner"]),
        **stamped(booked, booked),
    }


def override_columns(world: World, rows: slice) -> Columns:
    """Where people overruled the attribution."""
    table = take(world.overrides, rows)
    return {
        **_custom(world, "Attribution_Override__c", rows),
        "Override_Id__c": key_column("OVR", positions(rows)),
        "Opportunity__c": deal_ids(table["deal"]),
        "Partner__c": partner_ids(table["partner"]),
        "Share__c": number_column(table["share"]),
        "Reason__c": word_column(programme.REASONS, table["reason"]),
        "Requested_By__c": word_column(world.people, table["requested_by"]),
        "Requested_At__c": moment_column(table["requested"]),
        "Approved_By__c": word_column(world.people, table["approved_by"]),
        "Approved_At__c": moment_column(table["approved"]),
        "Status__c": word_column(_OVERRIDE_STATUSES, table["status"]),
        **stamped(table["requested"], np.maximum(table["requested"], table["approved"])),
    }


def target_columns(world: World, rows: slice) -> Columns:
    """What the programme is measured against."""
    table = take(world.targets, rows)
    planned = np.minimum((table["start"] - 20) * DAY, world.setting.now - DAY)
    return {
        **_custom(world, "Partner_Target__c", rows),
        "Metric__c": word_column(targets.METRICS, table["metric"]),
        "Period_Start__c": day_column(table["start"] * DAY),
        "Period_End__c": day_column(table["end"] * DAY),
        "Value__c": number_column(table["value"]),
        **stamped(planned, planned),
    }


def rate_columns(world: World, rows: slice) -> Columns:
    """Dated exchange rates: units of the currency for one US dollar, the corporate currency."""
    table = take(world.rates, rows)
    known = np.minimum(table["start"] * DAY, world.setting.now - DAY)
    is_open = table["next_start"] < 0
    return {
        "Id": id_column(PREFIX["DatedConversionRate"], positions(rows)),
        "IsoCode": word_column(CURRENCIES, table["currency"]),
        "StartDate": day_column(table["start"] * DAY),
        "NextStartDate": day_column(np.where(is_open, NO_TIME, table["next_start"] * DAY)),
        "ConversionRate": number_column(table["per_usd"]),
        **stamped(known, known),
    }


def _custom(world: World, name: str, rows: slice) -> Columns:
    """What every record of an object of the programme's own has."""
    numbers = positions(rows)
    return {
        "Id": id_column(PREFIX[name], numbers),
        "Name": key_column(_NAME_LABELS[name], numbers),
        "OwnerId": seller_ids(numbers % len(world.people)),
        "CurrencyIsoCode": ["USD"] * len(numbers),
    }


def rows_of(world: World) -> dict[str, int]:
    """How many rows each of these objects has."""
    return {
        "Partner_Activity__c": size(world.activities),
        "Account_Integration__c": size(world.setting.integrations),
        "Deal_Registration__c": size(world.registrations),
        "Partner_Investment__c": size(world.investments),
        "Attribution_Override__c": size(world.overrides),
        "Partner_Target__c": size(world.targets),
        "DatedConversionRate": size(world.rates),
    }
