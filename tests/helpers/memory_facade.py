"""A facade in memory for the HTTP face: a few tags, devices and alarms, answered at once."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import Any, TypeVar

from hmi.base.errors import PlantError
from hmi.facade.contract import EventListener
from hmi.facade.data import (
    AlarmCounts,
    AlarmItem,
    AlarmList,
    BackupItem,
    DeviceItem,
    Gap,
    Health,
    HealthDetail,
    HistoryAnswer,
    HistoryQuery,
    JobHealth,
    JournalItem,
    LiveUpdate,
    OeeItem,
    OeeQuery,
    Page,
    Percentiles,
    QueueHealth,
    ScanFigures,
    Series,
    StateSpan,
    StationInfo,
    TagItem,
)
from hmi.model.access import Permission
from hmi.model.equipment import Plant
from hmi.station.metrics import DeviceFigures, StationFigures, metrics_text
from tests.helpers.clock import EPOCH_US
from tests.helpers.fake_access import AccessBook, FakeAccess
from tests.unit.test_station_health import FINE, assess

T = TypeVar("T")


def done(value: T) -> Future[T]:
    future: Future[T] = Future()
    future.set_result(value)
    return future


def failed(sentence: str) -> Future[Any]:
    return failed_with(PlantError(sentence))


def failed_with(error: PlantError) -> Future[Any]:
    future: Future[Any] = Future()
    future.set_exception(error)
    return future


def a_tag(path: str, value: float | None = 1.5, status: int = 0) -> TagItem:
    return TagItem(
        path, value, 1.5, "float32", "bar", status, "Good" if status == 0 else "BadTimeout",
        "good" if status == 0 else "bad", False, "", EPOCH_US, None, EPOCH_US, 0.2, "filler", "holding:1", "read", 0.0,
        10.0,
    )  # fmt: skip


def an_alarm(name: str, state: str = "UNACK_ACTIVE", priority: int = 2, t_active_us: int = EPOCH_US) -> AlarmItem:
    return AlarmItem(
        name, state, priority, "machine", "bottling", "bottling/filler/level", "hi", "Level high", True, False, False,
        False, False, False, 7, t_active_us, None, None, None, 9.5, 9.0, "m", None, False, 0, 1, "Open the drain",
    )  # fmt: skip


def a_device(name: str) -> DeviceItem:
    return DeviceItem(
        name, name.title(), "modbus-tcp", "127.0.0.1:5020", "connected", EPOCH_US, None, None, Percentiles(1.0, 2.0),
        ScanFigures(1000.0, 1000.0, 1002.0), 10, {"timeout": 1}, 0, "closed", 4, 0,
    )  # fmt: skip


class MemoryFacade(FakeAccess):
    """Set the attributes, ask over HTTP; `silent` makes health never answer."""

    def __init__(self) -> None:
        self.book = AccessBook()
        self.tag_items = [a_tag(f"bottling/filler/t{n:03}") for n in range(250)]
        self.alarm_items = [an_alarm("bottling/filler/level.hi")]
        self.health_answer: Health = assess(FINE)
        self.acknowledged: dict[str, str] = {}
        self.asked_history: list[HistoryQuery] = []
        self.asked_oee: list[OeeQuery] = []
        self.asked_journal: list[tuple[int, int, str, str]] = []
        self.figures = StationFigures(
            "1.0.0", "3.53.4", 5.0, (DeviceFigures("filler", "modbus-tcp", "connected"),), database_connected=True
        )
        self.defect = False

    def station(self) -> Future[StationInfo]:
        if self.defect:
            raise ZeroDivisionError("a planted defect")
        return done(
            StationInfo("press-3", "Press", "1.0.0", "Works", "Europe/Berlin", "real", EPOCH_US, EPOCH_US, 0.4, 0, 0)
        )

    def plant(self) -> Future[Plant]:
        return done(Plant("Works", "Europe/Berlin"))

    def live(self, cursor: int) -> Future[LiveUpdate]:
        raise NotImplementedError

    def tags(
        self, match: str = "*", device: str = "", quality: str = "", limit: int = 100, cursor: str | None = None
    ) -> Future[Page[TagItem]]:
        found = [
            item
            for item in self.tag_items
            if fnmatch.fnmatchcase(item.path, match)
            and device in ("", item.device)
            and quality in ("", item.quality)
            and (cursor is None or item.path > cursor)
        ]
        part = found[:limit]
        return done(Page(part, part[-1].path if len(found) > limit else None))

    def tag(self, path: str) -> Future[TagItem]:
        for item in self.tag_items:
            if item.path == path:
                return done(item)
        return failed(f"no tag {path}")

    def devices(self) -> Future[list[DeviceItem]]:
        return done([a_device(f"plc{n}") for n in range(3)])

    def alarms(
        self, state: str = "active", priority: int = 0, area: str = "", alarm_class: str = ""
    ) -> Future[AlarmList]:
        rows = [item for item in self.alarm_items if priority in (0, item.priority)]
        return done(AlarmList(rows, AlarmCounts(p2=len(rows), unacked=1), 3))

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
        self.asked_journal.append((from_us, to_us, alarm, event))
        row = JournalItem(
            1, EPOCH_US, EPOCH_US, "a.hi", 1, "ACTIVATE", "NORMAL", "UNACK_ACTIVE", 2, 9.5, 9.0, 0, False, False, False,
            0, "", "press-3", "", "00", "11",
        )  # fmt: skip
        return done(Page([row]))

    def _answer(self, name: str, make: Callable[[], T]) -> Future[T]:  # type: ignore[override]
        future: Future[T] = Future()
        try:
            future.set_result(make())
        except PlantError as error:
            future.set_exception(error)
        return future

    def _emit(self, kind: str) -> None:
        pass

    def _now(self) -> int:
        return EPOCH_US

    def acknowledge(
        self, alarm_id: str, activation_id: int, comment: str = "", session: str = "", signature: str = ""
    ) -> Future[AlarmItem]:
        try:
            actor = self.require(Permission.ALARM_ACK, session)
        except PlantError as refusal:
            return failed_with(refusal)
        for item in self.alarm_items:
            if item.id == alarm_id:
                if alarm_id in self.acknowledged:
                    return failed(f"already acknowledged by {self.acknowledged[alarm_id]} at 2025-11-21T08:00:00Z")
                self.acknowledged[alarm_id] = actor
                return done(replace(item, state="ACK_ACTIVE", acked=True, acked_by=actor))
        return failed(f"no alarm {alarm_id}")

    def reset(self, alarm_id: str, comment: str = "", session: str = "", signature: str = "") -> Future[AlarmItem]:
        return failed("it is still active: reset it when the condition is gone")

    def history(self, query: HistoryQuery) -> Future[HistoryAnswer]:
        self.asked_history.append(query)
        series = Series(
            "a/b", "bar", query.mode, [EPOCH_US], [float("nan")], [0], [1.0], [2.0], [1.0], [2.0], [1.5], [1.0]
        )
        return done(HistoryAnswer([series], [Gap("a/b", EPOCH_US, None, "device_down", "no answer")]))

    def oee(self, query: OeeQuery) -> Future[list[OeeItem]]:
        self.asked_oee.append(query)
        return done(
            [
                OeeItem(
                    "bottling", "filler", "early", EPOCH_US, EPOCH_US + 1, "run", 0.9, 0.8, 0.99, 0.71, None, None, 1.0,
                    None, None, {"calendar": 1.0}, {"total": 5}, 0.85,
                )
            ]
        )  # fmt: skip

    def states(self, line: str, machine: str, from_us: int, to_us: int) -> Future[list[StateSpan]]:
        return done([])

    def health(self) -> Future[Health]:
        return done(self.health_answer)

    def health_detail(self) -> Future[HealthDetail]:
        return done(
            HealthDetail(
                self.health_answer,
                [a_device("filler")],
                [QueueHealth("history", 1, 10, 0)],
                [JobHealth("metrics", EPOCH_US, 0)],
            )
        )

    def metrics_text(self) -> Future[str]:
        return done(metrics_text(self.figures))

    def backups(self) -> Future[list[BackupItem]]:
        return done([])

    def create_backup(self, session: str = "", signature: str = "") -> Future[BackupItem]:
        return failed("no room")

    def subscribe(self, listener: EventListener) -> None:
        pass

    def unsubscribe(self, listener: EventListener) -> None:
        pass
