"""One machine of the line: PackML state machine, speed ramp, random stops and counters; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from hmi.simulator.packml import Command, PackState, Reason
from hmi.simulator.signals import happens, ramp

_S = PackState

_ENDS_AFTER_S = {
    _S.UNHOLDING: (2.0, _S.EXECUTE),
    _S.UNSUSPENDING: (1.5, _S.EXECUTE),
    _S.STARTING: (5.0, _S.EXECUTE),
    _S.CLEARING: (5.0, _S.STOPPED),
    _S.COMPLETING: (3.0, _S.COMPLETE),
}
"""Acting states that pass into another one by time alone."""

_RAMPS_DOWN_INTO = {
    _S.SUSPENDING: _S.SUSPENDED,
    _S.HOLDING: _S.HELD,
    _S.STOPPING: _S.STOPPED,
    _S.ABORTING: _S.ABORTED,
}
"""Acting states that end when the machine stands still."""

_PRODUCES = frozenset({_S.EXECUTE, _S.SUSPENDING, _S.HOLDING, _S.STOPPING, _S.COMPLETING})


@dataclass(frozen=True, slots=True)
class MachineRules:
    """What is typical of a machine. Speeds in bottles per minute, mean times between events in seconds of run."""

    max_speed: float
    acceleration_per_s: float
    minor_every_s: float
    minor_s: tuple[float, float]
    jam_every_s: float
    jam_s: tuple[float, float]
    fault_every_s: float
    fault_s: tuple[float, float]
    reject_ratio: float
    startup_reject_ratio: float = 0.0


@dataclass(frozen=True, slots=True)
class MachineState:
    """Everything a machine remembers.

    total, reject: items since the machine was built (the registers show their low 16 bits). rest: fraction of an item
    under way. stop_left_s: how long the present stop still lasts by itself. by_operator: waits for a command instead.
    """

    state: PackState = PackState.EXECUTE
    state_s: float = 0.0
    reason: Reason = Reason.NONE
    speed: float = 0.0
    setpoint: float = 560.0
    total: int = 0
    reject: int = 0
    rest: float = 0.0
    run_s: float = 0.0
    stop_left_s: float = 0.0
    stops: int = 0
    down_s: float = 0.0
    setup_s: float = 8.0
    by_operator: bool = False
    command: int = 0
    interlock: Reason = Reason.NONE

    @property
    def is_jammed(self) -> bool:
        """True while items are stuck in the machine."""
        return self.reason is Reason.JAM and self.state in {_S.HOLDING, _S.HELD}

    @property
    def is_running(self) -> bool:
        """True while the machine produces at its own pace."""
        return self.state is _S.EXECUTE


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a machine sees of its neighbours in one step.

    infeed: items waiting; room: items the outfeed takes; target: speed asked for; starved, blocked: the neighbours'
    sensors with their own hysteresis; interlock: a reason not to run (`Reason.NONE` = free).
    """

    infeed: float
    room: float
    target: float
    starved: bool = False
    blocked: bool = False
    interlock: Reason = Reason.NONE
    may_resume: bool = True


def step_machine(
    machine: MachineState, rules: MachineRules, around: Surroundings, dt_s: float, rng: Random
) -> tuple[MachineState, int, int]:
    """The machine `dt_s` later, the items it took in and how many of them it rejected."""
    machine = _next_state(replace(machine, state_s=machine.state_s + dt_s), rules, around, dt_s, rng)
    running = machine.state is _S.EXECUTE
    target = min(around.target, rules.max_speed) if running else 0.0
    # An abort stops the drives by brake, all other stops by ramp.
    rate = rules.acceleration_per_s * (6.0 if machine.state in {_S.ABORTING, _S.ABORTED} else 1.0)
    speed = ramp(machine.speed, target, rate, dt_s)
    moved, rest = 0, machine.rest
    if machine.state in _PRODUCES and speed > 0.0:
        exact = rest + speed / 60.0 * dt_s
        moved = int(min(exact, around.infeed, around.room))
        rest = min(exact - moved, 1.0)
    ratio = rules.startup_reject_ratio if machine.run_s < 20.0 else rules.reject_ratio
    rejected = sum(rng.random() < ratio for _ in range(moved))
    return (
        replace(
            machine,
            speed=speed,
            rest=rest,
            total=machine.total + moved,
            reject=machine.reject + rejected,
            run_s=machine.run_s + dt_s if running else 0.0,
            down_s=machine.down_s if running else machine.down_s + dt_s,
            stop_left_s=max(0.0, machine.stop_left_s - dt_s),
            interlock=around.interlock,
        ),
        moved,
        rejected,
    )


