"""Facade values as the window shows them: value boxes, symbols, limits, places and state words."""

from __future__ import annotations

from dataclasses import dataclass

from hmi.facade.data import AlarmItem
from hmi.gui.bridge import Bridge, LiveTag, TagQuality
from hmi.gui.i18n import fill, translate
from hmi.gui.plant_index import capital, index_of
from hmi.gui.widgets.figures import age, clock, figure, local
from hmi.gui.widgets.structs import AlarmSymbolState, Quality, ValueState
from hmi.model.equipment import Plant
from hmi.model.samples import Scalar
from hmi.model.tags import TagDefinition

_RELATION = {"hihi": "≥", "hi": "≥", "lo": "≤", "lolo": "≤", "rate": "≥", "deviation": "±"}
# What these alarms judge is their tag's value itself, so the live value stands for it; the others judge a rate, a
# difference or a formula, which only the evaluation knows.
_OF_THE_TAG = ("hihi", "hi", "lo", "lolo", "discrete")


def symbol_of(item: AlarmItem) -> AlarmSymbolState:
    """The symbol of an alarm."""
    return AlarmSymbolState(
        item.priority, acked=item.acked, active=item.active, latched=item.latched and not item.active
    )


def is_unacknowledged(item: AlarmItem) -> bool:
    """True if somebody has to acknowledge it."""
    return item.state in ("UNACK_ACTIVE", "RTN_UNACK", "LATCHED_UNACK")


def banner_order(item: AlarmItem) -> tuple[int, int]:
    """Key for the banner: highest priority first, then newest."""
    return (item.priority, -(item.t_active_us or 0))


def badge_of(item: AlarmItem) -> str:
    """`S`, `D`, `O` for a hidden alarm, else empty; in the order of display."""
    if item.oos:
        return "O"
    if item.suppressed:
        return "D"
    return "S" if item.shelved else ""


def _state_words() -> dict[str, str]:
    return {
        "UNACK_ACTIVE": translate("AlarmState", "Unack"),
        "ACK_ACTIVE": translate("AlarmState", "Acknowledged"),
        "RTN_UNACK": translate("AlarmState", "Returned, unack"),
        "LATCHED_UNACK": translate("AlarmState", "Latched, unack"),
        "LATCHED_ACK": translate("AlarmState", "Latched, cleared"),
        "SHELVED": translate("AlarmState", "Shelved"),
        "SUPPRESSED": translate("AlarmState", "By design"),
        "OUT_OF_SERVICE": translate("AlarmState", "Out of service"),
        "NORMAL": translate("AlarmState", "Normal"),
    }


def state_words() -> list[str]:
    """Every word `state_word` may give, for the width of a column."""
    return list(_state_words().values())


def state_word(item: AlarmItem) -> str:
    """The alarm's state in words."""
    return _state_words().get(item.state, item.state)


def scalar_text(value: Scalar | None, definition: TagDefinition | None = None, unit: str | None = None) -> str:
    """A value as one text with its unit; labels and decimals come from the tag."""
    shown = definition.unit if unit is None and definition is not None else unit or ""
    if value is None:
        return "----"
    if definition is not None and not isinstance(value, str):
        label = definition.labels.get(int(value))
        if label is not None and float(value).is_integer():
            return label
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return translate("Value", "on") if value else translate("Value", "off")
    text = figure(float(value), definition.decimals if definition is not None else None)
    return f"{text} {shown}" if shown else text


@dataclass(frozen=True, slots=True)
class AlarmReading:
    """An alarm's value now: text with unit, how far to believe it, and the figure if there is one."""

    text: str
    quality: Quality = Quality.GOOD
    number: float | None = None
    age_s: float | None = None


