"""The alarm journal row and its hash are frozen: rows written by the first release still verify, hash by hash.

`alarms/journal-0001.json` was written by the first release and is never written again.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hmi.alarms import store
from hmi.model.alarms import AlarmRow, AlarmState
from hmi.storage.chain import GENESIS, next_hash

KEPT = Path(__file__).parent / "alarms" / "journal-0001.json"

ROWS = [
    AlarmRow(
        1_767_323_045_000_000, "line1/oven/temp.hi", 1, "ACTIVATE", AlarmState.NORMAL, AlarmState.UNACK_ACTIVE, 2,
        value=81.5, limit=80.0, first_out=True, order=1, station="line1",
    ),
    AlarmRow(
        1_767_323_046_000_000, "line1/oven/temp.hi", 1, "ACK", AlarmState.UNACK_ACTIVE, AlarmState.ACK_ACTIVE, 2,
        actor="os:anna", station="line1", comment="Käse geprüft", first_out=True, order=1,
    ),
    AlarmRow(
        1_767_323_047_250_000, "line1/oven/temp.hi", 1, "QUALITY_BAD", AlarmState.ACK_ACTIVE, AlarmState.ACK_ACTIVE, 2,
        quality=0x800A0000, station="line1",
    ),
    AlarmRow(
        1_767_323_048_000_001, "line1/oven/jam", 3, "CLEAR", AlarmState.SHELVED, AlarmState.SHELVED, 3,
        value="Jammed", limit="Jammed", hidden=True, time_uncertain=True, station="line1",
    ),
    AlarmRow(
        1_767_323_049_000_000, "line1/oven/jam", 3, "RESET_REJECTED", AlarmState.SHELVED, AlarmState.SHELVED, 3,
        value=True, station="line1", actor="os:bert", comment="nothing to reset",
    ),
]  # fmt: skip


def written() -> list[dict[str, object]]:
    """The rows as the store chains them today."""
    found: list[dict[str, object]] = []
    head = GENESIS
    for seq, row in enumerate(ROWS, 1):
        fields = store.chained_fields(seq, row.t_event_us + 1_500, row)
        following = next_hash(head, fields)
        found.append({"fields": fields, "prev_hash": head, "hash": following})
        head = following
    return found


@pytest.mark.parametrize("position", range(len(ROWS)))
def test_a_row_of_the_first_release_has_the_same_hash_today(position: int) -> None:
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    assert len(kept) == len(ROWS)
    assert written()[position] == kept[position]
