"""Paths that stations use: ingest of batches, backups in pieces, reading back what is theirs."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, JSONResponse

from hmi.base.clock import Clock
from hmi.central import archives, fleet
from hmi.central.access import Refusal, owner
from hmi.central.archives import Archives, DamagedError
from hmi.central.figures import Counters
from hmi.central.rows import BackupRow, IncomingBatch, IncomingRecord, Owner
from hmi.central.store import CentralStore
from hmi.model.timestamps import iso, iso_or_none, to_us
from hmi.wire.batches import MAX_BYTES, STREAMS, Batch, WireError, decode
from hmi.wire.witness import from_record, to_record

_RANGE = re.compile(r"^bytes (?:(\d{1,15})-(\d{1,15})|\*)/(\d{1,15})$")
_SHA256 = re.compile(r"^[0-9a-f]{64}$")
_LARGEST_PIECE: Final = 64_000_000
_WAIT_S: Final = 20.0
_PAGE: Final = 100
_LONGEST_PAGE: Final = 1_000


class Shipping:
    """Receives what stations send; one lock per arriving backup keeps its pieces in order."""

    def __init__(self, store: CentralStore, files: Archives, clock: Clock, counters: Counters) -> None:
        self._store = store
        self._files = files
        self._clock = clock
        self._counters = counters
        self._locks: dict[tuple[Owner, str], asyncio.Lock] = {}

    def router(self) -> APIRouter:
        """The paths below `/api/v1`."""
        router = APIRouter(prefix="/api/v1")
        router.add_api_route("/ingest/{stream}", self.ingest, methods=["POST"])
        router.add_api_route("/stations", self.stations, methods=["GET"])
        router.add_api_route("/stations/{station}", self.station, methods=["GET"])
        router.add_api_route("/stations/{station}/witnesses", self.witnesses, methods=["GET"])
        router.add_api_route("/backups", self.backups, methods=["GET"])
        router.add_api_route("/backups/{backup_id}", self.backup, methods=["GET"])
        router.add_api_route("/backups/{backup_id}/content", self.content, methods=["GET"])
        router.add_api_route("/backups/{backup_id}", self.put_backup, methods=["PUT"])
        return router

    async def ingest(self, request: Request, stream: str) -> Response:
        """Stores a batch once, however often it is sent."""
        mine = await owner(request, self._store)
        if stream not in STREAMS:
            raise Refusal(404, f"there is no stream '{stream}'")
        body = await _read(request, MAX_BYTES)
        try:
            batch = await asyncio.to_thread(decode, body)
        except WireError as fault:
            raise Refusal(400, str(fault)) from None
        if batch.station != mine.station:
            raise Refusal(404, "this key does not belong to that station")
        incoming = _accept(stream, batch)
        try:
            stored = await asyncio.wait_for(asyncio.wrap_future(self._store.ingest(mine, incoming)), _WAIT_S)
        except TimeoutError:
            raise Refusal(503, "the database is too slow now; send the batch again") from None
        self._counters.batch(stream, stored.outcome, len(incoming.records))
        if stored.outcome == "conflict":
            raise Refusal(409, f"epoch {batch.epoch} seq {batch.seq} was stored with other content")
        return JSONResponse({"acked_seq": batch.seq, "rejected": stored.rejected})

    async def stations(self, request: Request) -> Response:
        """The station the key belongs to, as a list."""
        mine = await owner(request, self._store)
        rows = await asyncio.to_thread(self._store.stations, mine)
        now_us = self._clock.now_us()
        return JSONResponse({"items": [fleet.station_item(fleet.known(row, now_us)) for row in rows], "next": None})

    async def station(self, request: Request, station: str) -> Response:
        """One station; another one than the key's does not exist for it."""
        mine = await owner(request, self._store)
        rows = await asyncio.to_thread(self._store.stations, mine) if station == mine.station else []
        if not rows:
            raise Refusal(404, f"there is no station '{station}'")
        return JSONResponse(fleet.station_item(fleet.known(rows[0], self._clock.now_us())))

    async def witnesses(self, request: Request, station: str) -> Response:
        """What the key's station let this server remember of its audit trail, oldest first."""
        mine = await owner(request, self._store)
        if station != mine.station:
            raise Refusal(404, f"there is no station '{station}'")
        limit, after_id = _number(request, "limit", _PAGE, _LONGEST_PAGE), _number(request, "cursor", 0, 2**62)
        kept = await asyncio.to_thread(self._store.witnesses, mine, after_id, limit)
        items = [{**to_record(one.record), "received": iso(one.received_us), "problem": one.problem} for one in kept]
        return JSONResponse({"items": items, "next": str(kept[-1].id) if len(kept) == limit else None})

    async def backups(self, request: Request) -> Response:
        """Every backup of the key's station, newest first."""
        mine = await owner(request, self._store)
        rows = await asyncio.to_thread(self._store.backups, mine)
        return JSONResponse({"items": [self._item(row) for row in rows], "next": None})

    async def backup(self, request: Request, backup_id: str) -> Response:
        """One backup of the key's station."""
        return JSONResponse(self._item(await self._mine(request, backup_id)))

    async def content(self, request: Request, backup_id: str) -> Response:
        """The archive of a verified backup."""
        row = await self._mine(request, backup_id)
        path = self._files.path(row.owner, row.id)
        if row.verified_us is None or not path.exists():
            raise Refusal(404, f"backup '{backup_id}' is not complete")
        return FileResponse(path, media_type="application/zstd", filename=path.name)

    async def put_backup(self, request: Request, backup_id: str) -> Response:
        """Takes a backup or a piece of it; answers what has arrived, so that the sender goes on from there."""
        mine = await owner(request, self._store)
        form = archives.BACKUP_ID.match(backup_id)
        if form is None or form.group(2) != mine.station:
            raise Refusal(404, "this key does not belong to that backup")
        sha256 = request.headers.get("x-content-sha256", "")
        if not _SHA256.match(sha256):
            raise Refusal(400, "X-Content-SHA256 must be the SHA-256 of the whole backup, 64 hex digits")
        body = await _read(request, _LARGEST_PIECE)
        start, total = _piece(request, len(body))
        lock = self._locks.setdefault((mine, backup_id), asyncio.Lock())
        async with lock:
            return await self._receive(mine, backup_id, sha256, body, start, total)

    async def _receive(
        self, mine: Owner, backup_id: str, sha256: str, body: bytes, start: int | None, total: int
    ) -> Response:
        row = await asyncio.to_thread(self._store.backup, mine, backup_id)
        if row is not None and row.verified_us is not None:
            if (row.sha256, row.bytes) != (sha256, total):
                raise Refusal(409, f"backup {backup_id} is already kept with other content")
            return JSONResponse(self._item(row))
        try:
            if row is None or (row.sha256, row.bytes) != (sha256, total):
                row = await self._begin(mine, backup_id, sha256, total)
            received = await asyncio.to_thread(self._files.received, mine, backup_id)
            if start is not None and start == received and received + len(body) <= total:
                await asyncio.to_thread(self._files.append, mine, backup_id, body)
                received += len(body)
            if received < total:
                return JSONResponse(self._item(row, received), 202)
            return await self._complete(row)
        except OSError as fault:
            raise Refusal(503, f"the backup could not be written: {fault.strerror or fault}") from fault

    async def _begin(self, mine: Owner, backup_id: str, sha256: str, total: int) -> BackupRow:
        try:
            created_us = archives.created_us(backup_id)
        except ValueError as fault:
            raise Refusal(400, str(fault)) from None
        await asyncio.to_thread(self._files.discard, mine, backup_id)
        row = BackupRow(mine, backup_id, total, sha256, created_us, self._clock.now_us(), None, "")
        await asyncio.to_thread(self._store.begin_backup, row)
        return row

    async def _complete(self, row: BackupRow) -> Response:
        try:
            manifest = await asyncio.to_thread(self._files.complete, row.owner, row.id, row.sha256)
        except DamagedError as fault:
            await asyncio.to_thread(self._store.forget_backup, row.owner, row.id)
            self._counters.backup("refused")
            raise Refusal(400, str(fault)) from fault
        version = str(manifest.get("version", ""))[:40]
        await asyncio.to_thread(self._store.backup_verified, row.owner, row.id, self._clock.now_us(), version)
        self._counters.backup("verified")
        kept = await asyncio.to_thread(self._store.backup, row.owner, row.id)
        assert kept is not None
        return JSONResponse(self._item(kept), 201)

    async def _mine(self, request: Request, backup_id: str) -> BackupRow:
        mine = await owner(request, self._store)
        row = await asyncio.to_thread(self._store.backup, mine, backup_id)
        if row is None:
            raise Refusal(404, f"there is no backup '{backup_id}'")
        return row

    def _item(self, row: BackupRow, received: int | None = None) -> dict[str, Any]:
        if received is None:
            received = row.bytes if row.verified_us is not None else self._files.received(row.owner, row.id)
        return {
            "id": row.id,
            "station": row.owner.station,
            "version": row.version,
            "created": iso(row.created_us),
            "bytes": row.bytes,
            "received": received,
            "sha256": row.sha256,
            "verified": iso_or_none(row.verified_us),
        }


