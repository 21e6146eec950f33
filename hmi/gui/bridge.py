"""Between the station's futures and Qt: a mirror of what is live, and answers delivered on the GUI thread.

The mirror is driven by answers, never by a timer alone: when they stop, every value turns stale and the frame says so.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

import structlog
from PySide6.QtCore import QObject, QTimer, Signal

from hmi.base.errors import PlantError
from hmi.facade.contract import Facade
from hmi.facade.data import AlarmItem, AlarmList, DeviceItem, FacadeEvent, Honesty, LiveUpdate, StationInfo
from hmi.gui.delivery import Delivery, ErrorHandler, ResultHandler
from hmi.gui.mirror import LiveTag, Mirror, TagQuality
from hmi.gui.people import People
from hmi.model.equipment import Plant
from hmi.model.tags import TagDefinition

__all__ = ["Bridge", "LiveTag", "TagQuality"]

T = TypeVar("T")
_log = structlog.get_logger("window")

TICK_MS = 100
BEHIND_AFTER_S = 1.0
SILENT_AFTER_S = 2.0
EVALUATION_SILENT_S = 3.0
_DEVICES_EVERY_S = 1.0
_HIDDEN_LISTS = ("shelved", "suppressed", "out_of_service")


class Bridge(QObject):
    """What the window knows of a station. All members are used on the GUI thread only.

    people: who is signed in at this window and what may be done.
    tags_changed(frozenset of paths): values, quality, staleness; at most 10 times a second.
    alarms_changed, devices_changed, honesty_changed, plant_changed: read the property of that name afterwards.
    station_silent(seconds): no live answer for that long, 0.0 when it answers again.
    ticked: each tick, for clocks and ages.
    """

    tags_changed = Signal(object)
    alarms_changed = Signal()
    devices_changed = Signal()
    honesty_changed = Signal()
    plant_changed = Signal()
    station_silent = Signal(float)
    ticked = Signal()
    _happened = Signal(object)

    def __init__(
        self,
        facade: Facade,
        parent: QObject | None = None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self.facade = facade
        self._monotonic = monotonic
        self._delivery = Delivery(self)
        self.people = People(facade, self.ask, monotonic, self)
        self._mirror = Mirror()
        self._plant: Plant | None = None
        self._station: StationInfo | None = None
        self._honesty: Honesty | None = None
        self._alarms: AlarmList | None = None
        self._hidden: dict[str, AlarmList] = {}
        self._devices: list[DeviceItem] = []
        self._cursor = 0
        self._live_open = False
        self._alarms_open = 0
        self._alarms_asked = 0.0
        self._alarm_revision = -1
        self._alarms_wanted = True
        self._devices_open = False
        self._devices_wanted = True
        self._devices_asked = 0.0
        self._plant_open = False
        self._opened = monotonic()
        self._answered = self._opened
        self._now_us = 0
        self._is_silent = False
        self._tag_alarms: dict[str, AlarmItem] = {}
        self._badges: dict[str, str] = {}
        self._happened.connect(self._on_event)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)

    def start(self) -> None:
        """Subscribes and begins to ask, ten times a second."""
        self.facade.subscribe(self._from_station)
        self._ask_plant()
        self.people.start()
        self._timer.start()
        self.tick()

    def stop(self) -> None:
        """Ends the subscription; answers still on their way are forgotten."""
        self._timer.stop()
        self.people.stop()
        self.facade.unsubscribe(self._from_station)
        self._delivery.close()

    @property
    def is_ready(self) -> bool:
        """True once plant, station and the first live values are there."""
        return self._plant is not None and self._station is not None and self._honesty is not None

    @property
    def plant(self) -> Plant:
        """The configured plant; an empty one until the first answer."""
        return self._plant or Plant(name="", timezone="UTC")

    @property
    def station(self) -> StationInfo | None:
        """Who the station is; None until it answered."""
        return self._station

    @property
    def honesty(self) -> Honesty | None:
        """What is known about the data's honesty, as of the last answer."""
        return self._honesty

    @property
    def alarms(self) -> AlarmList | None:
        """The active list in the station's order; None until it answered."""
        return self._alarms

    def hidden_alarms(self, state: str) -> list[AlarmItem]:
        """Alarms of the list `shelved`, `suppressed` or `out_of_service`."""
        known = self._hidden.get(state)
        return known.items if known else []

    @property
    def devices(self) -> list[DeviceItem]:
        """Every device in configured order."""
        return self._devices

    @property
    def now_us(self) -> int:
        """The station's time, carried on from its last answer; 0 before the first."""
        if self._now_us == 0:
            return 0
        return self._now_us + round(self.behind_s * 1e6)

    @property
    def data_us(self) -> int:
        """The station's time of the last answer: what is on screen is as of then."""
        return self._now_us

    @property
    def behind_s(self) -> float:
        """Seconds since the last live answer."""
        return max(0.0, self._monotonic() - self._answered)

    @property
    def is_silent(self) -> bool:
        """True while live calls do not answer: every value counts as stale."""
        return self._is_silent

    @property
    def evaluation_age_s(self) -> float:
        """Seconds since alarms were last evaluated, as far as known; an overdue list counts as not evaluated."""
        now = self._monotonic()
        overdue = max(0.0, now - self._alarms_asked) if self._alarms_open else 0.0
        if self._honesty is None or self._honesty.evaluation_age_s is None:
            return max(0.0, now - self._opened)
        return max(self._honesty.evaluation_age_s + self.behind_s, overdue)

    @property
    def alarms_running(self) -> bool:
        """False if no evaluation is known for 3 s."""
        return self.evaluation_age_s < EVALUATION_SILENT_S

    def definition(self, path: str) -> TagDefinition | None:
        """The configuration of a tag, None for an unknown path."""
        return self._mirror.definition(path)

    def tag(self, path: str) -> LiveTag | None:
        """A tag as it is known now, None for an unknown path."""
        return self._mirror.tag(path, self.now_us, self._is_silent)

    def paths(self) -> list[str]:
        """Every tag path in the plant's order."""
        return self._mirror.paths

    def alarm_of(self, path: str) -> AlarmItem | None:
        """The worst listed alarm on a tag: unacknowledged first, then priority."""
        return self._tag_alarms.get(path)

    def badge_of(self, path: str) -> str:
        """`O`, `D` or `S` if an alarm on the tag is out of service, suppressed by design or shelved; else empty."""
        return self._badges.get(path, "")

    def ask(
        self,
        future: Future[T],
        on_result: Callable[[T], None],
        on_error: ErrorHandler | None = None,
        owner: QObject | None = None,
    ) -> None:
        """Delivers a future's answer on the GUI thread, and forgets it when `owner` is gone.

        Without `on_error` a plant error is logged once; a defect is always logged.
        """
        handler: ResultHandler[Any] = on_result
        self._delivery.expect(future, handler, on_error or _log_error, owner or self)

    @property
    def open_requests(self) -> int:
        """Answers still expected."""
        return self._delivery.count

    def tick(self) -> None:
        """Asks for what changed unless the last question is still open; called by the timer."""
        if not self._live_open:
            self._live_open = True
            self.ask(self.facade.live(self._cursor), self._on_live, self._on_live_error)
        self._judge_silence()
        now = self._monotonic()
        if not self._devices_open and (self._devices_wanted or now - self._devices_asked >= _DEVICES_EVERY_S):
            self._devices_open, self._devices_wanted, self._devices_asked = True, False, now
            self.ask(self.facade.devices(), self._on_devices, self._on_devices_error)
        if self._alarms_open == 0 and self._alarms_wanted:
            self._ask_alarms()
        self.people.tick()
        self.ticked.emit()

    def refresh_alarms(self) -> None:
        """Asks for the alarm lists soon, e.g. after a command."""
        self._alarms_wanted = True

    def _judge_silence(self) -> None:
        silent = self.behind_s >= SILENT_AFTER_S
        if silent:
            self.station_silent.emit(self.behind_s)
        if silent != self._is_silent:
            self._is_silent = silent
            if not silent:
                self.station_silent.emit(0.0)
            self.tags_changed.emit(frozenset(self._mirror.paths))
            self.honesty_changed.emit()

    def _on_live(self, update: LiveUpdate) -> None:
        self._live_open = False
        self._cursor = update.cursor
        self._answered = self._monotonic()
        self._now_us = update.now_us
        self._honesty = update.honesty
        changed = self._mirror.take(update)
        if update.alarm_revision != self._alarm_revision:
            self._alarm_revision = update.alarm_revision
            self._alarms_wanted = True
        if self._is_silent:
            self._judge_silence()
        elif changed:
            self.tags_changed.emit(changed)
        self.honesty_changed.emit()

    def _on_live_error(self, error: Exception) -> None:
        self._live_open = False
        _log_error(error)

    def _ask_plant(self) -> None:
        if self._plant_open:
            return
        self._plant_open = True
        self.ask(self.facade.plant(), self._on_plant, self._on_plant_error)
        self.ask(self.facade.station(), self._on_station)

    def _on_plant(self, plant: Plant) -> None:
        self._plant_open = False
        self._plant = plant
        self._mirror = Mirror(plant.tags)
        self._cursor = 0
        self.plant_changed.emit()

    def _on_plant_error(self, error: Exception) -> None:
        self._plant_open = False
        _log_error(error)

    def _on_station(self, station: StationInfo) -> None:
        self._station = station
        self.honesty_changed.emit()

    def _on_devices(self, devices: list[DeviceItem]) -> None:
        self._devices_open = False
        self._devices = devices
        self.devices_changed.emit()

    def _on_devices_error(self, error: Exception) -> None:
        self._devices_open = False
        _log_error(error)

    def _ask_alarms(self) -> None:
        self._alarms_wanted = False
        self._alarms_asked = self._monotonic()
        self._alarms_open = 1 + len(_HIDDEN_LISTS)
        self.ask(self.facade.alarms("active"), self._on_alarms, self._on_alarms_error)
        for state in _HIDDEN_LISTS:
            self.ask(self.facade.alarms(state), _named(self._on_hidden, state), self._on_alarms_error)

    def _on_alarms(self, listed: AlarmList) -> None:
        self._alarms = listed
        worst: dict[str, AlarmItem] = {}
        for item in listed.items:
            known = worst.get(item.tag)
            if item.tag and (known is None or _rank(item) < _rank(known)):
                worst[item.tag] = item
        self._tag_alarms = worst
        self._alarms_answered()

    def _on_hidden(self, state: str, listed: AlarmList) -> None:
        self._hidden[state] = listed
        self._alarms_answered()

    def _on_alarms_error(self, error: Exception) -> None:
        _log_error(error)
        self._alarms_answered()

    def _alarms_answered(self) -> None:
        self._alarms_open -= 1
        if self._alarms_open == 0:
            self._badges = {
                item.tag: letter
                for letter, state in (("S", "shelved"), ("D", "suppressed"), ("O", "out_of_service"))
                for item in self.hidden_alarms(state)
            }
            self.alarms_changed.emit()

    def _from_station(self, event: FacadeEvent) -> None:
        self._happened.emit(event)

    def _on_event(self, event: FacadeEvent) -> None:
        if event.kind == "alarms":
            self._alarms_wanted = True
            if self._alarms_open == 0:
                self._ask_alarms()
        elif event.kind == "devices":
            self._devices_wanted = True
        elif event.kind == "access":
            self.people.refresh()
        elif event.kind == "configuration":
            self._ask_plant()
            self.people.refresh()


def _named(handler: Callable[[str, AlarmList], None], state: str) -> Callable[[AlarmList], None]:
    return lambda listed: handler(state, listed)


def _rank(item: AlarmItem) -> tuple[bool, bool, int]:
    return (item.acked, not item.active, item.priority)


def _log_error(error: Exception) -> None:
    if isinstance(error, PlantError):
        _log.warning("the station could not answer", reason=str(error))
    else:
        _log.error("a question to the station failed", exc_info=error)
