"""Out-of-time prediction by credit, worked by hand, and on deals whose partners are worth something that is known."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import spearmanr

from attribution_models.policy import Policy
from attribution_models.scorecard.measure import bootstrap
from attribution_models.scorecard.prediction import deal_predictor, log_loss_gain, log_losses, rank_correlation
from attribution_models.scorecard.study import Study, given_shares, models_at_cut, quarters, study
from attribution_models.types import Floats
from tests.attribution_models.decided import Decided, judging, planted, tables

EASY = judging(partner_deals=1, fewest_partners=3, prior_deals=2, fewest_deals=2, test_share=0.5)
BY_HAND = [
    # Up to the cut: A wins 1 of 2 alone, B half a win of 2 and C half a win of 1, which they share.
    Decided("d1", "won", 1, ["A"]),
    Decided("d2", "lost", 2, ["A"]),
    Decided("d3", "won", 100, ["B", "C"]),
    Decided("d4", "lost", 101, ["B"]),
    # After it: A wins 1 of 2, B none of 1, C all of 1.
    Decided("d5", "won", 300, ["A"]),
    Decided("d6", "lost", 301, ["A"]),
    Decided("d7", "lost", 302, ["B"]),
    Decided("d8", "won", 303, ["C"]),
]


def studied(deals: list[Decided], policy: Policy) -> Study:
    data = study(*tables(deals), policy)
    assert data is not None
    return data


def wins(data: Study, policy: Policy, model: str = "linear") -> Floats:
    (chosen,) = [one for one in models_at_cut(data, policy) if one.name == model]
    return data.per_pair(given_shares(chosen, data.credited, policy))


def test_the_cut_leaves_the_latest_deals_for_judging() -> None:
    """Half of eight deals close after the cut; deals at the cut belong to what was known."""
    data = studied(BY_HAND, EASY)
    assert data.is_past.tolist() == [True] * 4 + [False] * 4
    assert set(data.past_journeys["deal_id"].to_pylist()) == {"d1", "d2", "d3", "d4"}


def test_the_rank_correlation_by_hand() -> None:
    """Credited wins per deal (0.5, 0.25, 0.5) against win rates (0.5, 0, 1): as SciPy ranks them."""
    data = studied(BY_HAND, EASY)
    measured = rank_correlation(data, wins(data, EASY), EASY)
    assert measured.value == pytest.approx(spearmanr([0.5, 0.25, 0.5], [0.5, 0.0, 1.0]).statistic)
    assert (measured.partner_count, measured.deal_count, measured.is_small_sample) == (3, 8, True)


def test_who_gets_the_shared_win_decides_the_ranks() -> None:
    """First touch gives it all to B: (0.5, 0.5, 0) against (0.5, 0, 1)."""
    data = studied(BY_HAND, EASY)
    measured = rank_correlation(data, wins(data, EASY, "first_touch"), EASY)
    assert measured.value == pytest.approx(spearmanr([0.5, 0.5, 0.0], [0.5, 0.0, 1.0]).statistic)


def test_a_deal_is_predicted_from_the_quarters_before_its_own() -> None:
    """In the first quarter nobody has a history; in the second A has 1 win of 2; after the cut all of it counts."""
    data = studied(BY_HAND, EASY)
    predictor = deal_predictor(data, wins(data, EASY), EASY)
    assert np.isnan(predictor[:2]).all()
    # Before the second quarter the mean is 1/2, and B and C, who have no history, are given it.
    assert predictor[2:4] == pytest.approx([0.5, 0.5])
    # At the cut the mean over A (1 of 2), B (1/2 of 2) and C (1/2 of 1) is 2/5, and weighs two deals.
    a, b, c = (1 + 0.8) / 4, (0.5 + 0.8) / 4, (0.5 + 0.8) / 3
    assert predictor[4:] == pytest.approx([a, a, b, c])


def test_a_deal_soon_after_the_cut_knows_all_that_came_before_it() -> None:
    """In the quarter of the cut itself, what closed earlier in that quarter counts as well."""
    soon = [*BY_HAND[:4], Decided("d5", "won", 102, ["B"]), *BY_HAND[5:]]
    data = studied(soon, EASY)
    assert deal_predictor(data, wins(data, EASY), EASY)[4] == pytest.approx((0.5 + 0.8) / 4)


def test_the_interval_does_not_depend_on_the_order_of_rows() -> None:
    """Partners or deals in another order are resampled alike."""
    rows = np.random.default_rng(1).random((30, 2))
    one, other = (bootstrap(some, lambda drawn: drawn[:, :, 0].mean(axis=1), EASY) for some in (rows, rows[::-1]))
    assert one == other and one is not None and one[0] < rows[:, 0].mean() < one[1]


def test_what_happened_after_the_cut_is_not_known_before() -> None:
    """Turning every later win into a loss and back leaves every prediction as it was."""
    turned = [replace(deal, outcome="lost" if deal.outcome == "won" else "won") for deal in BY_HAND[4:]]
    before, after = (studied(deals, EASY) for deals in (BY_HAND, BY_HAND[:4] + turned))
    one, other = (deal_predictor(data, wins(data, EASY), EASY) for data in (before, after))
    assert one == pytest.approx(other, nan_ok=True)


def test_log_losses_by_hand() -> None:
    """0.8 given to a win costs -log 0.8, to a loss -log 0.2."""
    losses = log_losses(np.array([0.8, 0.8]), np.array([True, False]))
    assert losses == pytest.approx([0.2231435513, 1.6094379124])


def test_credit_that_follows_worth_predicts_and_credit_against_it_does_not() -> None:
    """On deals won as their partners are worth, a model that sees the worth comes before one that inverts it."""
    deals, worth = planted(2_400)
    policy = judging()
    data = studied(deals, policy)
    names = sorted(worth)
    value = np.array([worth[name] for name in names])
    own = value[_place(data, names)]
    is_won = data.is_won[data.pair_deal]
    sums = np.bincount(data.pair_deal, weights=own)[data.pair_deal]
    good = np.where(is_won, own / sums, 0.0)
    bad = np.where(is_won, 1 - own / sums, 0.0)
    ranks, inverted = rank_correlation(data, good, policy).value, rank_correlation(data, bad, policy).value
    assert ranks is not None and inverted is not None
    assert ranks > 0.8 and inverted < 0.5
    gain, loss = log_loss_gain(data, good, policy), log_loss_gain(data, bad, policy)
    assert gain.value is not None and gain.value_low is not None and loss.value is not None
    assert gain.value_low > 0
    assert gain.value > loss.value


def _place(data: Study, names: list[str]) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Per pair, the place of its partner in ``names``: codes go by first appearance, names are found through rows."""
    rows = data.credited.rows["partner_id"].to_pylist()
    code_of = {name: int(data.pair_partner[pair]) for name, pair in zip(rows, data.row_pair, strict=True)}
    place = np.empty(data.partners, dtype=np.int64)
    for name, code in code_of.items():
        place[code] = names.index(name)
    return place[data.pair_partner]


