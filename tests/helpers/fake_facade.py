"""A station in memory that a test holds by its controls; it shows the plant of the design pictures."""

from __future__ import annotations

import fnmatch
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import Any, TypeVar

from hmi.base.errors import PlantError
from hmi.base.subscriptions import Listeners
from hmi.facade.contract import EventListener
from hmi.facade.data import (
    AlarmCounts,
    AlarmItem,
    AlarmList,
    BackupItem,
    DeviceItem,
    FacadeEvent,
    Health,
    HealthDetail,
    HistoryAnswer,
    HistoryQuery,
    Honesty,
    JournalItem,
    LiveUpdate,
    OeeItem,
    OeeQuery,
    Page,
    Percentiles,
    ScanFigures,
    SilentDevice,
    StateSpan,
    StationInfo,
    TagItem,
)
from hmi.model.access import Permission
from hmi.model.equipment import Plant
from hmi.model.quality import (
    BAD_SENSOR_FAILURE,
    GOOD,
    UNCERTAIN_NO_COMMUNICATION_LAST_USABLE_VALUE,
    UNCERTAIN_SENSOR_NOT_ACCURATE,
    is_bad,
    severity,
    status_name,
    status_reason,
)
from hmi.model.samples import Scalar
from tests.helpers.fake_access import AccessBook, FakeAccess
from tests.helpers.fake_history import history, journal_rows, oee_item, state_spans
from tests.helpers.fake_plant import (
    DEVICES,
    LABELLER_SILENT_US,
    MACHINES,
    NOW_US,
    Source,
    at,
    build_alarms,
    build_plant,
)

T = TypeVar("T")
_ORDER = ("UNACK_ACTIVE", "LATCHED_UNACK", "ACK_ACTIVE", "LATCHED_ACK", "RTN_UNACK")
_HIDDEN = {"SHELVED": "shelved", "SUPPRESSED": "suppressed", "OUT_OF_SERVICE": "out_of_service"}
DAY_US = 86_400_000_000


class _Tag:
    def __init__(self, value: Scalar | None, status: int = GOOD) -> None:
        self.value = value
        self.last = value
        self.status = status
        self.stale = False
        self.t_us = NOW_US
        self.revision = 1


