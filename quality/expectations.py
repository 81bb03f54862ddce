"""Great Expectations judges a gate: one frame of one row, one column per check, one suite of expectations.

DuckDB has counted before, so that ten million rows cost no more than ten. The library is imported on first use: it
takes seconds, and the command line shall start without it.
"""

import math
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd

from quality.checks import Check, Measurement

if TYPE_CHECKING:
    from great_expectations.datasource.fluent.interfaces import DataAsset
    from great_expectations.expectations import Expectation


def verdicts(gate: str, measurements: Sequence[Measurement]) -> dict[str, bool]:
    """Check name to whether its number is there and within its bounds. Idle measurements are left out."""
    import great_expectations as gx

    judged = [measurement for measurement in measurements if not measurement.is_idle]
    if not judged:
        return {}
    frame = pd.DataFrame({one.check.name: [_number(one)] for one in judged}, dtype="float64")
    suite = gx.ExpectationSuite(name=gate, expectations=[_expectation(one.check) for one in judged])
    batch = _asset().get_batch_definition("whole").get_batch(batch_parameters={"dataframe": frame})
    results = batch.validate(suite, result_format="BOOLEAN_ONLY").results
    return {result.expectation_config.kwargs["column"]: bool(result.success) for result in results}


def _number(found: Measurement) -> float:
    """The number; where there is none, one outside every bound, since the library lets a null pass them all."""
    if found.observed is not None:
        return found.observed
    return -math.inf if found.check.maximum is None else math.inf


def _expectation(check: Check) -> "Expectation":
    import great_expectations.expectations as gxe
    from great_expectations.expectations.metadata_types import FailureSeverity

    return gxe.ExpectColumnValuesToBeBetween(
        column=check.name,
        min_value=check.minimum,
        max_value=check.maximum,
        severity=FailureSeverity.CRITICAL if check.blocking else FailureSeverity.WARNING,
        notes=check.claim,
    )


@cache
def _asset() -> "DataAsset":
    """The one data asset of this process, in a context that keeps no files, sends nothing and draws no bars."""
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.enable_analytics(False)
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    asset = context.data_sources.add_pandas("warehouse").add_dataframe_asset("measures")
    asset.add_batch_definition_whole_dataframe("whole")
    return asset
