"""The sections of the report, one file each: a section is a function of the scope, in the order given here."""

from collections.abc import Callable

from reports.content import Scope, Section
from reports.sections.belief import which_model
from reports.sections.executive import executive_summary
from reports.sections.incrementality import incrementality
from reports.sections.influence_types import influence_types
from reports.sections.methodology import methodology
from reports.sections.model_comparison import model_comparison
from reports.sections.partners import top_partners
from reports.sections.quality import data_quality
from reports.sections.tiers import tier_performance
from reports.sections.trend import trend

SECTIONS: tuple[Callable[[Scope], Section], ...] = (
    executive_summary,
    influence_types,
    top_partners,
    tier_performance,
    model_comparison,
    which_model,
    incrementality,
    trend,
    data_quality,
    methodology,
)
