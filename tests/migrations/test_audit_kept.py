"""The audit row, its hash and the witness are frozen: what the first release wrote still verifies, byte by byte.

`audit/trail-0001.json` and `audit/witness-0001.jsonl` were written by the first release and are never written again.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from hmi.access.audit import store
from hmi.access.audit.checking import check
from hmi.access.audit.trail import held
from hmi.access.audit.witness import FILE_NAME, Witness
from hmi.model.access import AuditRow
from hmi.secrets.sealing import SealingKey
from hmi.storage.chain import GENESIS, canonical, next_hash
from hmi.wire.witness import WitnessKind
from tests.helpers.clock import EPOCH_US

FOLDER = Path(__file__).parent / "audit"
KEPT = FOLDER / "trail-0001.json"
WITNESS = FOLDER / "witness-0001.jsonl"
STATION = "press-3"
KEY = SealingKey(bytes(range(32)), source="file")

ROWS = [
    AuditRow(1_767_323_045_000_000, "system", "STATION_STARTED", "station", new="1.0.0"),
    AuditRow(1_767_323_046_250_000, "anna", "ALARM_ACK", "line1/oven/temp.hi", "activation 7", "UNACK_ACTIVE",
             "ACK_ACTIVE", reason="Käse geprüft \"2\" \\ \t✓", result="done", session="a1b2c3", place="control-room"),
    AuditRow(1_767_323_047_000_001, "anna", "TAG_WRITE", "line1/oven/setpoint", "holding:100", "50", "52.5", "52.5",
             "°C", "recipe", "verified", "bert", "a1b2c3", "tag.write 2026-01-02T03:04:06Z 0011", "control-room"),
    AuditRow(0, "system", "AUDIT_PRUNED", old="1..2", new="ab" * 32),
]  # fmt: skip


def written() -> list[dict[str, object]]:
    """The rows as the store chains them today."""
    found: list[dict[str, object]] = []
    head = GENESIS
    for seq, row in enumerate(ROWS, 1):
        fields = store.chained_fields(seq, STATION, row)
        following = next_hash(head, fields)
        found.append({"fields": fields, "canonical": canonical(fields).decode(), "prev_hash": head, "hash": following})
        head = following
    return found


@pytest.mark.parametrize("position", range(len(ROWS)))
def test_a_row_of_the_first_release_has_the_same_hash_today(position: int) -> None:
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    assert len(kept) == len(ROWS)
    assert written()[position] == kept[position]


def test_the_kept_hashes_follow_the_specification() -> None:
    """Without a line of the product: what another program would compute from `formats/audit.md`."""
    head = bytes(32)
    for row in json.loads(KEPT.read_text(encoding="utf-8")):
        content = json.dumps(row["fields"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert content == row["canonical"]
        head = hashlib.sha256(head + content.encode("utf-8")).digest()
        assert head.hex() == row["hash"]


def test_a_witness_of_the_first_release_is_believed_today(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(WITNESS.read_bytes())
    witness = Witness(tmp_path / FILE_NAME, KEY)
    reading = witness.reading()
    assert (len(reading.records), reading.changed) == (4, 0)
    assert [record.kind for record in reading.records] == [
        WitnessKind.HEAD, WitnessKind.PRUNED, WitnessKind.RESTORED, WitnessKind.HEAD,
    ]  # fmt: skip
    notes: list[str] = []
    anchors = held(reading.records, "local", notes)
    assert [(anchor.seq, anchor.kind) for anchor in anchors] == [(1, "head"), (3, "head"), (2, "pruned")]
    assert len(notes) == 1 and "20260102T030405Z-press-3-a1b2c3" in notes[0]
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    rows = [
        (seq, row.t_us, STATION, *(getattr(row, name) for name in store.FIELDS[3:-2]), one["prev_hash"], one["hash"])
        for seq, (row, one) in enumerate(zip(ROWS, kept, strict=True), 1)
    ]
    assert check(rows, anchors).ok


def test_the_same_witness_is_written_today(tmp_path: Path) -> None:
    write_witness(tmp_path / FILE_NAME)
    assert (tmp_path / FILE_NAME).read_bytes() == WITNESS.read_bytes()


def write_witness(path: Path) -> None:
    """A witness file of the rows above."""
    hashes = [str(row["hash"]) for row in written()]
    witness = Witness(path, KEY)
    witness.begin(EPOCH_US)
    witness.note(4, hashes[3], EPOCH_US)
    witness.permit(2, hashes[1], EPOCH_US + 1)
    witness.restored(1, hashes[0], EPOCH_US + 2, "20260102T030405Z-press-3-a1b2c3")
    witness.note(3, hashes[2], EPOCH_US + 3)
