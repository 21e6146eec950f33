"""The byte format of history: journal blocks, chunks and shared time columns; pure.

Described for other readers in `resources/docs/formats/history.md` and frozen by `tests/migrations`.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import zstandard
from pcodec import ChunkConfig, standalone

from hmi.base.errors import PlantError
from hmi.model.quality import bad_mask
from hmi.model.samples import SampleBatch

MAGIC: Final = b"PHC1"
PCODEC_LEVEL: Final = 4
_HEAD: Final = struct.Struct("<4sBBHI")
_ENTRY: Final = struct.Struct("<BBBBI")
_CHECKSUM: Final = struct.Struct("<I")
_EXACT: Final = struct.Struct("<IBI")
_NO_SERVER_TIME: Final = np.iinfo(np.int64).min
_OUTSIDE_TIMES: Final = 0x0001
_ZSTD_JOURNAL: Final = 1
_ZSTD_CHUNK: Final = 6
_TEXT, _INTEGER = 1, 2


class Kind(IntEnum):
    """What a container holds."""

    CHUNK = 1
    TIMES = 2
    BLOCK = 3


class Column(IntEnum):
    """What a column holds."""

    TAG = 1
    SOURCE = 2
    RECEIVE = 3
    SERVER = 4
    VALUE = 5
    STATUS = 6
    EXACT = 7


class Codec(IntEnum):
    """How a column is packed; constant = one element stands for all."""

    CONSTANT = 0
    RAW = 1
    ZSTD = 2
    PCODEC = 3


_DTYPES: Final[dict[int, np.dtype[Any]]] = {
    1: np.dtype("<i4"),
    2: np.dtype("<u4"),
    3: np.dtype("<i8"),
    4: np.dtype("<f4"),
    5: np.dtype("<f8"),
    6: np.dtype("u1"),
}
_DTYPE_CODES: Final = {dtype: code for code, dtype in _DTYPES.items()}
_UNIT_US: Final = {0: 1, 1: 1_000, 2: 1}
_NONE, _MS, _US = 0, 1, 2


class DamagedError(PlantError):
    """Stored history that does not match its checksum or its format."""


@dataclass(frozen=True, slots=True)
class TagSamples:
    """Samples of one tag as parallel arrays, by source time and then arrival. value: NaN where bad or text."""

    t_source_us: npt.NDArray[np.int64]
    t_receive_us: npt.NDArray[np.int64]
    value: npt.NDArray[np.float64]
    status: npt.NDArray[np.uint32]
    t_server_us: npt.NDArray[np.int64] | None = None
    exact: dict[int, str | int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.t_source_us)

    def between(self, from_us: int, to_us: int) -> TagSamples:
        """The samples with from <= source time < to; the arrays must be in time order."""
        start, stop = (int(i) for i in np.searchsorted(self.t_source_us, [from_us, to_us], "left"))
        return self if (start, stop) == (0, len(self)) else self.part(start, stop)

    def part(self, start: int, stop: int) -> TagSamples:
        """The samples of positions start..stop-1."""
        return TagSamples(
            t_source_us=self.t_source_us[start:stop],
            t_receive_us=self.t_receive_us[start:stop],
            value=self.value[start:stop],
            status=self.status[start:stop],
            t_server_us=None if self.t_server_us is None else self.t_server_us[start:stop],
            exact={i - start: v for i, v in self.exact.items() if start <= i < stop},
        )

    @classmethod
    def merge(cls, parts: Sequence[TagSamples]) -> TagSamples:
        """All samples of parts given in order of arrival, by time; equal times keep their order of arrival."""
        if len(parts) == 1:
            joined = parts[0]
        else:
            batch = SampleBatch.concatenate([part.as_batch(0) for part in parts])
            joined = cls.of(batch, np.arange(len(batch)))
        times = joined.t_source_us
        if len(times) < 2 or bool(np.all(times[1:] >= times[:-1])):
            return joined
        return cls.of(joined.as_batch(0), np.argsort(times, kind="stable"))

    @classmethod
    def of(cls, batch: SampleBatch, index: npt.NDArray[np.intp]) -> TagSamples:
        """The samples of a batch at `index`, in that order."""
        exact: dict[int, str | int] = {}
        if batch.exact:
            exact = {new: batch.exact[old] for new, old in enumerate(index.tolist()) if old in batch.exact}
        return cls(
            t_source_us=batch.t_source_us[index],
            t_receive_us=batch.t_receive_us[index],
            value=batch.value[index],
            status=batch.status[index],
            t_server_us=None if batch.t_server_us is None else batch.t_server_us[index],
            exact=exact,
        )

    def as_batch(self, tag: int) -> SampleBatch:
        """The same samples as a batch of one tag."""
        return SampleBatch(
            tag=np.full(len(self), tag, np.int32),
            t_source_us=self.t_source_us,
            t_receive_us=self.t_receive_us,
            value=self.value,
            status=self.status,
            t_server_us=self.t_server_us,
            exact=self.exact,
        )


_Packed = tuple[int, int, int, int, bytes]


def encode_block(batch: SampleBatch) -> bytes:
    """A journal block: samples of many tags in order of arrival, packed for speed."""
    columns = [_pack(Column.TAG, batch.tag.astype(np.int32, copy=False), fast=True)]
    columns += _time_columns(batch.t_source_us, batch.t_receive_us, batch.t_server_us, fast=True)
    columns += _value_columns(batch.value, batch.status, batch.exact, fast=True)
    return _container(Kind.BLOCK, 0, len(batch), columns)


def decode_block(data: bytes) -> SampleBatch:
    """The batch of a journal block; raises `DamagedError`."""
    count, _, columns = _open(data, Kind.BLOCK)
    source, receive, server = _decode_times(columns, count)
    value, status, exact = _decode_values(columns, count)
    return SampleBatch(
        tag=_column(columns, Column.TAG, count),
        t_source_us=source,
        t_receive_us=receive,
        value=value,
        status=status,
        t_server_us=server,
        exact=exact,
    )


def encode_chunk(samples: TagSamples, *, times_outside: bool = False) -> bytes:
    """A chunk of one tag; with `times_outside` its times are in a container made by `encode_times`."""
    columns: list[_Packed] = []
    if not times_outside:
        columns += _time_columns(samples.t_source_us, samples.t_receive_us, samples.t_server_us, fast=False)
    columns += _value_columns(samples.value, samples.status, samples.exact, fast=False)
    return _container(Kind.CHUNK, _OUTSIDE_TIMES if times_outside else 0, len(samples), columns)


def encode_times(samples: TagSamples) -> bytes:
    """The times of a poll group, shared by the chunks of its tags."""
    columns = _time_columns(samples.t_source_us, samples.t_receive_us, samples.t_server_us, fast=False)
    return _container(Kind.TIMES, 0, len(samples), columns)


def decode_chunk(data: bytes, times: bytes | None = None) -> TagSamples:
    """The samples of a chunk; `times`: the shared time container if the chunk names one. Raises `DamagedError`."""
    count, flags, columns = _open(data, Kind.CHUNK)
    if flags & _OUTSIDE_TIMES:
        if times is None:
            raise DamagedError("a history chunk without its time column: run 'history verify' and restore a backup")
        times_count, _, time_columns = _open(times, Kind.TIMES)
        if times_count != count:
            raise DamagedError("a history chunk does not fit its time column: run 'history verify'")
        source, receive, server = _decode_times(time_columns, count)
    else:
        source, receive, server = _decode_times(columns, count)
    value, status, exact = _decode_values(columns, count)
    return TagSamples(source, receive, value, status, server, exact)


def _container(kind: Kind, flags: int, count: int, columns: list[_Packed]) -> bytes:
    parts = [_HEAD.pack(MAGIC, kind, len(columns), flags, count)]
    parts += [_ENTRY.pack(name, codec, dtype, unit, len(data)) for name, codec, dtype, unit, data in columns]
    parts += [data for *_, data in columns]
    body = b"".join(parts)
    return body + _CHECKSUM.pack(zlib.crc32(body))


def _open(data: bytes, kind: Kind) -> tuple[int, int, dict[int, _Packed]]:
    if len(data) < _HEAD.size + _CHECKSUM.size or data[:4] != MAGIC:
        raise DamagedError("stored history has an unknown format: it may come from a newer Plant HMI")
    (checksum,) = _CHECKSUM.unpack_from(data, len(data) - _CHECKSUM.size)
    if checksum != zlib.crc32(memoryview(data)[: -_CHECKSUM.size]):
        raise DamagedError("stored history does not match its checksum: run 'history verify' and restore a backup")
    _, found, columns, flags, count = _HEAD.unpack_from(data)
    if found != kind:
        raise DamagedError(f"stored history has a container of kind {found} where {int(kind)} belongs")
    offset = _HEAD.size + columns * _ENTRY.size
    result: dict[int, _Packed] = {}
    for index in range(columns):
        name, codec, dtype, unit, length = _ENTRY.unpack_from(data, _HEAD.size + index * _ENTRY.size)
        result[name] = (name, codec, dtype, unit, data[offset : offset + length])
        offset += length
    return count, flags, result


def _pack(name: Column, array: npt.NDArray[Any], *, fast: bool, unit: int = _NONE) -> _Packed:
    array = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
    dtype = _DTYPE_CODES[array.dtype]
    raw = array.tobytes()
    size = array.dtype.itemsize
    if len(array) > 1 and raw[:size] * len(array) == raw:
        return name, Codec.CONSTANT, dtype, unit, raw[:size]
    if fast:
        packed, codec = zstandard.compress(raw, _ZSTD_JOURNAL), Codec.ZSTD
    elif len(array):
        packed, codec = (
            bytes(standalone.simple_compress(array, ChunkConfig(compression_level=PCODEC_LEVEL))),
            Codec.PCODEC,
        )
    else:
        return name, Codec.RAW, dtype, unit, raw
    if len(packed) >= len(raw):
        return name, Codec.RAW, dtype, unit, raw
    return name, codec, dtype, unit, packed


def _column(columns: dict[int, _Packed], name: Column, count: int) -> npt.NDArray[Any]:
    if name not in columns:
        raise DamagedError(f"stored history lacks its {name.name.lower()} column")
    _, codec, dtype_code, _, data = columns[name]
    dtype = _DTYPES.get(dtype_code)
    try:
        if dtype is None:
            raise ValueError(f"type {dtype_code}")
        if codec == Codec.CONSTANT:
            array = np.full(count, np.frombuffer(data, dtype)[0], dtype)
        elif codec == Codec.RAW:
            array = np.frombuffer(data, dtype)
        elif codec == Codec.ZSTD:
            array = np.frombuffer(zstandard.decompress(data), dtype)
        elif codec == Codec.PCODEC:
            array = standalone.simple_decompress(data)
        else:
            raise ValueError(f"codec {codec}")
    except (ValueError, IndexError, RuntimeError, TypeError, zstandard.ZstdError) as error:
        raise DamagedError(f"a {name.name.lower()} column of stored history cannot be read: {error}") from error
    if len(array) != count or array.dtype != dtype:
        raise DamagedError(f"a {name.name.lower()} column of stored history does not have {count} values")
    return array


def _time_columns(
    source: npt.NDArray[np.int64],
    receive: npt.NDArray[np.int64],
    server: npt.NDArray[np.int64] | None,
    *,
    fast: bool,
) -> list[_Packed]:
    columns = [_pack_time(Column.SOURCE, source, None, fast=fast)]
    columns.append(_pack_time(Column.RECEIVE, receive - source, None, fast=fast))
    if server is not None and bool(np.any(server)):
        columns.append(_pack_time(Column.SERVER, server - source, server == 0, fast=fast))
    return columns


def _pack_time(
    name: Column, array: npt.NDArray[np.int64], absent: npt.NDArray[np.bool_] | None, *, fast: bool
) -> _Packed:
    present = array if absent is None else array[~absent]
    whole_ms = not bool(np.any(present % 1_000))
    scaled = array // 1_000 if whole_ms else array
    if absent is not None:
        scaled = np.where(absent, _NO_SERVER_TIME, scaled)
    return _pack(name, scaled.astype(np.int64, copy=False), fast=fast, unit=_MS if whole_ms else _US)


def _decode_times(
    columns: dict[int, _Packed], count: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64] | None]:
    source = _column(columns, Column.SOURCE, count) * _UNIT_US[columns[Column.SOURCE][3]]
    receive = source + _column(columns, Column.RECEIVE, count) * _UNIT_US[columns[Column.RECEIVE][3]]
    if Column.SERVER not in columns:
        return source, receive, None
    delta = _column(columns, Column.SERVER, count)
    absent = delta == _NO_SERVER_TIME
    server = source + np.where(absent, 0, delta) * _UNIT_US[columns[Column.SERVER][3]]
    return source, receive, np.where(absent, 0, server)


def _value_columns(
    value: npt.NDArray[np.float64], status: npt.NDArray[np.uint32], exact: dict[int, str | int], *, fast: bool
) -> list[_Packed]:
    columns = [_pack(Column.STATUS, status.astype(np.uint32, copy=False), fast=fast)]
    hollow = bad_mask(status) | _text_mask(len(value), exact)
    filled = _fill(value, hollow)
    columns.append(_pack(Column.VALUE, filled if fast else _narrow(filled), fast=fast))
    if exact:
        raw = _pack_exact(exact)
        level = _ZSTD_JOURNAL if fast else _ZSTD_CHUNK
        columns.append((Column.EXACT, Codec.ZSTD, 6, _NONE, zstandard.compress(raw, level)))
    return columns


def _decode_values(
    columns: dict[int, _Packed], count: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.uint32], dict[int, str | int]]:
    status = _column(columns, Column.STATUS, count)
    value = _column(columns, Column.VALUE, count).astype(np.float64)
    exact: dict[int, str | int] = {}
    if Column.EXACT in columns:
        try:
            exact = _unpack_exact(zstandard.decompress(columns[Column.EXACT][4]))
        except (zstandard.ZstdError, struct.error, ValueError) as error:
            raise DamagedError(f"exact values of stored history cannot be read: {error}") from error
    if status.any() or exact:
        value[bad_mask(status) | _text_mask(count, exact)] = np.nan
    return value, status, exact


def _text_mask(count: int, exact: dict[int, str | int]) -> npt.NDArray[np.bool_]:
    mask = np.zeros(count, np.bool_)
    texts = [index for index, value in exact.items() if isinstance(value, str)]
    mask[texts] = True
    return mask


def _fill(value: npt.NDArray[np.float64], hollow: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Repeats the last value where there is none: what carries no meaning shall cost no bytes."""
    if not hollow.any():
        return value
    if hollow.all():
        return np.zeros(len(value))
    index = np.maximum.accumulate(np.where(hollow, -1, np.arange(len(value))))
    index[index < 0] = int(np.argmin(hollow))
    return value[index]


