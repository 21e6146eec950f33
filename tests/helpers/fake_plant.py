"""The plant of the design pictures (ui.md 8): tags, devices, machines, alarms, and signals with a past."""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from hmi.facade.data import AlarmItem
from hmi.model.alarms import AlarmClass, AlarmDefinition, AlarmType
from hmi.model.devices import DeviceDefinition
from hmi.model.equipment import Area, Break, Line, Machine, OeeRules, Plant, Product, Shift, StateClass
from hmi.model.samples import Scalar
from hmi.model.tags import Access, TagDefinition
from hmi.model.timestamps import parse_time

ZONE = "Europe/Berlin"
MINUTE_US = 60_000_000
FloatArray = npt.NDArray[np.float64]
TimeArray = npt.NDArray[np.int64]


def at(clock: str) -> int:
    """Microseconds of a plant time on the day of the pictures."""
    return parse_time(f"2026-11-19T{clock}", ZoneInfo(ZONE), 0)


NOW_US = at("10:42:18")
LABELLER_SILENT_US = at("10:37:52")

PACKML_NAMES = {
    0: "Undefined",
    1: "Clearing",
    2: "Stopped",
    3: "Starting",
    4: "Idle",
    5: "Suspended",
    6: "Execute",
    7: "Stopping",
    8: "Aborting",
    9: "Aborted",
    10: "Holding",
    11: "Held",
    15: "Resetting",
    16: "Completing",
    17: "Complete",
}
PACKML_CLASSES = {
    2: StateClass.STOP,
    3: StateClass.SETUP,
    4: StateClass.WAITING,
    5: StateClass.STARVED,
    6: StateClass.RUN,
    9: StateClass.BREAKDOWN,
    11: StateClass.STOP,
    15: StateClass.SETUP,
    17: StateClass.END,
}


@dataclass(frozen=True, slots=True)
class Signal:
    """How a value came to be: points (minutes before now, value) joined by lines, with a ripple."""

    points: tuple[tuple[float, float], ...]
    ripple: float = 0.0

    def values(self, path: str, t_us: TimeArray) -> FloatArray:
        minutes = (t_us - NOW_US) / MINUTE_US
        xs = np.array([point[0] for point in self.points])
        ys = np.array([point[1] for point in self.points])
        base = np.interp(minutes, xs, ys)
        if not self.ripple:
            return base
        seed = zlib.crc32(path.encode()) % 1000
        wave = (
            np.sin(minutes * 1.9 + seed) + 0.6 * np.sin(minutes * 5.3 + 2 * seed) + 0.35 * np.sin(minutes * 13.7 + seed)
        )
        settled = np.where(minutes > -0.02, 0.0, 1.0)
        return base + wave * self.ripple * settled * (base != 0)


def _m(clock: str) -> float:
    return (at(clock) - NOW_US) / MINUTE_US


def _speed(stops: list[tuple[str, str]], level: float, end: float) -> Signal:
    points: list[tuple[float, float]] = [(-600.0, level)]
    for start, stop in stops:
        points += [(_m(start) - 0.05, level), (_m(start) + 0.1, 0.0), (_m(stop), 0.0), (_m(stop) + 0.9, level)]
    points.append((-0.9, level) if end else (-0.8, level))
    points.append((-0.02, end))
    return Signal(tuple(points), 2.0)


_FILLER_STOPS = [
    ("06:00:00", "06:09:00"),
    ("06:52:00", "06:58:00"),
    ("07:18:00", "07:27:30"),
    ("08:05:00", "08:09:00"),
    ("08:41:00", "08:46:00"),
    ("09:00:00", "09:30:00"),
    ("09:42:00", "09:42:50"),
    ("09:58:00", "09:58:40"),
    ("10:01:00", "10:03:30"),
]
_PACKER_STOPS = [
    ("06:00:00", "06:06:00"),
    ("07:18:30", "07:28:30"),
    ("09:00:00", "09:30:00"),
    ("09:46:30", "09:47:20"),
    ("09:51:20", "09:52:00"),
    ("09:58:07", "10:04:00"),
]

NAMED: list[tuple[str, str, str, str, Scalar | None, Signal | None, dict[str, float | None]]] = []


def _tag(
    path: str,
    device: str,
    unit: str,
    value_type: str,
    now: Scalar | None,
    signal: Signal | None = None,
    **ranges: float | None,
) -> None:
    NAMED.append((path, device, unit, value_type, now, signal, ranges))


