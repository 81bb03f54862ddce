"""The partner activities as people log them: when, on which record, with what detail. Wrong ones are made elsewhere."""

import numpy as np

from sandbox.picklists import ACTIVITY_TYPES
from sandbox.simulator.play import Played
from sandbox.simulator.setting import Setting
from sandbox.simulator.table import DAY, NOBODY, Table, size, take

OTHER_TYPE = len(ACTIVITY_TYPES)  # an activity of a type that the rules do not know
OTHER_TYPE_NAMES = ("Webinar Hosted", "Lunch & Learn", "Newsletter Mention")
_DEAL_ONLY, _BOTH, _ACCOUNT_ONLY = range(3)  # what an activity names
_LOGGED_LATE = 0.05  # share of activities that are logged weeks after they happened
_NAMES_ACCOUNT = 0.3  # share of activities that name the account beside the deal
_ACCOUNT_ALONE = 0.12  # share, of those on an account's only deal, that name the account instead of the deal


def log_activities(setting: Setting, played: Played) -> tuple[Table, np.ndarray]:
    """One row per activity on a deal; and for each of them its row among the touchpoints."""
    touch_row = np.flatnonzero(played.touches["kind"] < len(ACTIVITY_TYPES))
    touches = take(played.touches, touch_row)
    deal = touches["deal"]
    account = played.deals["account"][deal]
    table = new_activities(setting, touches["partner"], touches["kind"], touches["time"])
    names_account = _names_account(setting, played.deals, deal)
    table["deal"] = np.where(names_account == _ACCOUNT_ONLY, NOBODY, deal)
    table["account"] = np.where(names_account != _DEAL_ONLY, account, NOBODY)
    return table, touch_row


def new_activities(setting: Setting, partner: np.ndarray, kind: np.ndarray, occurred: np.ndarray) -> Table:
    """Activities that name no deal or account yet. ``number`` (the activity id) is a new one for each: NOBODY for now.

    ``depth`` is NaN where nobody noted it; ``detail`` and ``asset`` pick one of several texts.
    """
    rng, count = setting.rng, len(partner)
    return {
        "number": np.full(count, NOBODY),
        "partner": partner,
        "kind": kind,
        "occurred": occurred,
        "logged": _logged(setting, occurred),
        "deal": np.full(count, NOBODY),
        "account": np.full(count, NOBODY),
        "integration": np.full(count, NOBODY),
        "depth": np.where(rng.random(count) < 0.6, np.round(rng.beta(2.2, 1.8, count), 2), np.nan),
        "detail": rng.integers(0, 1_000, count),
    }


def _names_account(setting: Setting, deals: Table, deal: np.ndarray) -> np.ndarray:
    """What each activity names. The account alone only where it has but one deal, so that the deal is clear."""
    rng = setting.rng
    is_only = np.bincount(deals["account"], minlength=size(setting.accounts))[deals["account"][deal]] == 1
    both = np.where(rng.random(len(deal)) < _NAMES_ACCOUNT, _BOTH, _DEAL_ONLY)
    return np.where(is_only & (rng.random(len(deal)) < _ACCOUNT_ALONE), _ACCOUNT_ONLY, both)


def _logged(setting: Setting, occurred: np.ndarray) -> np.ndarray:
    rng, count = setting.rng, len(occurred)
    soon = (rng.exponential(1.2, count) * DAY).astype(np.int64)
    late = rng.integers(20, 120, count) * DAY
    logged = occurred + np.where(rng.random(count) < _LOGGED_LATE, late, soon)
    return np.minimum(logged, np.maximum(setting.now - 1_800, 0))
