"""Content that is held once for all its places comes out of the pool as it went in."""

from dataclasses import asdict, dataclass
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reports.content import Column, Table
from reports.figures import Figure, money
from reports.pool import Pool


@dataclass(frozen=True)
class Held:
    """Something with parts."""

    name: str
    parts: list[Any]


SCALARS = st.none() | st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=False, allow_infinity=False) | st.text()
FIGURES = st.builds(Figure, st.text(max_size=3), st.none(), st.sampled_from(["", "USD"]))
CONTENT = st.recursive(SCALARS | FIGURES, lambda part: st.lists(part) | st.builds(Held, st.text(), st.lists(part)))


def taken_out(pool: Pool, number: int) -> Any:
    """What the page's script makes of node ``number``, by the rules that the pool's docstring gives."""
    node = pool.nodes[number]
    if isinstance(node, dict):
        place = sum(isinstance(before, dict) for before in pool.nodes[:number])
        return {name: values[place] for name, values in pool.figures.items()}
    if not isinstance(node, list):
        return node
    is_record = bool(node) and node[0] < 0
    numbers: list[int] = []
    for step in node[is_record:]:
        numbers.append(numbers[-1] + step if numbers else number - step)
    parts = [taken_out(pool, part) for part in numbers]
    return dict(zip(list(pool.classes.values())[-1 - node[0]], parts, strict=True)) if is_record else parts


def as_plain(content: Any) -> Any:
    if isinstance(content, Held | Figure):
        return {name: as_plain(value) for name, value in vars(content).items()}
    return [as_plain(part) for part in content] if isinstance(content, list) else content


@given(st.lists(CONTENT))
def test_what_goes_in_comes_out(contents: list[Any]) -> None:
    """Whatever is held comes out the same, in type too, however much of it is shared."""
    pool = Pool()
    numbers = [pool.add(content) for content in contents]
    told = [taken_out(pool, number) for number in numbers]
    assert repr(told) == repr([as_plain(content) for content in contents])


def test_equal_content_is_held_once() -> None:
    """Two tables with the same columns take no more room than one but for their names."""
    column = Column("a", "A")
    rows = [{"a": Figure(str(i), float(i))} for i in range(50)]
    pool = Pool()
    pool.add(Table("one", "same", [column], rows))
    before = len(pool.nodes)
    pool.add(Table("two", "same", [column], [dict(row) for row in rows]))
    assert len(pool.nodes) == before + 2


def test_a_sort_key_that_the_text_tells_is_not_written_twice() -> None:
    """Money and names sort by their text; a ratio keeps six digits of what its text rounds."""
    pool = Pool()
    for figure in (money(1234.5, "USD"), Figure("38.5%", 5 / 13), Figure("0.06", 0.0641), Figure("Nom", "nom")):
        pool.add(figure)
    assert pool.figures["sort"] == [True, "0.384615", "0.0641", "nom"]
    assert set(pool.figures) == set(asdict(Figure("")))
