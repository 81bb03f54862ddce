"""The known truth: consistent in itself, what the outcomes were drawn from, and out of reach of any client."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import requests

from sandbox.generate import SandboxSummary
from sandbox.picklists import ACTIVITY_TYPES
from sandbox.server import serve
from sandbox.simulator.outcome import OPEN, WON
from sandbox.simulator.settings import INTEGRATION_KIND, KINDS, SOURCE_KIND, SimulatorSettings, TrueEffects
from sandbox.simulator.table import size
from sandbox.simulator.world import World, simulate
from sandbox.state import SANDBOX_NOW
from tests.sandbox.client import connect


def column(folder: Path, file: str, name: str) -> np.ndarray:
    return np.array(pq.read_table(folder / file, columns=[name]).column(name).to_pylist())


@pytest.fixture(scope="module")
def world() -> World:
    """A larger business than the default, so that chance evens out."""
    return simulate(SimulatorSettings(), deals=30_000, seed=11, now=SANDBOX_NOW)


def test_what_touchpoints_added_sums_to_what_partners_changed(generated: SandboxSummary) -> None:
    """On each deal the parts are not negative and sum to the chance with partners less the chance without."""
    folder = generated.folder
    parts: dict[str, float] = {}
    deals = column(folder, "truth.parquet", "deal_id")
    added = column(folder, "truth.parquet", "win_probability_added")
    for deal, part in zip(deals, added, strict=True):
        parts[deal] = parts.get(deal, 0.0) + part
    assert (added >= 0).all() and added.sum() > 0
    chances = column(folder, "truth_deals.parquet", "win_probability")
    without = column(folder, "truth_deals.parquet", "win_probability_without_partners")
    names = column(folder, "truth_deals.parquet", "deal_id")
    assert len(names) == generated.deals
    for name, chance, alone in zip(names, chances, without, strict=True):
        assert parts.get(name, 0.0) == pytest.approx(chance - alone, abs=1e-12)
    assert ((chances > 0) & (chances < 1) & (chances >= without)).all()


def test_each_true_touchpoint_names_a_record_of_the_crm_on_that_deal_and_partner(generated: SandboxSummary) -> None:
    """So that credit can be compared with truth row by row."""
    rows = pq.read_table(generated.folder / "truth.parquet").to_pylist()
    with serve(generated.folder) as crm:
        client = connect(crm)
        soql = "SELECT Id, Partner__c, Activity_Id__c, Occurred_At__c FROM Partner_Activity__c"
        activities = {record["Id"]: record for record in client.query_all(soql)["records"]}
        others = {
            record["Id"]: record["Partner__c"]
            for name in ("Deal_Registration__c", "Account_Integration__c")
            for record in client.query_all(f"SELECT Id, Partner__c FROM {name}")["records"]
        }
        soql = "SELECT Id, Source_Partner__c FROM Opportunity"
        sources = client.query_all(soql, include_deleted=True)["records"]
    partners = others | {record["Id"]: record["Source_Partner__c"] for record in sources}
    for row in rows:
        if row["activity_id"] is None:
            assert partners[row["record_id"]] == row["partner_id"]
            continue
        record = activities[row["record_id"]]
        assert (record["Partner__c"], record["Activity_Id__c"]) == (row["partner_id"], row["activity_id"])
        assert record["Occurred_At__c"][:19] == row["occurred_at"].isoformat()
    assert {row["kind"] for row in rows} >= {"source", "integration", "joint_call"}


def test_deals_are_won_as_often_as_their_true_chances_say(world: World) -> None:
    """In each tenth of the chances, and for deals with and without partners: within four standard errors."""
    deals = world.played.deals
    touched = np.bincount(world.played.touches["deal"], minlength=size(deals)) > 0
    decided = deals["status"] != OPEN
    tenth = np.minimum((deals["chance"] * 10).astype(int), 9)
    for group in [*(tenth == place for place in range(10)), touched, ~touched]:
        rows = decided & group
        if rows.sum() < 100:
            continue
        chance = deals["chance"][rows]
        error = np.sqrt((chance * (1 - chance)).sum()) / rows.sum()
        assert abs((deals["status"][rows] == WON).mean() - chance.mean()) < 4 * error


def test_partners_choose_good_deals_so_that_comparing_win_rates_misleads(world: World) -> None:
    """Among new business the observed difference is larger than the true lift; without selection it is not."""
    fair = simulate(replace(SimulatorSettings(), selection=0.0), deals=30_000, seed=11, now=SANDBOX_NOW)
    biased_by, fair_by = (observed_less_true(one) for one in (world, fair))
    assert biased_by > 0.03
    assert abs(fair_by) < 0.03


def observed_less_true(world: World) -> float:
    deals = world.played.deals
    touched = np.bincount(world.played.touches["deal"], minlength=size(deals)) > 0
    rows = (deals["status"] != OPEN) & (deals["kind"] == 0)
    won = deals["status"] == WON
    observed = won[rows & touched].mean() - won[rows & ~touched].mean()
    return float(observed - (deals["chance"] - deals["chance_without"])[rows & touched].mean())


def test_effects_of_a_touchpoint_are_those_that_were_set(world: World) -> None:
    """Kind, partner's tier and age give the effect; sources and integrations do not age."""
    touches, deals, effects = world.played.touches, world.played.deals, world.setting.settings.effects
    ends = np.minimum(deals["close"], world.setting.now)
    for kind in range(len(KINDS)):
        row = np.flatnonzero((touches["kind"] == kind) & touches["counts"])[0]
        tier = world.setting.partners["tier"][touches["partner"][row]]
        age_days = (ends[touches["deal"][row]] - touches["time"][row]) / 86_400
        factor = effects.tier_factor[tier] * 2 ** (-age_days / effects.half_life_days)
        if kind == SOURCE_KIND:
            factor = effects.tier_factor[tier]
        if kind == INTEGRATION_KIND:
            factor = 2 * world.setting.integrations["usage"][touches["integration"][row]]
        assert touches["effect"][row] == pytest.approx(effects.by_kind[kind] * factor)


