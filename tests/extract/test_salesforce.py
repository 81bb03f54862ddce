"""Connector salesforce, through the real client against the local CRM: what it reads, what changed, what went wrong."""

# ruff: noqa: DTZ001 - landed times are UTC without saying so
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from attribution_models.errors import BadInput
from extract import salesforce
from extract.contract import TABLES
from extract.landing import Manifest, latest_manifest, verify
from extract.mapping import Mapping, load_mapping
from sandbox.faults import Fault, RequestFault
from sandbox.generate import generate
from sandbox.server import serve
from tests.extract.conftest import MAPPING, Org
from tests.extract.landings import AT, Rows, bad_rows, column, landed_tables, state

OpenOrg = Callable[..., Org]
EARLY = AT - timedelta(days=100)
OPEN = {"StageName": "Proposal", "CloseDate": "2026-12-31", "IsClosed": False, "IsWon": False}
WON = {"StageName": "Closed Won", "CloseDate": "2026-03-31", "IsClosed": True, "IsWon": True}
LOST = {"StageName": "Closed Lost", "CloseDate": "2026-02-28", "IsClosed": True, "IsWon": False}


def deals(count: int, **more: object) -> list[dict[str, object]]:
    return [
        {"Name": f"O{n}", "Amount": n, "CreatedDate": EARLY + timedelta(hours=n), **WON, **more} for n in range(count)
    ]


def plain(rows: Rows) -> Rows:
    """Rows without the name of the run that landed them."""
    return [{name: value for name, value in row.items() if name != "_landed_run"} for row in rows]


def everything(manifest: Manifest) -> dict[str, Rows]:
    return {name: plain(state(manifest, name)) for name in TABLES}


def names(manifest: Manifest) -> list[str]:
    return sorted(row["deal_name"] for row in state(manifest, "deals") if not row["_is_deleted"])


def edited_mapping(tmp_path: Path, edit: Any) -> Mapping:
    content = yaml.safe_load(MAPPING.read_text(encoding="utf-8"))
    edit(content["tables"])
    path = tmp_path / "edited.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return load_mapping(path)


def refused(org: Org, **options: Any) -> str:
    with pytest.raises(BadInput) as caught:
        org.run(**options)
    return str(caught.value)


def test_records_become_the_contracts_rows(open_org: OpenOrg) -> None:
    """Each rule of the mapping does what it says: status, close dates by checkbox, value maps, currency, traces."""
    partner = {"Id": "001000000000001AAA", "Name": "Acme", "IsPartner": True, "Partner_Type__c": "System Integrator"}
    common = {"AccountId": "001000000000002AAA", "Amount": 1234.56, "CurrencyIsoCode": "EUR", "Type": "New Business"}
    more = {"LeadSource": "Partner Referral", "Source_Partner__c": partner["Id"], "Term_Months__c": 12}
    org = open_org(
        Account=[partner, {"Id": "001000000000002AAA", "Name": "Customer"}],
        Opportunity=[{"Name": name, **common, **more, **of} for name, of in (("o", OPEN), ("w", WON), ("l", LOST))],
        DatedConversionRate=[{"IsoCode": "EUR", "StartDate": "2026-01-01", "ConversionRate": 0.9}],
    )
    manifest = org.run()
    rows = {row["deal_name"]: row for row in state(manifest, "deals")}
    assert {name: row["status"] for name, row in rows.items()} == {"o": "open", "w": "won", "l": "lost"}
    assert (rows["o"]["closed_at"], rows["o"]["expected_close_at"]) == (None, datetime(2026, 12, 31))
    assert (rows["w"]["closed_at"], rows["w"]["expected_close_at"]) == (datetime(2026, 3, 31), None)
    won = rows["w"]
    assert (won["_date_only"], won["deal_type"], won["source"]) == (["closed_at"], "new_business", "partner_referral")
    assert (won["amount"], won["currency"], won["term_months"]) == (Decimal("1234.56"), "EUR", 12)
    assert won["_source"] == f"Opportunity {won['deal_id']}" == f"Opportunity {won['_record_id']}"
    assert column(state(manifest, "partners"), "partner_type") == ["system_integrator"]
    assert column(state(manifest, "accounts"), "account_name") == ["Customer"]
    (rate,) = state(manifest, "exchange_rates")
    assert (rate["valid_from"], rate["rate"]) == (date(2026, 1, 1), Decimal("1.11111111111111"))


