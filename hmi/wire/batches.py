"""A batch of records and its encoding: zstd-compressed JSON with a size limit (`resources/docs/formats/wire.md`)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Final, NoReturn

import zstandard

from hmi.base.errors import PlantError

STREAMS: Final = ("metrics", "history", "alarms", "oee", "events", "audit", "logs")
"""Streams a server knows; each numbers its batches by itself."""

CONTENT_TYPE: Final = "application/zstd"
MAX_BYTES: Final = 16_000_000
"""Largest decompressed batch."""
MAX_RECORDS: Final = 10_000
LARGEST_NUMBER: Final = 2**53 - 1
"""Largest epoch or sequence number; JSON readers keep it exact."""

_WINDOW: Final = 8 * 1024 * 1024
# A few bytes can unpack to 128 KiB, so the input goes in small pieces and the limit is checked after each.
_PIECE: Final = 256
_STATION_LENGTH: Final = 40

Record = dict[str, Any]


class WireError(PlantError):
    """Received bytes are not a batch; the sentence says what is wrong with them."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Records of one stream under a number that is used once.

    epoch: grows whenever numbers may have been used already; seq: 1, 2, 3, ... within an epoch and a stream.
    records: plain JSON objects.
    """

    station: str
    epoch: int
    seq: int
    records: tuple[Record, ...]

    def digest(self) -> str:
        """SHA-256 of the content: equal for equal batches, whatever their compression or key order."""
        return hashlib.sha256(_canonical(self)).hexdigest()


def encode(batch: Batch) -> bytes:
    """The bytes of a batch as they go over the wire; raises WireError if the records are not plain JSON."""
    content = _canonical(batch)
    if len(content) > MAX_BYTES or len(batch.records) > MAX_RECORDS:
        raise WireError(f"a batch of {len(batch.records)} records and {len(content)} bytes is too large: send fewer")
    return zstandard.ZstdCompressor(level=3, write_checksum=True).compress(content)


def decode(body: bytes, max_bytes: int = MAX_BYTES) -> Batch:
    """The batch in `body`; raises WireError for anything else, and never unpacks more than `max_bytes`."""
    return _batch(_parse(_unpack(body, max_bytes)))


def _canonical(batch: Batch) -> bytes:
    plain = {"station": batch.station, "epoch": batch.epoch, "seq": batch.seq, "records": list(batch.records)}
    try:
        return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as fault:
        raise WireError(f"the records cannot be sent as JSON: {fault}") from fault


def _unpack(body: bytes, max_bytes: int) -> bytes:
    unpacker = zstandard.ZstdDecompressor(max_window_size=_WINDOW).decompressobj()
    parts: list[bytes] = []
    size = start = 0
    try:
        for start in range(0, len(body), _PIECE):
            if unpacker.eof:
                break
            part = unpacker.decompress(body[start : start + _PIECE])
            size += len(part)
            if size > max_bytes:
                raise WireError(f"the batch unpacks to more than {max_bytes} bytes: send fewer records at once")
            parts.append(part)
    except zstandard.ZstdError as fault:
        raise WireError("the batch is not zstd data, or it is damaged") from fault
    if not unpacker.eof or unpacker.unused_data or start + _PIECE < len(body):
        raise WireError("the batch is cut off, or something follows it")
    return b"".join(parts)


def _refuse_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is not JSON")


def _parse(content: bytes) -> Any:
    try:
        return json.loads(content.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as fault:
        raise WireError("the batch holds no readable JSON") from fault


def _batch(plain: Any) -> Batch:
    if not isinstance(plain, dict):
        raise WireError("a batch is a JSON object with station, epoch, seq and records")
    station = plain.get("station")
    if not isinstance(station, str) or not 0 < len(station) <= _STATION_LENGTH:
        raise WireError("station must be the id of the station")
    records = plain.get("records")
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise WireError("records must be a list of JSON objects")
    if len(records) > MAX_RECORDS:
        raise WireError(f"a batch has at most {MAX_RECORDS} records, this one has {len(records)}")
    return Batch(station, _whole(plain, "epoch"), _whole(plain, "seq"), tuple(records))


def _whole(plain: dict[str, Any], key: str) -> int:
    value = plain.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= LARGEST_NUMBER:
        raise WireError(f"{key} must be a whole number from 1 to 2^53-1")
    return value
