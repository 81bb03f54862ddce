"""File names for partners' pages: the id where every file system keeps it apart, else a readable stem and a hash.

File systems differ: some know no upper case, Windows reserves names such as ``con``, most end at 255 bytes.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable

PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?")
RESERVED = {"index", "con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
STEM_LETTERS = 40
HASH_DIGITS = 32


def file_names(partner_ids: Iterable[str]) -> dict[str, str]:
    """A name such as ``P-17.html`` for each id; no two are the same, whatever the case of their letters.

    A hashed name holds ``~``, which a plain one never does.
    """
    ids = set(partner_ids)
    alike = Counter(key.casefold() for key in ids)
    return {key: f"{key if _is_plain(key) and alike[key.casefold()] == 1 else _hashed(key)}.html" for key in ids}


def _is_plain(key: str) -> bool:
    return PLAIN.fullmatch(key) is not None and key.partition(".")[0].casefold() not in RESERVED


def _hashed(key: str) -> str:
    stem = re.sub(r"[^a-z0-9]+", "-", key.casefold()).strip("-")[:STEM_LETTERS].strip("-")
    return f"{stem}~{hashlib.sha256(key.encode()).hexdigest()[:HASH_DIGITS]}"
