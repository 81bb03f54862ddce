"""What a connector is to the rest: a name, and for each table a stream of parsed batches and what was learnt."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from extract.manifest import Manifest
from extract.parse import Batch


@dataclass
class TableRead:
    """One table being read. ``batches`` is consumed once; the fields marked so are final only after that.

    ``is_full``: the batches are the whole table, else only what changed since the previous manifest.
    ``keeps_missing``: rows of the previous state that a full read no longer finds were deleted at the source for good
    and are kept with ``_is_deleted`` (false for files, whose row ids are places in a file). A delta names such rows in
    ``gone_ids``.
    """

    table: str
    is_available: bool = True
    unavailable_reason: str | None = None
    is_full: bool = True
    full_reason: str | None = None
    keeps_missing: bool = False
    extras: tuple[str, ...] = ()
    batches: Iterator[Batch] = field(default_factory=lambda: iter(()))
    schema_seen: dict[str, Any] = field(default_factory=dict)
    watermark: str | None = None  # final after the batches: newest change seen, ISO text in UTC
    gone_ids: set[str] = field(default_factory=set)  # final after the batches: records that left the table


class Connector(Protocol):
    """A source of the contract's tables. ``name`` is the folder under the landing directory."""

    @property
    def name(self) -> str: ...

    def extract(
        self, tables: Sequence[str], previous: Manifest | None, extracted_at: datetime, full: bool
    ) -> Iterable[TableRead]:
        """Each of ``tables`` in turn; a table's batches must be consumed before the next is asked for.

        Raises:
            BadInput: the source can't be reached or read, or lacks a required table or column.
        """
        ...
