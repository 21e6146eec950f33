"""What the alarm engine receives and keeps, as plain values."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from hmi.model.alarms import AlarmState
from hmi.model.quality import GOOD
from hmi.model.samples import Scalar

HIDDEN_STATES: Final = frozenset({AlarmState.SHELVED, AlarmState.SUPPRESSED, AlarmState.OUT_OF_SERVICE})


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment on both clocks: rows are stamped in UTC, timers count on the monotonic clock."""

    t_us: int
    monotonic_us: int


@dataclass(frozen=True, slots=True)
class AlarmStatus:
    """What is remembered of one alarm, also over a restart.

    active: the condition after delays. acked: nobody has to look at it. latched: waits for a reset.
    suppressed_by: causes of suppression by design, empty = not suppressed. activation_id: of the latest activation.
    value, limit, quality: at the latest activation. shelved_until_us: UTC, set while shelved.
    order: place in the first-out group, 0 = none.
    """

    active: bool = False
    acked: bool = True
    latched: bool = False
    shelved: bool = False
    one_shot: bool = False
    shelved_until_us: int | None = None
    suppressed_by: frozenset[str] = frozenset()
    oos: bool = False
    activation_id: int = 0
    t_active_us: int | None = None
    t_clear_us: int | None = None
    t_ack_us: int | None = None
    acked_by: str = ""
    value: Scalar | None = None
    limit: float | str | None = None
    quality: int = GOOD
    first_out: bool = False
    order: int = 0

    @property
    def state(self) -> AlarmState:
        """The one displayed state (`domain.md` 1.2)."""
        if self.oos:
            return AlarmState.OUT_OF_SERVICE
        if self.suppressed_by:
            return AlarmState.SUPPRESSED
        if self.shelved:
            return AlarmState.SHELVED
        return self.uncovered

    @property
    def uncovered(self) -> AlarmState:
        """The state under shelving, suppression and out of service."""
        if self.active:
            return AlarmState.ACK_ACTIVE if self.acked else AlarmState.UNACK_ACTIVE
        if self.latched:
            return AlarmState.LATCHED_ACK if self.acked else AlarmState.LATCHED_UNACK
        return AlarmState.NORMAL if self.acked else AlarmState.RTN_UNACK

    @property
    def hidden(self) -> bool:
        """True while it is shelved, suppressed by design or out of service."""
        return self.oos or self.shelved or bool(self.suppressed_by)


NORMAL_STATUS: Final = AlarmStatus()


@dataclass(frozen=True, slots=True)
class Watch:
    """What is known of one alarm's condition only while the program runs.

    comparator: raw condition with hysteresis, before delays. bad: a bad quality is being held.
    first: no usable sample since the restart; uncertain: a delay started by that first sample is running.
    rises: moments of recent rising edges (`count` in `window`).
    """

    comparator: bool = False
    bad: bool = False
    first: bool = False
    uncertain: bool = False
    memory: Hashable = None
    rises: tuple[int, ...] = ()
    value: Scalar | None = None
    limit: float | str | None = None
    status: int = GOOD


class Action(StrEnum):
    """What an operator, or the logic for suppression, may ask of one alarm."""

    ACK = "ack"
    RESET = "reset"
    SHELVE = "shelve"
    UNSHELVE = "unshelve"
    SUPPRESS = "suppress"
    UNSUPPRESS = "unsuppress"
    OOS_ON = "oos"
    OOS_OFF = "in_service"


@dataclass(frozen=True, slots=True)
class SampleInput:
    """A new value of a tag, good or bad."""

    tag: str
    value: Scalar | None
    status: int
    t_us: int


@dataclass(frozen=True, slots=True)
class StaleInput:
    """The tag became stale or came back."""

    tag: str
    stale: bool
    t_us: int


@dataclass(frozen=True, slots=True)
class LinkInput:
    """A device's link failed or answers again."""

    device: str
    failed: bool
    t_us: int


@dataclass(frozen=True, slots=True)
class SystemInput:
    """A condition of the station itself began or ended."""

    name: str
    active: bool
    t_us: int


@dataclass(frozen=True, slots=True)
class CommandInput:
    """A command on one alarm. activation_id: the activation meant, 0 = the latest.

    duration_us, one_shot: of a shelving; comment: of an acknowledgement, reason of the others.
    """

    action: Action
    alarm_id: str
    t_us: int
    activation_id: int = 0
    actor: str = ""
    station: str = ""
    comment: str = ""
    duration_us: int = 0
    one_shot: bool = False


Input: TypeAlias = SampleInput | StaleInput | LinkInput | SystemInput | CommandInput