def _narrow(value: npt.NDArray[np.float64]) -> npt.NDArray[Any]:
    """The narrowest type that gives back every bit."""
    bits = value.view(np.int64)
    with np.errstate(invalid="ignore", over="ignore"):
        if bool(np.all(np.abs(value) <= 2.0**53)):
            whole = value.astype(np.int64)
            if bool(np.all(whole.astype(np.float64).view(np.int64) == bits)):
                return whole
        single = value.astype(np.float32)
        if bool(np.all(single.astype(np.float64).view(np.int64) == bits)):
            return single
    return value


def _pack_exact(exact: dict[int, str | int]) -> bytes:
    parts = [struct.pack("<I", len(exact))]
    for index, value in sorted(exact.items()):
        text = value.encode() if isinstance(value, str) else str(value).encode()
        parts.append(_EXACT.pack(index, _TEXT if isinstance(value, str) else _INTEGER, len(text)))
        parts.append(text)
    return b"".join(parts)


def _unpack_exact(raw: bytes) -> dict[int, str | int]:
    (entries,) = struct.unpack_from("<I", raw)
    offset = 4
    exact: dict[int, str | int] = {}
    for _ in range(entries):
        index, kind, length = _EXACT.unpack_from(raw, offset)
        offset += _EXACT.size
        text = raw[offset : offset + length].decode()
        offset += length
        exact[index] = text if kind == _TEXT else int(text)
    return exact
