"""What a front end may ask of a station. Every call returns a future and never blocks the caller."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol

from hmi.facade.access import AccessFacade
from hmi.facade.data import (
    AlarmItem,
    AlarmList,
    BackupItem,
    DeviceItem,
    FacadeEvent,
    Health,
    HealthDetail,
    HistoryAnswer,
    HistoryQuery,
    JournalItem,
    LiveUpdate,
    OeeItem,
    OeeQuery,
    Page,
    StateSpan,
    StationInfo,
    TagItem,
)
from hmi.model.equipment import Plant

EventListener = Callable[[FacadeEvent], None]


class Facade(AccessFacade, Protocol):
    """The station as seen by a window, the HTTP face or a command.

    A future fails with `hmi.base.errors.PlantError` in plain words; anything else is a defect. Arguments and results
    are plain data that survive JSON. `session` is the token of who acts (`hmi.facade.access`), `signature` what `sign`
    gave where the action asks for one.
    """

    def station(self) -> Future[StationInfo]:
        """Who this station is and how fresh its data are."""
        ...

    def plant(self) -> Future[Plant]:
        """The configured plant; changes only with an event of kind `configuration`."""
        ...

    def live(self, cursor: int) -> Future[LiveUpdate]:
        """Tags that changed since `cursor` (0 = all) and what is known about the data's honesty."""
        ...

    def tags(
        self, match: str = "*", device: str = "", quality: str = "", limit: int = 100, cursor: str | None = None
    ) -> Future[Page[TagItem]]:
        """Tags by glob on the path, device and quality word (`good uncertain bad stale`), ordered by path."""
        ...

    def tag(self, path: str) -> Future[TagItem]:
        """One tag; fails with KeyError text `no tag PATH` as PlantError."""
        ...

    def devices(self) -> Future[list[DeviceItem]]:
        """Every configured device in configured order."""
        ...

    def alarms(
        self, state: str = "active", priority: int = 0, area: str = "", alarm_class: str = ""
    ) -> Future[AlarmList]:
        """Alarms of a list: `active shelved suppressed out_of_service all`."""
        ...

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
        """Alarm journal rows in a time range; `alarm` and `event` may be globs."""
        ...

    def acknowledge(
        self, alarm_id: str, activation_id: int, comment: str = "", session: str = "", signature: str = ""
    ) -> Future[AlarmItem]:
        """Acknowledges one activation; fails with `already acknowledged by NAME at T` if somebody was first.

        Done means stored: the future resolves after the journal row is committed.
        """
        ...

    def reset(self, alarm_id: str, comment: str = "", session: str = "", signature: str = "") -> Future[AlarmItem]:
        """Resets a latched alarm that is clear and acknowledged; done means stored."""
        ...

    def silence(self, session: str = "") -> Future[None]:
        """Records that the horn was silenced at the session's place; the sound itself is the front end's.

        Everybody may, also at a locked or view-only place; the row stands in the alarm journal.
        """
        ...

    def history(self, query: HistoryQuery) -> Future[HistoryAnswer]:
        """Stored samples and gaps of some tags, up to the last committed second."""
        ...

    def oee(self, query: OeeQuery) -> Future[list[OeeItem]]:
        """OEE of lines or machines over a shift or range."""
        ...

    def states(self, line: str, machine: str, from_us: int, to_us: int) -> Future[list[StateSpan]]:
        """State spans in time order; empty line or machine = all."""
        ...

    def health(self) -> Future[Health]:
        """What /health says."""
        ...

    def health_detail(self) -> Future[HealthDetail]:
        """What /health/detailed says."""
        ...

    def metrics_text(self) -> Future[str]:
        """The Prometheus text of `contract.md` 8."""
        ...

    def backups(self) -> Future[list[BackupItem]]:
        """Known backups, newest first."""
        ...

    def create_backup(self, session: str = "", signature: str = "") -> Future[BackupItem]:
        """Makes and verifies a backup now."""
        ...

    def subscribe(self, listener: EventListener) -> None:
        """Calls `listener` (held weakly) from any thread at each event; it must not block."""
        ...

    def unsubscribe(self, listener: EventListener) -> None:
        """Ends a subscription."""
        ...
