"""Phase 1's tables for made-up deals, as Parquet where Spark keeps them: deals with overrides among them."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from attribution_models.batches import TOUCH_COLUMNS
from attribution_models.overrides import ORIGIN, SHARE
from orchestration.spark.tables import table_folder
from tests.attribution_models.journeys import CLOSE, SCHEMA, journey_table, made_up_journeys

DEALS = 3000
OVERRIDDEN = 12
TOUCH_SCHEMA = pa.schema([SCHEMA.field(name) for name in TOUCH_COLUMNS])

Row = dict[str, Any]


def write_tables(run_folder: Path) -> None:
    """``int_journey``, ``int_touch``, ``int_override`` and ``int_touch_creditable`` of ``DEALS`` made-up deals."""
    journeys = journey_table(made_up_journeys(DEALS))
    touches = [touch(row) for row in journeys.to_pylist() if row["touchpoint_id"]]
    creditable = [row | {SHARE: None} for row in touches if row["is_creditable"]]
    won = sorted({row["deal_id"] for row in creditable})[: OVERRIDDEN * 7 : 7]
    tables = {
        "int_journey": journeys,
        "int_touch": pa.Table.from_pylist(touches, schema=TOUCH_SCHEMA),
        "int_override": pa.table({"deal_id": won}),
        "int_touch_creditable": pa.Table.from_pylist(
            list(overridden(creditable, won)), schema=TOUCH_SCHEMA.append(pa.field(SHARE, pa.float64()))
        ),
    }
    for name, table in tables.items():
        folder = table_folder(run_folder, name)
        folder.mkdir(parents=True)
        # In the opposite order and in pieces: nothing may lean on how rows lie in files.
        backwards = table.take(pa.array(range(table.num_rows - 1, -1, -1)))
        pq.write_table(backwards, folder / "part-0.parquet", row_group_size=500)


def touch(journey: Row) -> Row:
    """A row of ``int_touch`` for a touchpoint of ``int_journey``."""
    weight = 0.1 + (hash_of(journey["touchpoint_id"]) % 80) / 100
    more = {
        "influence_type": journey["channel"].split(": ")[1],
        "weight": weight,
        "is_creditable": journey["outcome"] == "won",
    }
    return {name: more.get(name, journey.get(name)) for name in TOUCH_COLUMNS}


def hash_of(text: str) -> int:
    """A number from a text, the same in every process."""
    return sum(place * ord(letter) for place, letter in enumerate(text, start=1))


def overridden(creditable: list[Row], deals: list[str]) -> Iterator[Row]:
    """Gives the first partner of each deal a share; every third deal also a partner who had not touched it."""
    first = {row["deal_id"]: row["partner_id"] for row in creditable if row["position"] == 1}
    count = {row["deal_id"]: row["position"] for row in creditable}
    for row in creditable:
        is_held = row["deal_id"] in deals and row["partner_id"] == first[row["deal_id"]]
        yield row | ({SHARE: 0.3} if is_held else {})
        if row["deal_id"] in deals[::3] and row["position"] == count[row["deal_id"]]:
            added = {"touchpoint_id": f"{row['deal_id']}:added", "partner_id": "added", "origin": ORIGIN, SHARE: 0.25}
            nothing = dict.fromkeys(("activity_type", "influence_type", "weight", "stage_at_touch", "channel"))
            behind = {"position": row["position"] + 1, "occurred_at": CLOSE + timedelta(days=1)}
            yield row | nothing | added | behind
