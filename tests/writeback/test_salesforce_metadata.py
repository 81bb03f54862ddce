"""The deployable definitions: valid for Salesforce, in step with the list, with what we write and the local CRM."""

import importlib.util
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from lxml import etree

from sandbox.crm_objects import OBJECTS
from writeback.target import TARGETS, Field, Target

ROOT = Path(__file__).parents[2]
FORCE_APP = ROOT / "salesforce" / "force-app"
XSD = "{http://www.w3.org/2001/XMLSchema}"
NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
ROOTS = ("CustomObject", "CustomField", "PermissionSet")
DEFINITIONS = sorted(FORCE_APP.rglob("*.xml"))


@cache
def metadata_schema() -> etree.XMLSchema:
    """Salesforce's own schema of the Metadata API, lifted out of the WSDL that simple-salesforce ships."""
    wsdl = etree.fromstring((files("simple_salesforce") / "metadata.wsdl").read_bytes())
    schema = wsdl.find(f".//{XSD}schema")
    assert schema is not None
    # A WSDL names types only; a file needs a root element of that type.
    known = {element.get("name") for element in schema.findall(f"{XSD}element")}
    for name in set(ROOTS) - known:
        etree.SubElement(schema, f"{XSD}element", name=name, type=f"tns:{name}")
    return etree.XMLSchema(etree.fromstring(etree.tostring(schema)))


@cache
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("salesforce_generate", ROOT / "salesforce" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def listed() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "salesforce" / "objects.yaml").read_text(encoding="utf-8"))["objects"]


def test_there_are_definitions() -> None:
    """The checks below look at something."""
    assert len(DEFINITIONS) > 100


@pytest.mark.parametrize("path", DEFINITIONS, ids=lambda path: path.name)
def test_each_file_is_valid_metadata(path: Path) -> None:
    """Every element of every file exists in Salesforce's schema, with a value of its type, in its order."""
    metadata_schema().assertValid(etree.fromstring(path.read_bytes()))


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("<type>Texxt</type>", "<type>Text</type>"), ("<lenght>80</lenght>", "<length>80</length>")],
)
def test_the_schema_catches_a_wrong_type_and_a_wrong_element(wrong: str, right: str) -> None:
    """The check is able to fail: one misspelt word makes a file invalid."""
    path = FORCE_APP / "main/default/objects/Opportunity/fields/Attribution_Model__c.field-meta.xml"
    text = path.read_text(encoding="utf-8")
    assert right in text
    assert not metadata_schema().validate(etree.fromstring(text.replace(right, wrong).encode()))


def test_the_files_are_what_the_list_says(tmp_path: Path) -> None:
    """The committed files are those that generate.py makes of objects.yaml: no more, no fewer, no others."""
    generator().main(tmp_path)
    made = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*.xml")}
    kept = {path.relative_to(ROOT / "salesforce"): path.read_bytes() for path in DEFINITIONS}
    assert made == kept


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.object_name)
def test_what_we_write_is_what_is_deployed(target: Target) -> None:
    """The written fields of the list are the target's fields, of its types, scales and lengths."""
    written = {name: shape for name, shape in listed()[target.object_name]["fields"].items() if shape.get("written")}
    key = written.pop(target.key, None)
    assert set(written) == set(target.field_names)
    assert all(_fits(field, written[field.name]) for field in target.fields)
    assert (key is not None and key["external_id"]) == target.is_upsert


def _fits(field: Field, shape: dict[str, Any]) -> bool:
    match field.kind:
        case "boolean":
            return shape["type"] == "Checkbox"
        case "number":
            return shape["type"] in ("Number", "Percent") and shape["scale"] == field.scale
        case "date":
            return shape["type"] == "Date"
        case "reference":
            return shape["type"] == "Lookup"
    return shape["type"] == "Picklist" or (
        shape["type"] in ("Text", "LongTextArea") and shape["length"] >= field.length
    )


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.object_name)
def test_the_marts_feed_every_field(target: Target) -> None:
    """The sync marts' contracts hold exactly the key and the fields of the target, constants apart."""
    text = (ROOT / f"dbt_project/models/marts/sync/{target.mart}.yml").read_text(encoding="utf-8")
    (model,) = [model for model in yaml.safe_load(text)["models"] if model["name"] == target.mart]
    assert {column["name"] for column in model["columns"]} == {
        target.mart_key,
        *set(target.field_names) - set(target.constants),
    }


def test_the_local_crm_has_every_field_that_is_deployed() -> None:
    """What works against the local CRM works against an org with these definitions: same fields, same kinds."""
    kinds = {
        "Checkbox": {"boolean"},
        "Text": {"string"},
        "LongTextArea": {"textarea"},
        "Number": {"double"},
        "Percent": {"percent"},
        "Currency": {"currency"},
        "Date": {"date"},
        "DateTime": {"datetime"},
        "Lookup": {"reference"},
        "Picklist": {"picklist"},
    }
    served = {sobject.name: sobject for sobject in OBJECTS}
    for name, parts in listed().items():
        sobject = served[name]
        for field_name, shape in parts["fields"].items():
            field = sobject.field(field_name)
            assert field is not None, f"{name}.{field_name}"
            assert field.name == field_name
            assert field.type in kinds[shape["type"]], f"{name}.{field_name} is {field.type} in the local CRM"


def test_only_our_own_fields_may_be_written() -> None:
    """The integration's permission set lets it edit exactly the fields that the list marks as written."""
    path = FORCE_APP / "main/default/permissionsets/Partner_Influenced_Revenue_Integration.permissionset-meta.xml"
    tree = etree.fromstring(path.read_bytes())
    editable = {
        rights.findtext(f"{{{NAMESPACE}}}field")
        for rights in tree.findall(f"{{{NAMESPACE}}}fieldPermissions")
        if rights.findtext(f"{{{NAMESPACE}}}editable") == "true"
    }
    assert editable == {f"{target.object_name}.{name}" for target in TARGETS for name in target.field_names}
    assert "Opportunity.Reported_Category__c" not in editable


def test_partners_in_a_portal_see_no_other_partners_rows() -> None:
    """Every object of ours is private to people from outside."""
    objects = list(FORCE_APP.rglob("*.object-meta.xml"))
    assert len(objects) == 9
    for path in objects:
        tree = etree.fromstring(path.read_bytes())
        assert tree.findtext(f"{{{NAMESPACE}}}externalSharingModel") == "Private", path.name