def _steady(value: float, ripple: float, drift: float = 0.0) -> Signal:
    return Signal(((-600.0, value + drift), (-1.0, value), (0.0, value)), ripple)


def _machine(name: str, device: str, speed: Signal, now: float, state: int) -> None:
    _tag(
        f"line1/{name}/speed",
        device,
        "/min",
        "float32",
        now,
        speed,
        low=0,
        high=700,
        normal_low=520,
        normal_high=600,
        decimals=0,
    )
    _tag(f"line1/{name}/state", device, "", "uint16", state)


_machine("filler", "filler", _speed(_FILLER_STOPS, 550, 548), 548.0, 6)
_machine("capper", "capper", _speed(_FILLER_STOPS, 551, 548), 548.0, 6)
_machine("labeller", "labeller", _speed(_FILLER_STOPS, 552, 551), 551.0, 6)
_machine("packer", "packer", _speed(_PACKER_STOPS, 553, 0), 0.0, 5)
_tag(
    "line1/filler/setpoint",
    "filler",
    "/min",
    "float32",
    560.0,
    Signal(((-600, 550), (_m("10:12:04"), 550), (_m("10:12:04"), 560), (0, 560))),
    low=0,
    high=900,
    decimals=0,
)
_tag("line1/filler/total", "filler", "bottles", "uint32", 109440, Signal(((-282.3, 0), (0, 109440))))
_tag("line1/filler/reject", "filler", "bottles", "uint32", 1968, Signal(((-282.3, 0), (0, 1968))))
_tag(
    "line1/filler/bowl_level",
    "filler",
    "%",
    "float32",
    62.4,
    _steady(62.4, 0.6, 2),
    low=0,
    high=100,
    normal_low=55,
    normal_high=70,
    decimals=1,
)
_tag(
    "line1/filler/bowl_pressure",
    "filler",
    "bar",
    "float32",
    2.84,
    _steady(2.84, 0.02, 0.05),
    low=0,
    high=4,
    normal_low=2.6,
    normal_high=3.0,
    decimals=2,
)
_tag(
    "line1/filler/product_temperature",
    "filler",
    "°C",
    "float32",
    7.8,
    _steady(7.8, 0.08, 0.3),
    low=0,
    high=16,
    normal_low=6,
    normal_high=9,
    decimals=1,
)
_tag(
    "line1/filler/bearing_remaining",
    "filler",
    "h",
    "float32",
    58.0,
    Signal(((-600, 68), (0, 58))),
    low=0,
    high=500,
    decimals=0,
)
_tag("line1/filler/jam", "filler", "", "bool", False)
_tag(
    "line1/capper/torque_mean",
    "capper",
    "N·m",
    "float32",
    2.14,
    _steady(2.14, 0.02),
    low=0,
    high=4,
    normal_low=2.0,
    normal_high=2.3,
    decimals=2,
)
_tag(
    "line1/capper/cap_hopper",
    "capper",
    "%",
    "float32",
    46.0,
    Signal(((-600, 30), (-70, 88), (0, 46)), 0.4),
    low=0,
    high=100,
    normal_low=20,
    normal_high=95,
    decimals=0,
)
_tag(
    "line1/capper/chuck_air",
    "capper",
    "bar",
    "float32",
    5.02,
    Signal(((-600, 6.4), (-10.6, 6.4), (-8, 5.6), (0, 5.02)), 0.02),
    low=4,
    high=8,
    normal_low=6.0,
    normal_high=6.8,
    decimals=2,
)
_tag("line1/capper/reject", "capper", "caps", "uint16", 212)
_tag(
    "line1/conveyor1/fill",
    "line_server",
    "%",
    "float32",
    41.0,
    _steady(41, 1.5, 3),
    low=0,
    high=100,
    normal_low=20,
    normal_high=70,
    decimals=0,
)
_tag(
    "line1/conveyor2/fill",
    "line_server",
    "%",
    "float32",
    82.0,
    Signal(((-600, 50), (-43, 52), (-40, 67), (-36, 54), (-4.4, 54), (0, 82)), 0.9),
    low=0,
    high=100,
    normal_low=20,
    normal_high=70,
    decimals=0,
)
_tag(
    "line1/conveyor3/fill",
    "line_server",
    "%",
    "float32",
    6.0,
    Signal(((-600, 40), (-4.4, 40), (-1, 6), (0, 6)), 0.5),
    low=0,
    high=100,
    normal_low=20,
    normal_high=70,
    decimals=0,
)
_tag(
    "line1/labeller/glue_temperature",
    "labeller",
    "°C",
    "float32",
    158.2,
    _steady(158.2, 0.7),
    low=100,
    high=200,
    normal_low=150,
    normal_high=165,
    decimals=1,
)
_tag(
    "line1/labeller/label_web",
    "labeller",
    "N",
    "float32",
    24.6,
    _steady(24.6, 0.4),
    low=0,
    high=50,
    normal_low=20,
    normal_high=30,
    decimals=1,
)
_tag(
    "line1/labeller/label_stock",
    "labeller",
    "%",
    "float32",
    38.0,
    Signal(((-600, 90), (0, 38)), 0.2),
    low=0,
    high=100,
    normal_low=10,
    normal_high=100,
    decimals=0,
)
_tag("line1/labeller/reject", "labeller", "labels", "uint16", 306)
_tag("line1/packer/cartons", "packer", "", "uint32", 8931)
_tag("line1/packer/reject", "packer", "", "uint16", 14)
_tag("line1/packer/jam", "packer", "", "bool", False)
_tag(
    "line1/packer/glue_temperature",
    "packer",
    "°C",
    "float32",
    171.3,
    _steady(171.3, 0.6),
    low=120,
    high=200,
    normal_low=165,
    normal_high=178,
    decimals=1,
)
_tag(
    "line1/packer/carton_stock",
    "packer",
    "%",
    "float32",
    71.0,
    Signal(((-600, 20), (-80, 95), (0, 71)), 0.1),
    low=0,
    high=100,
    normal_low=15,
    normal_high=100,
    decimals=0,
)
for _zone, _value in ((1, 178.4), (2, 182.1), (3, 181.0)):
    _tag(
        f"utilities/tunnel/zone{_zone}",
        "line_server",
        "°C",
        "float32",
        _value,
        _steady(_value, 0.8),
        low=120,
        high=240,
        normal_low=172,
        normal_high=190,
        decimals=1,
    )