class FakeFacade(FakeAccess):
    """Implements `hmi.facade.contract.Facade`; answers at once unless a call is stalled."""

    def __init__(self, *, disturbed: bool = True, running: bool = False) -> None:
        self.book = AccessBook()
        self.plant_value, self.sources = build_plant()
        self.alarm_items = build_alarms() if disturbed else []
        self.now_us = NOW_US
        self._started = time.monotonic() if running else None
        self.honesty_changes: dict[str, Any] = {}
        self.calls: list[str] = []
        self.acknowledged: list[tuple[str, int, str, str]] = []
        self.listeners: Listeners[FacadeEvent] = Listeners()
        self._stalled: dict[str, list[Callable[[], None]]] = {}
        self._revision = 1
        self._alarm_revision = 1
        self._devices = {tag.path: tag.device for tag in self.plant_value.tags}
        self._units = {tag.path: tag.unit for tag in self.plant_value.tags}
        self.tags_now = {path: _Tag(source.now) for path, source in self.sources.items()}
        self.down_since: dict[str, int] = {}
        self.journal_items = journal_rows(build_alarms()) if disturbed else []
        if disturbed:
            self.set_tag("utilities/tunnel/zone3", status=UNCERTAIN_SENSOR_NOT_ACCURATE)
            self.set_tag("utilities/cip/conductivity", status=BAD_SENSOR_FAILURE)
            self.silence_device("labeller", LABELLER_SILENT_US)

    # controls

    def stall(self, *names: str) -> None:
        """The named calls do not answer until `release`."""
        for name in names:
            self._stalled.setdefault(name, [])

    def release(self, *names: str) -> None:
        """Answers what waited; without names everything."""
        for name in names or tuple(self._stalled):
            for finish in self._stalled.pop(name, []):
                finish()

    def advance(self, seconds: float) -> None:
        """Moves the station's time; live tags are received anew."""
        self.now_us += round(seconds * 1e6)
        for path, tag in self.tags_now.items():
            if self._devices[path] not in self.down_since:
                tag.t_us = self.now_us

    def set_tag(self, path: str, value: Scalar | None = None, status: int = GOOD, stale: bool = False) -> None:
        """Gives a tag a value, a status, staleness."""
        tag = self.tags_now[path]
        if value is not None:
            tag.value = tag.last = value
        tag.status, tag.stale, tag.t_us = status, stale, self.now_us
        self._revision += 1
        tag.revision = self._revision

    def silence_device(self, device: str, since_us: int | None = None) -> None:
        """Every tag of a device turns stale."""
        since = since_us if since_us is not None else self.now_us
        self.down_since[device] = since
        self._revision += 1
        for path, tag in self.tags_now.items():
            if self._devices[path] == device:
                tag.stale, tag.status, tag.t_us = True, UNCERTAIN_NO_COMMUNICATION_LAST_USABLE_VALUE, since
                tag.revision = self._revision
        self._emit("devices")

    def recover_device(self, device: str) -> None:
        """Every tag of a device is good again."""
        self.down_since.pop(device, None)
        self._revision += 1
        for path, tag in self.tags_now.items():
            if self._devices[path] == device:
                tag.stale, tag.status, tag.t_us, tag.revision = False, GOOD, self.now_us, self._revision
        self._emit("devices")

    def put_alarm(self, item: AlarmItem) -> None:
        """Raises, changes or (state NORMAL) removes an alarm."""
        self.alarm_items = [known for known in self.alarm_items if known.id != item.id]
        if item.state != "NORMAL":
            self.alarm_items.append(item)
        self._alarm_revision += 1
        self._emit("alarms")

    def set_honesty(self, **changes: Any) -> None:
        """Overrides fields of the honesty answer, e.g. `evaluation_age_s=5.0`."""
        self.honesty_changes.update(changes)

    def _emit(self, kind: str) -> None:
        self.listeners.emit(FacadeEvent(kind, self._revision))

    def _answer(self, name: str, make: Callable[[], T]) -> Future[T]:
        self.calls.append(name)
        future: Future[T] = Future()

        def finish() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(make())
            except PlantError as error:
                future.set_exception(error)

        if name in self._stalled:
            self._stalled[name].append(finish)
        else:
            finish()
        return future

    def _now(self) -> int:
        if self._started is not None:
            return NOW_US + round((time.monotonic() - self._started) * 1e6)
        return self.now_us

    # the facade

    def station(self) -> Future[StationInfo]:
        return self._answer(
            "station",
            lambda: StationInfo(
                "bn-op-02",
                "Bottling North",
                "1.0.0",
                "Bottling North",
                "Europe/Berlin",
                "real",
                at("06:00:00") - 9 * DAY_US,
                self._now(),
                1.3,
                len(self.down_since),
                0,
            ),
        )

    def plant(self) -> Future[Plant]:
        return self._answer("plant", lambda: self.plant_value)

    def live(self, cursor: int) -> Future[LiveUpdate]:
        return self._answer("live", lambda: self._live(cursor))

    def _live(self, cursor: int) -> LiveUpdate:
        now = self._now()
        chosen = [
            (tag.number, self.tags_now[tag.path])
            for tag in self.plant_value.tags
            if self.tags_now[tag.path].revision > cursor
        ]
        return LiveUpdate(
            cursor=self._revision,
            now_us=now,
            tag=[number for number, _ in chosen],
            value=[None if tag.stale or is_bad(tag.status) else tag.value for _, tag in chosen],
            last_value=[tag.last for _, tag in chosen],
            status=[tag.status for _, tag in chosen],
            stale=[tag.stale for _, tag in chosen],
            t_source_us=[tag.t_us for _, tag in chosen],
            t_receive_us=[tag.t_us for _, tag in chosen],
            alarm_revision=self._alarm_revision,
            honesty=self._honesty(now),
        )

    def _honesty(self, now: int) -> Honesty:
        counts = {"good": 0, "uncertain": 0, "bad": 0, "stale": 0}
        for path, tag in self.tags_now.items():
            if self._devices[path] == "station":
                continue
            counts["stale" if tag.stale else severity(tag.status).word] += 1
        base = Honesty(
            oldest_live_age_s=1.3,
            devices_total=len(DEVICES),
            devices_connected=len(DEVICES) - len(self.down_since),
            silent=[SilentDevice(name, since) for name, since in self.down_since.items()],
            history_age_s=0.4,
            history_problem="",
            evaluation_age_s=0.1,
            central="connected",
            central_waiting=0,
            t_backup_verified_us=at("02:00:00"),
            simulated=False,
            **counts,
        )
        return replace(base, **self.honesty_changes)

    def _item(self, path: str) -> TagItem:
        definition = next((tag for tag in self.plant_value.tags if tag.path == path), None)
        if definition is None:
            raise PlantError(f"no tag {path}")
        tag = self.tags_now[path]
        return TagItem(
            path,
            None if tag.stale or is_bad(tag.status) else tag.value,
            tag.last,
            definition.type,
            definition.unit,
            tag.status,
            status_name(tag.status),
            severity(tag.status).word,
            tag.stale,
            status_reason(tag.status),
            tag.t_us,
            None,
            tag.t_us,
            (self._now() - tag.t_us) / 1e6,
            definition.device,
            definition.address,
            definition.access.value,
            definition.low,
            definition.high,
        )

    def tags(
        self, match: str = "*", device: str = "", quality: str = "", limit: int = 100, cursor: str | None = None
    ) -> Future[Page[TagItem]]:
        def make() -> Page[TagItem]:
            paths = sorted(p for p in self.tags_now if fnmatch.fnmatch(p, match) and device in ("", self._devices[p]))
            return Page([self._item(path) for path in paths[:limit]])

        return self._answer("tags", make)

    def tag(self, path: str) -> Future[TagItem]:
        return self._answer("tag", lambda: self._item(path))

    def devices(self) -> Future[list[DeviceItem]]:
        return self._answer("devices", self._device_items)

    def _device_items(self) -> list[DeviceItem]:
        since = {
            "filler": 2 * DAY_US + 4 * 3_600_000_000,
            "capper": 2 * DAY_US + 4 * 3_600_000_000,
            "packer": 9 * DAY_US,
            "line_server": 9 * DAY_US,
            "compressors": 31 * DAY_US,
            "energy_meter": 31 * DAY_US,
            "labeller": DAY_US,
        }
        errors = {"labeller": {"refused": 28, "timeout": 3}, "compressors": {"timeout": 2}, "energy_meter": {"crc": 1}}
        items = []
        for name, driver, address, _options, count, scan, answer in DEVICES:
            down = self.down_since.get(name)
            bad = sum(
                1
                for path, tag in self.tags_now.items()
                if self._devices[path] == name and (tag.stale or severity(tag.status))
            )
            items.append(
                DeviceItem(
                    name=name,
                    title="",
                    driver=driver,
                    address=address,
                    state="down" if down is not None else "connected",
                    since_us=down if down is not None else NOW_US - since[name],
                    last_error="The PLC refuses the connection." if down is not None else None,
                    t_last_error_us=at("10:42:14") if down is not None else None,
                    response_ms=Percentiles(
                        None if down is not None else answer, None if down is not None else answer * 1.7
                    ),
                    scan_ms=ScanFigures(scan * 1000, scan * 1000, scan * 1012),
                    requests=31_400,
                    errors=errors.get(name, {}),
                    overruns=0,
                    breaker="open" if down is not None else "closed",
                    tags=count,
                    bad_tags=bad,
                )
            )
        return items

    def alarms(
        self, state: str = "active", priority: int = 0, area: str = "", alarm_class: str = ""
    ) -> Future[AlarmList]:
        return self._answer("alarms", lambda: self._alarm_list(state))

    def _alarm_list(self, state: str) -> AlarmList:
        listed = [item for item in self.alarm_items if item.state not in _HIDDEN]
        listed.sort(key=lambda item: (_ORDER.index(item.state), item.priority, -(item.t_active_us or 0)))
        by_priority = {p: sum(1 for item in listed if item.priority == p) for p in (1, 2, 3, 4)}
        unacked = {str(p): sum(1 for item in listed if item.priority == p and not item.acked) for p in (1, 2, 3, 4)}
        counts = AlarmCounts(
            by_priority[1],
            by_priority[2],
            by_priority[3],
            by_priority[4],
            sum(unacked.values()),
            sum(1 for item in self.alarm_items if item.state == "SHELVED"),
            sum(1 for item in self.alarm_items if item.state == "SUPPRESSED"),
            unacked,
        )
        if state == "active":
            chosen = listed
        elif state == "all":
            chosen = list(self.alarm_items)
        else:
            chosen = [item for item in self.alarm_items if _HIDDEN.get(item.state) == state]
        return AlarmList(chosen, counts, self._alarm_revision)

    def journal(
        self,
        from_us: int,
        to_us: int,
        alarm: str = "",
        event: str = "",
        limit: int = 100,
        cursor: str | None = None,
        newest_first: bool = True,
    ) -> Future[Page[JournalItem]]:
        def make() -> Page[JournalItem]:
            rows = [
                row
                for row in self.journal_items
                if from_us <= row.t_event_us < to_us
                and fnmatch.fnmatch(row.alarm_id, alarm or "*")
                and fnmatch.fnmatch(row.event, event or "*")
            ]
            rows.sort(key=lambda row: row.seq, reverse=newest_first)
            start = int(cursor or 0)
            rest = str(start + limit) if len(rows) > start + limit else None
            return Page(rows[start : start + limit], rest)

        return self._answer("journal", make)

    def acknowledge(
        self, alarm_id: str, activation_id: int, comment: str = "", session: str = "", signature: str = ""
    ) -> Future[AlarmItem]:
        def make() -> AlarmItem:
            item = self._known(alarm_id)
            actor = self.require(Permission.ALARM_ACK, session, [item.area, alarm_id.partition("/")[0]])
            self.require_signature(Permission.ALARM_ACK, alarm_id, signature)
            if item.acked:
                raise PlantError(f"already acknowledged by {item.acked_by} at 10:32:18")
            if item.activation_id != activation_id:
                raise PlantError("the alarm came again meanwhile; look at it and acknowledge the new one")
            after = {"UNACK_ACTIVE": "ACK_ACTIVE", "LATCHED_UNACK": "LATCHED_ACK"}.get(item.state, "NORMAL")
            done = replace(item, state=after, acked=True, acked_by=actor, t_ack_us=self._now())
            self.acknowledged.append((alarm_id, activation_id, comment, actor))
            self.put_alarm(done)
            return done

        return self._answer("acknowledge", make)

    def reset(self, alarm_id: str, comment: str = "", session: str = "", signature: str = "") -> Future[AlarmItem]:
        def make() -> AlarmItem:
            item = self._known(alarm_id)
            self.require(Permission.ALARM_RESET, session, [item.area, alarm_id.partition("/")[0]])
            self.require_signature(Permission.ALARM_RESET, alarm_id, signature)
            if item.state != "LATCHED_ACK":
                raise PlantError("only a latched alarm that is clear and acknowledged can be reset")
            done = replace(item, state="NORMAL", latched=False)
            self.put_alarm(done)
            return done

        return self._answer("reset", make)

    def _known(self, alarm_id: str) -> AlarmItem:
        found = next((item for item in self.alarm_items if item.id == alarm_id), None)
        if found is None:
            raise PlantError(f"no alarm {alarm_id}")
        return found

    def history(self, query: HistoryQuery) -> Future[HistoryAnswer]:
        return self._answer(
            "history",
            lambda: history(query, self.sources, self._devices, self._units, self._now(), self.down_since),
        )

    def oee(self, query: OeeQuery) -> Future[list[OeeItem]]:
        if query.shift == "current" and query.from_us is None:
            return self._answer("oee", lambda: [oee_item("", self._now())])
        return self._answer("oee", list)

    def states(self, line: str, machine: str, from_us: int, to_us: int) -> Future[list[StateSpan]]:
        def make() -> list[StateSpan]:
            spans: list[StateSpan] = []
            for name in MACHINES:
                if machine in ("", name):
                    spans += [
                        s for s in state_spans(name) if s.from_us < to_us and (s.to_us is None or s.to_us > from_us)
                    ]
            return spans

        return self._answer("states", make)

    def health(self) -> Future[Health]:
        return self._answer("health", lambda: Health("healthy", "bn-op-02", "1.0.0", self._now(), {}, {}))

    def health_detail(self) -> Future[HealthDetail]:
        return self._answer(
            "health_detail",
            lambda: HealthDetail(
                Health("healthy", "bn-op-02", "1.0.0", self._now(), {}, {}), self._device_items(), [], []
            ),
        )

    def metrics_text(self) -> Future[str]:
        return self._answer("metrics_text", lambda: "")

    def backups(self) -> Future[list[BackupItem]]:
        return self._answer("backups", list)

    def create_backup(self, session: str = "", signature: str = "") -> Future[BackupItem]:
        def make() -> BackupItem:
            self.require(Permission.BACKUP_CREATE, session)
            self.require_signature(Permission.BACKUP_CREATE, "backup", signature)
            return BackupItem("20261119T094218Z-bn-op-02-000001", "bn-op-02", "1.0.0", self._now(), 1, None, [], "full")

        return self._answer("create_backup", make)

    def subscribe(self, listener: EventListener) -> None:
        self.listeners.subscribe(listener)

    def unsubscribe(self, listener: EventListener) -> None:
        self.listeners.unsubscribe(listener)


def _facade_is_complete(fake: FakeFacade) -> None:
    from hmi.facade.contract import Facade

    _facade: Facade = fake


__all__ = ["FakeFacade", "Source"]
