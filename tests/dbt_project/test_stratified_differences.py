"""Differences within strata: the SQL macros against exact arithmetic, published formulas and real deals."""

import csv
import math
from collections import defaultdict
from fractions import Fraction
from functools import cache
from pathlib import Path
from statistics import mean, variance
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from tests.dbt_project.macro_text import render

Z = 1.959963984540054
SALVIRT = Path(__file__).parents[3] / "shared" / "data" / "salvirt_b2b" / "Salvirt_B2B_ML_dataset.csv"
COLUMNS = ["won1", "n1", "won0", "n0"]
ESTIMATE = render(f"stratified_rate_difference({', '.join(map(repr, COLUMNS))})")
LOW, HIGH = (render(f"stratified_rate_interval({COLUMNS}, '{sign}')") for sign in "-+")

Stratum = tuple[int, int, int, int]


def in_sql(strata: list[Stratum]) -> tuple[float | None, float | None, float | None]:
    """Difference and both ends of its interval, as the warehouse computes them."""
    values = ", ".join(str(stratum) for stratum in strata)
    query = f"select {ESTIMATE}, {LOW}, {HIGH} from (values {values}) as strata (won1, n1, won0, n0)"
    return answer(query)


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def answer(query: str) -> Any:
    """The one row that ``query`` finds."""
    (row,) = _connection().execute(query).fetchall()
    return row


def exact_difference(strata: list[Stratum]) -> Fraction | None:
    """The Mantel-Haenszel risk difference, in whole numbers."""
    shared = [(won1, n1, won0, n0, Fraction(n1 * n0, n1 + n0)) for won1, n1, won0, n0 in strata if n1 and n0]
    total = sum(weight for *_, weight in shared)
    parts = (weight * (Fraction(won1, n1) - Fraction(won0, n0)) for won1, n1, won0, n0, weight in shared)
    return sum(parts, Fraction()) / total if total else None


def variance_at(strata: list[Stratum], difference: float) -> float:
    """Sato's variance of the estimate, were the true difference this one."""
    shared = [stratum for stratum in strata if stratum[1] and stratum[3]]
    total = sum(n1 * n0 / (n1 + n0) for _, n1, _, n0 in shared)
    p = sum((n1**2 * won0 - n0**2 * won1 + n1 * n0 * (n0 - n1) / 2) / (n1 + n0) ** 2 for won1, n1, won0, n0 in shared)
    q = sum((won1 * (n0 - won0) + won0 * (n1 - won1)) / (2 * (n1 + n0)) for won1, n1, won0, n0 in shared)
    return (difference * p + q) / total**2


@st.composite
def stratum(draw: st.DrawFn) -> Stratum:
    n1, n0 = draw(st.integers(0, 60)), draw(st.integers(0, 60))
    return draw(st.integers(0, n1)), n1, draw(st.integers(0, n0)), n0


@settings(max_examples=60)
@given(st.lists(stratum(), min_size=1, max_size=6))
def test_the_difference_is_mantel_haenszel_and_its_ends_lie_z_standard_errors_away(strata: list[Stratum]) -> None:
    """In any strata the estimate is the exact one, and each end that is not cut at 1 solves Klingenberg's equation."""
    estimate, low, high = in_sql([stratum for stratum in strata if stratum[1] + stratum[3]] or [(0, 1, 0, 0)])
    exact = exact_difference(strata)
    if exact is None:
        assert (estimate, low, high) == (None, None, None)
        return
    assert estimate == pytest.approx(float(exact), abs=1e-12)
    assert low is not None
    assert high is not None
    assert -1 <= low <= estimate + 1e-9
    assert estimate - 1e-9 <= high <= 1
    for end in (low, high):
        if abs(end) < 1:
            assert (estimate - end) ** 2 == pytest.approx(Z**2 * variance_at(strata, end), abs=1e-9)


def test_another_mix_is_not_sold_as_lift() -> None:
    """Partners win 26 of 40 against 14 of 40 only because they bring easy deals: like with like there is nothing."""
    easy, hard = (24, 30, 8, 10), (2, 10, 6, 30)
    estimate, low, high = in_sql([easy, hard])
    assert estimate == pytest.approx(0.0, abs=1e-12)
    assert low is not None
    assert high is not None
    assert low < -0.1
    assert high > 0.1
    crude, *_ = in_sql([(26, 40, 14, 40)])
    assert crude == pytest.approx(0.3)


def test_a_sure_thing_still_has_an_interval() -> None:
    """Three of three against none of three: the textbook's standard error is 0, the interval is not."""
    estimate, low, high = in_sql([(3, 3, 0, 3)])
    assert (estimate, high) == (1.0, 1.0)
    assert low is not None
    assert low < 0.5


