"""The definitions prepared for evaluation: which alarms a source touches, and in what order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hmi.alarms.conditions import registry
from hmi.alarms.conditions.contract import Condition, Kind
from hmi.alarms.formulas import Formula
from hmi.model.alarms import AlarmDefinition
from hmi.model.devices import DeviceDefinition
from hmi.model.tags import TagDefinition

_SHORTEST_SETTLE_US: Final = 5_000_000


@dataclass(frozen=True, slots=True)
class Member:
    """One alarm, ready to evaluate.

    device: of its tag, empty for alarms without a tag. settle_us: time after the device's return in which its tags
    may still be bad or stale. outer: alarms that this one hides while it is active (`exclusive`).
    """

    definition: AlarmDefinition
    condition: Condition
    kind: Kind
    on_delay_us: int
    device: str
    settle_us: int
    enable: Formula | None = None
    outer: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Id of the alarm."""
        return self.definition.id


class Plan:
    """Every alarm by id, by source, by group and by device."""

    def __init__(
        self,
        definitions: Iterable[AlarmDefinition],
        tags: Mapping[str, TagDefinition],
        devices: Sequence[DeviceDefinition] = (),
    ) -> None:
        ordered = list(definitions)
        kinds = {definition.id: registry.kind(definition) for definition in ordered}
        scans = {device.name: device.scan_us for device in devices}
        levels: dict[tuple[str, int], list[AlarmDefinition]] = {}
        for definition in ordered:
            if definition.exclusive:
                levels.setdefault((definition.tag, kinds[definition.id].side), []).append(definition)
        self.members: dict[str, Member] = {}
        for definition in ordered:
            tag = tags.get(definition.tag)
            kind = kinds[definition.id]
            scan_us = tag.scan_us or scans.get(tag.device, 0) if tag is not None else 0
            self.members[definition.id] = Member(
                definition=definition,
                condition=registry.build(definition, tags),
                kind=kind,
                on_delay_us=definition.on_delay_us or kind.default_on_delay_us,
                device=tag.device if tag is not None else "",
                settle_us=max(_SHORTEST_SETTLE_US, 3 * scan_us),
                enable=Formula(definition.enable) if definition.enable else None,
                outer=tuple(
                    other.id
                    for other in levels.get((definition.tag, kind.side), ())
                    if kind.side and kinds[other.id].depth < kind.depth
                ),
            )
        self.by_source = self._index_sources()
        self.enabled_by = self._index_enables()
        self.repeating = {
            source
            for source, members in self.by_source.items()
            if any(member.kind.repeats_matter for member in members)
        }
        self.groups = _grouped(self.members.values(), lambda member: member.definition.group)
        self.explained = _grouped(
            (member for member in self.members.values() if member.kind.explained_by_device),
            lambda member: member.device,
        )

    def _index_sources(self) -> dict[str, tuple[Member, ...]]:
        found: dict[str, list[Member]] = {}
        for member in self.members.values():
            for source in dict.fromkeys(member.condition.sources):
                found.setdefault(source, []).append(member)
        return {
            source: tuple(sorted(members, key=lambda member: -member.kind.depth)) for source, members in found.items()
        }

    def _index_enables(self) -> dict[str, tuple[Member, ...]]:
        found: dict[str, list[Member]] = {}
        for member in self.members.values():
            for path in member.enable.paths if member.enable is not None else ():
                found.setdefault(path, []).append(member)
        return {path: tuple(members) for path, members in found.items()}

    @property
    def sources(self) -> frozenset[str]:
        """Everything that can change an alarm."""
        return frozenset(self.by_source) | frozenset(self.enabled_by)


def _grouped(members: Iterable[Member], key: Callable[[Member], str]) -> dict[str, tuple[Member, ...]]:
    found: dict[str, list[Member]] = {}
    for member in members:
        if key(member):
            found.setdefault(key(member), []).append(member)
    return {name: tuple(grouped) for name, grouped in found.items()}