def alarm_reading(bridge: Bridge, item: AlarmItem) -> AlarmReading:
    """The live value of what the alarm watches; where only the evaluation knows it, the last evaluated value."""
    tag = bridge.tag(item.tag) if item.type in _OF_THE_TAG else None
    if tag is not None:
        quality = tag_quality(tag)
        value = None if quality is Quality.NEVER else tag.last_value
        number = float(value) if isinstance(value, int | float) else None
        return AlarmReading(scalar_text(value, tag.definition), quality, number, tag.age_s)
    if item.value is None:
        return AlarmReading("")
    quality = Quality.STALE if bridge.is_silent else Quality.GOOD
    number = float(item.value) if isinstance(item.value, int | float) else None
    return AlarmReading(scalar_text(item.value, bridge.definition(item.tag), item.unit), quality, number)


def alarm_value(bridge: Bridge, item: AlarmItem) -> str:
    """The alarm's value now with its unit, `~` before an uncertain one."""
    reading = alarm_reading(bridge, item)
    return f"~{reading.text}" if reading.quality is Quality.UNCERTAIN and reading.text else reading.text


def alarm_claim(bridge: Bridge, item: AlarmItem) -> str:
    """Value and limit in one text: `5.18 bar ≤ 5.20` only while that is so, else `6.13 bar, limit 5.20`."""
    reading, value, limit = alarm_reading(bridge, item), alarm_value(bridge, item), alarm_limit(bridge, item)
    relation, _, figure_text = limit.partition(" ")
    if reading.number is None or relation not in ("≥", "≤", "±", "<", ">") or not isinstance(item.limit, int | float):
        return value
    believed = reading.quality in (Quality.GOOD, Quality.UNCERTAIN)
    broken = {
        "≥": reading.number >= item.limit,
        "≤": reading.number <= item.limit,
        "<": reading.number < item.limit,
        ">": reading.number > item.limit,
    }.get(relation, True)
    if item.active and believed and broken:
        return f"{value} {limit}"
    return fill(translate("Alarms", "%1, limit %2"), value, figure_text)


def alarm_limit(bridge: Bridge, item: AlarmItem) -> str:
    """The limit with its relation, e.g. `≤ 5.20`; empty for a discrete alarm."""
    if item.limit is None or item.type == "discrete":
        return ""
    definition = bridge.definition(item.tag)
    if isinstance(item.limit, str):
        return item.limit
    text = figure(item.limit, definition.decimals if definition is not None else None)
    relation = _RELATION.get(item.type, "")
    if not relation and item.type == "expression" and isinstance(item.value, int | float):
        relation = "<" if item.value < item.limit else ">"
    return f"{relation} {text}".strip()


def alarm_age(item: AlarmItem, now_us: int) -> str:
    """Time since the alarm came."""
    if not item.t_active_us or not now_us:
        return ""
    return age((now_us - item.t_active_us) / 1e6)


def alarm_time(item: AlarmItem, zone: str, now_us: int) -> str:
    """Plant time the alarm came; with the day if it was not today."""
    if not item.t_active_us:
        return ""
    return moment(item.t_active_us, zone, now_us)


def moment(t_us: int, zone: str, now_us: int) -> str:
    """Plant time of day, with the day before it if that is not today's."""
    then, now = local(t_us, zone), local(now_us or t_us, zone)
    text = clock(t_us, zone)
    if then.date() == now.date():
        return text
    return f"{then.day}.{then.month}. {text[:5]}"


def place(plant: Plant, item: AlarmItem) -> str:
    """Where the alarm is, in titles: `Line 1 / Filler`."""
    if " / " in item.area:
        return item.area
    path = item.area
    if item.type == "comm_failure":
        path = index_of(plant).device_root(item.tag) or item.tag
    else:
        machine = machine_of(plant, item.tag) or machine_of(plant, item.id)
        path = machine or item.area or item.id.rpartition("/")[0]
    return place_of_path(plant, path or "/".join(item.id.split("/")[:-1]))


def machine_of(plant: Plant, path: str) -> str:
    """Path of the machine a tag or alarm id belongs to, empty if to none."""
    for line in plant.lines:
        for machine in line.machines:
            if path == machine.path or path.startswith(machine.path + "/"):
                return machine.path
    return ""