def test_an_activity_without_an_id_of_its_own_has_its_records(open_org: OpenOrg) -> None:
    """Records made by hand lack the external id; they are not lost as keyless."""
    activity = {"Activity_Type__c": "Joint Call", "Occurred_At__c": "2026-02-01T10:00:00Z"}
    org = open_org(Partner_Activity__c=[{**activity, "Activity_Id__c": "T-1"}, activity])
    first, second = state(org.run(), "partner_activities")
    assert sorted([first["activity_id"], second["activity_id"]]) == sorted([second["_record_id"], "T-1"])


def test_every_page_is_read(open_org: OpenOrg, monkeypatch: pytest.MonkeyPatch) -> None:
    """More records than a page or a batch holds, many with one stamp, come each once."""
    monkeypatch.setattr(salesforce, "ROWS_AT_ONCE", 3_000)
    org = open_org(Opportunity=[{**deal, "CreatedDate": EARLY} for deal in deals(4_500)])
    manifest = org.run()
    assert names(manifest) == sorted(f"O{n}" for n in range(4_500))
    assert org.crm.calls.count(path="/query/") == 2


def test_a_second_run_reads_only_what_changed(open_org: OpenOrg) -> None:
    """An incremental run brings edits and additions and leaves the rest; its state is that of a full reading."""
    org = open_org(Opportunity=deals(50))
    first = org.run()
    org.crm.user.edit("Opportunity", state(first, "deals")[7]["deal_id"], Amount=99)
    org.crm.user.insert("Opportunity", Name="new", Amount=1, **WON)
    second = org.run()
    assert not second.tables["deals"].is_full
    assert second.tables["deals"].landed_rows < 10
    assert everything(second) == everything(org.run(landing=org.landing.with_name("fresh")))
    assert names(second) == sorted([*names(first), "new"])


def test_a_late_commit_with_an_earlier_stamp_is_seen(open_org: OpenOrg) -> None:
    """A row committed after the run began may carry a stamp before the watermark: the look-back finds it."""
    org = open_org(Opportunity=deals(5, CreatedDate=AT))
    org.run()
    org.crm.user.insert("Opportunity", at=AT - timedelta(minutes=9, seconds=59), Name="late", **WON)
    assert "late" in names(org.run())


def test_the_look_back_has_its_length(open_org: OpenOrg) -> None:
    """Ten minutes back to the millisecond, and no further: what is older waits for a full reading."""
    org = open_org(Opportunity=deals(1, CreatedDate=AT))
    org.run()
    for name, seconds in (("edge", 600), ("beyond", 600.001)):
        org.crm.user.insert("Opportunity", at=AT - timedelta(seconds=seconds), Name=name, **WON)
    assert names(org.run()) == ["O0", "edge"]
    assert names(org.run(full=True)) == ["O0", "beyond", "edge"]


def test_a_deleted_record_stays_with_its_marks(open_org: OpenOrg) -> None:
    """A record in the recycle bin is kept, marked; taken out again, it is as it was."""
    org = open_org(Opportunity=deals(3))
    first = org.run()
    identifier = state(first, "deals")[1]["deal_id"]
    org.crm.user.delete("Opportunity", identifier)
    second = org.run()
    marks = {row["deal_id"]: (row["_is_deleted"], row["is_deleted"]) for row in state(second, "deals")}
    assert [deal for deal, deleted in marks.items() if deleted == (True, True)] == [identifier]
    assert second.tables["deals"].deleted_rows == 1
    org.crm.user.undelete("Opportunity", identifier)
    assert names(org.run()) == names(first)


def test_a_record_deleted_for_good_shows_in_a_full_reading(open_org: OpenOrg) -> None:
    """No query tells of it; comparing the keys of a full reading does, and the row is kept as deleted."""
    org = open_org(Opportunity=deals(3))
    first = org.run()
    identifier = state(first, "deals")[1]["deal_id"]
    org.crm.user.hard_delete("Opportunity", identifier)
    assert names(org.run()) == names(first)
    full = org.run(full=True)
    assert {row["deal_id"] for row in state(full, "deals") if row["is_deleted"]} == {identifier}
    assert len(state(full, "deals")) == 3


