"""The tag store: what is known of every tag now, in arrays indexed by tag number."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from hmi.base.clock import Clock
from hmi.expressions import Operand
from hmi.model.devices import DeviceDefinition
from hmi.model.quality import (
    BAD_NOT_READABLE,
    BAD_TIMEOUT,
    BAD_WAITING_FOR_INITIAL_DATA,
    bad_mask,
    good_mask,
    is_bad,
)
from hmi.model.samples import SampleBatch, Scalar
from hmi.model.tags import CALCULATED, Access, TagDefinition
from hmi.tags.staleness import SHORTEST_LIMIT_US, Liveness, polled_limit_us

DEFAULT_SCAN_US: Final = 1_000_000
TOLD_AGAIN_US: Final = 1_000_000
_FLOAT, _BOOLEAN, _INTEGER, _TEXT = range(4)
_INTEGERS: Final = ("int", "uint", "bcd", "mod10k")


@dataclass(frozen=True, slots=True)
class TagState:
    """One tag now. value: None unless usable and not stale; last_value: the last usable one.

    Times are 0 before the first sample; t_server_us also where the protocol has none. age_us: since the last sample
    came, None before the first one.
    """

    number: int
    value: Scalar | None
    last_value: Scalar | None
    status: int
    stale: bool
    t_source_us: int
    t_receive_us: int
    t_server_us: int
    age_us: int | None


@dataclass(frozen=True, slots=True)
class TagChanges:
    """Tags whose value, status or staleness changed, or that were read again a second later, as parallel columns.

    Pass `cursor` to the next call.
    """

    cursor: int
    numbers: npt.NDArray[np.int64]
    value: list[Scalar | None]
    last_value: list[Scalar | None]
    status: npt.NDArray[np.uint32]
    stale: npt.NDArray[np.bool_]
    t_source_us: npt.NDArray[np.int64]
    t_receive_us: npt.NDArray[np.int64]
    t_server_us: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.numbers)


@dataclass(frozen=True, slots=True)
class TagCounts:
    """How many readable tags are in which state; each is counted once, a stale one not as good."""

    good: int
    uncertain: int
    bad: int
    stale: int


class TagStore:
    """Takes batches from any thread and tells what is known now; never shows a value beyond its limit as live.

    definitions: with their numbers; numbers may have holes. device_scan: {name: device} for the scan of its tags.
    Calculated tags live by the calculation's own sign of life (`link_alive` of device `calc`).
    """

    def __init__(
        self, definitions: Sequence[TagDefinition], device_scan: Mapping[str, DeviceDefinition], clock: Clock
    ) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._definitions = {definition.number: definition for definition in definitions}
        if len(self._definitions) != len(definitions):
            raise ValueError("two tags have the same number")
        self._numbers = {definition.path: definition.number for definition in definitions}
        size = max(self._definitions, default=-1) + 1
        self._known = np.zeros(size, bool)
        self._known[list(self._definitions)] = True
        self._all: npt.NDArray[np.int64] = np.flatnonzero(self._known)
        self._value = np.full(size, np.nan)
        self._last = np.full(size, np.nan)
        self._has_last = np.zeros(size, bool)
        self._status = np.full(size, BAD_WAITING_FOR_INITIAL_DATA, np.uint32)
        self._stale = np.zeros(size, bool)
        self._t_source = np.zeros(size, np.int64)
        self._t_receive = np.zeros(size, np.int64)
        self._t_server = np.zeros(size, np.int64)
        self._t_told = np.zeros(size, np.int64)
        self._arrived = np.full(size, -1, np.int64)
        self._kind = np.zeros(size, np.int8)
        self._readable = np.zeros(size, bool)
        # text and integers that float64 cannot carry, by tag number; the flags find them without a loop
        self._exact: dict[int, str | int] = {}
        self._last_exact: dict[int, str | int] = {}
        self._is_exact = np.zeros(size, bool)
        self._is_last_exact = np.zeros(size, bool)
        # begins beyond every cursor an earlier run gave, so that one kept over a restart gets everything
        self._revision = max(1, clock.now_us())
        self._changed = np.full(size, self._revision, np.int64)
        names = list(dict.fromkeys([CALCULATED, *(definition.device for definition in definitions)]))
        self._devices = {name: index for index, name in enumerate(names)}
        self._live = Liveness(
            received_us=np.zeros(size, np.int64),
            polled_limit_us=np.full(size, SHORTEST_LIMIT_US, np.int64),
            device=np.zeros(size, np.int32),
            heard_us=np.full(len(names), clock.monotonic_us(), np.int64),
            silence_us=np.zeros(len(names), np.int64),
        )
        self._live.silence_us[self._devices[CALCULATED]] = SHORTEST_LIMIT_US
        for definition in definitions:
            number = definition.number
            device = device_scan.get(definition.device)
            scan_us = definition.scan_us or (device.scan_us if device else DEFAULT_SCAN_US)
            self._live.polled_limit_us[number] = polled_limit_us(scan_us)
            self._live.device[number] = self._devices[definition.device]
            self._kind[number] = _kind(definition)
            self._readable[number] = definition.access is not Access.WRITE_ONLY
            if definition.access is Access.WRITE_ONLY:
                self._status[number] = BAD_NOT_READABLE

    # --- what comes in ---

    def apply(self, batch: SampleBatch) -> None:
        """Takes over the newest sample of every tag in the batch; samples of unknown tags are ignored."""
        if not len(batch):
            return
        now_us, monotonic_us = self._clock.now_us(), self._clock.monotonic_us()
        tags = batch.tag.astype(np.int64)
        valid = (tags >= 0) & (tags < len(self._known))
        valid[valid] = self._known[tags[valid]]
        if valid.all():
            chosen: slice | npt.NDArray[np.bool_] = slice(None)
        else:
            chosen, tags = valid, tags[valid]
        status, value = batch.status[chosen], batch.value[chosen]
        receive = batch.t_receive_us[chosen]
        # a batch that waited somewhere is as old as its receive time says, however late it comes here
        received_us = monotonic_us - np.maximum(now_us - receive, 0)
        with self._lock:
            self._revision += 1
            usable = ~bad_mask(status)
            changed = (self._status[tags] != status) | ~_same(self._value[tags], value) | (self._stale[tags] & usable)
            # an unchanged value is told again once a second, or its age would seem to grow on every screen
            # (also after the clock was set back, when the last telling seems to lie ahead)
            changed |= np.abs(receive - self._t_told[tags]) >= TOLD_AGAIN_US
            self._t_told[tags[changed]] = receive[changed]
            self._changed[tags[changed]] = self._revision
            self._note_exact(batch, tags, usable)
            self._status[tags] = status
            self._value[tags] = value
            self._t_source[tags] = batch.t_source_us[chosen]
            self._t_receive[tags] = receive
            self._t_server[tags] = 0 if batch.t_server_us is None else batch.t_server_us[chosen]
            self._arrived[tags] = received_us
            live = tags[usable]
            self._last[live] = value[usable]
            self._has_last[live] = True
            self._live.received_us[live] = received_us[usable]
            self._stale[live] = False

    def link_alive(self, device: str, monotonic_us: int) -> None:
        """Tells that a device's subscription gave a sign of life at a time of the monotonic clock."""
        index = self._devices.get(device)
        if index is not None:
            with self._lock:
                self._live.heard_us[index] = max(self._live.heard_us[index], monotonic_us)

    def set_subscribed(self, device: str, stale_after_us: int) -> None:
        """Tells that a device sends by itself and how long it may be silent; 0 = it is polled again."""
        index = self._devices.get(device)
        if index is None:
            return
        monotonic_us = self._clock.monotonic_us()
        with self._lock:
            self._live.silence_us[index] = stale_after_us
            if stale_after_us:
                # the server has just answered the request for the subscription
                self._live.heard_us[index] = max(self._live.heard_us[index], monotonic_us)

    def _note_exact(self, batch: SampleBatch, tags: npt.NDArray[np.int64], usable: npt.NDArray[np.bool_]) -> None:
        newest, newest_usable = _exact_by_tag(batch, self._known) if batch.exact else ({}, {})
        for number in set(tags[self._is_exact[tags]].tolist()) | set(newest):
            old, new = self._exact.pop(number, None), newest.get(number)
            self._is_exact[number] = new is not None
            if new is not None:
                self._exact[number] = new
            if old != new:
                self._changed[number] = self._revision
        live = tags[usable]
        for number in set(live[self._is_last_exact[live]].tolist()) | set(newest_usable):
            self._is_last_exact[number] = number in newest_usable
            self._last_exact.pop(number, None)
            if number in newest_usable:
                self._last_exact[number] = newest_usable[number]

    # --- what is known ---

    def changes_since(self, cursor: int, now_us: int, now_monotonic_us: int) -> TagChanges:
        """Tags that changed value, status or staleness, or were read again, since `cursor`.

        0, or a cursor this store never gave = every tag.
        """
        with self._lock:
            self._refresh(now_monotonic_us)
            numbers = self._all if not 0 < cursor <= self._revision else self._all[self._changed[self._all] > cursor]
            status, stale = self._status[numbers], self._stale[numbers]
            last = self._scalars(numbers, self._last[numbers], self._last_exact, self._has_last[numbers])
            shown = ~bad_mask(status) & ~stale
            value = self._scalars(numbers, self._value[numbers], self._exact, shown)
            return TagChanges(
                cursor=self._revision,
                numbers=numbers.copy(),
                value=value,
                last_value=last,
                status=status,
                stale=stale,
                t_source_us=self._t_source[numbers],
                t_receive_us=self._t_receive[numbers],
                t_server_us=self._t_server[numbers],
            )

    def snapshot(self) -> SampleBatch:
        """The last sample of every tag that ever had one."""
        with self._lock:
            numbers = self._all[self._t_receive[self._all] > 0]
            t_server = self._t_server[numbers]
            return SampleBatch(
                tag=numbers.astype(np.int32),
                t_source_us=self._t_source[numbers],
                t_receive_us=self._t_receive[numbers],
                value=self._value[numbers],
                status=self._status[numbers],
                t_server_us=t_server if t_server.any() else None,
                exact={index: self._exact[n] for index, n in enumerate(numbers.tolist()) if n in self._exact},
            )

    def view(self, number: int) -> TagState:
        """What is known of one tag now; raises KeyError for an unknown number."""
        return self.views([number])[0]

    def views(self, numbers: Iterable[int]) -> list[TagState]:
        """What is known of several tags at one moment."""
        wanted = np.array(list(numbers), np.int64)
        for number in wanted.tolist():
            if number not in self._definitions:
                raise KeyError(f"no tag with number {number}")
        monotonic_us = self._clock.monotonic_us()
        with self._lock:
            status = self._status[wanted]
            usable = ~bad_mask(status)
            _, beyond = self._live.ages_us(wanted, monotonic_us)
            stale = beyond & usable
            value = self._scalars(wanted, self._value[wanted], self._exact, usable & ~stale)
            last = self._scalars(wanted, self._last[wanted], self._last_exact, self._has_last[wanted])
            return [
                TagState(
                    number=number,
                    value=value[index],
                    last_value=last[index],
                    status=int(status[index]),
                    stale=bool(stale[index]),
                    t_source_us=int(self._t_source[number]),
                    t_receive_us=int(self._t_receive[number]),
                    t_server_us=int(self._t_server[number]),
                    age_us=max(0, monotonic_us - int(self._arrived[number])) if self._t_receive[number] else None,
                )
                for index, number in enumerate(wanted.tolist())
            ]

    def operands(self, numbers: Sequence[int]) -> list[Operand]:
        """Tags as formulas see them: a stale one is bad."""
        return [
            Operand(
                value=state.value,
                status=BAD_TIMEOUT if state.stale and not is_bad(state.status) else state.status,
                age_s=None if state.age_us is None else state.age_us / 1e6,
            )
            for state in self.views(numbers)
        ]

    def counts(self) -> TagCounts:
        """Readable tags by state now."""
        monotonic_us = self._clock.monotonic_us()
        with self._lock:
            tags = self._all[self._readable[self._all]]
            status = self._status[tags]
            bad, good = bad_mask(status), good_mask(status)
            _, beyond = self._live.ages_us(tags, monotonic_us)
            stale = beyond & ~bad
            return TagCounts(
                good=int((good & ~stale).sum()),
                uncertain=int((~good & ~bad & ~stale).sum()),
                bad=int(bad.sum()),
                stale=int(stale.sum()),
            )

    def unusable_by_device(self) -> dict[str, int]:
        """{device: readable tags that are bad or stale now}."""
        monotonic_us = self._clock.monotonic_us()
        with self._lock:
            tags = self._all[self._readable[self._all]]
            _, beyond = self._live.ages_us(tags, monotonic_us)
            unusable = tags[beyond | bad_mask(self._status[tags])]
            counts = np.bincount(self._live.device[unusable], minlength=len(self._devices))
        return {name: int(counts[index]) for name, index in self._devices.items()}

    def oldest_live_age_us(self) -> int | None:
        """Age of the oldest value shown as live now, by the clock its staleness is judged on; None without any."""
        monotonic_us = self._clock.monotonic_us()
        with self._lock:
            ages, beyond = self._live.ages_us(self._all, monotonic_us)
            ages = ages[~beyond & ~bad_mask(self._status[self._all])]
            return int(ages.max()) if len(ages) else None

    # --- what the tags are ---

    @property
    def numbers(self) -> list[int]:
        """Numbers of all tags, ascending."""
        return [int(number) for number in self._all]

    def number_of(self, path: str) -> int:
        """Number of a tag; raises KeyError for an unknown path."""
        return self._numbers[path]

    def definition(self, number: int) -> TagDefinition:
        """Definition of a tag; raises KeyError for an unknown number."""
        return self._definitions[number]

    def _refresh(self, monotonic_us: int) -> None:
        """Marks tags whose staleness is another than before as changed."""
        _, beyond = self._live.ages_us(self._all, monotonic_us)
        stale = beyond & ~bad_mask(self._status[self._all])
        turned = self._all[stale != self._stale[self._all]]
        if len(turned):
            self._revision += 1
            self._changed[turned] = self._revision
            self._stale[self._all] = stale

    def _scalars(
        self,
        numbers: npt.NDArray[np.int64],
        values: npt.NDArray[np.float64],
        exact: Mapping[int, str | int],
        there: npt.NDArray[np.bool_],
    ) -> list[Scalar | None]:
        """Python values of the tags' own kinds; None where there is none."""
        result: list[Scalar | None] = values.tolist()
        kinds = self._kind[numbers]
        for index in np.flatnonzero((kinds != _FLOAT) & there).tolist():
            kind, value = kinds[index], values[index]
            if kind == _TEXT:
                result[index] = None
            elif kind == _BOOLEAN:
                result[index] = bool(value)
            elif np.isfinite(value) and value == int(value):
                result[index] = int(value)
        if exact:
            for index, number in enumerate(numbers.tolist()):
                if number in exact:
                    result[index] = exact[number]
        for index in np.flatnonzero(~there).tolist():
            result[index] = None
        return result


