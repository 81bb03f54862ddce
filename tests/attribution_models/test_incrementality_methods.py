"""The parts of the estimate against independent ones: statsmodels, sums worked in full, published figures."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.treatment.treatment_effects import TreatmentEffect

from attribution_models.incrementality.arms import Arm, design
from attribution_models.incrementality.balance import balances
from attribution_models.incrementality.deals import Covariates, read
from attribution_models.incrementality.effect import Comparison, estimate
from attribution_models.incrementality.sensitivity import e_value, nearest_to_nothing, times_to_nothing
from attribution_models.incrementality.touching import Touching, chances, touched_odds
from tests.attribution_models.exposures import RULES, planted

WEAK = 1e6


def compared(seed: int, deals: int = 1_500) -> tuple[Comparison, np.ndarray]:
    """A comparison on two covariates with logistic odds, a true effect of 1, and the true odds."""
    rng = np.random.default_rng(seed)
    matrix = rng.standard_normal((deals, 2))
    log_odds = -0.5 + 0.8 * matrix[:, 0] - 0.4 * matrix[:, 1]
    touched = rng.random(deals) < 1 / (1 + np.exp(-log_odds))
    outcome = 2.0 + matrix @ [1.5, -1.0] + 1.0 * touched + rng.standard_normal(deals)
    chance = chances(matrix, touched, WEAK)
    found = Comparison(outcome, False, touched, chance / (1 - chance), 1.0, matrix, np.arange(deals))
    return found, np.exp(log_odds)


def test_the_estimate_is_that_of_statsmodels() -> None:
    """On a continuous outcome: statsmodels' weighted regression adjustment on the treated."""
    comparison, _ = compared(1)
    exog = sm.add_constant(comparison.matrix)
    selection = sm.Logit(comparison.touched.astype(int), exog).fit(disp=0)
    reference = TreatmentEffect(sm.OLS(comparison.outcome, exog), comparison.touched.astype(int), selection)
    effect, _, _ = reference.ipw_ra(return_results=False, effect_group=1)
    assert estimate(comparison).difference == pytest.approx(effect, abs=1e-3)


def test_the_error_is_that_of_statsmodels() -> None:
    """With a constant alone, the difference of means with the robust error of statsmodels' regression."""
    rng = np.random.default_rng(8)
    touched = rng.random(1_500) < 0.3
    outcome = touched + rng.standard_normal(1_500)
    nothing = np.zeros((1_500, 1))
    ours = estimate(Comparison(outcome, False, touched, np.ones(1_500), 1.0, nothing, np.arange(1_500)))
    reference = sm.OLS(outcome, sm.add_constant(touched.astype(float))).fit(cov_type="HC0")
    assert ours.difference == pytest.approx(reference.params[1])
    assert ours.standard_error == pytest.approx(reference.bse[1], rel=0.01)


@pytest.mark.parametrize(("right_odds", "right_model"), [(True, False), (False, True), (True, True)])
def test_either_the_weights_or_the_model_may_be_wrong(right_odds: bool, right_model: bool) -> None:
    """With no weights or with no outcome model the effect of 1 is still found; with neither it is not."""
    comparison, odds = compared(2, 6_000)
    nothing = np.zeros_like(comparison.matrix)
    wrong = replace(comparison, odds=np.ones(len(odds)), matrix=nothing)
    tried = replace(
        comparison,
        odds=odds if right_odds else np.ones(len(odds)),
        matrix=comparison.matrix if right_model else nothing,
    )
    assert abs(estimate(tried).difference - 1.0) < 0.1
    assert abs(estimate(wrong).difference - 1.0) > 0.5


def test_weights_of_a_saturated_model_balance_exactly() -> None:
    """Where the odds know every group's share, the weighted deals have the same mix as the touched ones."""
    rng = np.random.default_rng(3)
    group = rng.integers(0, 3, 3_000)
    touched = rng.random(3_000) < np.array([0.1, 0.3, 0.6])[group]
    share = np.array([touched[group == one].mean() for one in range(3)])[group]
    matrix = np.eye(3)[group]
    comparison = Comparison(touched * 1.0, True, touched, share / (1 - share), 1.0, matrix, np.arange(3_000))
    found = balances(comparison, Covariates(matrix, ("a", "b", "c"), ("group",) * 3))
    assert max(abs(one.before) for one in found) > 0.5
    assert max(abs(one.after) for one in found) < 1e-12