def test_an_account_that_becomes_a_partner_changes_tables(open_org: OpenOrg) -> None:
    """Both tables come from Account: a record that moves is added to one and marked deleted in the other."""
    org = open_org(Account=[{"Name": "A"}, {"Name": "B"}])
    first = org.run()
    identifier = next(row["account_id"] for row in state(first, "accounts") if row["account_name"] == "A")
    org.crm.user.edit("Account", identifier, IsPartner=True)
    second = org.run()
    assert column(state(second, "partners"), "partner_name") == ["A"]
    assert {r["account_name"]: r["_is_deleted"] for r in state(second, "accounts")} == {"A": True, "B": False}


def test_any_week_of_work_gives_the_same_state_either_way(open_org: OpenOrg) -> None:
    """Nights of random edits, additions, deletions and late commits: incremental readings equal one full reading."""
    dice = random.Random(5)
    org = open_org(Opportunity=deals(40), Account=[{"Name": f"A{n}", "IsPartner": n % 2} for n in range(10)])
    ids = column(state(org.run(), "deals"), "deal_id")
    accounts = [row["_record_id"] for row in state(latest(org), "accounts")]
    user, now = org.crm.user, AT
    for night in range(4):
        now += timedelta(days=1)
        user.move_present(now)
        for n in range(12):
            late = now - timedelta(seconds=dice.randrange(300)) if dice.random() < 0.3 else None
            action = dice.choice(["edit", "edit", "insert", "delete", "undelete", "move"])
            if action == "edit":
                user.edit("Opportunity", dice.choice(ids), late, Amount=dice.randrange(1, 9999) / 100)
            elif action == "insert":
                ids.append(user.insert("Opportunity", late, Name=f"N{night}-{n}", Amount=n, **WON))
            elif action == "move":
                user.edit("Account", dice.choice(accounts), late, IsPartner=dice.random() < 0.5)
            else:
                getattr(user, action)("Opportunity", dice.choice(ids), late)
        manifest = org.run()
    fresh = everything(org.run(landing=org.landing.with_name("fresh")))
    incremental = everything(manifest)
    assert not manifest.tables["deals"].is_full
    assert incremental["deals"] == fresh["deals"]
    for table in ("accounts", "partners"):
        assert [row for row in incremental[table] if not row["_is_deleted"]] == fresh[table]
    verify(manifest)


def latest(org: Org) -> Manifest:
    manifest = latest_manifest(org.landing, "sandbox")
    assert manifest is not None
    return manifest


def test_a_field_that_becomes_visible_is_filled_in_old_rows(open_org: OpenOrg) -> None:
    """A field newly granted is null in everything read so far, so its table, and no other, is read in full."""
    org = open_org(hidden=["Opportunity.ARR__c"], Opportunity=deals(5, ARR__c=7))
    first = org.run()
    assert column(state(first, "deals"), "arr") == [None] * 5
    assert first.tables["deals"].schema_seen["missing"] == {"arr": "ARR__c"}
    org.crm.crm.hide()
    second = org.run()
    assert column(state(second, "deals"), "arr") == [Decimal(7)] * 5
    assert second.tables["deals"].full_reason == "the org shows other fields for arr"
    assert not org.run().tables["deals"].is_full


def test_a_changed_mapping_is_applied_to_old_rows(open_org: OpenOrg, tmp_path: Path) -> None:
    """After an edit of a table's mapping that table is read anew: no row keeps what the old mapping said."""
    org = open_org(Opportunity=deals(3, Segment__c="SMB", Region__c="EMEA"))
    org.run()
    mapping = edited_mapping(tmp_path, lambda tables: tables["deals"]["fields"].update(region="Segment__c"))
    manifest = org.run(mapping=mapping)
    assert column(state(manifest, "deals"), "region") == ["SMB"] * 3
    assert manifest.tables["deals"].full_reason == "the mapping was changed"


def test_another_org_is_never_mixed_with_the_last(open_org: OpenOrg) -> None:
    """Pointed to another org, all is read anew, and rows of the old one are not kept as if deleted."""
    org = open_org(Opportunity=deals(3))
    org.run(origin="one")
    org.crm.user.hard_delete("Opportunity", state(latest(org), "deals")[0]["deal_id"])
    manifest = org.run(origin="two")
    assert len(state(manifest, "deals")) == 2
    assert manifest.tables["deals"].full_reason == "another org"


