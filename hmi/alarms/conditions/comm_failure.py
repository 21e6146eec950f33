"""Communication failure: a device does not answer. One alarm for the device instead of one for each of its tags."""

from __future__ import annotations

from dataclasses import dataclass

from hmi.alarms.conditions.contract import Kind, Situation, Tags, Verdict, device_source
from hmi.model.alarms import AlarmDefinition
from hmi.model.problems import Problem
from hmi.model.quality import BAD_COMMUNICATION_ERROR, GOOD


@dataclass(frozen=True, slots=True)
class CommFailureCondition:
    """True while acquisition says that the device's link is down."""

    device: str

    @property
    def sources(self) -> tuple[str, ...]:
        return (device_source(self.device),)

    def evaluate(self, situation: Situation) -> Verdict:
        failed = bool(situation.reading(device_source(self.device)).value)
        return Verdict(failed, None, BAD_COMMUNICATION_ERROR if failed else GOOD)


def build(definition: AlarmDefinition, tags: Tags) -> CommFailureCondition:
    """Watches the link of the device named in `tag`."""
    return CommFailureCondition(definition.tag)


def check(definition: AlarmDefinition, tags: Tags) -> list[Problem]:
    """The device feeds a tag; whether it is configured at all is checked with the devices."""
    devices = {tag.device for tag in tags.values() if not tag.is_calculated}
    if definition.tag and (definition.tag in devices or not devices):
        return []
    return [
        Problem("tag", f"no tag comes from a device '{definition.tag}'", "the name of a device", is_warning=True),
    ]


def kind(definition: AlarmDefinition) -> Kind:
    """An ordinary condition."""
    return Kind()
