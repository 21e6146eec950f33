"""Every widget class that shows plant data. The picture test draws each of them in each state it must be able to show.

A new class: write it, add one line here, and add its structs to the samples of the picture test.
"""

from __future__ import annotations

from dataclasses import dataclass

from hmi.gui.widgets.base import Painted
from hmi.gui.widgets.charts import Bullet, ParetoBars, StateTimeline, TimelineLegend, Waterfall
from hmi.gui.widgets.glances import CountFigure, OeeFigure
from hmi.gui.widgets.machines import Buffer, MachineTile
from hmi.gui.widgets.values import AlarmSymbol, FactList, Indicator, Sparkline, StateChip, ValueBox

QUALITIES = ("good", "uncertain", "bad", "stale", "never")
"""What may have happened to a value; a widget that shows values must have a picture of each."""


@dataclass(frozen=True, slots=True)
class WidgetClass:
    """A class and the states it must show. absent: {state: why it cannot be in it}."""

    cls: type[Painted]
    absent: dict[str, str]


_COMPUTED = "computed from stored states, which are known or unknown"

WIDGETS: tuple[WidgetClass, ...] = (
    WidgetClass(AlarmSymbol, dict.fromkeys(QUALITIES[1:], "an alarm has no quality; the value beside it has")),
    WidgetClass(ValueBox, {}),
    WidgetClass(Indicator, {}),
    WidgetClass(Sparkline, {"uncertain": "the value box beside it says so"}),
    WidgetClass(StateChip, dict.fromkeys(("uncertain", "stale", "never"), "any doubt about a state is `unknown`")),
    WidgetClass(FactList, {}),
    WidgetClass(MachineTile, {}),
    WidgetClass(Buffer, {}),
    WidgetClass(StateTimeline, dict.fromkeys(("uncertain", "stale"), _COMPUTED)),
    WidgetClass(TimelineLegend, dict.fromkeys(QUALITIES[1:], "names of patterns, no data")),
    WidgetClass(Waterfall, dict.fromkeys(("uncertain", "bad", "stale"), _COMPUTED)),
    WidgetClass(ParetoBars, dict.fromkeys(("uncertain", "bad", "stale"), _COMPUTED)),
    WidgetClass(OeeFigure, dict.fromkeys(("bad", "stale"), "a ratio is available, not covered or not available")),
    WidgetClass(CountFigure, dict.fromkeys(("uncertain", "bad", "stale"), _COMPUTED)),
    WidgetClass(Bullet, dict.fromkeys(("bad", "stale"), "a ratio is available, not covered or not available")),
)
