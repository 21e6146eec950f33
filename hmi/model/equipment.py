"""Areas, lines, machines, products and shifts: the plant as it is configured (`contract.md` 4)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from hmi.model.alarms import AlarmDefinition
from hmi.model.devices import DeviceDefinition
from hmi.model.tags import TagDefinition


class StateClass(StrEnum):
    """OEE class of a machine state (`contract.md` 4)."""

    RUN = "run"
    BREAKDOWN = "breakdown"
    SETUP = "setup"
    STOP = "stop"
    PLANNED = "planned"
    WAITING = "waiting"
    STARVED = "starved"
    BLOCKED = "blocked"
    END = "end"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class OeeRules:
    """How a line or machine is measured. Rates in items per second, times in microseconds.

    states: {state number: class}; state_names: {state number: word shown}.
    Exactly one of good_tag and reject_tag is set.
    """

    state_tag: str
    total_tag: str
    ideal_rate_per_s: float
    states: dict[int, StateClass]
    state_names: dict[int, str] = field(default_factory=dict)
    good_tag: str = ""
    reject_tag: str = ""
    mode_tag: str = ""
    product_tag: str = ""
    counter_modulus: int = 65536
    micro_stop_us: int = 300_000_000
    target: float = 0.85


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the plant above lines."""

    name: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine; tags below `path` belong to it."""

    name: str
    path: str
    title: str = ""
    oee: OeeRules | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line: machines in flow order; its OEE is the constraint machine's."""

    name: str
    title: str = ""
    area: str = ""
    machines: tuple[Machine, ...] = ()
    constraint: str = ""
    oee: OeeRules | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """A product: value of the product tag, and its ideal rate by line (items per second; key "" = every line)."""

    name: str
    code: str
    rates_per_s: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Break:
    """A break inside a shift; start in minutes after local midnight."""

    start_min: int
    length_us: int
    planned: bool = True


@dataclass(frozen=True, slots=True)
class Shift:
    """A recurring shift in local wall time; end <= start runs over midnight. days: 0 = Monday."""

    name: str
    start_min: int
    end_min: int
    days: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    lines: tuple[str, ...] = ()
    breaks: tuple[Break, ...] = ()


@dataclass(frozen=True, slots=True)
class Plant:
    """All of plant.yaml, tags.csv and alarms.csv in one value, checked.

    cycle: (ISO start date, pattern of shift names or "off") of rotating shifts, None without one.
    holidays: ISO dates without shifts.
    """

    name: str
    timezone: str
    areas: tuple[Area, ...] = ()
    devices: tuple[DeviceDefinition, ...] = ()
    lines: tuple[Line, ...] = ()
    products: tuple[Product, ...] = ()
    shifts: tuple[Shift, ...] = ()
    cycle: tuple[str, tuple[str, ...]] | None = None
    holidays: tuple[str, ...] = ()
    tags: tuple[TagDefinition, ...] = ()
    alarms: tuple[AlarmDefinition, ...] = ()