@given(st.lists(st.floats(0.0, 1.5), min_size=1, max_size=8), st.floats(0.0, 0.9))
def test_the_weight_of_a_life_is_the_sum_over_its_ages(rates: list[float], at_start: float) -> None:
    """(1 - S) / S is what comparing at each age, corrected for those touched later, comes to."""
    touching = Touching(np.array([at_start]), np.array([rates]), np.arange(len(rates)))
    risks = [at_start, *(1 - np.exp(-rate) for rate in rates)]
    by_age = sum(risk / np.prod([1 - later for later in risks[age:]]) for age, risk in enumerate(risks))
    assert touched_odds(touching)[0] == pytest.approx(by_age, abs=1e-9)


def test_deals_of_one_account_count_as_less() -> None:
    """Every deal taken twice, as deals of the same account, tells no more than once: the same error."""
    comparison, _ = compared(4)
    twice = replace(
        comparison,
        **{
            name: np.repeat(getattr(comparison, name), 2, axis=0)
            for name in ("outcome", "touched", "odds", "matrix", "account")
        },
    )
    assert estimate(twice).standard_error == pytest.approx(estimate(comparison).standard_error, rel=0.01)
    apart = replace(twice, account=np.arange(len(twice.account)))
    assert estimate(apart).standard_error < 0.8 * estimate(comparison).standard_error


def test_rare_deals_do_not_speak_for_all() -> None:
    """One deal of enormous odds is cut to the cap: the effective number of deals stays high."""
    comparison, odds = compared(5)
    rare = np.flatnonzero(~comparison.touched)[0]
    comparison = replace(comparison, odds=np.where(np.arange(len(odds)) == rare, 1e6, odds))
    assert estimate(comparison).effective_untouched < 2
    capped = estimate(replace(comparison, cap_share=RULES.cap_share))
    assert capped.effective_untouched > 200
    assert abs(capped.difference - 1.0) < 0.2


def test_published_e_values() -> None:
    """3.9 gives 7.26 (VanderWeele, Ding 2017), a ratio below 1 that of its inverse, no effect gives 1."""
    assert e_value(3.9) == pytest.approx(7.26, abs=0.005)
    assert e_value(1 / 3.9) == pytest.approx(e_value(3.9))
    assert e_value(1.0) == 1.0
    with pytest.raises(ValueError, match="positive"):
        e_value(0.0)


def test_distance_to_nothing() -> None:
    """An interval that holds 0 is no distance away; without a measure of a reason there is no figure."""
    assert nearest_to_nothing(-0.3, 0.1) == pytest.approx(-0.2)
    assert nearest_to_nothing(0.05, 0.1) == 0.0
    assert times_to_nothing(-0.3, 0.1, 0.05) == pytest.approx(4.0)
    assert times_to_nothing(0.05, 0.1, 0.05) == 0.0
    assert times_to_nothing(0.3, 0.1, 0.0) is None


def test_a_source_that_names_a_partner_is_no_covariate() -> None:
    """A partner's referral as the source is the touch itself: such deals stand at the mean of the other sources."""
    frame = planted(400, seed=6).rows.to_pandas()
    frame["source"] = np.where(
        frame.index % 3 == 0, "partner_referral", np.where(frame.index % 3 == 1, "inbound", "event")
    )
    known = design("win_rate", read(pa.Table.from_pandas(frame, preserve_index=False)), RULES).known
    column = known.matrix[:, known.names.index("source: inbound")]
    assert set(np.round(column[frame.index % 3 == 0], 9)) == {0.0}
    assert not any("partner" in name for name in known.names)


def test_arms_hold_their_first_touch_alone() -> None:
    """A deal is of the channel of its first touch, and of no other."""
    deals = read(planted(500, seed=7).rows)
    held = [Arm("channel", name).holds(deals) for name in set(deals.arms["channel"]) - {""}]
    assert (np.sum(held, axis=0) == deals.touched).all()
