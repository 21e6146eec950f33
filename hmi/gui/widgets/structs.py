"""What the widgets paint from: plain values without Qt, made by the pages, comparable, never changed in place.

A widget shows what its struct says and nothing else; what is not known is None or an empty text and is drawn as such.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
TimeArray = npt.NDArray[np.int64]


class Quality(StrEnum):
    """How far a value may be believed. `NEVER`: there has not been one since the station started."""

    GOOD = "good"
    UNCERTAIN = "uncertain"
    BAD = "bad"
    STALE = "stale"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class AlarmSymbolState:
    """One alarm symbol. active False = returned to normal, drawn hollow; latched adds the lock. priority: 1..4."""

    priority: int
    acked: bool = False
    active: bool = True
    latched: bool = False

    @property
    def flashes(self) -> bool:
        """True while somebody has to acknowledge it."""
        return not self.acked


@dataclass(frozen=True, slots=True)
class ValueState:
    """One live value. number or text: the last usable one, whatever `quality` says; None and "" = none known.

    decimals: as the tag says, None = shortest form. age_s: since the last answer, shown when stale.
    hidden: `S` shelved, `D` by design, `O` out of service, else empty. show_age False: the age stands elsewhere.
    label: name read to people who listen instead of look; not painted by the value box.
    """

    number: float | None = None
    text: str = ""
    unit: str = ""
    decimals: int | None = None
    quality: Quality = Quality.NEVER
    age_s: float | None = None
    simulated: bool = False
    forced: bool = False
    alarm: AlarmSymbolState | None = None
    hidden: str = ""
    show_age: bool = True
    label: str = ""
    hint: str = ""

    @property
    def has_value(self) -> bool:
        """True if there is a figure or a word to show."""
        return self.number is not None or self.text != ""


@dataclass(frozen=True, slots=True, eq=False)
class SparkState:
    """A short history on the scale low..high. NaN in `value` and every span in `gaps` is drawn as a gap.

    t_us ascending between from_us and to_us; stepped: the value holds until the next; band: normal range.
    """

    t_us: TimeArray = field(default_factory=lambda: np.zeros(0, np.int64))
    value: FloatArray = field(default_factory=lambda: np.zeros(0, np.float64))
    from_us: int = 0
    to_us: int = 1
    low: float = 0.0
    high: float = 1.0
    band_low: float | None = None
    band_high: float | None = None
    gaps: tuple[tuple[int, int], ...] = ()
    stepped: bool = False


@dataclass(frozen=True, slots=True)
class AlarmZone:
    """A part of a scale whose alarm is active; filled with the priority's colour."""

    low: float
    high: float
    priority: int


@dataclass(frozen=True, slots=True)
class IndicatorState:
    """A moving analogue indicator: value, scale low..high, normal range, limits, setpoint and its last hour."""

    label: str
    value: ValueState
    low: float
    high: float
    normal_low: float | None = None
    normal_high: float | None = None
    limits: tuple[float, ...] = ()
    setpoint: float | None = None
    zones: tuple[AlarmZone, ...] = ()
    spark: SparkState | None = None


@dataclass(frozen=True, slots=True)
class StateChipState:
    """A machine state. kind: run idle starved blocked held stopped aborted setup complete unknown; word: its name."""

    kind: str
    word: str


@dataclass(frozen=True, slots=True)
class FactState:
    """One line of a list: label left, value or words right, with an optional symbol or chip before it."""

    label: str
    text: str = ""
    value: ValueState | None = None
    chip: StateChipState | None = None
    symbol: AlarmSymbolState | None = None
    dim: bool = False


@dataclass(frozen=True, slots=True)
class TileState:
    """One machine. alarm: its own worst; since: time in state in words; note: setpoint, or why it does not run."""

    name: str
    chip: StateChipState
    since: str = ""
    alarm: AlarmSymbolState | None = None
    speed: ValueState | None = None
    note: str = ""
    spark: SparkState | None = None
    facts: tuple[FactState, ...] = ()


@dataclass(frozen=True, slots=True)
class BufferState:
    """Accumulation between two machines. fill: percent as a live value; high: where its alarm begins, in percent."""

    name: str
    fill: ValueState
    high: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class TimelineSpan:
    """A time in one class. kind: run minor breakdown internal ext setup planned unknown; what: words for the hover."""

    from_us: int
    to_us: int
    kind: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """The spans of one machine in time order."""

    name: str
    spans: tuple[TimelineSpan, ...] = ()


@dataclass(frozen=True, slots=True)
class TimelineState:
    """Rows on one time axis; what lies after `now_us` stays empty. zone: IANA name of the plant's time zone."""

    rows: tuple[TimelineRow, ...] = ()
    from_us: int = 0
    to_us: int = 1
    now_us: int = 0
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class BulletState:
    """A ratio against its target, both as fractions; ratio None = not available; dim: not enough is known."""

    label: str
    ratio: float | None
    target: float | None = None
    strong: bool = False
    dim: bool = False


@dataclass(frozen=True, slots=True)
class WaterfallBar:
    """A total or a loss in minutes. kind: `total`, `loss` or `result`; points: percentage points, None = not said."""

    label: str
    minutes: float
    kind: str
    points: float | None = None


@dataclass(frozen=True, slots=True)
class WaterfallBracket:
    """A factor named above the bars first..last."""

    text: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class WaterfallState:
    """Where the time went, from planned to fully productive; target: minutes the result should have reached."""

    bars: tuple[WaterfallBar, ...] = ()
    brackets: tuple[WaterfallBracket, ...] = ()
    target: float | None = None
    in_points: bool = False


@dataclass(frozen=True, slots=True)
class ParetoBar:
    """One cause. detail: words after the figure, e.g. `min · 2×`."""

    label: str
    value: float
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ParetoState:
    """Causes, largest first; decimals of the figures; empty: words when there is none."""

    bars: tuple[ParetoBar, ...] = ()
    decimals: int = 1
    empty: str = ""


@dataclass(frozen=True, slots=True)
class OeeFigureState:
    """The figure a line is judged by. ratio None = not available; dim: too little is known to trust it.

    factors: availability, performance, quality; notes: lines below, e.g. coverage and time; problem: a sentence.
    """

    title: str
    subtitle: str = ""
    ratio: float | None = None
    target: float | None = None
    factors: tuple[BulletState, ...] = ()
    dim: bool = False
    note: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class CountFigureState:
    """A production count. count None = not known; due, planned: target by now and for the whole shift, None = none."""

    title: str
    subtitle: str = ""
    count: float | None = None
    unit: str = ""
    due: float | None = None
    planned: float | None = None
    facts: tuple[FactState, ...] = ()
