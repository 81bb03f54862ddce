"""Names of partners: as files they never collide, and in texts those of others are found however they are written."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.partner_pages.names import file_names
from reports.partner_pages.others import HIDDEN, Others

PARTNERS: list[dict[str, Any]] = [
    {"partner_id": "0015g0000000001AAA", "partner_name": "Acme"},
    {"partner_id": "P-2", "partner_name": "Acme Cloud Ltd."},
    {"partner_id": "P-3", "partner_name": "阿里云"},
    {"partner_id": "P-4", "partner_name": "Söhne & Töchter GmbH"},
    {"partner_id": "P-5", "partner_name": "🚀"},
    {"partner_id": "P-6", "partner_name": None},
]
OTHERS = Others(PARTNERS)


@pytest.mark.parametrize(
    ("text", "own", "told"),
    [
        ("Renewal with Acme, pushed by Acme Cloud", "P-3", f"Renewal with {HIDDEN}, pushed by {HIDDEN}"),
        ("Renewal with Acme, pushed by Acme Cloud", "P-2", f"Renewal with {HIDDEN}, pushed by Acme Cloud"),
        ("ACME   cloud ltd", "P-3", f"{HIDDEN}"),
        ("Acme's deal, not acmeology", "P-2", f"{HIDDEN}'s deal, not acmeology"),
        ("与阿里云合作", "P-2", f"与{HIDDEN}合作"),
        ("With So\u0308hne & To\u0308chter", "P-2", f"With {HIDDEN}"),
        ("Söhne, Töchter", "P-2", HIDDEN),
        ("Go 🚀 go", "P-2", f"Go {HIDDEN} go"),
        ("see 0015g0000000001aaa", "P-2", f"see {HIDDEN}"),
        ("see 0015g0000000001AAA", "0015g0000000001AAA", "see 0015g0000000001AAA"),
        ("see 0015g0000000001aaa", "0015g0000000001AAA", f"see {HIDDEN}"),
        ("P 2 is too short to be an id", "P-3", "P 2 is too short to be an id"),
        (None, "P-2", ""),
    ],
)
def test_other_names_are_hidden_and_the_own_one_stays(text: str | None, own: str, told: str) -> None:
    """Case, spaces, punctuation, accents and a missing legal form hide no name; a longer name wins over a shorter."""
    assert OTHERS.hide(text, own) == told


def test_partners_of_one_name_do_not_hide_each_other() -> None:
    """Where two partners have the same name, it is a partner's own on both pages."""
    twins = Others([{"partner_id": "A", "partner_name": "Twin Co"}, {"partner_id": "B", "partner_name": "twin"}])
    assert twins.hide("Twin won it", "B") == "Twin won it"
    assert twins.hide("Twin Co won it", "A") == "Twin Co won it"
    assert twins.hide("Twin Co won it", "C") == f"{HIDDEN} won it"


NAME = st.lists(st.sampled_from(["alpha", "Beta", "cloud", "7", "Ωmega", "é", "云"]), min_size=1, max_size=3).map(
    " ".join
)


@given(
    st.lists(NAME, min_size=2, max_size=6, unique_by=str.casefold), st.lists(st.integers(0, 5), max_size=6), st.data()
)
def test_no_text_made_of_names_tells_another_partner(names: list[str], picked: list[int], data: st.DataObject) -> None:
    """Whatever names a text strings together, no name of another partner is left that is not part of the own one."""
    partners = [{"partner_id": f"partner-{place}", "partner_name": name} for place, name in enumerate(names)]
    own = data.draw(st.integers(0, len(names) - 1))
    told = Others(partners).hide(" met ".join(names[place % len(names)] for place in picked), f"partner-{own}")
    parts = told.split(" met ") if told else []
    assert len(parts) == len(picked)
    assert all(part.casefold() == names[own].casefold() or part == HIDDEN for part in parts)


PEERS = [
    {"partner_id": "P-1", "partner_name": "Northwind Traders GmbH"},
    {"partner_id": "P-2", "partner_name": "The Blue Ridge Consulting Group"},
    {"partner_id": "P-3", "partner_name": "Greywell Advisory"},
    {"partner_id": "P-4", "partner_name": "Kelmore Associates"},
    {"partner_id": "P-5", "partner_name": "Summit Cloud Services"},
    {"partner_id": "P-6", "partner_name": "Old Kelmore Labs"},
    {"partner_id": "P-7", "partner_name": "Arc Digital"},
]
CALLED = Others(PEERS, ["Greywell Outfitters Ltd", "Account managed by Northwind", None])


