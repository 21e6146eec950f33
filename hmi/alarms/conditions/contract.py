"""What an alarm type has to provide. A condition only says whether it is true now; the engine does the rest."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Protocol

from hmi.model.alarms import AlarmDefinition
from hmi.model.problems import Problem
from hmi.model.quality import BAD_WAITING_FOR_INITIAL_DATA, GOOD, is_usable
from hmi.model.samples import Scalar
from hmi.model.tags import TagDefinition

Tags = Mapping[str, TagDefinition]


@dataclass(frozen=True, slots=True)
class Reading:
    """Latest value of one source with its quality; t_us: when it was so, UTC."""

    value: Scalar | None
    status: int
    t_us: int

    @property
    def usable(self) -> bool:
        """True if there is a value, good or uncertain; NaN is no value."""
        value = self.value
        return value is not None and is_usable(self.status) and value == value  # noqa: PLR0124  # NaN differs from itself


MISSING = Reading(None, BAD_WAITING_FOR_INITIAL_DATA, 0)


@dataclass(frozen=True, slots=True)
class Situation:
    """What a condition may look at.

    readings: latest reading by source. changed: the source that brought this evaluation, empty for a timer.
    on: the answer so far (the comparator), for hysteresis. memory: what the condition returned last time.
    t_us: time of the input.
    """

    readings: Mapping[str, Reading]
    changed: str
    on: bool
    memory: Hashable
    t_us: int

    def reading(self, source: str) -> Reading:
        """Latest reading of a source; a bad one if none has come."""
        return self.readings.get(source, MISSING)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Answer of a condition.

    on: True or False, None = cannot tell because the quality is bad (the engine applies `on_bad`).
    value, status, limit: what is shown and journalled. recheck_us: evaluate again after this time without an input.
    """

    on: bool | None
    value: Scalar | None = None
    status: int = GOOD
    limit: float | str | None = None
    memory: Hashable = None
    recheck_us: int | None = None


class Condition(Protocol):
    """One alarm's condition, built once from its definition."""

    @property
    def sources(self) -> tuple[str, ...]:
        """Sources whose readings matter; a change of one evaluates the condition."""
        ...

    def evaluate(self, situation: Situation) -> Verdict:
        """Says whether the condition is true; must be cheap and must not remember anything outside `memory`."""
        ...


@dataclass(frozen=True, slots=True)
class Kind:
    """How the engine and `check` treat an alarm type.

    depth: deeper levels of the same tag are evaluated first and may hide outer ones (`exclusive`); 0 = none.
    side: +1 above, -1 below; levels hide only on the same side. explained_by_device: a communication failure of the
    tag's device suppresses it by design. default_on_delay_us: used when the definition has none.
    repeats_matter: an equal sample can change the answer, so it is not skipped.
    """

    depth: int = 0
    side: int = 0
    explained_by_device: bool = False
    default_on_delay_us: int = 0
    repeats_matter: bool = False


class Factory(Protocol):
    """Module-level functions of one alarm type's file."""

    def build(self, definition: AlarmDefinition, tags: Tags) -> Condition:
        """The condition of a checked definition."""
        ...

    def check(self, definition: AlarmDefinition, tags: Tags) -> list[Problem]:
        """Everything wrong with the definition for this type."""
        ...

    def kind(self, definition: AlarmDefinition) -> Kind:
        """How the engine treats it."""
        ...


def device_source(device: str) -> str:
    """Source that is true while the device's link has failed."""
    return f"device:{device}"


def system_source(name: str) -> str:
    """Source that is true while a condition of the station itself holds."""
    return f"system:{name}"


def stale_source(path: str) -> str:
    """Source that is true while the tag is stale."""
    return f"stale:{path}"


def unknown_tag(key: str, path: str, tags: Tags) -> list[Problem]:
    """The problem of a path that is not configured, with the closest one as hint; empty if it is."""
    if path in tags:
        return []
    import difflib

    close = difflib.get_close_matches(path, list(tags), n=1)
    hint = f"did you mean {close[0]}?" if close else ""
    return [Problem(key, f"there is no tag '{path}'", "the path of a configured tag", hint)]


def is_number(value: Scalar | None) -> bool:
    """True for a value that can be compared with a limit."""
    return isinstance(value, int | float)
