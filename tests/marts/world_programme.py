"""What the small programme is measured by beside its deals: integrations, registrations, runs, targets, who joined."""

from typing import Any

Row = dict[str, Any]

# 90 days later is 10 March 2026: Fabrikam did its first work on 4 March, Idle none.
JOINED = {"fabri": "2025-12-10 00:00:00", "idle": "2025-12-10 00:00:00"}
# On acme before D1 and D10 were created, on beta only after D3 and D5 were.
INTEGRATIONS: list[Row] = [
    {"account_id": "acme", "integration_name": "Sync", "partner_id": "north", "enabled_at": "2024-01-04 23:59:59"},
    {"account_id": "beta", "integration_name": "Sync", "partner_id": "north", "enabled_at": "2024-01-05 00:00:01"},
]
REGISTRATIONS: list[Row] = [
    {"registration_id": "R1", "submitted_at": "2026-04-01 00:00:00", "decided_at": "2026-04-02 00:00:00"},
    {"registration_id": "R2", "submitted_at": "2026-04-01 00:00:00", "decided_at": "2026-04-04 00:00:00"}
    | {"exclusion_reason": "not_approved"},
    {"registration_id": "R2", "submitted_at": "2026-04-01 00:00:00", "decided_at": "2026-04-30 00:00:00"}
    | {"exclusion_reason": "duplicate"},
    {"registration_id": "R3", "submitted_at": "2026-04-03 00:00:00"},
]
# The deals of April closed after the first run; old-3 was a replay, old-4 of another source, old-5 failed.
_RUN = {"status": "published", "source": "files:a"}
RUNS: list[Row] = [
    _RUN | {"run_id": "old-1", "started_at": "2026-04-01 12:05:00", "as_of": "2026-04-01 12:00:00"},
    _RUN | {"run_id": "old-2", "started_at": "2026-04-16 06:05:00", "as_of": "2026-04-16 06:00:00"},
    _RUN | {"run_id": "old-3", "started_at": "2026-05-02 06:05:00", "as_of": "2026-04-03 06:00:00"},
    _RUN
    | {"run_id": "old-4", "started_at": "2026-04-03 06:05:00", "as_of": "2026-04-03 06:00:00", "source": "hubspot"},
    _RUN | {"run_id": "old-5", "started_at": "2026-04-04 06:05:00", "as_of": "2026-04-04 06:00:00", "status": "failed"},
    _RUN
    | {"run_id": "run-1", "started_at": "2026-10-01 06:00:00", "as_of": "2026-10-01 06:00:00", "status": "running"},
    {"run_id": "run-0", "status": "failed", "error": "the disk is full"},
]
TARGETS: list[Row] = [
    {"metric": "revenue", "period_start": "2026-01-01", "period_end": "2026-03-31", "value": "10000"},
    {"metric": "revenue", "period_start": "2026-04-01", "period_end": "2026-06-30", "value": "6000.02"},
    {"metric": "revenue", "period_start": "2026-07-01", "period_end": "2026-09-30", "value": "1"},
    {"metric": "revenue", "period_start": "2026-10-01", "period_end": "2026-12-31", "value": "5000"},
    {"metric": "tagged_share", "period_start": "2025-07-01", "period_end": "2026-12-31", "value": "0.9"},
    {"metric": "tagged_share", "period_start": "2026-01-01", "period_end": "2026-12-31", "value": "0.4"},
    {"metric": "sourced_share", "period_start": "2026-03-01", "period_end": "2026-03-31", "value": "1"},
    {"metric": "sourced_share", "period_start": "2026-01-01", "period_end": "2026-03-31", "value": "0.5"},
    {"metric": "sourced_share", "period_start": "2026-04-01", "period_end": "2026-06-30", "value": "0.9"}
    | {"exclusion_reason": "deleted"},
]
