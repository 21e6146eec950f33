"""Which tags of a plant stand where on the Overview and Line pages, derived from the configuration alone. No Qt.

Rules:
- A tag belongs to the machine whose path it lies below. Its state and counters are those of the OEE rules; its speed is
  `MACHINE/speed`, else the first tag whose last name part contains `speed` or `rate`; its setpoint is
  `MACHINE/setpoint`, the speed tag's name with `_setpoint`, or the first that ends so. `MACHINE/reason`, a tag with
  labels, says why the machine stands.
- Indicators are numeric tags with a normal range, in configured order.
- The buffers of a line are tags below the line with unit % named `fill`; the first lies between the first two machines.
- Everything else is a unit by its first two path parts (the first one if the path has only two): indicators as above,
  facts are readable states of more than two labels, the indicators after the third, and described values with a unit.
  A unit without indicators is not shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from hmi.model.alarms import AlarmDefinition, AlarmType
from hmi.model.equipment import Line, Machine, OeeRules, Plant
from hmi.model.tags import RESERVED_ROOTS, Access, TagDefinition

_LIMITS = (AlarmType.HIHI, AlarmType.HI, AlarmType.LO, AlarmType.LOLO)
_INDICATORS = 3
_TWO_STATES = 2
_ACRONYMS = ("cip", "sip", "plc", "ups", "hvac", "co2", "ph")


@dataclass(frozen=True, slots=True)
class MachineView:
    """A machine and where its values are; empty path = the plant has no such tag."""

    machine: Machine
    title: str
    rules: OeeRules | None
    state_tag: str
    speed_tag: str
    setpoint_tag: str
    reason_tag: str
    total_tag: str
    reject_tag: str
    indicators: tuple[TagDefinition, ...]
    device: str
    is_constraint: bool


@dataclass(frozen=True, slots=True)
class BufferView:
    """Accumulation between machine `after` and the next; high: limit of its high alarm, None without one."""

    title: str
    tag: TagDefinition
    after: int
    high: float | None


@dataclass(frozen=True, slots=True)
class LineView:
    """A line with its machines in flow order."""

    line: Line
    title: str
    machines: tuple[MachineView, ...]
    buffers: tuple[BufferView, ...]


@dataclass(frozen=True, slots=True)
class UnitView:
    """A group of tags that belong to no machine."""

    path: str
    title: str
    place: str
    indicators: tuple[TagDefinition, ...]
    facts: tuple[TagDefinition, ...]


@dataclass(frozen=True, slots=True)
class PlantView:
    """Everything the plant pages show."""

    lines: tuple[LineView, ...]
    units: tuple[UnitView, ...]
    limits: dict[str, tuple[AlarmDefinition, ...]]


def humanise(name: str) -> str:
    """`bowl_pressure` as `Bowl pressure`, `zone1` as `Zone 1`."""
    words = re.sub(r"(?<=[a-z])(?=\d)", " ", name.replace("_", " ").replace("-", " ").replace(".", " ")).strip()
    found = [word.upper() if word.lower() in _ACRONYMS else word for word in words.split(" ")]
    text = " ".join(found)
    return text[:1].upper() + text[1:]


def tag_title(tag: TagDefinition) -> str:
    """Short name of a tag: its last path part in words, or its description where that is shorter."""
    name = humanise(tag.path.rpartition("/")[2])
    if tag.description and len(tag.description) < len(name):
        return tag.description[:1].upper() + tag.description[1:]
    return name


def scale_of(tag: TagDefinition) -> tuple[float, float] | None:
    """The tag's engineering range, else twice its normal range; None if neither is configured."""
    if tag.low is not None and tag.high is not None and tag.high > tag.low:
        return tag.low, tag.high
    if tag.normal_low is not None and tag.normal_high is not None and tag.normal_high > tag.normal_low:
        half = (tag.normal_high - tag.normal_low) / 2
        return tag.normal_low - half, tag.normal_high + half
    return None


def is_indicator(tag: TagDefinition) -> bool:
    """True for a numeric tag with a normal range and a scale."""
    has_normal = tag.normal_low is not None or tag.normal_high is not None
    return has_normal and scale_of(tag) is not None and not tag.is_stepped


_last: tuple[Plant, PlantView] | None = None


def derive(plant: Plant) -> PlantView:
    """The views of a plant; asking again for the same plant costs nothing."""
    global _last  # noqa: PLW0603
    if _last is None or _last[0] is not plant:
        _last = (plant, _derive(plant))
    return _last[1]


