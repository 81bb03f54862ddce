"""The Salesforce mapping: customers edit it, so every mistake is answered with the key that it is about."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from attribution_models.errors import BadInput
from extract.contract import TABLES
from extract.mapping import FieldRule, Mapping, StatusRule, load_mapping

SHIPPED = Path(__file__).parents[2] / "config" / "salesforce.yaml"


def edited(tmp_path: Path, edit: Any) -> Path:
    """A copy of the shipped mapping after ``edit`` was applied to its tables."""
    content = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    edit(content["tables"])
    path = tmp_path / "salesforce.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


def refused(path: Path) -> str:
    with pytest.raises(BadInput) as caught:
        load_mapping(path)
    return str(caught.value)


def test_the_shipped_mapping_maps_everything() -> None:
    """Out of the box every table and every column of the contract has a source."""
    mapping = load_mapping(SHIPPED)
    mapped = {name: set(rule.fields) for name, rule in mapping.tables.items()}
    assert mapped == {name: set(table.column_names) for name, table in TABLES.items()}


def test_the_shipped_mapping_reads_nothing_that_is_written_back() -> None:
    """A field that pir writes may not feed what pir computes: coverage and agreement would measure themselves."""
    written = {
        "Partner_Influenced__c",
        "Partner_Attributed_Amount__c",
        "Influencing_Partners__c",
        "Primary_Influence_Type__c",
        "Attribution_Model__c",
        "Deal_Category__c",
        "Primary_Partner__c",
        "Deal_Registration_Date__c",
        "Partner_Contribution__c",
    }
    rules = [rule for _, rule in load_mapping(SHIPPED).tables["deals"].rules()]
    assert not written & {name for rule in rules for name in (*rule.sources, *rule.gates)}


def test_the_forms_of_a_rule() -> None:
    """A bare name, a mapping with options and a status are the forms that the file's head describes."""
    deals = load_mapping(SHIPPED).tables["deals"].fields
    assert deals["deal_id"] == FieldRule(field="Id")
    assert deals["closed_at"] == FieldRule(field="CloseDate", only_if="IsClosed")
    assert deals["status"] == StatusRule(closed="IsClosed", won="IsWon")


MISTAKES = [
    (lambda t: t["deals"].update(feilds={}), "unknown key tables.deals.feilds"),
    (lambda t: t["deals"].pop("object"), "missing key tables.deals.object"),
    (lambda t: t.pop("partners"), "the required table partners is not mapped"),
    (lambda t: t.update(deal={"object": "X", "fields": {}}), "unknown table deal (did you mean deals?)"),
    (lambda t: t["deals"]["fields"].pop("amount"), "deals.fields: the required column amount is not mapped"),
    (lambda t: t["deals"]["fields"].update(regoin="R__c"), "unknown column regoin (did you mean region?)"),
    (lambda t: t["deals"]["fields"].update(region={"feild": "R__c"}), "unknown key tables.deals.fields.region.feild"),
    (
        lambda t: t["deals"]["fields"].update(region={"field": "R", "map": {}}),
        "unknown key tables.deals.fields.region.map",
    ),
    (lambda t: t["deals"]["fields"].update(region="Region__c FROM X"), "tables.deals.fields.region"),
    (lambda t: t["deals"]["fields"].update(stage={"closed": "A", "won": "B"}), "closed and won make a status"),
    (lambda t: t["deals"]["fields"].update(status={"closed": "A"}), "missing key tables.deals.fields.status.won"),
    (lambda t: t["deals"].update(extra={"amount": "Other__c"}), "amount is a column of the contract"),
    (lambda t: t["deals"].update(extra={"_source": "Other__c"}), "_source is a column of the contract"),
    (lambda t: t["deals"].update(extra={"a": "A__c", "A": "B__c"}), "deals.extra: a is there twice"),
    (lambda t: t["partners"].update(where={"Name": 3.5}), "tables.partners.where.Name"),
]


@pytest.mark.parametrize(("edit", "words"), MISTAKES, ids=[words for _, words in MISTAKES])
def test_a_mistake_is_named(edit: Any, words: str, tmp_path: Path) -> None:
    """Unknown, missing and ill-typed keys are refused, with their place in the file and what was likely meant."""
    assert words in refused(edited(tmp_path, edit))


@pytest.mark.parametrize("content", ["", "tables: [", "- 1", "tables: 3"])
def test_a_file_that_is_no_mapping_is_refused(content: str, tmp_path: Path) -> None:
    """An empty or broken file is refused with its path, as is one that is not there."""
    path = tmp_path / "salesforce.yaml"
    assert str(path) in refused(path)
    path.write_text(content)
    assert str(path) in refused(path)


def test_optional_tables_may_be_left_out(tmp_path: Path) -> None:
    """A customer without targets drops the table from the mapping."""
    mapping = load_mapping(edited(tmp_path, lambda tables: tables.pop("targets")))
    assert isinstance(mapping, Mapping)
    assert "targets" not in mapping.tables


def test_the_hash_of_a_rule_is_its_content(tmp_path: Path) -> None:
    """The same rule has the same hash, whatever the file's layout; any change of it another."""
    same = load_mapping(edited(tmp_path, lambda tables: None)).tables
    other = load_mapping(edited(tmp_path, lambda t: t["deals"]["fields"].update(region="Area__c"))).tables
    shipped = load_mapping(SHIPPED).tables
    assert {name: rule.hash for name, rule in same.items()} == {name: rule.hash for name, rule in shipped.items()}
    assert other["deals"].hash != shipped["deals"].hash
    assert other["partners"].hash == shipped["partners"].hash