def place_of_path(plant: Plant, path: str) -> str:
    """A path in titles, parts joined by ` / `."""
    titles = index_of(plant).titles
    parts = path.split("/")
    shown = []
    for index, part in enumerate(parts):
        whole = "/".join(parts[: index + 1])
        shown.append(titles.get(whole) or capital(part))
    return " / ".join(shown)


def tag_quality(tag: LiveTag) -> Quality:
    """The widget's word for a live tag's quality."""
    return Quality(tag.quality.value)


def value_state(bridge: Bridge, path: str, *, show_age: bool = True, label: str = "") -> ValueState:
    """What a value box shows for a tag now: value, quality, age, worst alarm, badge, force."""
    tag = bridge.tag(path)
    if tag is None:
        return ValueState(label=label or path)
    definition = tag.definition
    value = tag.last_value
    number: float | None = None
    text = ""
    if isinstance(value, str):
        text = value
    elif isinstance(value, bool) or (value is not None and definition.labels and int(value) in definition.labels):
        text = scalar_text(value, definition, "")
    elif value is not None:
        number = float(value)
    alarm = bridge.alarm_of(path)
    return ValueState(
        number=number,
        text=text,
        unit=definition.unit,
        decimals=definition.decimals,
        quality=tag_quality(tag),
        age_s=tag.age_s,
        forced=tag.forced,
        alarm=symbol_of(alarm) if alarm is not None and (alarm.active or not alarm.acked) else None,
        hidden=hidden_badge(bridge, path),
        show_age=show_age,
        label=label or place_of_path(bridge.plant, path),
        hint=hint(bridge, tag),
    )


def hidden_badge(bridge: Bridge, path: str) -> str:
    """`O`, `D` or `S` if an alarm on the tag is out of service, suppressed by design or shelved."""
    return bridge.badge_of(path)


def hint(bridge: Bridge, tag: LiveTag) -> str:
    """What hovering over a value tells: path, status, source and receive time."""
    zone = bridge.plant.timezone
    lines = [tag.path, f"{tag.status_name}" + (f" ({tag.reason})" if tag.reason else "")]
    if tag.t_source_us:
        lines.append(fill(translate("Value", "source %1"), clock(tag.t_source_us, zone)))
    if tag.t_receive_us:
        lines.append(fill(translate("Value", "received %1"), clock(tag.t_receive_us, zone)))
    return "\n".join(lines)


def quality_word(tag: LiveTag) -> str:
    """The quality in one word of the window's language."""
    return {
        TagQuality.GOOD: translate("Quality", "good"),
        TagQuality.UNCERTAIN: translate("Quality", "uncertain"),
        TagQuality.BAD: translate("Quality", "bad"),
        TagQuality.STALE: translate("Quality", "stale"),
        TagQuality.NEVER: translate("Quality", "never read"),
    }[tag.quality]


def shift_at(plant: Plant, t_us: int) -> str:
    """Name of the running shift by the plant's calendar; empty if none runs or shifts rotate."""
    if plant.cycle is not None or not t_us:
        return ""
    now = local(t_us, plant.timezone)
    minute = now.hour * 60 + now.minute
    for shift in plant.shifts:
        over_midnight = shift.end_min <= shift.start_min
        today, yesterday = now.weekday() in shift.days, (now.weekday() - 1) % 7 in shift.days
        if not over_midnight and today and shift.start_min <= minute < shift.end_min:
            return shift.name
        if over_midnight and ((today and minute >= shift.start_min) or (yesterday and minute < shift.end_min)):
            return shift.name
    return ""


def shift_title(name: str) -> str:
    """A shift's name; the usual ones in the window's language."""
    return {
        "early": translate("Shift", "early"),
        "late": translate("Shift", "late"),
        "night": translate("Shift", "night"),
        "day": translate("Shift", "day"),
    }.get(name, name.replace("_", " "))
