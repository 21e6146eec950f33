"""Structs of tiles, buffers, indicators and unit facts from what the bridge knows now."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QCoreApplication

from hmi.facade.data import AlarmItem, OeeItem, StateSpan
from hmi.gui import shown
from hmi.gui.bridge import Bridge, LiveTag, TagQuality
from hmi.gui.pages.plant.histories import HistoryFeed
from hmi.gui.pages.plant.losses import class_word, stops
from hmi.gui.pages.plant.views import BufferView, MachineView, PlantView, UnitView, humanise, scale_of, tag_title
from hmi.gui.widgets.figures import age, clock, figure
from hmi.gui.widgets.structs import (
    AlarmSymbolState,
    AlarmZone,
    BufferState,
    FactState,
    FloatArray,
    IndicatorState,
    Quality,
    SparkState,
    StateChipState,
    TileState,
    TimeArray,
    ValueState,
)
from hmi.model.devices import LinkState
from hmi.model.equipment import StateClass
from hmi.model.tags import TagDefinition

translate = QCoreApplication.translate

_CHIPS = {
    StateClass.RUN: "run",
    StateClass.BREAKDOWN: "aborted",
    StateClass.SETUP: "setup",
    StateClass.STOP: "stopped",
    StateClass.PLANNED: "idle",
    StateClass.WAITING: "idle",
    StateClass.STARVED: "starved",
    StateClass.BLOCKED: "blocked",
    StateClass.END: "complete",
    StateClass.UNKNOWN: "unknown",
}
_PER = {"s": 1.0, "min": 60.0, "h": 3600.0}
_RATE_SPAN_US = 60_000_000
_TOLD_LATE_US = 15_000_000


def worst(items: list[AlarmItem]) -> AlarmSymbolState | None:
    """The symbol of the worst of some alarms: unacknowledged first, then priority."""
    listed = [item for item in items if item.active or not item.acked or item.latched]
    if not listed:
        return None
    return shown.symbol_of(min(listed, key=lambda item: (item.acked, item.priority, not item.active)))


def alarms_below(bridge: Bridge, path: str, device: str = "") -> list[AlarmItem]:
    """Listed alarms of tags below a path, and of the communication with a device."""
    found = []
    for item in bridge.alarms.items if bridge.alarms is not None else []:
        if (
            item.tag == path
            or item.tag.startswith(path + "/")
            or (not item.tag and item.id.startswith(path + "/"))
            or (device and item.type == "comm_failure" and item.tag == device)
        ):
            found.append(item)
    return found


def device_words(bridge: Bridge, name: str) -> str:
    """Why a device gives no values, in few words; empty while it is connected."""
    for device in bridge.devices:
        if device.name == name and device.state != LinkState.CONNECTED:
            if device.state == LinkState.DISABLED:
                return translate("Machine", "PLC is switched off in the configuration")
            return translate("Machine", "PLC does not answer")
    return ""


def rate_scale(unit: str) -> float | None:
    """Items per second to the unit of a speed tag (`/min`); None if the unit says nothing about time."""
    return _PER.get(unit.rpartition("/")[2].strip()) if "/" in unit else None


def chip_of(view: MachineView, tag: LiveTag | None) -> StateChipState:
    """State chip of a machine: PackML word and glyph by class; anything but a good value is unknown."""
    unknown = StateChipState("unknown", translate("Machine", "Unknown"))
    if tag is None or tag.value is None or tag.quality not in (TagQuality.GOOD, TagQuality.UNCERTAIN):
        return unknown
    if isinstance(tag.value, str):
        return replace(unknown, word=tag.value)
    number = int(tag.value)
    rules = view.rules
    state_class = rules.states.get(number, StateClass.UNKNOWN) if rules is not None else StateClass.UNKNOWN
    word = _state_name(view, tag.definition, number)
    kind = _CHIPS[state_class]
    if kind == "stopped" and "hold" in word.lower().replace("held", "hold"):
        kind = "held"
    if rules is None and word:
        kind = guess_kind(word)
    return StateChipState(kind, word or class_word(state_class.value))


def _state_name(view: MachineView, definition: TagDefinition, number: int) -> str:
    if view.rules is not None and number in view.rules.state_names:
        return view.rules.state_names[number]
    return definition.labels.get(number, "")


def guess_kind(word: str) -> str:
    """Glyph for a labelled state of something without OEE rules, by the usual words; a ring if none fits."""
    text = word.lower()
    table = (
        ("run", ("run", "execute", "on", "producing", "läuft", "betrieb")),
        ("aborted", ("abort", "trip", "fault", "error", "störung")),
        ("stopped", ("stop", "halt", "aus", "off")),
        ("held", ("held", "hold", "pause")),
        ("setup", ("start", "reset", "setup", "rüst")),
        ("complete", ("complete", "done", "fertig")),
    )
    for kind, words in table:
        if any(text == known or (len(known) > 2 and text.startswith(known)) for known in words):
            return kind
    return "idle"


def tile_state(
    bridge: Bridge,
    view: MachineView,
    history: HistoryFeed,
    spans: list[StateSpan],
    item: OeeItem | None,
    from_us: int,
    known: SparkState | None = None,
) -> TileState:
    """Everything a machine tile shows; known: a history of its speed that is still new enough."""
    state_tag = bridge.tag(view.state_tag) if view.state_tag else None
    chip = chip_of(view, state_tag)
    now = bridge.now_us
    alarms = alarms_below(bridge, view.machine.path, view.device)
    speed = None
    spark = None
    if view.speed_tag:
        speed = shown.value_state(bridge, view.speed_tag, label=view.title + " " + translate("Machine", "speed"))
        definition = bridge.definition(view.speed_tag)
        if definition is not None:
            spark = known or speed_spark(view, definition, history)
    return TileState(
        name=view.title,
        chip=chip,
        since=_since(chip, state_tag, spans, now),
        alarm=worst(alarms),
        speed=speed,
        note=_note(bridge, view, chip, state_tag, speed),
        spark=spark,
        facts=_facts(bridge, view, chip, state_tag, spans, item, from_us),
    )


def speed_spark(view: MachineView, definition: TagDefinition, history: HistoryFeed) -> SparkState:
    """The last hour of a machine's speed from standstill to a little above its ideal rate."""
    factor = rate_scale(definition.unit)
    _, seen = history.series(view.speed_tag)
    known = seen[~np.isnan(seen)]
    top = float(known.max()) if len(known) else 0.0
    if factor is not None and view.rules is not None:
        top = max(top, view.rules.ideal_rate_per_s * factor)
    elif definition.high is not None:
        top = max(top, definition.high)
    band = (definition.normal_low, definition.normal_high)
    return history.spark(view.speed_tag, 0.0, max(top, 1e-9) * 1.02, band)


