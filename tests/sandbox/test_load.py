"""Sandboxes made of given rows: exports as they are, ids that are none, columns that are not there."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from attribution_models.errors import BadInput
from sandbox.load import create_sandbox
from sandbox.server import load_state, serve
from sandbox.state import STATE_FILE
from tests.sandbox.client import codes, connect, update, values

NOW = datetime(2020, 1, 1, tzinfo=UTC)


def test_rows_of_an_export_are_served_as_they_are(tmp_path: Path) -> None:
    """Times without an offset are UTC, flags are words, foreign ids stay, what is missing is null."""
    row = {
        "Id": "006q000000HddohAAB",
        "AccountId": "9CcfAt8qtZvCTwFvwOFLcg==",
        "Name": "$1m deal",
        "Amount": "24120000",
        "StageName": "GavUFuuf4DrnQAoiRGlWpQ==",
        "CloseDate": "2018-12-19 00:00:00",
        "CreatedDate": "2018-12-19 19:51:13",
        "IsClosed": "true",
        "IsWon": "true",
        "IsDeleted": "false",
        "LeadSource": "",
    }
    account = {"Id": "9CcfAt8qtZvCTwFvwOFLcg==", "Name": "Hashed", "IsPartner": "true"}
    create_sandbox(tmp_path / "s", {"Opportunity": [row], "Account": [account]}, NOW)
    with serve(tmp_path / "s") as crm:
        client = connect(crm)
        names = ", ".join(row)
        found = client.query(f"SELECT {names}, SystemModstamp FROM Opportunity")["records"][0]
        assert (found["CloseDate"], found["CreatedDate"]) == ("2018-12-19", "2018-12-19T19:51:13.000+0000")
        assert (found["IsClosed"], found["IsWon"], found["Amount"]) == (True, True, 24120000.0)
        assert (found["AccountId"], found["LeadSource"]) == (row["AccountId"], None)
        assert found["SystemModstamp"] == found["CreatedDate"]
        results = update(client, {"id": "006q000000Hddoh", "Primary_Partner__c": account["Id"]})
        assert codes(results) == ["ok"]
        assert crm.now == NOW


def test_stages_say_whether_a_deal_is_closed_where_the_export_does_not(tmp_path: Path) -> None:
    """Closed Won and Closed Lost are closed, everything else is open."""
    rows = [
        {"Name": stage, "StageName": stage, "CloseDate": "2019-01-01"} for stage in ("Closed Won", "Closed Lost", "X")
    ]
    create_sandbox(tmp_path / "s", {"Opportunity": rows}, NOW)
    with serve(tmp_path / "s") as crm:
        found = connect(crm).query("SELECT IsClosed, IsWon FROM Opportunity ORDER BY Id")["records"]
    assert [(row["IsClosed"], row["IsWon"]) for row in found] == [(True, True), (True, False), (False, False)]


def test_loading_an_opportunity_makes_no_stage_history(tmp_path: Path) -> None:
    """What was exported is all there is: history is loaded, not guessed."""
    create_sandbox(tmp_path / "s", {"Opportunity": [{"Name": "x", "StageName": "y", "CloseDate": "2019-01-01"}]}, NOW)
    with serve(tmp_path / "s") as crm:
        assert values(connect(crm), "SELECT Id FROM OpportunityHistory") == []


def test_an_unknown_column_or_object_stops_the_loading_and_leaves_the_old_sandbox(tmp_path: Path) -> None:
    """Nothing half-made takes the place of what was there."""
    old = create_sandbox(tmp_path / "s", {}, NOW)
    for tables in ({"Opportunity": [{"Nothing__c": 1}]}, {"Nothing__c": [{}]}):
        with pytest.raises(KeyError):
            create_sandbox(tmp_path / "s", tables, NOW)
        assert load_state(tmp_path / "s") == old
        assert sorted(path.name for path in tmp_path.iterdir()) == ["s"]


def test_a_missing_or_foreign_state_is_a_clear_error(tmp_path: Path) -> None:
    """It names the folder or file, and what to do."""
    with pytest.raises(BadInput, match="There is no sandbox"):
        load_state(tmp_path / "nowhere")
    create_sandbox(tmp_path / "s", {}, NOW)
    path = tmp_path / "s" / STATE_FILE
    path.write_text(path.read_text().replace('"format": 1', '"format": 999'))
    with pytest.raises(BadInput, match="another version"):
        load_state(tmp_path / "s")
    path.write_text("{")
    with pytest.raises(BadInput, match="can't be read"), serve(tmp_path / "s"):
        pass


def test_the_secret_is_kept_from_other_users_and_differs_between_sandboxes(tmp_path: Path) -> None:
    """The state file is its owner's alone."""
    first, second = (create_sandbox(tmp_path / name, {}, NOW) for name in ("a", "b"))
    assert first.client_secret != second.client_secret
    assert (tmp_path / "a" / STATE_FILE).stat().st_mode & 0o077 == 0


def test_a_taken_port_is_a_clear_error(tmp_path: Path) -> None:
    """It names the port, and the sandbox is still there for another."""
    create_sandbox(tmp_path / "s", {}, NOW)
    with serve(tmp_path / "s") as crm:
        taken = int(crm.base_url.rsplit(":", 1)[1])
        with pytest.raises(BadInput, match=f"port {taken}"), serve(tmp_path / "s", port=taken):
            pass
        assert connect(crm).query("SELECT COUNT() FROM User")["totalSize"] == 1
