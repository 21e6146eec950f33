"""The bottling line: four machines joined by conveyors that fill, empty, starve and block them; pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import Random

from hmi.simulator.machine import (
    MachineRules,
    MachineState,
    Surroundings,
    command_machine,
    complete_machine,
    step_machine,
)
from hmi.simulator.packml import Reason
from hmi.simulator.signals import clamp, happens, wander
from hmi.simulator.stations import (
    CapperProcess,
    FillerProcess,
    LabellerProcess,
    PackerProcess,
    ramp_speed,
    step_capper,
    step_filler,
    step_labeller,
    step_packer,
)

MACHINES = ("filler", "capper", "labeller", "packer")
"""In flow order."""

CONVEYOR_BOTTLES = 780
"""What one conveyor holds."""

RULES: dict[str, MachineRules] = {
    "filler": MachineRules(660.0, 70.0, 600.0, (6, 25), 5400.0, (50, 130), 14400.0, (200, 480), 0.012, 0.06),
    "capper": MachineRules(690.0, 80.0, 700.0, (5, 20), 4200.0, (45, 120), 18000.0, (180, 360), 0.002),
    "labeller": MachineRules(690.0, 80.0, 500.0, (5, 25), 3600.0, (50, 140), 16000.0, (200, 480), 0.003),
    "packer": MachineRules(700.0, 80.0, 560.0, (6, 30), 3200.0, (50, 160), 14000.0, (200, 480), 0.0),
}

PRODUCTS: tuple[tuple[int, str, int], ...] = (
    (1, "Still 0.5 l PET", 52_000),
    (2, "Sparkling 0.5 l", 38_000),
    (3, "Lemon 0.75 l PET", 24_000),
)
"""Code, name, bottles of a batch."""


@dataclass(frozen=True, slots=True)
class LineState:
    """Machines, conveyors (bottles on each) and the batch under way.

    Counters begin at zero, as in a PLC that got its power back: a station then sees a reset, not a jump.
    """

    machines: tuple[MachineState, ...] = (
        MachineState(speed=548.0, setpoint=560.0, run_s=60.0),
        MachineState(speed=548.0, run_s=60.0),
        MachineState(speed=551.0, run_s=60.0),
        MachineState(speed=548.0, run_s=60.0),
    )
    conveyors: tuple[float, ...] = (320.0, 330.0, 240.0)
    starved: tuple[bool, ...] = (False, False, False, False)
    blocked: tuple[bool, ...] = (False, False, False, False)
    reference: float = 560.0
    trim: tuple[float, ...] = (-12.0, -12.0, -9.0, -12.0)
    infeed_closed: bool = False
    supply_gone_s: float = 0.0
    product: int = 0
    batch_left: int = 31_000
    order: int = 4711
    filler: FillerProcess = field(default_factory=FillerProcess)
    capper: CapperProcess = field(default_factory=CapperProcess)
    labeller: LabellerProcess = field(default_factory=LabellerProcess)
    packer: PackerProcess = field(default_factory=PackerProcess)


def step_line(line: LineState, header_bar: float, dt_s: float, rng: Random) -> LineState:
    """The line `dt_s` later, with `header_bar` of compressed air."""
    supply_s = max(0.0, line.supply_gone_s - dt_s)
    if happens(2400.0, dt_s, rng):
        supply_s = rng.uniform(20.0, 70.0)
    line = replace(line, supply_gone_s=supply_s, reference=ramp_speed(line.reference, line.machines[0].setpoint, dt_s))
    line = _sense(line)
    machines, conveyors = list(line.machines), list(line.conveyors)
    trim = tuple(clamp(wander(value, -11.0, 3.0, 40.0, dt_s, rng), -25.0, 5.0) for value in line.trim)
    moved: list[int] = []
    # From the end to the start, so that room made downstream is room in the same step.
    for index in reversed(range(len(machines))):
        around = _surroundings(line, conveyors, index, trim[index], header_bar)
        machine, taken, rejected = step_machine(machines[index], RULES[MACHINES[index]], around, dt_s, rng)
        machines[index] = machine
        moved.insert(0, taken)
        if index > 0:
            conveyors[index - 1] -= taken
        if index < len(conveyors):
            conveyors[index] += taken - rejected
    line = replace(
        line,
        machines=tuple(machines),
        conveyors=tuple(conveyors),
        trim=trim,
        batch_left=line.batch_left - moved[0],
        filler=step_filler(line.filler, moved[0], dt_s, rng),
        capper=step_capper(line.capper, moved[1], header_bar, dt_s, rng),
        labeller=step_labeller(line.labeller, moved[2], machines[2].speed, dt_s, rng),
        packer=step_packer(line.packer, moved[3], dt_s, rng),
    )
    return _next_batch(line, rng) if line.batch_left <= 0 else line


def command(line: LineState, machine: str, value: int) -> LineState:
    """The line after a command was written to a machine."""
    return _with_machine(line, machine, command_machine(line.machines[MACHINES.index(machine)], value))


def set_speed(line: LineState, machine: str, bottles_per_min: float) -> LineState:
    """The line with another speed set point; for the filler the reference of the whole line."""
    index = MACHINES.index(machine)
    return _with_machine(line, machine, replace(line.machines[index], setpoint=bottles_per_min))


def fill_ratio(line: LineState, conveyor: int) -> float:
    """How full a conveyor is, 0..1."""
    return line.conveyors[conveyor] / CONVEYOR_BOTTLES


def _with_machine(line: LineState, name: str, machine: MachineState) -> LineState:
    machines = list(line.machines)
    machines[MACHINES.index(name)] = machine
    return replace(line, machines=tuple(machines))


def _sense(line: LineState) -> LineState:
    """Accumulation sensors with hysteresis: an empty conveyor starves until 8 %, a full one blocks until below 85 %."""
    starved, blocked = list(line.starved), list(line.blocked)
    starved[0] = line.infeed_closed or line.supply_gone_s > 0.0
    for conveyor in range(len(line.conveyors)):
        fill = fill_ratio(line, conveyor)
        starved[conveyor + 1] = fill < (0.08 if starved[conveyor + 1] else 0.01)
        blocked[conveyor] = fill > (0.85 if blocked[conveyor] else 0.97)
    return replace(line, starved=tuple(starved), blocked=tuple(blocked))


def _surroundings(line: LineState, conveyors: list[float], index: int, trim: float, header_bar: float) -> Surroundings:
    machine = line.machines[index]
    if index == 0:
        target = line.reference + trim
        infeed = 0.0 if line.starved[0] else float(CONVEYOR_BOTTLES)
    else:
        # A downstream machine pulls its infeed conveyor towards 40 %: the faster, the fuller it is.
        pull = 1.0 + 0.5 * (conveyors[index - 1] / CONVEYOR_BOTTLES - 0.40)
        target = min((line.reference + trim) * pull, machine.setpoint * 1.2)
        infeed = conveyors[index - 1]
    room = CONVEYOR_BOTTLES - conveyors[index] if index < len(conveyors) else float(CONVEYOR_BOTTLES)
    return Surroundings(
        infeed=infeed,
        room=room,
        target=target,
        starved=line.starved[index],
        blocked=line.blocked[index],
        interlock=_interlock(line, index),
        may_resume=not line.starved[index] and not line.blocked[index],
    )


def _interlock(line: LineState, index: int) -> Reason:
    held = line.machines[index].interlock
    if index == 0 and line.filler.bowl_level < (40.0 if held is Reason.MATERIAL else 22.0):
        return Reason.MATERIAL
    if index == 1:
        if line.capper.chuck_air < (5.0 if held is Reason.AIR_LOW else 4.6):
            return Reason.AIR_LOW
        if line.capper.cap_hopper_level < (15.0 if held is Reason.MATERIAL else 1.0):
            return Reason.MATERIAL
    if index == 2 and line.labeller.reel_change_s > 0.0:
        return Reason.MATERIAL
    if index == 3 and line.packer.carton_stock < (20.0 if held is Reason.MATERIAL else 1.0):
        return Reason.MATERIAL
    return Reason.NONE


def _next_batch(line: LineState, rng: Random) -> LineState:
    if not line.machines[0].is_running:
        return line
    product = (line.product + 1) % len(PRODUCTS)
    line = _with_machine(line, "filler", complete_machine(line.machines[0], rng.uniform(180.0, 330.0)))
    return replace(line, product=product, batch_left=PRODUCTS[product][2], order=line.order + 1)
