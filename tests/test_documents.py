"""The documents lead somewhere: each link to a file of the repository has that file behind it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "salesforce").rglob("*.md")])
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_files_lead_to_a_file(document: Path) -> None:
    """No document sends its reader to a file that is not there."""
    links = LINK.findall(document.read_text())
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_there_are_documents_and_links() -> None:
    """The front page leads to the documents, so that the test above has something to judge."""
    assert len(DOCUMENTS) > 10
    assert len(LINK.findall((ROOT / "README.md").read_text())) > 4