def test_credit_that_means_nothing_gains_nothing() -> None:
    """Where outcomes are drawn without regard to partners, the interval of the gain reaches down to nothing."""
    deals, _ = planted()
    rng = np.random.default_rng(5)
    blind = [replace(deal, outcome="won" if rng.random() < 0.5 else "lost") for deal in deals]
    policy = judging()
    data = studied(blind, policy)
    measured = log_loss_gain(data, wins(data, policy), policy)
    assert measured.value_low is not None and measured.value_low <= 0


def test_too_little_says_so_and_gives_no_number() -> None:
    """Fewer partners, or later deals, than the policy asks for: no value, and the reason in words."""
    policy = judging(fewest_partners=4, fewest_deals=5, partner_deals=1, test_share=0.5)
    data = studied(BY_HAND, policy)
    ranks, gain = rank_correlation(data, wins(data, policy), policy), log_loss_gain(data, wins(data, policy), policy)
    assert ranks.value is None and "3 partners" in str(ranks.note)
    assert gain.value is None and "4 decided deals" in str(gain.note)


def test_outcomes_of_one_kind_teach_no_prediction() -> None:
    """Without a single loss up to the cut there is nothing to fit."""
    won = [replace(deal, outcome="won") if deal.day < 200 else deal for deal in BY_HAND]
    data = studied(won, EASY)
    measured = log_loss_gain(data, wins(data, EASY), EASY)
    assert measured.value is None and "do not hold both" in str(measured.note)


def test_quarters_are_the_policys() -> None:
    """A close late on 31 March in New York is in the first quarter, though in UTC it is April."""
    times = np.array(["2025-04-01T03:00:00", "2025-04-01T05:00:00"], dtype="datetime64[us]").view(np.int64)
    new_york = EASY.model_copy(update={"time_zone": "America/New_York"})
    first, second = quarters(times, new_york)
    assert second == first + 1
    assert len(set(quarters(times, EASY).tolist())) == 1
    february = new_york.model_copy(update={"fiscal_year_start_month": 2})
    assert len(set(quarters(times, february).tolist())) == 1
