"""Every rule-based model against its definition in SPEC 5, written once more in exact fractions, deal by deal."""

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.attribution_models.journeys import CLOSE, POLICY, Deal, credits_of
from tests.reference.models import MODELS, Journey, Touch, credits

Drawn = tuple[str, int, int, str]
"""Partner, days before the close, the weight in sixteenths, and the influence type."""

journeys = st.lists(
    st.tuples(
        st.sampled_from("ABCD"),
        st.integers(0, 24).map(lambda i: i * 30),
        st.sampled_from([1, 2, 4, 8, 12, 16]),
        st.sampled_from(["co_sell", "sourced", "assisted"]),
    ),
    min_size=1,
    max_size=14,
)
ago = st.one_of(st.none(), st.integers(0, 750))


def exact(ordered: list[Drawn], created: int | None, changed: int | None) -> Journey:
    """The touches as the reference sees them."""
    touches = [
        Touch(partner, CLOSE - timedelta(days=days), Fraction(weight, 16), influence_type=kind)
        for partner, days, weight, kind in ordered
    ]
    times = [None if days is None else CLOSE - timedelta(days=days) for days in (created, changed)]
    return Journey(touches, times[0], CLOSE, times[1])


@pytest.mark.parametrize("model", MODELS)
@settings(max_examples=60)
@given(drawn=journeys, created=ago, changed=ago, amount=st.integers(1, 10**15))
def test_model_equals_its_definition_in_fractions(
    model: str, drawn: list[Drawn], created: int | None, changed: int | None, amount: int
) -> None:
    """To the cent, with ties, shared anchors, repeated partners and amounts up to 10^15 cents.

    Half-lives are whole here and weights are sixteenths, since only then fractions and floats mean the same number.
    """
    ordered = sorted(drawn, key=lambda touch: -touch[1])
    touches = [(partner, float(days), weight / 16, {"influence_type": kind}) for partner, days, weight, kind in ordered]
    deals = [Deal("D", amount, touches, created, changed_days=changed)]
    assert credits_of(model, deals) == {"D": credits(model, exact(ordered, created, changed), amount, POLICY)}
