"""Reads a rendered report back: tables and sections of the page, lines of the Markdown, cells of the workbook."""

import base64
import gzip
import re
from dataclasses import dataclass
from functools import cached_property

from lxml import html as lxml_html

from reports import RenderedReport
from tests.reports.workbook_reading import Read


@dataclass
class Rendered:
    """One report on disk."""

    files: RenderedReport

    @cached_property
    def html(self) -> str:
        return self.files.html.read_text(encoding="utf-8")

    @cached_property
    def markdown(self) -> str:
        return self.files.markdown.read_text(encoding="utf-8")

    @cached_property
    def workbook(self) -> Read:
        return Read(self.files.workbook)

    @cached_property
    def page(self) -> lxml_html.HtmlElement:
        return lxml_html.document_fromstring(self.html)

    def block(self, block_id: str) -> str:
        """What a data block of the page holds."""
        (packed,) = self.page.xpath(f"//script[@id='{block_id}']/text()")
        return gzip.decompress(base64.b64decode(packed)).decode()

    def section_text(self, section_id: str) -> str:
        """The words of a section."""
        (section,) = self.page.xpath(f"//section[@id='{section_id}']")
        return " ".join(" ".join(section.xpath(".//text()")).replace("\u00a0", " ").split())

    def table(self, table_id: str) -> list[list[str]]:
        """Each row's cells as words: the value, then what is beneath it after a bar."""
        rows = self.page.xpath(f"//table[@id='{table_id}']/tbody/tr")
        return [[_cell(cell) for cell in row] for row in rows]

    def visible_words(self) -> str:
        """Everything that a reader can read on the page, the whole Markdown, and every text of the workbook."""
        words = self.page.xpath("//body//text()[not(ancestor::script)]")
        return " ".join([*words, self.markdown, *self.workbook.words()])


def _cell(cell: lxml_html.HtmlElement) -> str:
    beneath = [" ".join(part.text_content().split()) for part in cell.xpath("./span[@class='note']|./ul")]
    value = "".join(cell.xpath("./text()|./a//text()|./bdi//text()|./span[@class='words']//text()"))
    return "|".join([" ".join(value.split()), *beneath])


def number(text: str) -> float:
    """The first number of ``text``; a percentage as a ratio."""
    found = re.search(r"(\d[\d,]*\.?\d*)(%?)", text)
    assert found, text
    return float(found[1].replace(",", "")) / (100 if found[2] else 1)
