"""The plan as people see it in a terminal."""

from decimal import Decimal

from tests.writeback.conftest import StartJob
from tests.writeback.world import Job, deal_id, partner_id
from writeback.render import clean, shown


def test_each_change_shows_old_and_new(job: Job) -> None:
    """A dry run names the deal, the field, and both values, and counts the rest."""
    job.run()
    job.marts.change(2, Partner_Attributed_Amount__c=Decimal("250.50"), Influencing_Partners__c=None)
    text = job.plan().render(width=120)
    assert "Write-back plan: 1 rows to send in 1 API calls, 6 unchanged." in text
    assert f"update {deal_id(2)} Deal {deal_id(2)[-4:]}" in text
    assert "Partner_Attributed_Amount__c 200.00 -> 250.50" in text
    assert "O'Brien & Söhne -> (empty)" in text


def test_samples_are_limited_and_counts_are_not(start_job: StartJob) -> None:
    """Of thirty changed rows three are shown, and the text says how many more there are."""
    text = start_job(30).plan().render(samples=3)
    assert text.count("\n  update 006") == 3
    assert "... and 27 more" in text
    assert "Opportunity: 30 to update" in text


def test_no_line_is_wider_than_the_terminal(job: Job) -> None:
    """Long values are shortened: the text fits 60 columns as well as 200."""
    job.marts.change(1, Partner_Contribution__c="word " * 5000)
    for width in (60, 200):
        assert max(map(len, job.plan().render(width=width).splitlines())) <= width


def test_long_texts_are_shown_where_they_part(job: Job) -> None:
    """Of two long texts that differ at their end, the end is what a person sees."""
    story = "Acme joined a call at the stage of Proposal. " * 20
    job.marts.change(1, Partner_Contribution__c=story + "Then Beta left.")
    job.run()
    job.marts.change(1, Partner_Contribution__c=story + "Then Gamma won.")
    text = job.plan().render(width=100)
    assert "Beta left." in text
    assert "Gamma won." in text


def test_a_withdrawn_deal_keeps_its_name(job: Job) -> None:
    """A deal that is no longer eligible is still a deal: people see what it is called."""
    job.run()
    row = job.marts.deals.pop(deal_id(4))
    job.marts.names[deal_id(4)] = "Renewal of the year"
    assert f"withdraw {row['deal_id']} Renewal of the year" in job.plan().render()


def test_retries_and_waiting_rows_are_named(job: Job) -> None:
    """A row that was refused before says which try this is; one whose time has not come is counted as waiting."""
    job.marts.change(2, Primary_Partner__c=partner_id(99))
    job.run()
    assert "1 rejected and waiting" in job.plan().render()
    job.marts.change(2, Deal_Category__c="sourced")
    assert "(try 2)" in job.plan().render()


def test_values_can_not_steer_the_terminal() -> None:
    """Escape codes and line breaks in CRM data are shown as blanks."""
    assert clean("a\x1b[31mb\nc") == "a [31mb c"
    assert shown("x" * 50, 10) == "x" * 9 + "…"
    assert [shown(value, 10) for value in (None, True, False)] == ["(empty)", "yes", "no"]
