"""Legend rows, alarm marks and the state band of the Trends page, worked out from bridge and feed."""

from __future__ import annotations

from hmi.gui.bridge import Bridge
from hmi.gui.i18n import fill, translate
from hmi.gui.pages.plant.losses import timeline_row
from hmi.gui.pages.trend.cursors import CursorValues
from hmi.gui.pages.trend.feed import TrendFeed
from hmi.gui.pages.trend.legend import LegendRow, LegendState
from hmi.gui.pages.trend.pens import PenSet, pen_name
from hmi.gui.pages.trend.words import difference_words, value_words
from hmi.gui.plots.structs import AlarmMark
from hmi.gui.shown import machine_of, moment, value_state
from hmi.gui.widgets.charts import TimelineLegend
from hmi.gui.widgets.figures import clock
from hmi.gui.widgets.structs import AlarmSymbolState, TimelineRow
from hmi.model.equipment import Machine


def legend_state(bridge: Bridge, pens: PenSet, cursors: CursorValues) -> LegendState:
    """One row a pen with its live value and what it was at the cursors."""
    a, b = cursors.place("A"), cursors.place("B")
    rows = []
    for path in pens.paths:
        definition = bridge.definition(path)
        if definition is None:
            continue
        at_a, at_b = cursors.value("A", path), cursors.value("B", path)
        known_a, known_b = cursors.is_known("A", path), cursors.is_known("B", path)
        name = pen_name(bridge.plant, definition)
        rows.append(
            LegendRow(
                path,
                name,
                pens.slot(path),
                value_state(bridge, path, label=name),
                value_words(definition, at_a, known_a) if a is not None else "",
                value_words(definition, at_b, known_b) if b is not None else "",
                difference_words(definition, at_a, at_b) if known_a and known_b else "",
            )
        )
    zone = bridge.plant.timezone
    head_a, head_b = (
        f"{letter} {clock(at, zone, False)}" if at is not None else "" for letter, at in (("A", a), ("B", b))
    )
    return LegendState(tuple(rows), pens.selected, head_a, head_b)


def cursor_words(bridge: Bridge, feed: TrendFeed, letter: str, at_us: int | None, slack_us: float) -> str:
    """Time of a cursor and the alarm it stands on; empty without a cursor."""
    if at_us is None:
        return ""
    near = [item for item in feed.journal if not item.hidden and abs(item.t_event_us - at_us) <= slack_us]
    alarm = min(near, key=lambda item: abs(item.t_event_us - at_us), default=None)
    words = f"{letter}   {moment(at_us, bridge.plant.timezone, bridge.now_us)}"
    return f"{words}   {alarm.message or alarm.alarm_id}" if alarm is not None else words


def marks(feed: TrendFeed) -> tuple[AlarmMark, ...]:
    """The annunciations: every activation that was not hidden. Drawn steady: the past does not ask for attention."""
    return tuple(
        AlarmMark(item.t_event_us, AlarmSymbolState(item.priority, acked=True), item.message or item.alarm_id)
        for item in feed.journal
        if not item.hidden
    )


def machine_shown(bridge: Bridge, pens: PenSet) -> tuple[str, Machine] | None:
    """Line and machine whose states stand below the first pane: that of the selected pen, else of the first one."""
    for path in (pens.selected, *pens.paths):
        owner = machine_of(bridge.plant, path) if path else ""
        for line in bridge.plant.lines:
            for machine in line.machines:
                if machine.path == owner:
                    return line.name, machine
    return None


def band(bridge: Bridge, feed: TrendFeed) -> TimelineRow:
    """The state band."""
    return timeline_row(translate("Trends", "State"), feed.spans, bridge.now_us)


def kinds_of(row: TimelineRow | None, from_us: int, to_us: int) -> tuple[str, ...]:
    """Fills of a band that are on screen, in the legend's order."""
    spans = row.spans if row is not None else ()
    seen = {span.kind for span in spans if span.to_us > from_us and span.from_us < to_us}
    return tuple(kind for kind in TimelineLegend.names() if kind in seen)


def band_title(machine: Machine) -> str:
    """Whose states these are."""
    return fill(translate("Trends", "State of %1:"), machine.title or machine.name)