def test_extra_fields_are_kept(open_org: OpenOrg, tmp_path: Path) -> None:
    """A mapping may ask for more than the contract; such columns are text, and null where the org lacks the field."""
    org = open_org(Opportunity=deals(1, Partner_Influenced__c=True))
    extra = {"seen": "Partner_Influenced__c", "lost": "Nothing__c"}
    (row,) = state(org.run(mapping=edited_mapping(tmp_path, lambda t: t["deals"].update(extra=extra))), "deals")
    assert (row["seen"], row["lost"]) == ("true", None)


def test_an_optional_object_that_is_missing_makes_its_table_unavailable(open_org: OpenOrg) -> None:
    """The table says that it is not available and why; when the object appears, it is read in full."""
    target = {"Metric__c": "roi", "Period_Start__c": "2026-01-01", "Period_End__c": "2026-12-31"}
    org = open_org(hidden=["Partner_Target__c"], Partner_Target__c=[target])
    row = landed_tables(org.run())["targets"]
    assert not row["is_available"]
    assert "no object Partner_Target__c" in row["unavailable_reason"]
    org.crm.crm.hide()
    assert column(state(org.run(), "targets"), "metric") == ["roi"]


@pytest.mark.parametrize(
    ("hidden", "words"),
    [
        ("Partner_Activity__c", "no object Partner_Activity__c that the connected user may see; the required table"),
        (
            "Opportunity.Amount",
            "Salesforce's Opportunity has no field Amount that the connected user may see; the required",
        ),
        ("Opportunity.IsWon", "Opportunity has no field IsClosed and IsWon"),
        (
            "Account.IsPartner",
            "Account has no field IsPartner that the connected user may see; the condition on IsPartner",
        ),
    ],
)
def test_what_is_required_and_missing_is_named(hidden: str, words: str, open_org: OpenOrg) -> None:
    """A required object or field that the user may not see stops the run before any row is read."""
    org = open_org(hidden=[hidden])
    assert words in refused(org)
    assert org.crm.calls.count(path="/queryAll/") == 0
    assert latest_manifest(org.landing, "sandbox") is None


def test_either_field_of_a_fallback_will_do(open_org: OpenOrg) -> None:
    """A required column with a second source needs only one of the two."""
    org = open_org(hidden=["Partner_Activity__c.Activity_Id__c"], Partner_Activity__c=[{"Details__c": "x"}])
    (row,) = state(org.run(), "partner_activities")
    assert row["activity_id"] == row["_record_id"]


def test_a_bad_row_names_its_record(open_org: OpenOrg, tmp_path: Path) -> None:
    """A record that does not parse is kept apart under the name by which a person finds it in the CRM."""
    org = open_org(Opportunity=[{"Name": "not money", "Amount": 1, **WON}, *deals(3)])
    mapping = edited_mapping(tmp_path, lambda tables: tables["deals"]["fields"].update(arr="Name"))
    manifest = org.run(mapping=mapping)
    assert manifest.tables["deals"].bad_rows == 4
    assert all(row["source"] == f"Opportunity {row['record_id']}" for row in bad_rows(manifest))
    assert "deals: 4 of 4 rows (100.0%) are bad" in refused(org, mapping=mapping, share=0.05)


@pytest.mark.parametrize(
    "kind", ["unavailable", "reset", "truncated_body", "expired_session", "short_page", "lost_locator"]
)
@pytest.mark.parametrize("nth", [1, 2, 4])
def test_a_fault_while_reading_costs_no_row(kind: RequestFault, nth: int, open_org: OpenOrg) -> None:
    """Whatever passing fault strikes the first, second or fourth page, every record lands exactly once."""
    org = open_org(Opportunity=deals(900))
    client = org.connect()
    client.headers["Sforce-Query-Options"] = "batchSize=200"
    org.crm.faults.add(Fault(kind, path="/query", key="Opportunity", nth=nth))
    org.crm.faults.add(Fault(kind, path="/query/01g", nth=nth))
    manifest = org.run(client=client)
    assert names(manifest) == sorted(f"O{n}" for n in range(900))
    assert org.crm.faults.struck


def test_a_used_up_quota_is_said(open_org: OpenOrg) -> None:
    """The daily quota ends in the middle of the reading: one message says so and nothing is made current."""
    org = open_org(Opportunity=deals(3))
    first = org.run()
    org.crm.crm.daily_limit = org.crm.calls.api_calls + 15
    assert "daily API requests are used up (REQUEST_LIMIT_EXCEEDED)" in refused(org)
    assert latest(org) == first


