"""The report as a workbook for finance: every credit of the period, sums over them by live formulas, and the sections.

Nothing is computed here that the marts hold. Beside each formula stands the value that it comes to, summed from the
same rows, so that a viewer that doesn't recalculate shows figures too.
"""

from reports.workbook.book import to_workbook

__all__ = ["to_workbook"]
