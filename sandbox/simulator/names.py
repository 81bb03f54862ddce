"""Believable names of companies, people and products, drawn from parts. None is meant to be a company that exists."""

import numpy as np


def _words(text: str) -> list[str]:
    return text.split()


STEMS = np.array(
    _words("""
    Alder Amberline Arbour Ashgrove Aster Beacon Birchfield Blackwater Bluestone Bramley Briar Bridgeford
    Brightwater Caldera Calloway Cedarwood Chalk Clearbrook Copperfield Corvane Cotswold Crestline Crosswell
    Dalewood Dovetail Eastmere Edgecombe Elmstead Evenfall Fairhaven Falkner Farrow Fenwick Ferndale Fieldstone
    Foxglove Gainsford Glenmoor Granary Greenholt Greywell Halden Harrow Hartwell Hazelmere Highmark Holloway
    Hornbeam Ironbridge Ivywell Junction Juniper Kelmore Kestrel Kingsmead Lakeland Lanternway Larkspur Laurel
    Linden Longacre Lowell Mapleton Marlow Mayfield Millrace Moorgate Mossbank Nettlefield Newbury Northwell
    Oakhurst Oldmill Orchard Osprey Overland Parkside Pebble Penrose Pinecrest Plover Quarry Quayside Ravenhill
    Redfern Ridgeway Riverbend Rookwood Rosewall Rowan Saltmarsh Sandpiper Seabright Shoreline Silverdale
    Southmoor Sparrow Springwell Stanmore Stillwater Stonebridge Summerlin Sycamore Tamarind Teasel Thistle
    Thornbury Tidewater Timberline Trellis Underhill Valebrook Verity Wakefield Walnut Waterford Wellspring
    Westmere Whitfield Willowby Windmere Wren Yarrow
    """)
)
INDUSTRIES = np.array(
    ["Manufacturing", "Retail", "Financial Services", "Healthcare", "Logistics", "Software", "Energy", "Education",
     "Media", "Hospitality"]
)  # fmt: skip
_TRADES = (
    ("Instruments", "Castings", "Components", "Machine Works", "Plastics", "Controls"),
    ("Foods", "Outfitters", "Home", "Markets", "Grocers", "Supply"),
    ("Capital", "Mutual", "Savings", "Assurance", "Payments", "Credit Union"),
    ("Health", "Clinics", "Diagnostics", "Therapeutics", "Dental", "Care Group"),
    ("Logistics", "Freight", "Shipping", "Haulage", "Couriers", "Warehousing"),
    ("Software", "Data", "Labs", "Digital", "Cloud", "Analytics"),
    ("Energy", "Power", "Solar", "Utilities", "Petroleum", "Grid"),
    ("Academy", "Learning", "Schools", "College", "Publishing", "Tutors"),
    ("Media", "Broadcasting", "Studios", "Press", "Pictures", "Events"),
    ("Hotels", "Resorts", "Leisure", "Travel", "Catering", "Restaurants"),
)
TRADES = np.array(_TRADES)
SUFFIXES = np.array(["", " Inc", " Ltd", " Group", " GmbH", " & Co", " Holdings", " Partners", " International"])
TOWNS = np.array(
    ["Austin", "Bristol", "Cologne", "Denver", "Edmonton", "Florence", "Geneva", "Hobart", "Izmir", "Jaipur", "Kyoto",
     "Leeds", "Madrid", "Nantes", "Oslo", "Porto", "Quito", "Rennes", "Seattle", "Toronto"]
)  # fmt: skip
_PARTNER_ENDINGS = (
    ("Base", "Stack", "Flow", "Sync", " Metrics", " Labs"),
    (" Solutions", " Technology Group", " IT Services", " Systems", " Business Solutions", " Cloud"),
    (" Distribution", " Wholesale Technology", " Channel Services"),
    (" Advisory", " Network", " Associates", " Growth Partners"),
    (" Consulting", " Integration", " & Marsh", " Digital Engineering", " Delivery"),
    (" Creative", " Interactive", " Agency", " Studio"),
    (" Marketplace", " Exchange", " App Store"),
)
_FIRST = _words("""
    Ada Amir Anika Bruno Carla Chen Dana Elias Emeka Farah Gita Hana Ivo Jonas Keiko Leila Luca Mara Nadia Noor
    Omar Pia Priya Rafael Rosa Sami Sofia Tariq Uma Vera Wes Yuki Zane
""")
_LAST = _words("""
    Abbott Adeyemi Almeida Bauer Castillo Chaudhry Delgado Eriksen Ferreira Fontaine Gupta Haddad Ibarra Jansen
    Kimura Kowalski Lindqvist Moreau Nakamura Novak Okafor Olsen Petrov Quinn Reyes Rossi Sandhu Tanaka Urban
    Vasquez Whitfield Yilmaz Zimmerman
""")
PRODUCTS = np.array(["Analytics Suite", "Workflow Cloud", "Data Platform", "Service Desk", "Planning", "Commerce Hub"])


def account_names(rng: np.random.Generator, industries: np.ndarray) -> list[str]:
    """A name for each account, fitting its industry; no two alike, as far as the parts reach."""
    combinations = len(STEMS) * TRADES.shape[1] * len(SUFFIXES)
    numbers = _spread(rng, len(industries), combinations)
    rounds, numbers = np.divmod(numbers, combinations)
    rest, suffix = np.divmod(numbers, len(SUFFIXES))
    stem, trade = np.divmod(rest, TRADES.shape[1])
    towns = np.where(rounds > 0, TOWNS[rounds % len(TOWNS)], "")
    parts = zip(STEMS[stem], TRADES[industries, trade], SUFFIXES[suffix], towns, strict=True)
    return [f"{stem} {trade}{suffix}{' ' + town if town else ''}" for stem, trade, suffix, town in parts]


def _spread(rng: np.random.Generator, count: int, combinations: int) -> np.ndarray:
    """``count`` different numbers in random order, below ``combinations`` where there are enough."""
    return rng.permutation(max(combinations, count))[:count]


def partner_names(rng: np.random.Generator, types: np.ndarray) -> list[str]:
    """A name for each partner, fitting its type; no two alike."""
    stems = STEMS[rng.permutation(max(len(types), len(STEMS))) % len(STEMS)]
    taken: set[str] = set()
    return [_partner_name(rng, str(stem), int(kind), taken) for stem, kind in zip(stems, types, strict=False)]


def _partner_name(rng: np.random.Generator, stem: str, kind: int, taken: set[str]) -> str:
    endings = _PARTNER_ENDINGS[kind]
    options = [stem.replace(" ", "") + ending if not ending.startswith(" ") else stem + ending for ending in endings]
    options += [f"{option} {town}" for option in options for town in TOWNS]
    free = [option for option in options if option not in taken]
    name = free[int(rng.integers(min(len(free), len(endings))))]
    taken.add(name)
    return name


def people(rng: np.random.Generator, count: int) -> list[str]:
    """Names of ``count`` people, all different up to 1,000."""
    everyone = [f"{first} {last}" for first in _FIRST for last in _LAST]
    order = rng.permutation(max(len(everyone), count)) % len(everyone)
    return [everyone[place] for place in order[:count]]
