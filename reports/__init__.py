"""Renders the published marts: the report as HTML, Markdown and workbook, and the explanations of ``pir explain``.

Nothing is computed here. Every figure is a column of a mart, so that an analyst can find it where the report did.
"""

from reports.report import RenderedReport, render

__all__ = ["RenderedReport", "render"]
