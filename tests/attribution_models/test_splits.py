"""What is divided again sums to what was divided, to the cent, whoever the partners, parents and roles are."""

from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from math import floor
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from attribution_models.policy_splits import ChainRules, PoolRules, RecurringRules
from attribution_models.splits import chains, pools, recurring
from attribution_models.splits.chains import Partner
from tests.attribution_models.journeys import POLICY

CHAINS, RECURRING, POOLS = POLICY.splits.chains, POLICY.splits.recurring, POLICY.splits.pools

NAMES = [f"P{n}" for n in range(6)]

cents = st.one_of(st.integers(0, 100), st.integers(0, 10**12), st.integers(0, 2**60))
shares = st.integers(0, 1000).map(lambda n: n / 1000)
partners = st.dictionaries(
    st.sampled_from(NAMES),
    st.builds(Partner, st.sampled_from(["reseller", "distributor", None]), st.sampled_from([*NAMES, "gone", None])),
)


def exact(claims: Sequence[Fraction], amount: int) -> list[int]:
    """SPEC 5 in fractions: floor of raw cents + 0.000001, then the largest remainders, those without a claim last."""
    total, millionth = sum(claims, Fraction(0)), Fraction(1, 10**6)
    raw = [claim / total * amount for claim in claims] if total else [Fraction(0)] * len(claims)
    credit = [floor(part + millionth) for part in raw]
    order = sorted(range(len(raw)), key=lambda i: (-round((raw[i] - credit[i]) / millionth), claims[i] == 0, i))
    for i in order[: int(sum(raw)) - sum(credit)]:
        credit[i] += 1
    return credit


def rows(table: pa.Table, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in table.to_pylist()]


def chain_credits(credit: Sequence[int]) -> pa.Table:
    """A deal per entry, each earned by the next partner."""
    return pa.table(
        {
            "deal_id": [f"D{n}" for n in range(len(credit))],
            "partner_id": [NAMES[n % len(NAMES)] for n in range(len(credit))],
            "credit_cents": pa.array(credit, pa.int64()),
        }
    )


@given(known=partners, credit=st.lists(cents, max_size=12), share=shares, both=st.booleans())
@example(known={"P0": Partner("reseller", "P0")}, credit=[100], share=0.2, both=False)
def test_a_chain_of_any_shape_gives_out_each_credit_to_the_cent(
    known: dict[str, Partner], credit: list[int], share: float, both: bool
) -> None:
    """Circles and unknown parents end the chain; nobody is in it twice, nothing is lost or negative."""
    types = ("reseller", "distributor") if both else ("reseller",)
    rules = ChainRules(enabled=True, parent_share=share, partner_types=types)
    given_out: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in chains.split(chain_credits(credit), known, rules).to_pylist():
        given_out[row["deal_id"]].append(row)
    for n, amount in enumerate(credit):
        parts = given_out[f"D{n}"]
        assert [part["level"] for part in parts] == list(range(len(parts)))
        assert len({part["beneficiary_partner_id"] for part in parts}) == len(parts)
        keeps, left = [], Fraction(1)
        for _ in parts[1:]:
            keeps.append(left * (1 - Fraction(str(share))))
            left *= Fraction(str(share))
        assert [part["credit_cents"] for part in parts] == exact([*keeps, left], amount)


def test_a_reseller_shares_with_its_parents_as_far_as_the_types_go() -> None:
    """10.00 over reseller, reseller, distributor at a fifth each time: 8.00, 1.60, 0.40; the distributor ends it."""
    known = {
        "P0": Partner("reseller", "P1"),
        "P1": Partner("reseller", "P2"),
        "P2": Partner("distributor", "P3"),
        "P3": Partner("distributor", None),
    }
    out = chains.split(chain_credits([1000]), known, CHAINS)
    assert rows(out, "beneficiary_partner_id", "credit_cents", "chain_end") == [
        ("P0", 800, None), ("P1", 160, None), ("P2", 40, None),
    ]  # fmt: skip


