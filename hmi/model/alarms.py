"""What an alarm is, the states it can be in and the rows it leaves (`domain.md` 1, `contract.md` 5 and 9)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class AlarmType(StrEnum):
    """Kinds of condition; an alarm type not registered with the engine is refused by `check`."""

    HIHI = "hihi"
    HI = "hi"
    LO = "lo"
    LOLO = "lolo"
    RATE = "rate"
    DEVIATION = "deviation"
    DISCRETE = "discrete"
    DISCREPANCY = "discrepancy"
    BAD_QUALITY = "bad_quality"
    COMM_FAILURE = "comm_failure"
    STALE = "stale"
    SYSTEM = "system"
    EXPRESSION = "expression"


class AlarmClass(StrEnum):
    """Class of consequence."""

    SAFETY = "safety"
    ENVIRONMENT = "environment"
    QUALITY = "quality"
    MACHINE = "machine"
    DIAGNOSTIC = "diagnostic"


class OnBad(StrEnum):
    """What bad quality does to the condition."""

    HOLD = "hold"
    TRIP = "trip"
    IGNORE = "ignore"


class AlarmState(StrEnum):
    """The one displayed state, derived from the flags in the order of `domain.md` 1.2."""

    NORMAL = "NORMAL"
    UNACK_ACTIVE = "UNACK_ACTIVE"
    ACK_ACTIVE = "ACK_ACTIVE"
    RTN_UNACK = "RTN_UNACK"
    LATCHED_UNACK = "LATCHED_UNACK"
    LATCHED_ACK = "LATCHED_ACK"
    SHELVED = "SHELVED"
    SUPPRESSED = "SUPPRESSED"
    OUT_OF_SERVICE = "OUT_OF_SERVICE"


class AlarmEvent(StrEnum):
    """What a journal row records; a refused command is the same word with `_REJECTED`."""

    ACTIVATE = "ACTIVATE"
    CLEAR = "CLEAR"
    ACK = "ACK"
    RESET = "RESET"
    SHELVE = "SHELVE"
    UNSHELVE = "UNSHELVE"
    UNSHELVE_EXPIRED = "UNSHELVE_EXPIRED"
    SUPPRESS = "SUPPRESS"
    UNSUPPRESS = "UNSUPPRESS"
    OOS_ON = "OOS_ON"
    OOS_OFF = "OOS_OFF"
    REALARM = "REALARM"
    RESTORE = "RESTORE"
    SILENCE = "SILENCE"
    QUALITY_BAD = "QUALITY_BAD"
    QUALITY_GOOD = "QUALITY_GOOD"
    COMMENT = "COMMENT"


REJECTED = "_REJECTED"


@dataclass(frozen=True, slots=True)
class AlarmDefinition:
    """One configured alarm. Times in microseconds, limits in the tag's engineering units.

    limit: number, `{tag path}` as text, or the value or label of a discrete alarm.
    tag: path of the watched tag; the device name for `comm_failure`; a system condition's name for `system`.
    """

    id: str
    tag: str
    type: AlarmType
    limit: float | str | None = None
    reference: str = ""
    window_us: int = 10_000_000
    blank_us: int = 0
    expression: str = ""
    deadband: float = 0.0
    on_delay_us: int = 0
    off_delay_us: int = 0
    priority: int = 3
    alarm_class: AlarmClass = AlarmClass.MACHINE
    area: str = ""
    latching: bool = False
    ack_required: bool = True
    realarm_us: int | None = None
    on_bad: OnBad = OnBad.HOLD
    exclusive: bool = False
    group: str = ""
    enable: str = ""
    count: int = 1
    max_shelve_us: int = 8 * 3_600_000_000
    message: str = ""
    cause: str = ""
    consequence: str = ""
    action: str = ""
    respond_within_us: int | None = None
    help: str = ""


def comm_alarm_id(device: str) -> str:
    """Id of the communication alarm every device has (`contract.md` 5)."""
    return f"system/devices/{device}/comm"


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """One row of the alarm journal (`contract.md` 9), without `seq`, `t_recorded` and the hashes, which storage adds.

    event: an `AlarmEvent` or the same with `_REJECTED`. state_from/state_to: displayed states.
    value: the sample that caused it, None without one. quality: its StatusCode.
    """

    t_event_us: int
    alarm_id: str
    activation_id: int
    event: str
    state_from: AlarmState
    state_to: AlarmState
    priority: int
    value: float | int | str | bool | None = None
    limit: float | str | None = None
    quality: int = 0
    hidden: bool = False
    time_uncertain: bool = False
    first_out: bool = False
    order: int = 0
    actor: str = ""
    station: str = ""
    comment: str = ""
