"""The libraries that the page carries are the ones that were bundled, with their licences."""

import hashlib
import json
from pathlib import Path

import pytest

from reports.html_format import LIBRARIES

AXE = Path(__file__).parent / "axe"
PACKAGE = LIBRARIES.parent / "package.json"


@pytest.mark.parametrize("folder", [LIBRARIES, AXE], ids=["libraries", "axe"])
def test_bundled_files_are_the_ones_that_were_checked(folder: Path) -> None:
    """Every bundled file has the checksum that was written down when it was made, and no file lies beside them."""
    written = {name: digest for digest, name in map(str.split, (folder / "SHA256SUMS").read_text().splitlines())}
    held = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    assert held.pop("SHA256SUMS")
    assert held == written


def test_every_bundled_library_brings_its_licence() -> None:
    """The bundle begins with the name, version and licence text of each library in it."""
    licences = (LIBRARIES / "LICENSES.txt").read_text()
    wanted = json.loads(PACKAGE.read_text())["devDependencies"]
    assert f"echarts {wanted['echarts']}, Apache-2.0" in licences
    assert f"tabulator-tables {wanted['tabulator-tables']}, MIT" in licences
    assert all(words in licences for words in ("zrender 6", "tslib 2", "Apache License", "Permission is"))
    assert (LIBRARIES / "libraries.js").read_text()[3:].startswith(licences.rstrip().replace("*/", "* /"))


def test_no_address_of_a_registry_is_kept() -> None:
    """The lock file pins every package by its checksum and names no place to fetch it from."""
    lock = json.loads((LIBRARIES.parent / "package-lock.json").read_text())
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert packages
    assert all("integrity" in package and "resolved" not in package for package in packages.values())