def test_a_circle_of_parents_ends_each_chain_and_is_told_once() -> None:
    """P0 > P1 > P2 > P1: every chain says why it ended, and one sentence names the two that form the circle."""
    known = {
        "P0": Partner("reseller", "P1"),
        "P1": Partner("reseller", "P2"),
        "P2": Partner("reseller", "P1"),
        "P3": Partner("reseller", "gone"),
        "P4": Partner("distributor", "gone"),
    }
    ends = {name: (chain.beneficiaries, chain.end) for name in known if (chain := chains.chain_of(name, known, CHAINS))}
    assert ends == {
        "P0": (("P0", "P1", "P2"), "cycle"),
        "P1": (("P1", "P2"), "cycle"),
        "P2": (("P2", "P1"), "cycle"),
        "P3": (("P3",), "unknown_parent"),
        "P4": (("P4",), None),
    }
    circle, unknown = chains.to_mend(known, CHAINS)
    assert "P1 > P2 > P1" in circle
    assert "parent_partner_id gone of P3 is no partner" in unknown


def test_a_very_long_chain_still_sums() -> None:
    """Two thousand partners in a row, where no float holds the last one's share as a whole number."""
    known = {f"P{n}": Partner("reseller", f"P{n + 1}") for n in range(2000)} | {"P2000": Partner("distributor", None)}
    out = chains.split(chain_credits([10**11]), known, CHAINS)
    assert out.num_rows == 2001
    assert sum(out["credit_cents"].to_pylist()) == 10**11


pool_rows = st.lists(
    st.tuples(st.sampled_from(["sourcing", "influencing", "delivering", "override"]), st.sampled_from(NAMES), cents),
    min_size=1,
    max_size=8,
    unique_by=lambda row: row[:2],
)


def pool_credits(deals: Sequence[Sequence[tuple[str, str, int]]]) -> pa.Table:
    order = [*POOLS.shares, pools.OVERRIDE]
    held = [
        {"deal_id": f"D{n:02}", "role": role, "partner_id": partner, "credit_cents": credit}
        for n, deal in enumerate(deals)
        for role, partner, credit in sorted(deal, key=lambda row: (order.index(row[0]), row[1]))
    ]
    return pa.Table.from_pylist(held, schema=pa.schema([pools.SCHEMA.field(name) for name in pools.SCHEMA.names]))


@given(deals=st.lists(pool_rows, min_size=1, max_size=5), parts=st.tuples(st.integers(0, 100), st.integers(0, 100)))
def test_pools_divide_what_the_partners_had_and_no_cent_more(
    deals: list[list[tuple[str, str, int]]], parts: tuple[int, int]
) -> None:
    """Roles by the policy's shares, partners in a role by their credit, overrides untouched: as in fractions."""
    first, second = min(parts), max(parts)
    weights = {"sourcing": first, "influencing": second - first, "delivering": 100 - second}
    rules = PoolRules(enabled=True, shares={role: weight / 100 for role, weight in weights.items()}, roles=POOLS.roles)
    out = pools.split(pool_credits(deals), rules).to_pylist()
    for n, deal in enumerate(deals):
        got = {(row["role"], row["partner_id"]): row["credit_cents"] for row in out if row["deal_id"] == f"D{n:02}"}
        assert got == expected_pools(deal, weights)
        assert sum(got.values()) == sum(credit for _, _, credit in deal)


def expected_pools(deal: Sequence[tuple[str, str, int]], weights: dict[str, int]) -> dict[tuple[str, str], int]:
    """The pools of one deal in exact fractions."""
    expected = {(role, partner): credit for role, partner, credit in deal if role == pools.OVERRIDE}
    played = [role for role in weights if any(row[0] == role for row in deal)]
    claim = [Fraction(weights[role]) for role in played]
    total = sum(credit for role, _, credit in deal if role != pools.OVERRIDE)
    for role, amount in zip(played, exact(claim if any(claim) else [Fraction(1)] * len(claim), total), strict=True):
        members = sorted((partner, credit) for name, partner, credit in deal if name == role)
        had = [Fraction(credit) for _, credit in members]
        cents_of = exact(had if any(had) else [Fraction(1)] * len(had), amount)
        expected |= {(role, partner): part for (partner, _), part in zip(members, cents_of, strict=True)}
    return expected


