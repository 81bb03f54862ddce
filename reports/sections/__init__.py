"""The sections of the report, one file each, in the order given here; each says what its content changes with."""

from collections.abc import Callable
from dataclasses import dataclass

from reports.content import Scope, Section
from reports.sections.belief import which_model
from reports.sections.customers import customers
from reports.sections.deal_velocity import deal_velocity
from reports.sections.executive import executive_summary
from reports.sections.incrementality import incrementality
from reports.sections.influence_types import influence_types
from reports.sections.integration_impact import integration_impact
from reports.sections.methodology import methodology
from reports.sections.model_comparison import model_comparison
from reports.sections.partners import top_partners
from reports.sections.program_metrics import program_metrics
from reports.sections.quality import data_quality
from reports.sections.recommendations import recommendations
from reports.sections.restatement import restatement
from reports.sections.shape import programme_shape
from reports.sections.tiers import tier_performance
from reports.sections.trend import trend
from reports.sections.year_on_year import year_on_year


@dataclass(frozen=True)
class Part:
    """One section as a function of the scope; its content is the same for every period, or model, that it isn't by."""

    render: Callable[[Scope], Section]
    by_period: bool = False
    by_model: bool = False


SECTIONS: tuple[Part, ...] = (
    Part(executive_summary, by_period=True),
    Part(influence_types, by_period=True, by_model=True),
    Part(top_partners, by_period=True, by_model=True),
    Part(tier_performance, by_period=True, by_model=True),
    Part(programme_shape, by_period=True, by_model=True),
    Part(customers, by_period=True),
    Part(model_comparison, by_period=True, by_model=True),
    Part(which_model, by_model=True),
    Part(incrementality),
    Part(recommendations),
    Part(trend),
    Part(deal_velocity, by_period=True),
    Part(integration_impact, by_period=True),
    Part(year_on_year, by_period=True),
    Part(program_metrics, by_period=True),
    Part(restatement, by_model=True),
    Part(data_quality),
    Part(methodology, by_model=True),
)