def _since(chip: StateChipState, tag: LiveTag | None, spans: list[StateSpan], now_us: int) -> str:
    if chip.kind == "unknown":
        if tag is None or tag.age_s is None:
            return ""
        return translate("Machine", "for %1").replace("%1", age(tag.age_s))
    if not spans or now_us - (spans[-1].to_us or now_us) > _TOLD_LATE_US:
        return ""
    if spans[-1].state_name and spans[-1].state_name != chip.word:
        return ""
    current = spans[-1].from_us
    for span in reversed(spans):
        if span.state_name != spans[-1].state_name or span.state_class != spans[-1].state_class:
            break
        current = span.from_us
    return age((now_us - current) / 1e6) if now_us > current else ""


def _note(
    bridge: Bridge, view: MachineView, chip: StateChipState, tag: LiveTag | None, speed: ValueState | None
) -> str:
    """Setpoint and ideal rate while it runs, else why it does not, as far as that is known."""
    if chip.kind == "unknown":
        words = device_words(bridge, view.device)
        return words or (tag.reason if tag is not None else "") or translate("Machine", "no value")
    if chip.kind != "run":
        reason = bridge.tag(view.reason_tag) if view.reason_tag else None
        if reason is not None and isinstance(reason.value, int | float) and int(reason.value) != 0:
            word = reason.definition.labels.get(int(reason.value), "")
            if word:
                return word.lower()
        state_class = view.rules.states.get(_number(tag)) if view.rules is not None else None
        return class_word(state_class.value).lower() if state_class is not None else ""
    parts = []
    setpoint = bridge.tag(view.setpoint_tag) if view.setpoint_tag else None
    if setpoint is not None and isinstance(setpoint.value, int | float):
        text = figure(float(setpoint.value), setpoint.definition.decimals)
        parts.append(translate("Machine", "setpoint %1").replace("%1", text))
    if view.rules is not None and speed is not None:
        factor = rate_scale(speed.unit)
        if factor is not None:
            ideal = figure(view.rules.ideal_rate_per_s * factor, speed.decimals or 0)
            parts.append(translate("Machine", "ideal %1").replace("%1", ideal))
    return " · ".join(parts)


def _number(tag: LiveTag | None) -> int:
    return int(tag.value) if tag is not None and isinstance(tag.value, int | float) else -1