_tag(
    "utilities/tunnel/belt_speed",
    "line_server",
    "m/min",
    "float32",
    12.4,
    _steady(12.4, 0.05),
    low=0,
    high=20,
    decimals=1,
)
_tag(
    "utilities/cip/return_temperature",
    "line_server",
    "°C",
    "float32",
    78.6,
    Signal(((-600, 20), (-60, 30), (-2, 78), (0, 78.6)), 0.5),
    low=0,
    high=100,
    normal_low=75,
    normal_high=85,
    decimals=1,
)
_tag(
    "utilities/cip/flow",
    "line_server",
    "m³/h",
    "float32",
    14.2,
    _steady(14.2, 0.2),
    low=0,
    high=25,
    normal_low=12,
    normal_high=17,
    decimals=1,
)
_tag(
    "utilities/cip/conductivity",
    "line_server",
    "mS/cm",
    "float32",
    41.0,
    _steady(41.0, 0.2),
    low=0,
    high=100,
    normal_low=35,
    normal_high=55,
    decimals=1,
)
_tag(
    "utilities/air/pressure",
    "compressors",
    "bar",
    "float32",
    5.18,
    Signal(((-600, 6.58), (-10.63, 6.64), (-8.13, 5.80), (-0.43, 5.20), (0, 5.18)), 0.018),
    low=4,
    high=8,
    normal_low=6.3,
    normal_high=7.0,
    decimals=2,
)
_tag(
    "utilities/air/flow",
    "compressors",
    "m³/min",
    "float32",
    38.4,
    _steady(38.4, 0.5),
    low=0,
    high=60,
    normal_low=30,
    normal_high=45,
    decimals=1,
)
for _number, _on in ((1, 1), (2, 3), (3, 0)):
    _tag(f"utilities/air/compressor{_number}", "compressors", "", "uint16", _on)
_tag(
    "utilities/energy/active_power",
    "energy_meter",
    "kW",
    "float32",
    412.0,
    _steady(412, 8),
    low=0,
    high=600,
    normal_low=350,
    normal_high=450,
    decimals=0,
)
_tag(
    "utilities/energy/demand",
    "energy_meter",
    "kW",
    "float32",
    398.0,
    _steady(398, 3),
    low=0,
    high=600,
    normal_low=350,
    normal_high=440,
    decimals=0,
)

