"""Salesforce record ids: 15 characters where case matters, or 18 whose last three say which of them are capitals."""

import numpy as np

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
# Two characters for the pod that made the record, and a reserved one. Ids of foreign data hold other pods.
_POD = "5g0"
_NUMBER_LENGTH = 9


def suffix(identifier: str) -> str:
    """The three characters that follow the 15 of ``identifier``: one per five, a bit for each capital letter."""
    chunks = (identifier[start : start + 5] for start in (0, 5, 10))
    return "".join(
        _SUFFIX[sum(1 << place for place, letter in enumerate(chunk) if letter.isupper())] for chunk in chunks
    )


def is_well_formed(identifier: str) -> bool:
    """True for 15 letters and digits, and for 18 whose suffix is right."""
    if len(identifier) not in (15, 18) or not (identifier.isascii() and identifier.isalnum()):
        return False
    return len(identifier) == 15 or suffix(identifier[:15]) == identifier[15:].upper()


def long_form(identifier: str) -> str:
    """The 18 characters of a 15-character id; anything else as it is, since foreign data may hold other keys."""
    return identifier + suffix(identifier) if len(identifier) == 15 else identifier


def make_id(prefix: str, number: int) -> str:
    """The 18-character id of record ``number`` (from 1) of the object with ``prefix``."""
    return str(make_ids(prefix, np.array([number]))[0].decode())


def make_ids(prefix: str, numbers: np.ndarray) -> np.ndarray:
    """The 18-character ids of records ``numbers`` as an array of bytes (S18), in the order given."""
    letters = np.frombuffer(ALPHABET.encode(), dtype=np.uint8)
    out = np.empty((len(numbers), 18), dtype=np.uint8)
    out[:, :6] = np.frombuffer((prefix + _POD).encode(), dtype=np.uint8)
    rest = numbers.astype(np.int64)
    for column in range(14, 14 - _NUMBER_LENGTH, -1):
        rest, digit = np.divmod(rest, len(ALPHABET))
        out[:, column] = letters[digit]
    out[:, 15:] = _suffixes(out[:, :15])
    return out.reshape(-1).view("S18")


def _suffixes(characters: np.ndarray) -> np.ndarray:
    is_capital = (characters >= ord("A")) & (characters <= ord("Z"))
    bits = is_capital.reshape(-1, 3, 5) @ (1 << np.arange(5))
    return np.frombuffer(_SUFFIX.encode(), dtype=np.uint8)[bits]
