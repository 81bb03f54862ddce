"""Takes the names and ids of other partners out of texts that people wrote: names of deals and accounts, and notes.

A text may name a partner in other letters, without its legal form, or inside a word of a script that sets no spaces.
Names are looked for word by word, so a longer name wins over one that begins like it, and a partner's own name stays.
It may also name a partner by the beginning of its name alone: ``short_names`` says which beginnings are looked for.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from reports.figures import clean_name
from reports.marts import Row
from reports.partner_pages.short_names import short_names

HIDDEN = "[another partner]"
# Scripts with spaces between words make words; of any other script each letter counts as one.
TOKEN = re.compile(r"[A-Za-z0-9\u00c0-\u024f\u0370-\u03ff\u0400-\u04ff]+|\S")
LEGAL_FORMS = frozenset(
    {
        "ab", "ag", "as", "bv", "co", "company", "corp", "corporation", "gmbh", "group", "holding", "holdings", "inc",
        "incorporated", "kg", "kk", "limited", "llc", "llp", "ltd", "nv", "oy", "plc", "pte", "pty", "sa", "sarl",
        "sas", "se", "spa", "srl",
    }
)  # fmt: skip
TOO_COMMON = frozenset({"the", "a", "an", "of", "and", "for"})
SHORTEST_ID = 5

Token = tuple[str, int, int]
Trie = dict[str, Any]
OWNERS = ""
"""The key under which a trie holds whose name ends here; no token is empty."""


class Others:
    """Knows every partner's names and ids; ``accounts`` are names of customers, which may begin like a partner's."""

    def __init__(self, partners: Sequence[Row], accounts: Iterable[str | None] = ()) -> None:
        self._words: Trie = {}
        self._signs: Trie = {}
        self._ids: Trie = {}
        self._short: Trie = {}
        for row in partners:
            for name in _names(row):
                is_word = any(word[0].isalnum() for word in name)
                _plant(self._words if is_word else self._signs, name, row["partner_id"])
            _plant(self._ids, _id(row["partner_id"]), row["partner_id"])
        names = {row["partner_id"]: _core(_words(row["partner_name"])) for row in partners}
        for owner, short in short_names(names, {_core(_words(account)) for account in accounts}):
            _plant(self._short, short, owner)

    def hide(self, text: str | None, own_id: str) -> str:
        """``text`` on one line, with the words for another partner in place of each name that is not ``own_id``'s.

        An id is one's own only to the letter, since ids may differ in the case of their letters alone.
        """
        plain = unicodedata.normalize("NFC", clean_name(text))
        tokens = _tokens(plain)
        words = _of_words(tokens)
        found = [*_found(words, self._words), *(_found(tokens, self._signs) if self._signs else ())]
        spans = {(start, end) for start, end, owners in found if own_id not in owners}
        spans |= {(start, end) for start, end, _ in _found(words, self._ids) if plain[start:end] not in own_id}
        own = [(start, end) for start, end, owners in found if own_id in owners]
        spans |= {span for span in self._called(plain, words, own_id) if not _touches(span, own)}
        for start, end in sorted(_apart(spans), reverse=True):
            plain = plain[:start] + HIDDEN + plain[end:]
        return plain

    def _called(self, plain: str, words: Sequence[Token], own_id: str) -> Iterator[tuple[int, int]]:
        """Where ``plain`` calls another partner by the beginning of its name, which a small letter never does."""
        for start, end, owners in _found(words, self._short):
            if own_id not in owners and not plain[start].islower():
                yield start, end


def _apart(spans: Collection[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """``spans`` with those that touch the same letters made one."""
    held: tuple[int, int] | None = None
    for start, end in sorted(spans):
        if held and start < held[1]:
            held = (held[0], max(held[1], end))
            continue
        if held:
            yield held
        held = (start, end)
    if held:
        yield held


def _touches(span: tuple[int, int], spans: Collection[tuple[int, int]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in spans)


def _names(row: Row) -> Iterator[tuple[str, ...]]:
    name = tuple(word for word, _, _ in _tokens(unicodedata.normalize("NFC", clean_name(row["partner_name"]))))
    words = tuple(word for word in name if word[0].isalnum())
    if name:
        yield words or name
    short = _without_form(words)
    if short and short != words and not set(short) <= TOO_COMMON:
        yield short


def _words(name: str | None) -> tuple[str, ...]:
    tokens = _tokens(unicodedata.normalize("NFC", clean_name(name)))
    return tuple(word for word, _, _ in _of_words(tokens))


def _without_form(words: tuple[str, ...]) -> tuple[str, ...]:
    while len(words) > 1 and words[-1] in LEGAL_FORMS:
        words = words[:-1]
    return words


def _core(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a name without its legal form and the article that it begins with."""
    short = _without_form(words)
    return short[1:] if len(short) > 1 and short[0] in TOO_COMMON else short


def _id(partner_id: str) -> tuple[str, ...]:
    """The words of an id; none of one so short that it may be any word or number."""
    words = tuple(word for word, _, _ in _of_words(_tokens(clean_name(partner_id))))
    return words if len("".join(words)) >= SHORTEST_ID else ()


def _tokens(text: str) -> list[Token]:
    return [(match[0].casefold(), match.start(), match.end()) for match in TOKEN.finditer(text)]


def _of_words(tokens: Sequence[Token]) -> list[Token]:
    return [token for token in tokens if token[0][0].isalnum()]


def _plant(trie: Trie, words: Sequence[str], owner: str) -> None:
    node = trie
    for word in words:
        node = node.setdefault(word, {})
    if words:
        node.setdefault(OWNERS, set()).add(owner)


def _found(tokens: Sequence[Token], trie: Trie) -> Iterator[tuple[int, int, frozenset[str]]]:
    """Where a name stands and whose it is: at each place the longest, and none inside another."""
    place = 0
    while place < len(tokens):
        node, longest = trie, None
        for ahead in range(place, len(tokens)):
            node = node.get(tokens[ahead][0], {})
            if OWNERS in node:
                longest = (ahead, frozenset(node[OWNERS]))
            if not node:
                break
        if longest is None:
            place += 1
            continue
        last, owners = longest
        yield tokens[place][1], tokens[last][2], owners
        place = last + 1