def test_a_role_that_nobody_played_leaves_its_share_to_the_others() -> None:
    """Without delivery 0.5 and 0.3 are five and three of eight parts."""
    out = pools.split(pool_credits([[("sourcing", "P0", 100), ("influencing", "P1", 700)]]), POOLS)
    assert rows(out, "role", "credit_cents") == [("sourcing", 500), ("influencing", 300)]


@pytest.mark.parametrize(("year", "share"), [(0, 0), (1, "0.3"), (2, "0.15"), (3, "0.075"), (4, 0), (-1, 0)])
def test_what_is_owed_decays_by_the_year_and_ends(year: int, share: str | int) -> None:
    """0.3, half of it, half of that, and nothing before the first or after the third year."""
    assert recurring.owed_share(year, RECURRING) == Fraction(share)


recurring_deals = st.lists(
    st.tuples(
        st.lists(st.tuples(st.integers(0, 10**9), st.booleans()), max_size=5), st.integers(0, 10**9), st.integers(0, 6)
    ),
    min_size=1,
    max_size=5,
)


def recurring_credits(deals: Sequence[tuple[Sequence[tuple[int, bool]], int, int]]) -> pa.Table:
    """Deals of (credit, is it set by an override) per partner, what no partner has, and the year (0: nothing owed)."""
    held = [
        {"deal_id": f"D{n}", "partner_id": partner, "credit_cents": credit, "is_set": is_set, "year": year}
        | {"amount_cents": direct + sum(credit for credit, _ in parts), "origin_partner_id": "O" if year else None}
        for n, (parts, direct, year) in enumerate(deals)
        for partner, (credit, is_set) in (zip(NAMES, parts, strict=False) if parts else [(None, (0, False))])
    ]
    types = {"deal_id": pa.string(), "partner_id": pa.string(), "credit_cents": pa.int64(), "is_set": pa.bool_()}
    types |= {"year": pa.int64(), "amount_cents": pa.int64(), "origin_partner_id": pa.string()}
    return pa.Table.from_pylist(held, schema=pa.schema(list(types.items())))


@given(deals=recurring_deals, first=shares, factor=shares, years=st.integers(1, 5))
def test_recurring_parts_sum_to_the_deal_to_the_cent(
    deals: list[tuple[list[tuple[int, bool]], int, int]], first: float, factor: float, years: int
) -> None:
    """Owed, kept, set by people and direct are the deal's amount, as in fractions; an override keeps all of its own."""
    rules = RecurringRules(enabled=True, first_year_share=first, yearly_factor=factor, years=years)
    out = recurring.split(recurring_credits(deals), rules).to_pylist()
    assert all(row["credit_cents"] > 0 for row in out)
    for n, (parts, direct, year) in enumerate(deals):
        got = {(row["part"], row["partner_id"]): row["credit_cents"] for row in out if row["deal_id"] == f"D{n}"}
        free = direct + sum(credit for credit, is_set in parts if not is_set)
        share = Fraction(str(first)) * Fraction(str(factor)) ** (year - 1) if 1 <= year <= years else Fraction(0)
        owed, rest = exact([share, 1 - share], free)
        had = [0 if is_set else credit for credit, is_set in parts]
        *kept, nobody = exact([Fraction(part) for part in [*had, direct]], rest)
        expected = {("origin", "O"): owed, ("direct", None): nobody}
        expected |= {("model", NAMES[i]): part for i, part in enumerate(kept)}
        expected |= {("override", NAMES[i]): credit for i, (credit, is_set) in enumerate(parts) if is_set}
        assert got == {key: part for key, part in expected.items() if part}
        assert sum(got.values()) == direct + sum(credit for credit, _ in parts)


def test_nothing_to_divide_gives_empty_tables() -> None:
    """No credits, no rows: every split has its columns all the same."""
    for table, schema in (
        (chains.split(chain_credits([]), {}, CHAINS), chains.SCHEMA),
        (pools.split(pool_credits([]), POOLS), pools.SCHEMA),
        (recurring.split(recurring_credits([]), RECURRING), recurring.SCHEMA),
    ):
        assert table.num_rows == 0
        assert table.schema.equals(schema)
