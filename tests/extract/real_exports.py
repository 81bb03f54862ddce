"""Real Salesforce exports, in a replication tool's column names, as rows of the local CRM's objects.

The exports are outside the repository; tests that need them are skipped where they are not.
"""

import csv
from pathlib import Path

from sandbox.crm_objects import OBJECTS

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "fivetran_dbt_salesforce"
Record = dict[str, str]
# Account types are hashed in the exports, so which of the two means partner is not known: the rarer is taken.
PARTNER_TYPE = "ziZgHawN6hOLcpXwK3Ygpw=="


def read_export(name: str) -> list[Record]:
    with (FOLDER / f"sf_{name}_data.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def api_rows(sobject: str, rows: list[Record]) -> list[dict[str, object]]:
    """Rows under the API's names (is_won becomes IsWon), with the fields that the local CRM's object has."""
    fields = {field.name for item in OBJECTS if item.name == sobject for field in item.fields}
    named = [{column.title().replace("_", ""): value for column, value in row.items()} for row in rows]
    return [{name: value for name, value in row.items() if name in fields} for row in named]


def tables() -> dict[str, list[dict[str, object]]]:
    """The exports by object; tasks stand in for partner activities, as orgs without a custom object keep them."""
    accounts = read_export("account")
    partner = next(row["id"] for row in accounts if row["type"] == PARTNER_TYPE)
    return {
        "Account": [
            {**row, "IsPartner": export["type"] == PARTNER_TYPE}
            for row, export in zip(api_rows("Account", accounts), accounts, strict=True)
        ],
        "Opportunity": api_rows("Opportunity", read_export("opportunity")),
        "OpportunityHistory": [
            {"OpportunityId": row["id"], "StageName": row["stage_name"], "CreatedDate": row["_fivetran_start"]}
            for row in read_export("opportunity_history")
        ],
        "Partner_Activity__c": [
            {
                "Activity_Id__c": row["id"],
                "Partner__c": partner,
                "Activity_Type__c": row["type"],
                "Occurred_At__c": row["activity_date"],
                "Logged_At__c": row["created_date"],
                "Opportunity__c": row["what_id"],
                "Account__c": row["account_id"],
                "Asset_Name__c": row["subject"],
                "Details__c": row["description"],
                "IsDeleted": row["is_deleted"],
            }
            for row in read_export("task")
        ],
    }
