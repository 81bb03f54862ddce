"""Write-back: tells the CRM what the marts say, sends only what differs, and remembers what the CRM confirmed.

``check_targets`` looks whether the CRM has our fields; ``plan_writeback`` decides and writes nothing; ``apply_plan``
carries the plan out; ``Ledger`` is the memory between runs; ``writeback.salesforce_writer.SalesforceWriter`` is the
way to Salesforce. Nothing here computes a number.
"""

from writeback.apply import apply_plan
from writeback.ledger import Ledger
from writeback.outcome import Outcome
from writeback.plan import Plan, check_targets, plan_writeback

__all__ = ["Ledger", "Outcome", "Plan", "apply_plan", "check_targets", "plan_writeback"]
