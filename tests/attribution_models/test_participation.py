"""The one model that is not additive: each partner gets the whole amount, and no sum of it may be made."""

from hypothesis import given
from hypothesis import strategies as st

from tests.attribution_models.journeys import Deal, credits_of


def by_partner(deal: Deal) -> dict[str, list[int]]:
    """The credits of each partner's touchpoints, in rule 9's order; ``deal`` has its touches in that order."""
    credits: dict[str, list[int]] = {}
    given_out = credits_of("participation", [deal]).values()
    for touch, cents in zip(deal.touches, *given_out, strict=True):
        credits.setdefault(touch[0], []).append(cents)
    return credits


def test_each_partner_has_the_whole_amount() -> None:
    """A has two touchpoints and B one of 100.01: both have 100.01, A's odd cent on the earlier of its two."""
    deal = Deal("D", 100_01, [("A", 9), ("B", 8), ("A", 7)])
    assert by_partner(deal) == {"A": [50_01, 50_00], "B": [100_01]}


def test_neighbours_with_the_same_partner_stay_apart() -> None:
    """A partner who is last on one deal and first on the next has each deal's amount, once."""
    deals = [Deal("D", 7, [("B", 9), ("A", 8)]), Deal("E", 5, [("A", 9), ("A", 8)])]
    assert credits_of("participation", deals) == {"D": [7, 7], "E": [3, 2]}


@given(
    amount=st.one_of(st.just(0), st.integers(0, 20), st.integers(0, 10**18 - 1)),
    partners=st.lists(st.sampled_from("ABCD"), min_size=1, max_size=20),
)
def test_each_partners_credits_are_the_amount_by_largest_remainder(amount: int, partners: list[str]) -> None:
    """To the cent for every partner, 0 and the warehouse's largest amount included: spare cents go to the earliest."""
    deal = Deal("D", amount, [(partner, float(99 - i)) for i, partner in enumerate(partners)])
    for credits in by_partner(deal).values():
        whole, spare = divmod(amount, len(credits))
        assert credits == [whole + (i < spare) for i in range(len(credits))]
        assert sum(credits) == amount
