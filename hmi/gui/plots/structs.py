"""What a trend paints from. Times in microseconds; NaN in a value breaks the line and never becomes zero."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from hmi.gui.widgets.structs import AlarmSymbolState, FloatArray, TimeArray, TimelineRow


@dataclass(frozen=True, slots=True, eq=False)
class PenState:
    """One line. pen: 0..7, its place among the eight pens of the theme; t_us ascending, raw or already reduced.

    stepped: the value holds until the next sample (states, bits). live: a dot marks the newest value at the end.
    """

    name: str
    pen: int = 0
    t_us: TimeArray = field(default_factory=lambda: np.zeros(0, np.int64))
    value: FloatArray = field(default_factory=lambda: np.zeros(0, np.float64))
    unit: str = ""
    decimals: int | None = None
    stepped: bool = False
    live: bool = True


@dataclass(frozen=True, slots=True)
class LimitLine:
    """An alarm limit, dashed, with its name on the line, e.g. `LoLo`."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class GapSpan:
    """A time without data and why, in words. to_us None = still open."""

    from_us: int
    to_us: int | None
    cause: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class PaneState:
    """One pane of one unit on the scale low..high (autoscale is off; `plots.scales.fit` proposes a scale).

    setpoint: a line of its own, dotted and stepped; its `pen` is not used. share: relative height.
    words: names of values on the axis in place of figures, for states and bits.
    """

    title: str
    low: float
    high: float
    pens: tuple[PenState, ...] = ()
    band_low: float | None = None
    band_high: float | None = None
    limits: tuple[LimitLine, ...] = ()
    setpoint: PenState | None = None
    gaps: tuple[GapSpan, ...] = ()
    share: float = 1.0
    words: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True, slots=True)
class AlarmMark:
    """An annunciation on the line above the panes."""

    t_us: int
    symbol: AlarmSymbolState
    text: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class TrendState:
    """All panes over from_us..to_us. zone: IANA name of the plant's time zone; now_us: 0 = not shown.

    marks: None = no alarm line at all; band: machine states under the first pane; cursors: A and B, None = not set.
    """

    panes: tuple[PaneState, ...] = ()
    from_us: int = 0
    to_us: int = 1
    now_us: int = 0
    zone: str = "UTC"
    marks: tuple[AlarmMark, ...] | None = None
    band: TimelineRow | None = None
    cursor_a_us: int | None = None
    cursor_b_us: int | None = None
    show_limits: bool = True
