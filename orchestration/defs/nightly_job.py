"""The nightly job, its schedule, and what every step may ask for."""

from datetime import timedelta

import dagster as dg

from orchestration.dbt import dbt_command
from orchestration.nightly import Nightly, record_failure, run_config
from orchestration.settings import load_settings, quiet_telemetry

quiet_telemetry()
settings = load_settings()

nightly_job = dg.define_asset_job(
    "nightly",
    selection=dg.AssetSelection.all(),
    description="CRM to Parquet to touchpoints to credits to marts to report to CRM.",
    hooks={record_failure},
    executor_def=dg.in_process_executor,
)


@dg.schedule(
    job=nightly_job,
    cron_schedule=settings.schedule,
    execution_timezone=settings.schedule_time_zone,
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
def every_night(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """One run a night. Its as-of time is the tick, so that a late start changes no number."""
    as_of = context.scheduled_execution_time.isoformat()
    is_sandbox = settings.source == "sandbox"  # which has a clock of its own
    return dg.RunRequest(run_key=as_of, run_config=run_config(as_of=None if is_sandbox else as_of))


FRESHNESS = dg.FreshnessPolicy.cron(
    deadline_cron=settings.schedule,
    lower_bound_delta=timedelta(hours=24),
    timezone=settings.schedule_time_zone,
)


@dg.definitions
def defs() -> dg.Definitions:
    return dg.Definitions(
        jobs=[nightly_job],
        schedules=[every_night],
        resources={"nightly": Nightly(), "dbt": dbt_command()},
        executor=dg.in_process_executor,
    )
