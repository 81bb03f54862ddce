"""``pir explain``: why a deal or a partner has the numbers that it has, down to the source row."""

from reports.explain.deal import explain_deal
from reports.explain.page import Explanation
from reports.explain.partner import explain_partner

__all__ = ["Explanation", "explain_deal", "explain_partner"]
