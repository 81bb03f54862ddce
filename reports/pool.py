"""Structured content in which everything equal is held once, so that thousands of tables that share figures stay small.

A node of the pool is a text, a number, true, false or null; or a list that names other nodes. A list that begins with a
negative number is a record of the class of that number (-1 the first), with its fields in order. The first node of a
list is named by how far it lies before the list itself, every other by how far it lies after the one before it: these
are small numbers that repeat, which a compressor likes. An empty object is the next figure of ``figures``, which holds
them field by field for the same reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from itertools import pairwise
from typing import Any

from reports.content import Table
from reports.figures import Figure


class Pool:
    """Takes content in and says under which number it is held."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.classes: dict[str, list[str]] = {}
        self._numbers: dict[tuple[object, ...], int] = {}
        self._figures: dict[Figure, int] = {}

    @property
    def figures(self) -> dict[str, list[Any]]:
        """Every figure in the order of its node, field by field."""
        held = {field.name: [getattr(figure, field.name) for figure in self._figures] for field in fields(Figure)}
        return held | {"sort": [sort_key(figure) for figure in self._figures]}

    def add(self, content: object) -> int:
        """The number of ``content``: a value, a sequence, a mapping by texts, or a dataclass of such."""
        if isinstance(content, Figure):
            return self._figure(content)
        if content is None or isinstance(content, str | int | float):
            return self._held((type(content), repr(content)), content)  # 0, 0.0, -0.0 and false are not one
        if isinstance(content, Table):
            return self._record("Table", _fields(content) | {"rows": columns_of(content)})
        if is_dataclass(content):
            return self._record(type(content).__name__, _fields(content))
        if isinstance(content, Mapping):
            return self.add([list(pair) for pair in content.items()])
        if isinstance(content, Sequence):
            return self._list([self.add(part) for part in content])
        raise TypeError(f"{type(content).__name__} can't be held in a page")

    def _figure(self, figure: Figure) -> int:
        if figure not in self._figures:
            self._figures[figure] = len(self.nodes)
            self.nodes.append({})
        return self._figures[figure]

    def _record(self, name: str, content: Mapping[str, object]) -> int:
        self.classes.setdefault(name, list(content))
        return self._list([self.add(value) for value in content.values()], -1 - list(self.classes).index(name))

    def _list(self, numbers: Sequence[int], *head: int) -> int:
        steps = (b - a for a, b in pairwise(numbers))
        node = [*head, len(self.nodes) - numbers[0], *steps] if numbers else [*head]
        return self._held((*head, *numbers), node)

    def _held(self, key: tuple[object, ...], node: object) -> int:
        if key not in self._numbers:
            self._numbers[key] = len(self.nodes)
            self.nodes.append(node)
        return self._numbers[key]


def sort_key(figure: Figure) -> str | bool | None:
    """What ``figure`` sorts by, true where its text says that already."""
    return True if figure.sort_text == figure.text.replace(",", "") else figure.sort_text


def columns_of(table: Table) -> list[list[Figure]]:
    """The figures of ``table`` column by column, since a column is shared by more tables than a row is."""
    return [[row[column.key] for row in table.rows] for column in table.columns]


def _fields(content: Any) -> dict[str, object]:  # noqa: ANN401  any dataclass
    return {field.name: getattr(content, field.name) for field in fields(content)}