def _facts(
    bridge: Bridge,
    view: MachineView,
    chip: StateChipState,
    state_tag: LiveTag | None,
    spans: list[StateSpan],
    item: OeeItem | None,
    from_us: int,
) -> tuple[FactState, ...]:
    """Counts of the shift, stops, and first values, three in all; a lost machine names its last state."""
    found = []
    unknown = chip.kind == "unknown"
    if unknown and state_tag is not None and isinstance(state_tag.last_value, int | float):
        word = _state_name(view, state_tag.definition, int(state_tag.last_value))
        found.append(FactState(translate("Machine", "Last known"), word or figure(float(state_tag.last_value), 0)))
    else:
        found += _count(bridge, translate("Machine", "Total"), view.total_tag, item, "total")
    found += _count(bridge, translate("Machine", "Rejects"), view.reject_tag, item, "reject")
    if spans:
        count, minutes = stops(spans, from_us, bridge.now_us)
        words = translate("Machine", "%1 · %2 min").replace("%1", str(count)).replace("%2", figure(minutes, 1))
        found.append(FactState(translate("Machine", "Stops"), words, dim=unknown))
    values = [value_fact(bridge, tag_title(tag), tag.path) for tag in view.indicators[: 3 - len(found)]]
    return tuple((values + found if not unknown and len(found) < 3 else found + values)[:3])


def _count(bridge: Bridge, label: str, path: str, item: OeeItem | None, key: str) -> list[FactState]:
    """A count of the shift, else the machine's own counter if it is wide enough not to mislead by rolling over."""
    tag = bridge.tag(path) if path else None
    lost = tag is not None and tag.quality in (TagQuality.STALE, TagQuality.BAD)
    if item is not None and key in item.counts and not lost:
        return [FactState(label, figure(item.counts[key], 0))]
    if tag is None or rate_scale(tag.definition.unit) is not None or _rolls_over_soon(tag.definition):
        return []
    return [count_fact(bridge, label, tag)]


def _rolls_over_soon(definition: TagDefinition) -> bool:
    return definition.type in ("int8", "uint8", "int16", "uint16", "bcd4", "mod10k")


def count_fact(bridge: Bridge, label: str, tag: LiveTag) -> FactState:
    """A counter as words; a lost one says when it was last heard."""
    value = tag.last_value
    if not isinstance(value, int | float):
        return FactState(label, value=ValueState(quality=Quality.NEVER))
    text = figure(float(value), tag.definition.decimals or 0)
    if tag.quality in (TagQuality.STALE, TagQuality.BAD) and tag.t_receive_us:
        at = clock(tag.t_receive_us, bridge.plant.timezone, seconds=False)
        return FactState(label, translate("Machine", "%1 at %2").replace("%1", text).replace("%2", at), dim=True)
    return FactState(label, text)


def value_fact(bridge: Bridge, label: str, path: str) -> FactState:
    """Any tag as a line: a state as a chip with its alarm, a value with its quality."""
    state = shown.value_state(bridge, path, show_age=False, label=label)
    definition = bridge.definition(path)
    if definition is not None and definition.labels and state.quality in (Quality.GOOD, Quality.UNCERTAIN):
        if state.text:
            return FactState(label, chip=StateChipState(guess_kind(state.text), state.text), symbol=state.alarm)
    elif definition is not None and definition.labels:
        return FactState(label, chip=StateChipState("unknown", translate("Machine", "Unknown")), symbol=state.alarm)
    return FactState(label, value=state)


def buffer_state(bridge: Bridge, view: BufferView, history: HistoryFeed) -> BufferState:
    """Accumulation with its estimate, which is given only while the rate has held for a minute."""
    value = shown.value_state(bridge, view.tag.path, show_age=False, label=view.title)
    return BufferState(view.title, value, view.high, buffer_note(value, history, view.tag.path))


def buffer_note(value: ValueState, history: HistoryFeed, path: str) -> str:
    """`full in about 3 min`, `empty`, or nothing."""
    if value.number is None or value.quality is not Quality.GOOD:
        return ""
    if value.number >= 99:
        return translate("Buffer", "full")
    if value.number <= 8:
        return translate("Buffer", "empty") if value.number <= 2 else translate("Buffer", "almost empty")
    t_us, seen = history.series(path)
    if len(t_us) < 3:
        return ""
    recent = t_us >= t_us[-1] - 2 * _RATE_SPAN_US
    t_us, seen = t_us[recent], seen[recent]
    if np.isnan(seen).any() or len(t_us) < 4 or t_us[-1] - t_us[0] < _RATE_SPAN_US:
        return ""
    half = len(t_us) // 2
    rates = [_slope(t_us[part], seen[part]) for part in (slice(0, half + 1), slice(half, None))]
    if min(rates) * max(rates) <= 0 or abs(rates[0] - rates[1]) > 0.5 * max(abs(rates[0]), abs(rates[1])):
        return ""
    rate = _slope(t_us, seen)
    minutes = (100 - value.number) / rate if rate > 0 else value.number / -rate if rate < 0 else 99.0
    if not 0.5 <= minutes <= 20:
        return ""
    words = translate("Buffer", "full in about %1 min") if rate > 0 else translate("Buffer", "empty in about %1 min")
    return words.replace("%1", str(max(1, round(minutes))))