DEVICES = [
    ("filler", "modbus-tcp", "10.20.1.11:502", {"host": "10.20.1.11", "port": 502, "unit": 1}, 148, 1.0, 6.0),
    ("capper", "ethernetip", "10.20.1.12", {"host": "10.20.1.12"}, 92, 1.0, 8.0),
    ("labeller", "modbus-tcp", "10.20.1.13:502", {"host": "10.20.1.13", "port": 502, "unit": 1}, 64, 1.0, 7.0),
    ("packer", "s7", "10.20.1.14", {"host": "10.20.1.14"}, 118, 1.0, 9.0),
    ("line_server", "opcua", "10.20.1.20:4840", {"url": "opc.tcp://10.20.1.20:4840"}, 212, 0.5, 11.0),
    ("compressors", "modbus-rtu-tcp", "10.20.2.5, unit 12", {"host": "10.20.2.5", "unit": 12}, 46, 2.0, 41.0),
    ("energy_meter", "modbus-rtu-tcp", "10.20.2.5, unit 21", {"host": "10.20.2.5", "unit": 21}, 38, 5.0, 44.0),
]

_AREA_OF = {
    "filler": "line1/filler",
    "capper": "line1/capper",
    "labeller": "line1/labeller",
    "packer": "line1/packer",
    "line_server": "line1/line_server",
    "compressors": "utilities/air",
    "energy_meter": "utilities/energy",
}
_LABELS = {
    "line1/filler/state": PACKML_NAMES,
    "line1/capper/state": PACKML_NAMES,
    "line1/labeller/state": PACKML_NAMES,
    "line1/packer/state": PACKML_NAMES,
    **{f"utilities/air/compressor{n}": {0: "Standby", 1: "Running", 3: "Tripped"} for n in (1, 2, 3)},
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a tag's value comes from: a value that stands, or a signal."""

    now: Scalar | None
    signal: Signal | None


def build_tags() -> tuple[list[TagDefinition], dict[str, Source]]:
    """All 718 tags in device order; the unnamed rest of a device are its spare inputs."""
    tags: list[TagDefinition] = []
    sources: dict[str, Source] = {}
    for device, driver, _address, _options, count, _scan, _answer in DEVICES:
        own = [entry for entry in NAMED if entry[1] == device]
        for index in range(count):
            if index < len(own):
                path, _, unit, kind, now, signal, ranges = own[index]
            else:
                path, unit, kind = f"{_AREA_OF[device]}/input_{index - len(own) + 1:03d}", "%", "float32"
                value = 20.0 + (zlib.crc32(path.encode()) % 600) / 10
                now, signal, ranges = value, _steady(value, 0.3), {"low": 0, "high": 100, "decimals": 1}
            address = f"nsu=urn:plant;s={path}" if driver == "opcua" else f"holding:{100 + 2 * index}"
            decimals = ranges.get("decimals")
            tags.append(
                TagDefinition(
                    path=path,
                    device=device,
                    address=address,
                    number=len(tags) + 1,
                    type=kind,
                    unit=unit,
                    decimals=None if decimals is None else int(decimals),
                    low=ranges.get("low"),
                    high=ranges.get("high"),
                    normal_low=ranges.get("normal_low"),
                    normal_high=ranges.get("normal_high"),
                    labels=_LABELS.get(path, {}),
                    access=Access.WRITE if path.endswith("setpoint") else Access.READ,
                )
            )
            sources[path] = Source(now, signal)
    for device, _driver, _address, _options, _count, _scan, answer in DEVICES:
        response, connected = f"system/devices/{device}/response", f"system/devices/{device}/connected"
        tags.append(TagDefinition(connected, "station", "", len(tags) + 1, type="bool"))
        tags.append(TagDefinition(response, "station", "", len(tags) + 1, type="float64", unit="ms"))
        sources[response] = Source(answer, Signal(((-600.0, answer), (0.0, answer)), answer * 0.12))
        sources[connected] = Source(True, _link(device))
    return tags, sources


def _link(device: str) -> Signal | None:
    if device == "labeller":
        return Signal(((-600.0, 1.0), (_m("10:37:52") - 0.01, 1.0), (_m("10:37:52"), 0.0), (0.0, 0.0)))
    if device == "compressors":
        start, end = _m("05:43:00"), _m("05:44:30")
        return Signal(((-600.0, 1.0), (start - 0.01, 1.0), (start, 0.0), (end, 0.0), (end + 0.01, 1.0), (0.0, 1.0)))
    return None


def history_of(path: str, source: Source, t_us: TimeArray) -> FloatArray:
    """Values of a tag in the past; a value without signal always was what it is."""
    if source.signal is not None:
        values = source.signal.values(path, t_us)
        return np.maximum(values, 0.0)
    now = source.now
    constant = float(now) if isinstance(now, int | float) else math.nan
    return np.full(len(t_us), constant)


def _oee(machine: str, good: bool) -> OeeRules:
    return OeeRules(
        state_tag=f"line1/{machine}/state",
        total_tag="line1/filler/total" if machine == "filler" else f"line1/{machine}/speed",
        reject_tag=f"line1/{machine}/reject",
        ideal_rate_per_s=10.0,
        states=PACKML_CLASSES,
        state_names=PACKML_NAMES,
        target=0.78,
    )


MACHINES = ("filler", "capper", "labeller", "packer")


def build_plant() -> tuple[Plant, dict[str, Source]]:
    """The plant and the sources of its values."""
    tags, sources = build_tags()
    machines = tuple(Machine(name, f"line1/{name}", name.capitalize(), _oee(name, True)) for name in MACHINES)
    breaks = (Break(start_min=540, length_us=30 * MINUTE_US),)
    plant = Plant(
        name="Bottling North",
        timezone=ZONE,
        areas=(Area("line1", "Line 1"), Area("utilities", "Utilities")),
        devices=tuple(
            DeviceDefinition(name, driver, scan_us=round(scan * 1e6), options=dict(options))
            for name, driver, _address, options, _count, scan, _answer in DEVICES
        ),
        lines=(Line("line1", "Line 1", "line1", machines, "filler", _oee("filler", True)),),
        products=(Product("still_05_pet", "1", {"": 10.0}),),
        shifts=(
            Shift("early", 360, 840, breaks=breaks),
            Shift("late", 840, 1320),
            Shift("night", 1320, 360),
        ),
        tags=tuple(tags),
        alarms=tuple(_definition(item) for item in build_alarms()),
    )
    return plant, sources


_LIMIT_TYPES = {"utilities/air/pressure.lolo": "lolo"}


def _definition(item: AlarmItem) -> AlarmDefinition:
    return AlarmDefinition(
        id=item.id,
        tag=item.tag,
        type=AlarmType(item.type),
        limit=item.limit,
        priority=item.priority,
        alarm_class=AlarmClass(item.alarm_class),
        area=item.area,
        latching=item.latched or "LATCHED" in item.state,
        message=item.message,
        group="air" if item.order else "",
        cause=item.cause,
        consequence=item.consequence,
        action=item.action,
    )


def _alarm(
    alarm_id: str,
    state: str,
    priority: int,
    area: str,
    tag: str,
    kind: str,
    message: str,
    start: str,
    value: Scalar | None,
    limit: float | str | None,
    unit: str,
    action: str,
    activation: int,
    **more: object,
) -> AlarmItem:
    active = state in ("UNACK_ACTIVE", "ACK_ACTIVE") or bool(more.pop("hidden_active", False))
    base = AlarmItem(
        id=alarm_id,
        state=state,
        priority=priority,
        alarm_class="machine",
        area=area,
        tag=tag,
        type=kind,
        message=message,
        active=active,
        acked=state in ("ACK_ACTIVE", "LATCHED_ACK"),
        latched="LATCHED" in state,
        shelved=state == "SHELVED",
        suppressed=state == "SUPPRESSED",
        oos=state == "OUT_OF_SERVICE",
        activation_id=activation,
        t_active_us=at(start),
        t_clear_us=None if active else at("10:27:30"),
        t_ack_us=at("10:32:18") if state in ("ACK_ACTIVE", "LATCHED_ACK") else None,
        acked_by="os:weber" if state in ("ACK_ACTIVE", "LATCHED_ACK") else None,
        value=value,
        limit=limit,
        unit=unit,
        shelved_until_us=None,
        first_out=False,
        order=0,
        count_24h=1,
        action=action,
    )
    return replace(base, **more)  # type: ignore[arg-type]


def build_alarms() -> list[AlarmItem]:
    """The eight listed and sixteen hidden alarms of the pictures, in the station's order."""
    listed = [
        _alarm(
            "utilities/air/pressure.lolo",
            "UNACK_ACTIVE",
            1,
            "Utilities / Compressed air",
            "utilities/air/pressure",
            "lolo",
            "Air header pressure low-low",
            "10:41:52",
            5.18,
            5.20,
            "bar",
            "Start standby compressor 3. If pressure does not rise in 1 min, stop line 1 in order.",
            41,
            respond_within_s=180.0,
            consequence="Capper chucks release below 5.0 bar; line 1 stops, caps leak",
            cause="Compressor tripped, air leak, dryer blocked",
            help="runbooks/compressed-air",
            order=3,
        ),
        _alarm(
            "system/devices/labeller/comm",
            "UNACK_ACTIVE",
            2,
            "Line 1 / Labeller",
            "labeller",
            "comm_failure",
            "Labeller PLC does not answer",
            "10:37:55",
            "no answer, try 28",
            "3 polls",
            "",
            "Look at the PLC front panel. Restart the PLC only with line 1 stopped.",
            17,
            consequence="Label reject counter and state of the labeller are unknown",
            cause="PLC stopped, cable, too many clients",
            respond_within_s=600.0,
        ),
        _alarm(
            "line1/conveyor2/fill.hi",
            "UNACK_ACTIVE",
            3,
            "Line 1 / Conveyor 2",
            "line1/conveyor2/fill",
            "hi",
            "Conveyor 2 accumulation high",
            "10:41:05",
            82.0,
            75.0,
            "%",
            "Look at labeller; slow filler",
            22,
            consequence="Capper stops when the conveyor is full",
        ),
        _alarm(
            "utilities/air/compressor2.trip",
            "ACK_ACTIVE",
            2,
            "Utilities / Compressed air",
            "utilities/air/compressor2",
            "discrete",
            "Compressor 2 tripped, motor too hot",
            "10:31:40",
            "Tripped",
            None,
            "",
            "Start compressor 3, call service",
            9,
            first_out=True,
            order=1,
        ),
        _alarm(
            "utilities/air/pressure.lo",
            "ACK_ACTIVE",
            3,
            "Utilities / Compressed air",
            "utilities/air/pressure",
            "lo",
            "Air header pressure low",
            "10:34:10",
            5.18,
            5.80,
            "bar",
            "Check compressors and dryers",
            31,
            order=2,
        ),
        _alarm(
            "line1/filler/bearing.life",
            "ACK_ACTIVE",
            4,
            "Line 1 / Filler",
            "line1/filler/bearing_remaining",
            "expression",
            "Filler main bearing, remaining life under 72 h",
            "08:12:00",
            58.0,
            72.0,
            "h",
            "Plan bearing change, WO 48177",
            2,
        ),
        _alarm(
            "line1/packer/jam",
            "LATCHED_ACK",
            3,
            "Line 1 / Packer",
            "line1/packer/jam",
            "discrete",
            "Carton jam at infeed",
            "09:58:07",
            "clear",
            None,
            "",
            "Check guard, then reset",
            12,
        ),
        _alarm(
            "line1/filler/bowl_level.hi",
            "RTN_UNACK",
            3,
            "Line 1 / Filler",
            "line1/filler/bowl_level",
            "hi",
            "Filler bowl level high",
            "10:26:48",
            62.4,
            85.0,
            "%",
            "Acknowledge when seen",
            5,
        ),
    ]
    hidden = [
        _alarm(
            "utilities/tunnel/zone3.dev",
            "SHELVED",
            3,
            "Utilities / Shrink tunnel",
            "utilities/tunnel/zone3",
            "deviation",
            "Shrink tunnel zone 3 deviation",
            "09:14:00",
            181.0,
            10.0,
            "°C",
            "Check thermocouple",
            3,
            shelved_until_us=NOW_US + 92 * MINUTE_US,
            hidden_active=True,
        ),
        _alarm(
            "utilities/cip/conductivity.lo",
            "OUT_OF_SERVICE",
            3,
            "Utilities / CIP skid",
            "utilities/cip/conductivity",
            "lo",
            "CIP conductivity QT-204",
            "06:10:00",
            None,
            35.0,
            "mS/cm",
            "Replace probe",
            1,
        ),
    ]
    hidden += [
        _alarm(
            f"line1/labeller/input_{n:03d}.hi",
            "SUPPRESSED",
            3,
            "Line 1 / Labeller",
            f"line1/labeller/input_{n:03d}",
            "hi",
            f"Labeller input {n} high",
            "10:37:55",
            None,
            90.0,
            "%",
            "Look at the labeller",
            1,
        )
        for n in range(1, 15)
    ]
    return listed + hidden