def command_machine(machine: MachineState, command: int) -> MachineState:
    """The machine after a value was written into its command register; one that its state does not allow is ignored."""
    machine = replace(machine, command=command)
    state = machine.state
    stopping = {_S.STOPPING, _S.STOPPED, _S.ABORTING, _S.ABORTED, _S.CLEARING}
    if command == Command.STOP and state not in stopping:
        return _stop(machine, _S.STOPPING, Reason.OPERATOR, by_operator=True)
    if command == Command.ABORT and state not in {_S.ABORTING, _S.ABORTED}:
        return _stop(machine, _S.ABORTING, Reason.OPERATOR, by_operator=True)
    if command == Command.HOLD and state is _S.EXECUTE:
        return _stop(machine, _S.HOLDING, Reason.OPERATOR, by_operator=True)
    if command == Command.UNHOLD and state is _S.HELD:
        return replace(_enter(machine, _S.UNHOLDING), by_operator=False)
    if command == Command.CLEAR and state is _S.ABORTED:
        return _enter(machine, _S.CLEARING)
    if command == Command.RESET and state in {_S.STOPPED, _S.COMPLETE}:
        return _enter(machine, _S.RESETTING)
    if command == Command.START and state is _S.IDLE:
        return replace(_enter(machine, _S.STARTING), by_operator=False)
    return machine


def hold_machine(machine: MachineState, reason: Reason, length_s: float) -> MachineState:
    """The machine held from within, e.g. for material; nothing changes unless it executes."""
    if machine.state is not _S.EXECUTE:
        return machine
    return _stop(machine, _S.HOLDING, reason, length_s)


def complete_machine(machine: MachineState, setup_s: float) -> MachineState:
    """The machine ending its batch and being set up for the next one for `setup_s`."""
    if machine.state is not _S.EXECUTE:
        return machine
    return replace(_enter(machine, _S.COMPLETING, Reason.CHANGEOVER), setup_s=setup_s)


def _enter(machine: MachineState, state: PackState, reason: Reason | None = None) -> MachineState:
    return replace(machine, state=state, state_s=0.0, reason=machine.reason if reason is None else reason)


def _stop(
    machine: MachineState, state: PackState, reason: Reason, length_s: float = 0.0, *, by_operator: bool = False
) -> MachineState:
    machine = _enter(machine, state, reason)
    return replace(machine, stop_left_s=length_s, by_operator=by_operator, stops=machine.stops + 1)


def _next_state(
    machine: MachineState, rules: MachineRules, around: Surroundings, dt_s: float, rng: Random
) -> MachineState:
    state = machine.state
    if state is _S.EXECUTE:
        return _leave_execute(machine, rules, around, dt_s, rng)
    if state in _RAMPS_DOWN_INTO:
        return _enter(machine, _RAMPS_DOWN_INTO[state]) if machine.speed < 1.0 else machine
    if state in _ENDS_AFTER_S:
        length_s, following = _ENDS_AFTER_S[state]
        if machine.state_s < length_s:
            return machine
        return _enter(machine, following, Reason.NONE if following is _S.EXECUTE else None)
    return _leave_waiting(machine, around)


def _leave_execute(
    machine: MachineState, rules: MachineRules, around: Surroundings, dt_s: float, rng: Random
) -> MachineState:
    if around.interlock is not Reason.NONE:
        return _stop(machine, _S.HOLDING, around.interlock, 5.0)
    if around.blocked:
        return _stop(machine, _S.SUSPENDING, Reason.BLOCKED)
    if around.starved:
        return _stop(machine, _S.SUSPENDING, Reason.STARVED)
    if happens(rules.fault_every_s, dt_s, rng):
        return _stop(machine, _S.ABORTING, Reason.DRIVE_FAULT, rng.uniform(*rules.fault_s))
    if happens(rules.jam_every_s, dt_s, rng):
        return _stop(machine, _S.HOLDING, Reason.JAM, rng.uniform(*rules.jam_s))
    if happens(rules.minor_every_s, dt_s, rng):
        return _stop(machine, _S.HOLDING, Reason.MINOR, rng.uniform(*rules.minor_s))
    return machine


def _leave_waiting(machine: MachineState, around: Surroundings) -> MachineState:
    state = machine.state
    if state is _S.SUSPENDED:
        return _enter(machine, _S.UNSUSPENDING) if around.may_resume and machine.state_s > 2.0 else machine
    if machine.by_operator:
        # What a person stopped, a person starts; only the reset itself ends by time.
        return _enter(machine, _S.IDLE) if state is _S.RESETTING and machine.state_s > machine.setup_s else machine
    if state is _S.HELD:
        free = machine.stop_left_s <= 0.0 and around.interlock is Reason.NONE
        return _enter(machine, _S.UNHOLDING) if free else machine
    if state is _S.ABORTED:
        return _enter(machine, _S.CLEARING) if machine.stop_left_s <= 0.0 else machine
    if state in {_S.STOPPED, _S.COMPLETE}:
        return _enter(machine, _S.RESETTING) if machine.state_s > 5.0 else machine
    if state is _S.RESETTING and machine.state_s > machine.setup_s:
        return replace(_enter(machine, _S.IDLE), setup_s=8.0)
    if state is _S.IDLE and machine.state_s > 3.0:
        return _enter(machine, _S.STARTING)
    return machine