def _slope(t_us: TimeArray, value: FloatArray) -> float:
    """Percent a minute by least squares."""
    minutes = (t_us - t_us[0]) / 60e6
    if len(minutes) < 2 or minutes[-1] == 0:
        return 0.0
    return float(np.polyfit(minutes, value, 1)[0])


def indicator_state(
    bridge: Bridge, plant: PlantView, tag: TagDefinition, history: HistoryFeed, known: SparkState | None = None
) -> IndicatorState:
    """A tag as an indicator with the limits of its alarms and the active zones; known: a history still new enough."""
    low, high = scale_of(tag) or (0.0, 1.0)
    limits = plant.limits.get(tag.path, ())
    numbers = tuple(float(alarm.limit) for alarm in limits if isinstance(alarm.limit, int | float))
    value = shown.value_state(bridge, tag.path, show_age=False, label=tag_title(tag))
    spark = known or history.spark(tag.path, low, high, (tag.normal_low, tag.normal_high))
    return IndicatorState(
        label=tag_title(tag),
        value=value,
        low=low,
        high=high,
        normal_low=tag.normal_low,
        normal_high=tag.normal_high,
        limits=numbers,
        setpoint=_setpoint(bridge, tag),
        zones=_zones(bridge, tag, low, high),
        spark=_no_line(spark) if value.hidden == "O" else spark,
    )


def _no_line(spark: SparkState) -> SparkState:
    return replace(spark, t_us=spark.t_us[:0], value=spark.value[:0], gaps=())


def _setpoint(bridge: Bridge, tag: TagDefinition) -> float | None:
    """Value of `TAG_setpoint`, or of the tag's name with its last word replaced by `setpoint`."""
    stem = tag.path.rpartition("_")[0]
    for path in (f"{tag.path}_setpoint", f"{tag.path}_sp", f"{stem}_setpoint" if "/" in stem else ""):
        found = bridge.tag(path) if path else None
        if found is not None and isinstance(found.value, int | float) and found.definition.unit == tag.unit:
            return float(found.value)
    return None


def _zones(bridge: Bridge, tag: TagDefinition, low: float, high: float) -> tuple[AlarmZone, ...]:
    """From each active limit to the next worse active one, the last to the end of the scale."""
    active = [
        (float(item.limit), item)
        for item in (bridge.alarms.items if bridge.alarms is not None else [])
        if item.tag == tag.path and item.active and isinstance(item.limit, int | float)
    ]
    zones = []
    uppers = sorted((limit, item.priority) for limit, item in active if item.type in ("hi", "hihi"))
    for index, (limit, priority) in enumerate(uppers):
        end = uppers[index + 1][0] if index + 1 < len(uppers) else high
        zones.append(AlarmZone(limit, end, priority))
    lowers = sorted(((limit, item.priority) for limit, item in active if item.type in ("lo", "lolo")), reverse=True)
    for index, (limit, priority) in enumerate(lowers):
        end = lowers[index + 1][0] if index + 1 < len(lowers) else low
        zones.append(AlarmZone(end, limit, priority))
    return tuple(zones)


def unit_facts(bridge: Bridge, view: UnitView, most: int = 3) -> tuple[FactState, ...]:
    """The first facts of a unit."""
    return tuple(value_fact(bridge, _fact_label(view, tag), tag.path) for tag in view.facts[:most])


def _fact_label(view: UnitView, tag: TagDefinition) -> str:
    label = tag_title(tag)
    return label if label != humanise(view.path) else humanise(tag.path.rpartition("/")[2])


def unit_title(bridge: Bridge, view: UnitView) -> tuple[str, AlarmSymbolState | None]:
    """Words at the right of a unit's title: first-out while it lasts, else where it is."""
    device = view.indicators[0].device if view.indicators else ""
    items = alarms_below(bridge, view.path, device)
    first = next((item for item in items if item.first_out and item.active and item.t_active_us), None)
    if first is not None and first.t_active_us:
        at = clock(first.t_active_us, bridge.plant.timezone)
        return translate("Unit", "first out %1").replace("%1", at), shown.symbol_of(first)
    return device_words(bridge, device) or view.place.lower(), worst(items)
