"""The latest value of every tag as the window last heard it; ages advance with the station's time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from hmi.facade.data import LiveUpdate
from hmi.model.quality import (
    BAD_NO_COMMUNICATION,
    BAD_WAITING_FOR_INITIAL_DATA,
    GOOD_LOCAL_OVERRIDE,
    severity,
    status_name,
    status_reason,
)
from hmi.model.samples import Scalar
from hmi.model.tags import TagDefinition

_CODE = 0xFFFF0000


class TagQuality(StrEnum):
    """How far a value may be believed; stale beats the rest. NEVER: no value since the station started."""

    GOOD = "good"
    UNCERTAIN = "uncertain"
    BAD = "bad"
    STALE = "stale"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class LiveTag:
    """One tag as known now. value: None unless usable; last_value: the last usable one; age_s: since its receipt."""

    definition: TagDefinition
    value: Scalar | None
    last_value: Scalar | None
    status: int
    stale: bool
    t_source_us: int
    t_receive_us: int
    age_s: float | None

    @property
    def path(self) -> str:
        """The tag's path."""
        return self.definition.path

    @property
    def quality(self) -> TagQuality:
        """One word for the value's believability."""
        if self.last_value is None and self.status & _CODE in (BAD_WAITING_FOR_INITIAL_DATA, BAD_NO_COMMUNICATION):
            return TagQuality.NEVER
        if self.stale:
            return TagQuality.STALE
        return TagQuality(severity(self.status).word)

    @property
    def status_name(self) -> str:
        """Name of the status code."""
        return status_name(self.status)

    @property
    def reason(self) -> str:
        """Few words for what is wrong; empty for plain good."""
        return status_reason(self.status)

    @property
    def forced(self) -> bool:
        """True if the device says that the value is overridden by hand."""
        return self.status & _CODE == GOOD_LOCAL_OVERRIDE


class Mirror:
    """Parallel lists by the plant's tag order; an object per tag is made only for what is looked at."""

    def __init__(self, tags: Iterable[TagDefinition] = ()) -> None:
        self._definitions = list(tags)
        self.paths = [tag.path for tag in self._definitions]
        self._by_path = {path: index for index, path in enumerate(self.paths)}
        self._by_number = {tag.number: index for index, tag in enumerate(self._definitions)}
        count = len(self._definitions)
        self._value: list[Scalar | None] = [None] * count
        self._last: list[Scalar | None] = [None] * count
        self._status = [BAD_WAITING_FOR_INITIAL_DATA] * count
        self._stale = [True] * count
        self._source = [0] * count
        self._receive = [0] * count

    def definition(self, path: str) -> TagDefinition | None:
        """The configuration of a tag."""
        index = self._by_path.get(path)
        return None if index is None else self._definitions[index]

    def take(self, update: LiveUpdate) -> frozenset[str]:
        """Takes in what changed and returns the paths; tags the plant does not name are left out."""
        changed = []
        for position, number in enumerate(update.tag):
            index = self._by_number.get(number)
            if index is None:
                continue
            self._value[index] = update.value[position]
            self._last[index] = update.last_value[position]
            self._status[index] = update.status[position]
            self._stale[index] = update.stale[position]
            self._source[index] = update.t_source_us[position]
            self._receive[index] = update.t_receive_us[position]
            changed.append(self.paths[index])
        return frozenset(changed)

    def tag(self, path: str, now_us: int, all_stale: bool) -> LiveTag | None:
        """One tag at the station's time `now_us`; all_stale: the station does not answer."""
        index = self._by_path.get(path)
        if index is None:
            return None
        received = self._receive[index]
        stale = self._stale[index] or all_stale
        return LiveTag(
            definition=self._definitions[index],
            value=None if stale else self._value[index],
            last_value=self._last[index],
            status=self._status[index],
            stale=stale,
            t_source_us=self._source[index],
            t_receive_us=received,
            age_s=max(0.0, (now_us - received) / 1e6) if received and now_us else None,
        )
