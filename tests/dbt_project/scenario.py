"""Short ways to write landed rows: everything that a test does not speak about is harmless."""

from tests.dbt_project.landed_tables import Row


def deal(deal_id: str, **columns: object) -> Row:
    """A deal of 10,000 USD, won at noon on 1 September 2026, created on 1 April, on an account of its own."""
    usual = {
        "account_id": f"account of {deal_id}",
        "deal_type": "new_business",
        "status": "won",
        "amount": "10000",
        "currency": "USD",
        "created_at": "2026-04-01 00:00:00",
        "closed_at": "2026-09-01 12:00:00",
        "updated_at": "2026-09-02 00:00:00",
    }
    return {"deal_id": deal_id} | usual | columns


def activity(activity_id: str, **columns: object) -> Row:
    """A joint call of partner P1 on 1 June 2026, logged the day after."""
    usual = {
        "partner_id": "P1",
        "activity_type": "joint_call",
        "occurred_at": "2026-06-01 00:00:00",
        "logged_at": "2026-06-02 00:00:00",
    }
    return {"activity_id": activity_id} | usual | columns


def registration(registration_id: str, **columns: object) -> Row:
    """An approved registration of partner P1, submitted on 1 March 2026."""
    usual = {"partner_id": "P1", "submitted_at": "2026-03-01 00:00:00", "status": "approved"}
    return {"registration_id": registration_id} | usual | columns


def integration(account_id: str, name: str, **columns: object) -> Row:
    """An integration of partner P1, enabled on 1 May 2026."""
    usual = {"partner_id": "P1", "enabled_at": "2026-05-01 00:00:00"}
    return {"account_id": account_id, "integration_name": name} | usual | columns


def stage(deal_id: str, name: str, entered_at: str) -> Row:
    """A stage that a deal entered."""
    return {"deal_id": deal_id, "stage": name, "entered_at": entered_at}


def override(override_id: str, deal_id: str, partner_id: str, share: float, **columns: object) -> Row:
    """An override that Ann asked for and Bob approved."""
    usual = {"reason": "agreed in the QBR", "requested_by": "ann", "approved_by": "bob", "status": "approved"}
    return {"override_id": override_id, "deal_id": deal_id, "partner_id": partner_id, "share": share} | usual | columns