def _derive(plant: Plant) -> PlantView:
    tags = {tag.path: tag for tag in plant.tags}
    by_root: dict[str, list[TagDefinition]] = {}
    for tag in plant.tags:
        by_root.setdefault(tag.path.partition("/")[0], []).append(tag)
    limits: dict[str, list[AlarmDefinition]] = {}
    for alarm in plant.alarms:
        if alarm.type in _LIMITS and isinstance(alarm.limit, int | float):
            limits.setdefault(alarm.tag, []).append(alarm)
    taken: set[str] = set()
    lines = tuple(_line(line, by_root, tags, limits, taken) for line in plant.lines)
    units = _units(plant, taken)
    return PlantView(lines, units, {path: tuple(found) for path, found in limits.items()})


def _line(
    line: Line,
    by_root: dict[str, list[TagDefinition]],
    tags: dict[str, TagDefinition],
    limits: dict[str, list[AlarmDefinition]],
    taken: set[str],
) -> LineView:
    machines = []
    for machine in line.machines:
        near = by_root.get(machine.path.partition("/")[0], [])
        own = [tag for tag in near if tag.path.startswith(machine.path + "/")]
        taken.update(tag.path for tag in own)
        machines.append(_machine(machine, line, own, tags))
    fills = [
        tag
        for tag in by_root.get(line.name, [])
        if tag.path not in taken and tag.unit == "%" and tag.path.rpartition("/")[2] == "fill"
    ]
    fills.sort(key=lambda tag: [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", tag.path)])
    buffers = []
    for index, tag in enumerate(fills[: max(0, len(machines) - 1)]):
        highs = [
            float(alarm.limit)
            for alarm in limits.get(tag.path, ())
            if alarm.type in (AlarmType.HI, AlarmType.HIHI) and isinstance(alarm.limit, int | float)
        ]
        title = humanise(tag.path.split("/")[-2])
        buffers.append(BufferView(title, tag, index, min(highs, default=tag.normal_high)))
    taken.update(buffer.tag.path for buffer in buffers)
    return LineView(line, line.title or humanise(line.name), tuple(machines), tuple(buffers))


def _machine(machine: Machine, line: Line, own: list[TagDefinition], tags: dict[str, TagDefinition]) -> MachineView:
    is_constraint = machine.name == line.constraint
    rules = machine.oee or (line.oee if is_constraint else None)
    by_name = {tag.path[len(machine.path) + 1 :]: tag.path for tag in own}
    speed = by_name.get("speed") or next(
        (
            tag.path
            for tag in own
            if re.search(r"(^|_)(speed|rate)(_|$)", tag.path.rpartition("/")[2])
            and not _is_setpoint(tag.path)
            and not tag.is_stepped
        ),
        "",
    )
    speed_name = speed.rpartition("/")[2]
    setpoint = by_name.get("setpoint") or by_name.get(f"{speed_name}_setpoint") or ""
    setpoint = setpoint or next((path for name, path in by_name.items() if _is_setpoint(name)), "")
    state = rules.state_tag if rules is not None else by_name.get("state", "")
    special = {speed, setpoint, state}
    return MachineView(
        machine=machine,
        title=machine.title or humanise(machine.name),
        rules=rules,
        state_tag=state if state in tags else "",
        speed_tag=speed,
        setpoint_tag=setpoint,
        reason_tag=by_name.get("reason", ""),
        total_tag=rules.total_tag if rules is not None else by_name.get("total", ""),
        reject_tag=(rules.reject_tag if rules is not None else "") or by_name.get("reject", ""),
        indicators=tuple(tag for tag in own if is_indicator(tag) and tag.path not in special),
        device=tags[state].device if state in tags else own[0].device if own else "",
        is_constraint=is_constraint,
    )


def _is_setpoint(name: str) -> bool:
    last = name.rpartition("/")[2]
    return last.endswith(("setpoint", "_sp"))


def _units(plant: Plant, taken: set[str]) -> tuple[UnitView, ...]:
    groups: dict[str, list[TagDefinition]] = {}
    for tag in plant.tags:
        parts = tag.path.split("/")
        if tag.path in taken or parts[0] in RESERVED_ROOTS:
            continue
        groups.setdefault("/".join(parts[:2]) if len(parts) > 2 else parts[0], []).append(tag)
    titles = {area.name: area.title or humanise(area.name) for area in plant.areas}
    titles.update({line.name: line.title or humanise(line.name) for line in plant.lines})
    units = []
    for path, members in groups.items():
        indicators = tuple(tag for tag in members if is_indicator(tag))
        if not indicators:
            continue
        shown = {tag.path for tag in indicators}
        others = [tag for tag in members if tag.path not in shown and tag.access is Access.READ]
        states = [tag for tag in others if len(tag.labels) > _TWO_STATES]
        named = [tag for tag in others if tag.unit and tag.description and not tag.labels and not tag.is_text]
        facts = (*states, *indicators[_INDICATORS:], *named)
        root, _, last = path.partition("/")
        title = humanise(last) if last else titles.get(root, humanise(root))
        units.append(UnitView(path, title, titles.get(root, humanise(root)) if last else "", indicators, facts))
    return tuple(units)
