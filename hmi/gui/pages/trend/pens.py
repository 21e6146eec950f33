"""Which tags are drawn, in which of the eight pens, and how they are called."""

from __future__ import annotations

from hmi.gui.pages.plant.views import PlantView, humanise, tag_title
from hmi.model.equipment import Plant
from hmi.model.tags import Store, TagDefinition

MOST_PENS = 8


class PenSet:
    """Up to eight tags; each keeps its pen as long as it is drawn."""

    def __init__(self) -> None:
        self._slots: dict[str, int] = {}
        self.selected = ""

    @property
    def paths(self) -> list[str]:
        """Tags in the order they were added."""
        return list(self._slots)

    @property
    def is_full(self) -> bool:
        """True if no pen is left."""
        return len(self._slots) >= MOST_PENS

    def __contains__(self, path: str) -> bool:
        return path in self._slots

    def __len__(self) -> int:
        return len(self._slots)

    def slot(self, path: str) -> int:
        """Number 0..7 of a tag's pen."""
        return self._slots[path]

    def add(self, path: str) -> bool:
        """Draws a tag in the first free pen; False if it is drawn already or no pen is free."""
        if path in self._slots or self.is_full:
            return False
        taken = set(self._slots.values())
        self._slots[path] = next(slot for slot in range(MOST_PENS) if slot not in taken)
        self.selected = self.selected or path
        return True

    def remove(self, path: str) -> None:
        """Frees a tag's pen."""
        paths = self.paths
        if path not in self._slots:
            return
        place = paths.index(path)
        del self._slots[path]
        if self.selected == path:
            rest = self.paths
            self.selected = rest[min(place, len(rest) - 1)] if rest else ""

    def replace(self, paths: list[str]) -> None:
        """Draws these tags instead; the first eight."""
        self._slots = {}
        self.selected = ""
        for path in paths:
            self.add(path)


def can_be_drawn(definition: TagDefinition | None) -> bool:
    """True for everything but texts."""
    return definition is not None and not definition.is_text


def is_held(definition: TagDefinition) -> bool:
    """True if a value holds until the next sample: states and bits, and tags stored only when they change."""
    return definition.is_stepped or definition.store in (Store.CHANGE, Store.DEADBAND)


def pen_name(plant: Plant, definition: TagDefinition) -> str:
    """Name in the legend: what the tag belongs to and what it is, e.g. `Filler speed`."""
    owner = definition.path.rpartition("/")[0]
    title = tag_title(definition)
    if not owner:
        return title
    whose = humanise(owner.rpartition("/")[2])
    for line in plant.lines:
        for machine in line.machines:
            if machine.path == owner and machine.title:
                whose = machine.title
    if title.lower().startswith(whose.lower()):
        return title
    small = title[:1].lower() + title[1:] if title[1:2].islower() else title
    return f"{whose} {small}"


def setpoint_of(plant: PlantView, tags: dict[str, TagDefinition], path: str) -> str:
    """Path of a tag's setpoint with the same unit; empty if it has none."""
    candidates = [path + "_setpoint", path + "_sp"]
    for line in plant.lines:
        candidates += [view.setpoint_tag for view in line.machines if view.speed_tag == path and view.setpoint_tag]
    own = tags.get(path)
    for candidate in candidates:
        found = tags.get(candidate)
        if found is not None and own is not None and found.unit == own.unit and not found.is_text:
            return candidate
    return ""


def usual_pens(view: PlantView) -> list[str]:
    """What is drawn before anybody chose: the speeds of the first line's machines."""
    for line in view.lines:
        speeds = [machine.speed_tag for machine in line.machines if machine.speed_tag]
        if speeds:
            return speeds[:4]
    return []