@pytest.mark.parametrize(
    ("text", "own", "told"),
    [
        ("Northwind's wish", "P-3", f"{HIDDEN}'s wish"),
        ("Asked by NORTHWIND-Team", "P-3", f"Asked by {HIDDEN}-Team"),
        ("Northwind's wish", "P-1", "Northwind's wish"),
        ("Blue Ridge, and blue paint on Blue walls", "P-3", f"{HIDDEN}, and blue paint on Blue walls"),
        ("Greywell Outfitters Ltd - Data Platform", "P-1", "Greywell Outfitters Ltd - Data Platform"),
        ("Greywell Advisory asked", "P-1", f"{HIDDEN} asked"),
        ("Kelmore asked Old Kelmore", "P-1", f"Kelmore asked {HIDDEN}"),
        ("Kelmore asked", "P-6", "Kelmore asked"),
        ("Summit Cloud renewal, Summit of sales", "P-1", "Summit Cloud renewal, Summit of sales"),
        ("Arc of the project", "P-1", "Arc of the project"),
        ("we sail northwind", "P-3", "we sail northwind"),
    ],
)
def test_a_partner_called_by_the_beginning_of_its_name_is_hidden(text: str, own: str, told: str) -> None:
    """A beginning that is one partner's alone is hidden; what is common, a customer's or an ordinary word stays."""
    assert CALLED.hide(text, own) == told


def test_a_beginning_never_cuts_a_partner_s_own_name() -> None:
    """Where a text runs the own name into another's beginning, the own one stays whole, be it a customer's too."""
    names = {"A": "Blue Ridge", "B": "Ridge Farrow Trading Inc"}
    partners = [{"partner_id": key, "partner_name": name} for key, name in names.items()]
    others = Others(partners, ["Blue Ridge Resort"])
    assert others.hide("Blue Ridge Farrow", "A") == "Blue Ridge Farrow"
    assert others.hide("Blue sky, Ridge Farrow", "A") == f"Blue sky, {HIDDEN}"


WORDS = ["Northwind", "Greywell", "Cloud", "Kelmore", "Data", "Labs", "Summit", "GmbH", "Farrow", "Söhne"]
COMPANY = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)


def core(name: str) -> list[str]:
    """The words of a name made of WORDS, without the legal form."""
    words = name.casefold().split()
    while len(words) > 1 and words[-1] == "gmbh":
        words.pop()
    return words


@given(
    st.lists(COMPANY, min_size=1, max_size=6, unique_by=str.casefold),
    st.lists(COMPANY, max_size=3),
    st.lists(st.sampled_from([*WORDS, "Renewal"]), max_size=8),
    st.data(),
)
def test_a_word_goes_exactly_where_it_names_one_other_partner(
    names: list[str], accounts: list[str], said: list[str], data: st.DataObject
) -> None:
    """A word is taken out where it is another's whole name, or begins one name alone, is no customer's and unusual."""
    partners = [{"partner_id": f"partner-{place}", "partner_name": name} for place, name in enumerate(names)]
    own = data.draw(st.integers(0, len(names) - 1))
    others = Others(partners, accounts)
    cores = [core(name) for name in names]

    def goes(word: str) -> bool:
        if [word] in cores or word in [name.casefold() for name in names]:
            return [word] != cores[own] and word != names[own].casefold()
        holders = [place for place, words in enumerate(cores) if word in words]
        is_alone = len(holders) == 1 and holders != [own] and cores[holders[0]][0] == word
        is_customer = word in [core(account)[0] for account in accounts]
        return is_alone and not is_customer and word not in {"cloud", "data", "labs", "summit", "renewal"}

    told = others.hide(" met ".join(said), f"partner-{own}").split(" met ") if said else []
    assert told == [HIDDEN if goes(word.casefold()) else word for word in said]
    assert others.hide(f"Deal of {names[own]}", f"partner-{own}") == f"Deal of {names[own]}"


HOSTILE = [
    "P1",
    "p1",
    "con",
    "COM1.x",
    "index",
    "../up",
    "a/b",
    "a\\b",
    "",
    ".",
    "..",
    "é",
    "e\u0301",
    "x" * 300,
    "x" * 301,
    "nul",
    "名",
]


def test_plain_ids_are_their_own_file_names() -> None:
    """An id that every file system takes names its page; one that differs from another in case alone does not."""
    names = file_names(["P-17", "0015g000000000MAAQ", "Ab", "aB"])
    assert names["P-17"] == "P-17.html"
    assert names["0015g000000000MAAQ"] == "0015g000000000MAAQ.html"
    assert names["Ab"] != "Ab.html"


@given(st.lists(st.text(max_size=40) | st.sampled_from(HOSTILE), unique=True, max_size=30))
def test_no_two_partners_share_a_file_on_any_system(ids: list[str]) -> None:
    """Names are distinct in any case of letters, short, plain, no way out of the folder, and never reserved."""
    names = file_names(ids)
    assert set(names) == set(ids)
    assert len({name.casefold() for name in names.values()}) == len(ids)
    for name in names.values():
        assert len(name.encode()) <= 120
        assert set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._~-")
        assert name != "index.html"
        assert name.partition(".")[0].casefold() not in {"con", "nul", "com1"}
        assert not name.startswith(".")