def test_without_effects_partners_change_nothing() -> None:
    """Another business is another instance of the settings: here the truth is that nothing helps."""
    idle = replace(SimulatorSettings(), effects=TrueEffects(by_kind=(0.0,) * len(KINDS)))
    world = simulate(idle, deals=500, seed=1, now=SANDBOX_NOW)
    assert (world.played.deals["chance"] == world.played.deals["chance_without"]).all()
    assert (world.played.touches["contribution"] == 0).all()
    assert len(idle.effects.by_kind) == len(ACTIVITY_TYPES) + 2


def test_no_touchpoint_lies_after_its_deals_end(world: World) -> None:
    """What came later can have changed nothing."""
    touches, deals = world.played.touches, world.played.deals
    assert (touches["time"] < np.minimum(deals["close"], world.setting.now)[touches["deal"]]).all()


def test_nothing_of_the_truth_is_served(generated: SandboxSummary) -> None:
    """No address gives its files, no object or field speaks of it, and no number in the CRM is one of its chances."""
    chances = set(column(generated.folder, "truth_deals.parquet", "win_probability").tolist())
    chances |= set(column(generated.folder, "truth_deals.parquet", "quality").tolist())
    with serve(generated.folder) as crm:
        for path in (
            "truth.json",
            "truth.parquet",
            "crm.sqlite",
            "state.json",
            "../state.json",
            "services/data/truth.json",
        ):
            assert requests.get(f"{crm.base_url}/{path}", timeout=5).status_code == 404
        client = connect(crm)
        for item in client.describe()["sobjects"]:
            fields = getattr(client, item["name"]).describe()["fields"]
            words = " ".join([item["name"], *(field["name"] for field in fields)]).lower()
            assert not any(word in words for word in ("truth", "chance", "probability", "quality", "effect", "logit"))
            numbers = [field["name"] for field in fields if field["type"] in ("double", "currency")]
            if not numbers:
                continue
            soql = f"SELECT {', '.join(numbers)} FROM {item['name']}"
            for record in client.query_all(soql, include_deleted=True)["records"]:
                assert chances.isdisjoint(record[name] for name in numbers)