def test_a_lasting_outage_is_said(open_org: OpenOrg) -> None:
    """503 for all tries: one message with the object that was read, and the last landing stays current."""
    org = open_org(Opportunity=deals(3))
    first = org.run()
    org.crm.faults.add(Fault("unavailable", path="/queryAll", key="Opportunity", times=99))
    assert "kept answering with status 503 while reading Opportunity" in refused(org)
    assert latest(org) == first
    assert sorted(path.name for path in first.folder.iterdir()) == [".lock", "run1"]


def test_a_crm_that_falls_silent_is_said(open_org: OpenOrg) -> None:
    """Resets for all tries end in a message, not in a hanging run."""
    org = open_org(Opportunity=deals(3))
    org.crm.faults.add(Fault("reset", path="/queryAll", times=99))
    assert "can't be reached while reading" in refused(org)


def test_a_server_that_forgets_every_query_costs_calls_but_no_rows(open_org: OpenOrg) -> None:
    """Where no query can be followed to its second page, each is taken up after the last row that came."""
    org = open_org(Opportunity=deals(900))
    client = org.connect()
    client.headers["Sforce-Query-Options"] = "batchSize=200"
    org.crm.faults.add(Fault("lost_locator", path="/query", times=9999))
    assert names(org.run(client=client)) == sorted(f"O{n}" for n in range(900))


_KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from extract.landing import land
from extract.mapping import load_mapping
from extract.salesforce import SalesforceConnector
from extract.salesforce_session import connect

base_url, domain, key, secret, landing, mapping, table = sys.argv[1:]

def stop(name, state):
    if name == table:
        os.kill(os.getpid(), signal.SIGKILL)

connector = SalesforceConnector(connect(domain, key, secret, base_url), load_mapping(Path(mapping)), name="sandbox")
land(connector, Path(landing), "killed", datetime(2026, 10, 2, tzinfo=UTC), 1.0, on_table=stop)
"""


@pytest.mark.parametrize("table", ["deals", "targets"])
def test_a_killed_incremental_run_is_repeated_whole(table: str, open_org: OpenOrg) -> None:
    """Killed in mid-landing, no watermark moves; the repeated run brings every change, each once."""
    org = open_org(Opportunity=deals(20))
    first = org.run()
    org.crm.user.edit("Opportunity", state(first, "deals")[3]["deal_id"], Amount=77)
    org.crm.user.insert("Opportunity", Name="new", **WON)
    arguments = [
        org.crm.base_url,
        org.crm.domain,
        org.crm.client_id,
        org.crm.client_secret,
        str(org.landing),
        str(MAPPING),
    ]
    killed = subprocess.run([sys.executable, "-c", _KILLED, *arguments, table], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert latest(org) == first
    again = org.run()
    assert everything(again) == everything(org.run(landing=org.landing.with_name("fresh")))
    assert len(state(again, "deals")) == 21
    assert not (first.folder / "killed.partial").exists()


def test_an_object_without_rows_is_available(open_org: OpenOrg) -> None:
    """An empty org lands: all tables are there and empty, and the next run finds the first rows."""
    org = open_org()
    manifest = org.run()
    assert all(row["is_available"] and row["row_count"] == 0 for row in landed_tables(manifest).values())
    org.crm.user.insert("Opportunity", Name="first", **WON)
    assert names(org.run()) == ["first"]


def test_a_generated_crm_lands_whole(tmp_path: Path) -> None:
    """Of a believable CRM every record of every object lands once, none is bad, and a second run changes nothing."""
    generate(tmp_path / "sandbox", deals=120, seed=11)
    with serve(tmp_path / "sandbox") as crm:
        org = Org(crm, tmp_path / "landing", load_mapping(MAPPING))
        first, second, client = org.run(), org.run(), org.connect()
        for name, rule in org.mapping.tables.items():
            where = " AND ".join(f"{field} = {value}" for field, value in rule.where.items())
            soql = f"SELECT COUNT() FROM {rule.object}" + (f" WHERE {where}" if where else "")
            assert first.tables[name].rows == client.query(soql, include_deleted=True)["totalSize"] > 0
            assert first.tables[name].bad_rows == 0
    assert everything(second) == everything(first)
    assert not any(table.is_full for table in second.tables.values())
