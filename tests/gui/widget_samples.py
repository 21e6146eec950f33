"""Structs for pictures of every registered widget class in every state."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hmi.gui.widgets.structs import (
    AlarmSymbolState,
    AlarmZone,
    BufferState,
    BulletState,
    CountFigureState,
    FactState,
    IndicatorState,
    OeeFigureState,
    ParetoBar,
    ParetoState,
    Quality,
    SparkState,
    StateChipState,
    TileState,
    TimelineRow,
    TimelineSpan,
    TimelineState,
    ValueState,
    WaterfallBar,
    WaterfallBracket,
    WaterfallState,
)

MINUTE = 60_000_000
START = 1_795_064_400_000_000
"""2026-11-19 06:00 in Berlin."""
NOW = START + 282 * MINUTE + 18_000_000


def wave(low: float, high: float, band: tuple[float, float], slope: float = 0.0, gap: float = 0.0) -> SparkState:
    """An hour of a gently moving value; gap: share of the hour at its end that is missing."""
    t = np.linspace(NOW - 60 * MINUTE, NOW, 240).astype(np.int64)
    phase = np.linspace(0, 1, 240)
    middle, width = (band[0] + band[1]) / 2, (band[1] - band[0]) or 1.0
    value = middle + width * (0.16 * np.sin(19 * phase) + 0.08 * np.sin(53 * phase + 1)) + slope * phase**2
    gaps: tuple[tuple[int, int], ...] = ()
    if gap:
        start = int(NOW - gap * 60 * MINUTE)
        value = np.where(t >= start, np.nan, value)
        gaps = ((start, NOW),)
    return SparkState(t, value, NOW - 60 * MINUTE, NOW, low, high, band[0], band[1], gaps)


def empty_spark(low: float, high: float, band: tuple[float, float]) -> SparkState:
    return SparkState(from_us=NOW - 60 * MINUTE, to_us=NOW, low=low, high=high, band_low=band[0], band_high=band[1])


GOOD = ValueState(2.84, unit="bar", decimals=2, quality=Quality.GOOD, label="Bowl pressure")
VALUES = {
    "good": GOOD,
    "uncertain": replace(GOOD, quality=Quality.UNCERTAIN),
    "bad": replace(GOOD, quality=Quality.BAD),
    "stale": replace(GOOD, quality=Quality.STALE, age_s=266.0),
    "never": ValueState(unit="bar", decimals=2, quality=Quality.NEVER, label="Bowl pressure"),
    "simulated": ValueState(62.4, unit="%", decimals=1, quality=Quality.GOOD, simulated=True),
    "forced": ValueState(3.2, unit="bar", decimals=2, quality=Quality.GOOD, forced=True),
    "shelved": replace(GOOD, hidden="S"),
    "out of service": ValueState(unit="mS/cm", quality=Quality.BAD, hidden="O"),
    "stale in alarm": replace(GOOD, quality=Quality.STALE, age_s=266.0, alarm=AlarmSymbolState(1)),
    "alarm 1 unacked": ValueState(5.18, unit="bar", decimals=2, quality=Quality.GOOD, alarm=AlarmSymbolState(1)),
    "alarm 1 acked": ValueState(5.18, unit="bar", decimals=2, quality=Quality.GOOD, alarm=AlarmSymbolState(1, True)),
    "alarm 2 unacked": ValueState(3.62, unit="bar", decimals=2, quality=Quality.GOOD, alarm=AlarmSymbolState(2)),
    "alarm 2 acked": ValueState(3.62, unit="bar", decimals=2, quality=Quality.GOOD, alarm=AlarmSymbolState(2, True)),
    "alarm 3 unacked": ValueState(82, unit="%", decimals=0, quality=Quality.GOOD, alarm=AlarmSymbolState(3)),
    "alarm 3 acked": ValueState(82, unit="%", decimals=0, quality=Quality.GOOD, alarm=AlarmSymbolState(3, True)),
    "alarm 4 unacked": ValueState(58, unit="h", decimals=0, quality=Quality.GOOD, alarm=AlarmSymbolState(4)),
    "alarm 4 acked": ValueState(58, unit="h", decimals=0, quality=Quality.GOOD, alarm=AlarmSymbolState(4, True)),
}

SYMBOLS = {
    "good": None,
    **{f"unacked {p}": AlarmSymbolState(p) for p in (1, 2, 3, 4)},
    **{f"acked {p}": AlarmSymbolState(p, acked=True) for p in (1, 2, 3, 4)},
    **{f"returned {p}": AlarmSymbolState(p, active=False) for p in (1, 2, 3, 4)},
    **{f"latched {p}": AlarmSymbolState(p, latched=True) for p in (1, 2, 3, 4)},
}

BAND = (2.6, 3.1)
INDICATOR = IndicatorState(
    "Bowl pressure", GOOD, 0.0, 4.0, *BAND, limits=(2.0, 3.5), setpoint=2.85, spark=wave(0, 4, BAND)
)
INDICATORS = {
    "good": INDICATOR,
    "off normal": replace(INDICATOR, value=replace(GOOD, number=3.3), spark=wave(0, 4, BAND, 0.45)),
    "alarm": replace(
        INDICATOR,
        value=VALUES["alarm 2 unacked"],
        spark=wave(0, 4, BAND, 0.8),
        zones=(AlarmZone(3.5, 4.0, 2),),
    ),
    "uncertain": replace(INDICATOR, value=VALUES["uncertain"]),
    "stale": replace(INDICATOR, value=replace(VALUES["stale"], show_age=False), spark=wave(0, 4, BAND, gap=0.18)),
    "bad": replace(INDICATOR, value=VALUES["bad"], spark=wave(0, 4, BAND, gap=0.4)),
    "never": replace(INDICATOR, value=VALUES["never"], limits=(), setpoint=None, spark=empty_spark(0, 4, BAND)),
    "clipped": replace(INDICATOR, value=replace(GOOD, number=4.4)),
}

SPARKS = {
    "good": wave(0, 4, BAND),
    "stale": wave(0, 4, BAND, gap=0.18),
    "bad": wave(0, 4, BAND, gap=0.4),
    "never": empty_spark(0, 4, BAND),
}

CHIPS = {
    "good": StateChipState("run", "Execute"),
    "bad": StateChipState("unknown", "Unknown"),
    "idle": StateChipState("idle", "Idle"),
    "starved": StateChipState("starved", "Suspended: starved"),
    "blocked": StateChipState("blocked", "Suspended: blocked"),
    "held": StateChipState("held", "Held"),
    "stopped": StateChipState("stopped", "Stopped"),
    "aborted": StateChipState("aborted", "Aborted"),
    "setup": StateChipState("setup", "Starting"),
    "complete": StateChipState("complete", "Complete"),
}

SPEED = ValueState(548, unit="/min", decimals=0, quality=Quality.GOOD)
SPEED_SPARK = wave(0, 620, (530, 560))
TILE = TileState(
    "Filler",
    StateChipState("run", "Execute"),
    "38:48",
    None,
    SPEED,
    "setpoint 560 · ideal 600",
    SPEED_SPARK,
    (FactState("Total", "109\u2009440"), FactState("Rejects", "1\u2009968"), FactState("Stops", "6 · 36.0 min")),
)
UNKNOWN_CHIP = StateChipState("unknown", "Unknown")
TILES = {
    "good": TILE,
    "acked": replace(TILE, alarm=AlarmSymbolState(4, True)),
    "stopped": replace(
        TILE,
        name="Packer",
        chip=StateChipState("starved", "Suspended"),
        since="0:48",
        speed=replace(SPEED, number=0.0),
        note="starved, no bottles",
        alarm=AlarmSymbolState(3, True, latched=True),
    ),
    "uncertain": replace(TILE, speed=replace(SPEED, quality=Quality.UNCERTAIN)),
    "bad": replace(TILE, chip=UNKNOWN_CHIP, speed=replace(SPEED, quality=Quality.BAD), note="sensor fault"),
    "stale": replace(
        TILE,
        name="Labeller",
        chip=UNKNOWN_CHIP,
        since="for 4:26",
        alarm=AlarmSymbolState(2),
        speed=replace(SPEED, number=551.0, quality=Quality.STALE, age_s=266.0),
        note="PLC does not answer",
        spark=wave(0, 620, (530, 560), gap=0.07),
    ),
    "never": replace(
        TILE,
        chip=UNKNOWN_CHIP,
        since="",
        speed=ValueState(unit="/min"),
        note="no value yet",
        spark=empty_spark(0, 620, (530, 560)),
        facts=(),
    ),
}

FILL = ValueState(41, unit="%", decimals=0, quality=Quality.GOOD)
BUFFERS = {
    "good": BufferState("Conveyor 1", FILL, 75.0),
    "alarm": BufferState(
        "Conveyor 2", replace(FILL, number=82.0, alarm=AlarmSymbolState(3)), 75.0, "full in about 3 min"
    ),
    "uncertain": BufferState("Conveyor 1", replace(FILL, quality=Quality.UNCERTAIN), 75.0),
    "bad": BufferState("Conveyor 1", replace(FILL, quality=Quality.BAD), 75.0),
    "stale": BufferState("Conveyor 1", replace(FILL, quality=Quality.STALE, age_s=40.0, show_age=False), 75.0),
    "never": BufferState("Conveyor 1", ValueState(unit="%"), 75.0),
}

FACTS = {
    name: (FactState("Belt speed", value=VALUES[name]), FactState("State", chip=CHIPS["good"]))
    for name in ("good", "uncertain", "bad", "stale", "never")
}


def _spans(*items: tuple[float, float, str]) -> tuple[TimelineSpan, ...]:
    return tuple(
        TimelineSpan(START + round(start * MINUTE), START + round(end * MINUTE), kind, kind)
        for start, end, kind in items
    )


TIMELINE = TimelineState(
    (
        TimelineRow(
            "Filler",
            _spans(
                (0, 9, "setup"),
                (9, 52, "run"),
                (20, 21, "minor"),
                (26, 27, "minor"),
                (52, 58, "ext"),
                (58, 78, "run"),
                (61, 61.6, "minor"),
                (63, 63.6, "minor"),
                (78, 87.5, "breakdown"),
                (87.5, 125, "run"),
                (125, 129, "ext"),
                (129, 161, "run"),
                (161, 166, "breakdown"),
                (166, 180, "run"),
                (180, 210, "planned"),
                (210, 241, "run"),
                (241, 243.5, "ext"),
                (243.5, 282.3, "run"),
            ),
        ),
        TimelineRow(
            "Labeller",
            _spans(
                (0, 8, "setup"),
                (8, 124, "run"),
                (124, 129, "internal"),
                (129, 180, "run"),
                (180, 210, "planned"),
                (210, 278, "run"),
                (278, 282.3, "unknown"),
            ),
        ),
    ),
    START,
    START + 480 * MINUTE,
    NOW,
    "Europe/Berlin",
)
_UNKNOWN = TimelineState(
    (TimelineRow("Filler", _spans((0, 282.3, "unknown"))), TimelineRow("Labeller")),
    START,
    START + 480 * MINUTE,
    NOW,
    "Europe/Berlin",
)
TIMELINES = {
    "good": TIMELINE,
    "bad": _UNKNOWN,
    "never": replace(TIMELINE, rows=(TimelineRow("Filler"), TimelineRow("Labeller"))),
}

WATERFALLS = {
    "good": WaterfallState(
        (
            WaterfallBar("Planned busy", 252.0, "total"),
            WaterfallBar("Breakdown", 14.5, "loss", 5.8),
            WaterfallBar("Starved / blocked", 12.5, "loss", 5.0),
            WaterfallBar("Setup", 9.0, "loss", 3.6),
            WaterfallBar("Run time", 216.0, "total"),
            WaterfallBar("Reduced speed", 21.2, "loss", 8.4),
            WaterfallBar("Minor stops", 12.4, "loss", 4.9),
            WaterfallBar("Net run", 182.4, "total"),
            WaterfallBar("Rejects", 3.3, "loss", 1.3),
            WaterfallBar("Fully productive", 179.1, "result"),
        ),
        (
            WaterfallBracket("Availability 85.7 %", 1, 3),
            WaterfallBracket("Performance 84.4 %", 5, 6),
            WaterfallBracket("Quality 98.2 %", 8, 8),
        ),
        196.6,
    ),
    "never": WaterfallState(),
}

PARETOS = {
    "good": ParetoState(
        (
            ParetoBar("Reduced speed", 21.2, "min"),
            ParetoBar("Breakdown", 14.5, "min · 2×"),
            ParetoBar("Starved / blocked", 12.5, "min · 3×"),
            ParetoBar("Minor stops", 12.4, "min · 18×"),
            ParetoBar("Setup", 9.0, "min · 1×"),
            ParetoBar("Rejects", 3.3, "min"),
        )
    ),
    "never": ParetoState(empty="No losses so far"),
}

BULLETS = {
    "good": BulletState("Availability", 0.857, 0.90),
    "uncertain": BulletState("Availability", 0.857, 0.90, dim=True),
    "never": BulletState("Availability", None, 0.90),
    "strong": BulletState("OEE", 0.711, 0.78, strong=True),
}

OEE = OeeFigureState(
    "Line 1",
    "OEE this shift",
    0.711,
    0.78,
    (BULLETS["good"], BulletState("Performance", 0.844), BulletState("Quality", 0.982)),
    note="coverage 100 % · as of 10:42",
)
OEE_FIGURES = {
    "good": OEE,
    "uncertain": replace(OEE, dim=True, problem="Too little was observed: between 60.1 and 80.4 %."),
    "never": OeeFigureState("Line 1", note="no figures for this time"),
}
COUNTS = {
    "good": CountFigureState(
        "Production",
        "early shift",
        107472,
        "good bottles",
        117936,
        210600,
        (FactState("Behind", "\u2212 10\u2009464"),),
    ),
    "never": CountFigureState("Production"),
}

LEGENDS = {"good": ("run", "minor", "breakdown", "internal", "ext", "setup", "planned", "unknown")}

SAMPLES: dict[str, tuple[dict[str, object], tuple[int, int]]] = {
    "AlarmSymbol": (dict(SYMBOLS), (34, 34)),
    "ValueBox": (dict(VALUES), (230, 44)),
    "Indicator": (dict(INDICATORS), (150, 186)),
    "Sparkline": (dict(SPARKS), (128, 44)),
    "StateChip": (dict(CHIPS), (200, 30)),
    "FactList": (dict(FACTS), (300, 66)),
    "MachineTile": (dict(TILES), (230, 312)),
    "Buffer": (dict(BUFFERS), (110, 120)),
    "StateTimeline": (dict(TIMELINES), (900, 110)),
    "TimelineLegend": (dict(LEGENDS), (760, 24)),
    "Waterfall": (dict(WATERFALLS), (1100, 340)),
    "ParetoBars": (dict(PARETOS), (400, 180)),
    "OeeFigure": (dict(OEE_FIGURES), (280, 300)),
    "CountFigure": (dict(COUNTS), (270, 200)),
    "Bullet": (dict(BULLETS), (290, 28)),
}
"""By class name: {state: struct} and the size of the picture."""
