"""A batch as the first release sent it must be readable for ever."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import zstandard

from hmi.wire.batches import decode
from hmi.wire.report import ReportedBackup, from_record

KEPT = Path(__file__).parent / "wire" / "metrics-batch-1.json.zst"


def test_the_kept_batch_opens_with_the_same_content_and_digest() -> None:
    batch = decode(KEPT.read_bytes())
    assert (batch.station, batch.epoch, batch.seq) == ("press-3", 1763712000000000, 7)
    assert batch.digest() == "c0d9929c2222d6fee07ec08cf49010732e34477057aa104897f271398c13fd1e"
    report = from_record(batch.records[0])
    assert report.t_us == 1_763_712_000_000_000
    assert report.oee == {"bottling": 0.71, "packing": None}
    assert report.alarms["2"] == 3
    assert report.backup == ReportedBackup("20251121T080000Z-demo-a1b2c3", 1_763_711_000_000_000, 1_763_711_010_000_000)


def test_the_kept_batch_is_read_with_nothing_but_the_documented_format() -> None:
    content = zstandard.ZstdDecompressor().decompressobj().decompress(KEPT.read_bytes())
    plain = json.loads(content)
    assert set(plain) == {"station", "epoch", "seq", "records"}
    canonical = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert hashlib.sha256(canonical).hexdigest() == decode(KEPT.read_bytes()).digest()