def _kind(definition: TagDefinition) -> int:
    if definition.type == "bool":
        return _BOOLEAN
    if definition.is_text:
        return _TEXT
    scaling = definition.scaling
    whole = float(scaling.scale).is_integer() and float(scaling.offset).is_integer() and scaling.raw_low is None
    return _INTEGER if definition.type.startswith(_INTEGERS) and whole else _FLOAT


def _same(one: npt.NDArray[np.float64], other: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    same: npt.NDArray[np.bool_] = (one == other) | (np.isnan(one) & np.isnan(other))
    return same


def _exact_by_tag(
    batch: SampleBatch, known: npt.NDArray[np.bool_]
) -> tuple[dict[int, str | int], dict[int, str | int]]:
    """{tag number: exact value} of the tags whose last sample is exact, and of those whose last usable one is."""
    newest: dict[int, int] = {}
    newest_usable: dict[int, int] = {}
    for index, (number, bad) in enumerate(zip(batch.tag.tolist(), bad_mask(batch.status).tolist(), strict=True)):
        if 0 <= number < len(known) and known[number]:
            newest[number] = index
            if not bad:
                newest_usable[number] = index
    return (
        {number: batch.exact[index] for number, index in newest.items() if index in batch.exact},
        {number: batch.exact[index] for number, index in newest_usable.items() if index in batch.exact},
    )