@pytest.mark.parametrize(
    ("with_it", "without", "rates", "lift"),
    [
        ([4, 6, 3, 8, 2], [30, 20, 15, 40, 10], [0.2, 0.3, 0.5, 0.25, 0.6], 0.15),
        ([1] * 25, [3] * 25, [0.1 + 0.02 * n for n in range(25)], 0.2),
        ([10, 12, 8], [80, 70, 60], [0.2, 0.5, 0.3], 0.0),
        ([20, 20], [100, 100], [0.05, 0.1], 0.05),
    ],
    ids=["small strata", "one against three", "no lift", "rare wins"],
)
def test_the_interval_holds_the_true_lift_about_95_times_in_100(
    with_it: list[int], without: list[int], rates: list[float], lift: float
) -> None:
    """Of 2,000 programmes drawn with a known lift, between 92 and 97 in 100 have it inside their interval."""
    draw, repeats = np.random.default_rng(20260101), 2_000
    n1, n0, rate = np.array(with_it), np.array(without), np.array(rates)
    columns = {
        "programme": np.repeat(np.arange(repeats), len(n1)),
        "won1": draw.binomial(n1, rate + lift, (repeats, len(n1))).ravel(),
        "n1": np.tile(n1, repeats),
        "won0": draw.binomial(n0, rate, (repeats, len(n0))).ravel(),
        "n0": np.tile(n0, repeats),
    }
    _connection().register("drawn", pa.table(columns))
    programmes = f"select {LOW} as low, {HIGH} as high from drawn group by programme"
    (held,) = answer(f"select avg(({lift} between low and high)::int) from ({programmes})")
    assert 0.92 < held < 0.97


numbers = st.lists(st.integers(-50, 50), min_size=10, max_size=20)


@settings(max_examples=25)
@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=3))
def test_means_are_compared_by_the_same_weights_with_pooled_variances(
    strata: list[tuple[list[int], list[int]]],
) -> None:
    """Difference and half-width of means in strata are those worked out with Python's own statistics."""
    weights = [len(one) * len(none) / (len(one) + len(none)) for one, none in strata]
    expected = sum(w * (mean(one) - mean(none)) for w, (one, none) in zip(weights, strata, strict=True)) / sum(weights)
    noise = 0.0
    for side in (0, 1):
        pooled = sum((len(s[side]) - 1) * variance(s[side]) for s in strata) / sum(len(s[side]) - 1 for s in strata)
        noise += pooled * sum(w**2 / len(s[side]) for w, s in zip(weights, strata, strict=True))
    values = ", ".join(
        str((float(mean(a)), len(a), float(variance(a)), float(mean(b)), len(b), float(variance(b)))) for a, b in strata
    )
    columns = ["mean1", "n1", "variance1", "mean0", "n0", "variance0"]
    low, high = (
        render(f"stratified_interval({columns}, '{sign}')", data_quality__small_sample_deals=10) for sign in "-+"
    )
    query = (
        f"select {low}, {high} from (select columns(*)::double from (values {values}) as strata ({', '.join(columns)}))"
    )
    found_low, found_high = answer(query)
    half = Z * math.sqrt(noise) / sum(weights)
    assert found_low == pytest.approx(expected - half, abs=1e-8)
    assert found_high == pytest.approx(expected + half, abs=1e-8)


@pytest.mark.skipif(not SALVIRT.is_file(), reason="../shared/data/salvirt_b2b (real B2B deals) is absent")
def test_real_deals_with_and_without_a_partnership() -> None:
    """Of 448 real deals 36 of 53 with a partner were won and 191 of 395 without: 19.6 points, and by company size too.

    The interval lies within a point of Newcombe's, and so do the ends of both Wilson intervals of statsmodels' own.
    """
    with SALVIRT.open(encoding="utf-8", newline="") as file:
        deals = list(csv.DictReader(file, delimiter=";"))
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for deal in deals:
        place = 0 if deal["Partnership"] == "Yes" else 2
        counts[deal["Comp_size"]][place] += deal["Status"] == "Won"
        counts[deal["Comp_size"]][place + 1] += 1
    strata = [(a, b, c, d) for a, b, c, d in counts.values()]
    whole = [
        (sum(s[0] for s in strata), sum(s[1] for s in strata), sum(s[2] for s in strata), sum(s[3] for s in strata))
    ]
    assert whole == [(36, 53, 191, 395)]
    estimate, low, high = in_sql(whole)
    assert estimate == pytest.approx(36 / 53 - 191 / 395)
    assert (low, high) == pytest.approx(confint_proportions_2indep(36, 53, 191, 395, method="newcomb"), abs=0.01)
    adjusted, *_ = in_sql(strata)
    assert adjusted == pytest.approx(float(exact_difference(strata) or 0))
    assert adjusted == pytest.approx(0.168, abs=0.05)
    for won, decided in ((36, 53), (191, 395)):
        ends = [render(f"wilson({won}, {decided}, '{sign}')") for sign in "-+"]
        assert answer(f"select {', '.join(ends)}") == pytest.approx(proportion_confint(won, decided, method="wilson"))
