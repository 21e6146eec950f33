"""The keys of plant.yaml, one class a section (`contract.md` 4)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo, available_timezones

from pydantic import ConfigDict, Field, PlainValidator, model_validator

from hmi.model.equipment import StateClass
from hmi.settings.fields import (
    ClockMin,
    DurationOrZeroUs,
    DurationUs,
    Fraction,
    IsoDate,
    Name,
    PrefixPath,
    RatePerS,
    Secret,
    Section,
    TagPath,
    Text,
    YesNo,
    refuse,
    whole,
)
from hmi.settings.problems import did_you_mean, shown
from hmi.settings.state_maps import state_map

OFF: Final = "off"
"""Word for a day without a shift in a rotation."""

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAYS_FORM: Final = "mon-fri or a list of mon, tue, wed, thu, fri, sat, sun"


def _zone(value: object) -> str:
    expected = "an IANA time zone, e.g. Europe/Berlin"
    text = value if isinstance(value, str) else ""
    if re.fullmatch(r"[A-Za-z0-9_+\-/]{1,60}", text):
        try:
            return ZoneInfo(text).key
        except (KeyError, ValueError, OSError):
            pass
    raise refuse(f"'{shown(value)}' is not a time zone", expected, did_you_mean(text, available_timezones()))


def _days(value: object) -> tuple[int, ...]:
    if isinstance(value, str) and "-" in value:
        first, _, last = (part.strip().lower() for part in value.partition("-"))
        if first in _DAYS and last in _DAYS:
            start, count = _DAYS.index(first), (_DAYS.index(last) - _DAYS.index(first)) % 7 + 1
            return tuple(sorted((start + step) % 7 for step in range(count)))
    else:
        listed = [str(day).lower() for day in (value if isinstance(value, list) else [value])]
        if listed and all(day in _DAYS for day in listed):
            return tuple(sorted({_DAYS.index(day) for day in listed}))
    raise refuse(f"'{shown(value)}' does not name days", _DAYS_FORM)


def _line_names(value: object) -> tuple[str, ...]:
    if value == "all":
        return ()
    listed = value if isinstance(value, list) else [value]
    if not listed or not all(isinstance(name, str) for name in listed):
        raise refuse("this does not name lines", "all or a list of line names")
    return tuple(listed)


def _no_country(value: object) -> str:
    raise refuse(
        "national holidays are not part of this version", "the dates themselves under 'extra'", code="unavailable"
    )


class NamedSection(Section):
    """An item of a list that has a name unique in the list."""

    name: Name = Field(description="the name, unique in the list")


class PlantSection(Section):
    """`plant`."""

    name: Text = Field(description="the plant's name")
    timezone: Annotated[str, PlainValidator(_zone)] = Field(description="an IANA time zone, e.g. Europe/Berlin")


class AreaSection(NamedSection):
    """`areas[]`."""

    title: Text = ""


class DeviceSection(NamedSection):
    """`devices[]`: the keys of every device; the rest belongs to its driver."""

    model_config = ConfigDict(extra="allow", frozen=True, hide_input_in_errors=True)

    driver: Text = Field(description="the protocol, e.g. modbus-tcp or opcua")
    title: Text = ""
    enabled: YesNo = True
    scan: DurationUs = 1_000_000
    timeout: DurationUs = 1_000_000
    retries: Annotated[int, whole(0, 10)] = 0
    reconnect_max: DurationUs = 5_000_000
    comm_alarm_priority: Annotated[int, whole(1, 4)] = 2


class OeeSection(Section):
    """`oee` of a line or machine."""

    state_tag: TagPath = Field(description="the tag with the machine's state number")
    states: Annotated[tuple[dict[int, StateClass], dict[int, str]], PlainValidator(state_map)] = Field(
        description="packml, packml-tobacco or a map of state numbers to classes"
    )
    total_tag: TagPath = Field(description="the tag that counts all parts")
    ideal_rate: RatePerS = Field(description="the ideal rate, e.g. 600/min")
    good_tag: TagPath = ""
    reject_tag: TagPath = ""
    mode_tag: TagPath = ""
    product_tag: TagPath = ""
    counter_modulus: Annotated[int, whole(2, 2**64)] = 65536
    micro_stop: DurationOrZeroUs = 300_000_000
    target: Fraction = 0.85

    @model_validator(mode="after")
    def _one_of_two(self) -> OeeSection:
        if bool(self.good_tag) == bool(self.reject_tag):
            both = "both good_tag and reject_tag are" if self.good_tag else "neither good_tag nor reject_tag is"
            raise refuse(f"{both} given", "exactly one of them; the other is computed from total_tag")
        return self


class MachineSection(NamedSection):
    """`lines[].machines[]`."""

    title: Text = ""
    path: PrefixPath = ""
    oee: OeeSection | None = None


class LineSection(NamedSection):
    """`lines[]`; its machines are checked one by one."""

    title: Text = ""
    area: Name = ""
    machines: list[Any] = Field(default_factory=list)
    constraint: Name = ""
    oee: OeeSection | None = None


class ProductSection(NamedSection):
    """`products[]`."""

    code: Text = Field(description="the value of product_tag that means this product")
    ideal_rate: RatePerS | None = None
    rates: dict[str, RatePerS] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_of_two(self) -> ProductSection:
        if (self.ideal_rate is None) == (not self.rates):
            raise refuse(
                "a product has either one rate or rates by line", "ideal_rate: 600/min, or rates: {LINE: RATE}"
            )
        return self


class BreakSection(Section):
    """`shifts[].breaks[]`."""

    start: ClockMin = Field(description="the time of day, e.g. 09:00")
    length: DurationUs = Field(description="a duration, e.g. 30 min")
    planned: YesNo = True


class CycleSection(Section):
    """`cycle` of rotating shifts."""

    start: IsoDate = Field(description="the date of the first day of the pattern")
    pattern: tuple[Name, ...] = Field(description="a list of shift names and 'off', one a day")

    @model_validator(mode="after")
    def _not_empty(self) -> CycleSection:
        if not self.pattern or set(self.pattern) == {OFF}:
            raise refuse("the pattern names no shift", "a list of shift names and 'off', one a day")
        return self


class ShiftSection(NamedSection):
    """`shifts[]`."""

    start: ClockMin = Field(description="the time of day, e.g. 06:00")
    end: ClockMin = Field(description="the time of day, e.g. 14:00")
    days: Annotated[tuple[int, ...], PlainValidator(_days)] = (0, 1, 2, 3, 4, 5, 6)
    lines: Annotated[tuple[str, ...], PlainValidator(_line_names)] = ()
    breaks: tuple[BreakSection, ...] = ()
    cycle: CycleSection | None = None


class HolidaySection(Section):
    """`holidays`."""

    country: Annotated[str, PlainValidator(_no_country)] = ""
    subdivision: Annotated[str, PlainValidator(_no_country)] = ""
    extra: tuple[IsoDate, ...] = ()
    work: tuple[IsoDate, ...] = ()


class _Channel(Section):
    name: Name = Field(description="the channel's name")
    url: Secret = Field(description="keyring:NAME or env:NAME")


class _Route(Section):
    priority: Any = None
    area: Any = None
    to: Any = None
    when: Any = None
    escalate_after: DurationUs | None = None
    escalate_to: Any = None
    alarm_class: Any = Field(default=None, alias="class")


class NotifySection(Section):
    """`notify`: accepted, its secrets checked; nothing is sent by this version."""

    channels: tuple[_Channel, ...] = ()
    routes: tuple[_Route, ...] = ()


class PlantFileSection(Section):
    """The top level of plant.yaml; the items of its lists are checked one by one."""

    plant: PlantSection = Field(description="name and timezone of the plant")
    areas: list[Any] = Field(default_factory=list)
    devices: list[Any] = Field(default_factory=list)
    lines: list[Any] = Field(default_factory=list)
    products: list[Any] = Field(default_factory=list)
    shifts: list[Any] = Field(default_factory=list)
    cycle: CycleSection | None = None
    holidays: HolidaySection = HolidaySection()
    notify: NotifySection | None = None


def minutes_of(weekdays: Sequence[int], start: int, end: int) -> list[tuple[int, int]]:
    """Pieces of the week in minutes that a shift covers; one over midnight on Sunday is cut in two."""
    week = 7 * 24 * 60
    pieces: list[tuple[int, int]] = []
    for day in weekdays:
        first = day * 24 * 60 + start
        last = first + ((end - start) % (24 * 60) or 24 * 60)
        pieces.append((first, min(last, week)))
        if last > week:
            pieces.append((0, last - week))
    return pieces
