"""Write the deployable Salesforce definitions (sfdx source format) from objects.yaml.

Run it after changing objects.yaml: ``python salesforce/generate.py``. The files it writes are committed, so that an
admin deploys them without Python; a test says that they agree with the list.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import yaml

HERE = Path(__file__).resolve().parent
NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
Spec = dict[str, Any]
Test = Callable[[Spec], bool]
INTEGRATION, VIEWER = "Partner_Influenced_Revenue_Integration", "Partner_Influenced_Revenue_Viewer"


def main(root: Path = HERE) -> None:
    """Write every file below ``root``/force-app; files that the list no longer names are removed."""
    base = root / "force-app" / "main" / "default"
    wanted = {base / path: text for path, text in files(load(HERE / "objects.yaml"))}
    for stale in set(base.rglob("*.xml")) - set(wanted):
        stale.unlink()
    for path, text in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def load(path: Path) -> Spec:
    """The list of objects as YAML holds it."""
    content: Spec = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def files(spec: Spec) -> Iterator[tuple[str, str]]:
    """Each file's path below main/default and its text."""
    for name, parts in spec["objects"].items():
        if name.endswith("__c"):
            yield f"objects/{name}/{name}.object-meta.xml", _xml("CustomObject", _custom_object(parts))
        for field, shape in parts["fields"].items():
            path = f"objects/{name}/fields/{field}.field-meta.xml"
            yield path, _xml("CustomField", {"fullName": field} | _field(name, field, shape))
    for name, content in ((INTEGRATION, _integration(spec)), (VIEWER, _viewer(spec))):
        yield f"permissionsets/{name}.permissionset-meta.xml", _xml("PermissionSet", content)


def _custom_object(parts: Spec) -> Spec:
    return {
        "deploymentStatus": "Deployed",
        "description": parts["description"],
        "enableBulkApi": True,
        "enableReports": True,
        "enableSearch": True,
        "enableSharing": True,
        "enableStreamingApi": True,
        # A partner who logs in to a portal must never see another partner's rows.
        "externalSharingModel": "Private",
        "label": parts["label"],
        "nameField": {"displayFormat": parts["name_format"], "label": "Number", "type": "AutoNumber"},
        "pluralLabel": parts["plural"],
        "sharingModel": parts["sharing"],
    }


def _field(object_name: str, field: str, shape: Spec) -> Spec:
    common: Spec = {"label": shape.get("label", _words(field)), "type": shape["type"]}
    if "help" in shape:
        common |= {"description": shape["help"], "inlineHelpText": shape["help"]}
    if shape.get("required"):
        common["required"] = True
    if shape.get("external_id"):
        common |= {"externalId": True}
        if shape.get("unique", True):
            # 15-character record ids inside a key differ by case alone.
            common |= {"unique": True, "caseSensitive": True}
    return common | _typed(object_name, field, shape)


def _typed(object_name: str, field: str, shape: Spec) -> Spec:
    if shape["type"] == "Lookup":
        return _lookup(object_name, field, shape)
    if shape["type"] == "Picklist":
        return {"valueSet": _value_set(shape)}
    # precision counts all digits, length is in characters.
    needed: dict[str, Spec] = {
        "Checkbox": {"defaultValue": "false"},
        "Text": {"length": shape.get("length")},
        "LongTextArea": {"length": shape.get("length"), "visibleLines": 6},
        "Number": {"precision": shape.get("precision"), "scale": shape.get("scale")},
        "Percent": {"precision": shape.get("precision"), "scale": shape.get("scale")},
        "Currency": {"precision": 18, "scale": 2},
        "Date": {},
        "DateTime": {},
    }
    return needed[shape["type"]]


def _lookup(object_name: str, field: str, shape: Spec) -> Spec:
    # The pair of names is unique among the children of one parent, as Salesforce demands.
    relation = f"{object_name.removesuffix('__c')}_{field.removesuffix('__c')}"
    return {
        "deleteConstraint": "SetNull",
        "referenceTo": shape["to"],
        "relationshipLabel": _words(relation),
        "relationshipName": relation,
    }


def _value_set(shape: Spec) -> Spec:
    values = [{"fullName": value, "default": False, "label": _words(value).capitalize()} for value in shape["values"]]
    return {
        "restricted": bool(shape.get("restricted")),
        "valueSetDefinition": {"sorted": False, "value": values},
    }


def _integration(spec: Spec) -> Spec:
    """Reads everything the mapping names and writes only our own fields."""
    rights = {name: _writes(parts) for name, parts in spec["objects"].items()}
    return {
        "description": "For the user that pir logs in as: reads what the mapping names, writes only pir's own fields.",
        "fieldPermissions": list(_field_rights(spec, lambda shape: bool(shape.get("written")), lambda shape: True)),
        "hasActivationRequired": False,
        "label": _words(INTEGRATION),
        "objectPermissions": [
            _object_rights(name, create=writes and name.endswith("__c"), edit=writes)
            for name, writes in sorted(rights.items())
        ],
    }


def _viewer(spec: Spec) -> Spec:
    """Reads what pir writes; for everyone who looks at deals."""
    written = [name for name, parts in spec["objects"].items() if _writes(parts) and name.endswith("__c")]
    return {
        "description": "For people who look at deals and partners: reads the fields that pir writes.",
        "fieldPermissions": list(_field_rights(spec, lambda shape: False, lambda shape: bool(shape.get("written")))),
        "hasActivationRequired": False,
        "label": _words(VIEWER),
        "objectPermissions": [
            _object_rights(name, create=False, edit=False, view_all=False) for name in sorted(written)
        ],
    }


def _writes(parts: Spec) -> bool:
    return any(shape.get("written") for shape in parts["fields"].values())


def _field_rights(spec: Spec, may_edit: Test, may_read: Test) -> Iterator[Spec]:
    for name, parts in sorted(spec["objects"].items()):
        for field, shape in sorted(parts["fields"].items()):
            # Salesforce refuses a permission on a required field: it is always visible.
            if may_read(shape) and not shape.get("required"):
                yield {"editable": may_edit(shape), "field": f"{name}.{field}", "readable": True}


def _object_rights(name: str, *, create: bool, edit: bool, view_all: bool = True) -> Spec:
    return {
        "allowCreate": create,
        "allowDelete": False,
        "allowEdit": edit,
        "allowRead": True,
        "modifyAllRecords": False,
        "object": name,
        "viewAllRecords": view_all,
    }


def _words(name: str) -> str:
    return name.removesuffix("__c").replace("_", " ")


def _xml(root: str, content: Spec) -> str:
    element = ET.Element(root, {"xmlns": NAMESPACE})
    _fill(element, content)
    ET.indent(element, space="    ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(element, encoding="unicode") + "\n"


def _fill(parent: ET.Element, content: Spec) -> None:
    # Metadata types are sequences: fullName first, then by name. Anything else is refused by the schema.
    for name in sorted(content, key=lambda name: (name != "fullName", name)):
        values = content[name] if isinstance(content[name], list) else [content[name]]
        for value in values:
            child = ET.SubElement(parent, name)
            if isinstance(value, dict):
                _fill(child, value)
            else:
                child.text = str(value).lower() if isinstance(value, bool) else str(value)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
