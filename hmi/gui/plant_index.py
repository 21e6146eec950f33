"""What the window often asks of a plant, worked out once per configuration: titles, where devices stand."""

from __future__ import annotations

from hmi.model.equipment import Plant


class PlantIndex:
    """Lookups of one plant."""

    def __init__(self, plant: Plant) -> None:
        self.plant = plant
        self.titles: dict[str, str] = {area.name: area.title or capital(area.name) for area in plant.areas}
        for line in plant.lines:
            self.titles[line.name] = line.title or capital(line.name)
            for machine in line.machines:
                self.titles[machine.path] = machine.title or capital(machine.name)
        lines = {line.name for line in plant.lines}
        roots: dict[str, list[str]] = {}
        self.line_devices: set[str] = set()
        for tag in plant.tags:
            parts = tag.path.split("/")[:-1]
            known = roots.get(tag.device)
            roots[tag.device] = parts if known is None else _common(known, parts)
            if parts and parts[0] in lines:
                self.line_devices.add(tag.device)
        self._roots = {device: "/".join(parts[:2]) for device, parts in roots.items()}
        self.groups = {alarm.id: alarm.group for alarm in plant.alarms}
        self.alarm_tags = {alarm.id: alarm.tag for alarm in plant.alarms}

    def device_root(self, device: str) -> str:
        """The deepest folder, two levels at most, below which all tags of a device lie; empty if they share none."""
        return self._roots.get(device, "")


_last: PlantIndex | None = None


def index_of(plant: Plant) -> PlantIndex:
    """The index of a plant; only that of the last one asked for is kept."""
    global _last  # noqa: PLW0603
    if _last is None or _last.plant is not plant:
        _last = PlantIndex(plant)
    return _last


def capital(name: str) -> str:
    """A configured name as a title."""
    text = name.replace("_", " ").replace("-", " ")
    return text[:1].upper() + text[1:]


def _common(one: list[str], other: list[str]) -> list[str]:
    shared = []
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        shared.append(left)
    return shared