def _accept(stream: str, batch: Batch) -> IncomingBatch:
    taken: list[IncomingRecord] = []
    rejected: list[dict[str, Any]] = []
    for index, record in enumerate(batch.records):
        try:
            witness = from_record(record) if stream == "audit" else None
            taken.append(IncomingRecord(_time(record), record, witness))
        except ValueError as fault:
            rejected.append({"index": index, "reason": str(fault)})
    return IncomingBatch(stream, batch.epoch, batch.seq, batch.digest(), tuple(taken), tuple(rejected))


def _time(record: dict[str, Any]) -> int:
    try:
        return to_us(datetime.fromisoformat(record["t"]))
    except (TypeError, ValueError, OverflowError, KeyError):
        raise ValueError("'t' must be a UTC time like 2026-01-02T03:04:05.000000Z") from None


def _number(request: Request, name: str, default: int, largest: int) -> int:
    """A whole number of the query; one that is too large counts as the largest."""
    text = request.query_params.get(name, "")
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 19 or (name == "limit" and int(text) == 0):
        raise Refusal(400, f"'{name}' must be a whole number")
    return min(int(text), largest)


def _piece(request: Request, length: int) -> tuple[int | None, int]:
    """Start of the piece (None = only asking what arrived) and length of the whole backup."""
    text = request.headers.get("content-range")
    if text is None:
        return 0, length
    form = _RANGE.match(text)
    if form is None:
        raise Refusal(400, "Content-Range must be 'bytes FIRST-LAST/TOTAL', or 'bytes */TOTAL' to ask what arrived")
    total = int(form.group(3))
    if form.group(1) is None:
        if length:
            raise Refusal(400, "a question for what arrived has no body")
        return None, total
    first, last = int(form.group(1)), int(form.group(2))
    if not first <= last < total or last - first + 1 != length:
        raise Refusal(400, "Content-Range does not fit the body")
    return first, total


async def _read(request: Request, largest: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > largest:
            raise Refusal(413, f"the request is larger than {largest} bytes")
        parts.append(part)
    return b"".join(parts)
