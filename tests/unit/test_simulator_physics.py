"""The simulated machines behave like machines: ramps, lags, buffers, stops, counters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest

from hmi.simulator.air import AirState, Compressor, CompressorState, step_air
from hmi.simulator.line import CONVEYOR_BOTTLES, MACHINES, LineState, step_line
from hmi.simulator.machine import MachineRules, MachineState, Surroundings, command_machine, step_machine
from hmi.simulator.packml import Command, PackState, Reason
from hmi.simulator.plant import WRITABLE, Plant, RefusedError
from hmi.simulator.signals import lag, ramp
from hmi.simulator.stations import FillerProcess, Heater, step_filler, step_heater

NEVER = 1e12
CALM = MachineRules(660.0, 40.0, NEVER, (1, 1), NEVER, (1, 1), NEVER, (1, 1), 0.0)
FREE = Surroundings(infeed=1000.0, room=1000.0, target=600.0)

LAWFUL = {
    PackState.EXECUTE: {PackState.SUSPENDING, PackState.HOLDING, PackState.ABORTING, PackState.COMPLETING},
    PackState.SUSPENDING: {PackState.SUSPENDED},
    PackState.SUSPENDED: {PackState.UNSUSPENDING},
    PackState.UNSUSPENDING: {PackState.EXECUTE},
    PackState.HOLDING: {PackState.HELD},
    PackState.HELD: {PackState.UNHOLDING},
    PackState.UNHOLDING: {PackState.EXECUTE},
    PackState.ABORTING: {PackState.ABORTED},
    PackState.ABORTED: {PackState.CLEARING},
    PackState.CLEARING: {PackState.STOPPED},
    PackState.STOPPED: {PackState.RESETTING},
    PackState.RESETTING: {PackState.IDLE},
    PackState.IDLE: {PackState.STARTING},
    PackState.STARTING: {PackState.EXECUTE},
    PackState.COMPLETING: {PackState.COMPLETE},
    PackState.COMPLETE: {PackState.RESETTING},
}


def run(machine: MachineState, around: Surroundings, seconds: float, rules: MachineRules = CALM) -> MachineState:
    rng = Random(1)
    for _ in range(round(seconds / 0.1)):
        machine, _, _ = step_machine(machine, rules, around, 0.1, rng)
    return machine


def test_a_machine_reaches_its_speed_by_its_ramp_and_not_faster() -> None:
    machine = run(MachineState(speed=0.0), FREE, 5.0)
    assert machine.speed == pytest.approx(200.0)
    assert run(machine, FREE, 20.0).speed == pytest.approx(600.0)


def test_it_makes_as_many_items_as_its_speed_says() -> None:
    machine = run(MachineState(speed=600.0), FREE, 60.0)
    assert machine.total == pytest.approx(600, abs=1)


@pytest.mark.parametrize(
    ("around", "reason"),
    [
        (replace(FREE, infeed=0.0, starved=True, may_resume=False), Reason.STARVED),
        (replace(FREE, room=0.0, blocked=True, may_resume=False), Reason.BLOCKED),
    ],
)
def test_it_suspends_for_its_neighbours_and_comes_back_by_itself(around: Surroundings, reason: Reason) -> None:
    waiting = run(MachineState(speed=600.0), around, 60.0)
    assert (waiting.state, waiting.reason, waiting.speed) == (PackState.SUSPENDED, reason, 0.0)
    again = run(waiting, FREE, 30.0)
    assert (again.state, again.reason) == (PackState.EXECUTE, Reason.NONE)


def test_an_interlock_holds_it_until_it_is_gone() -> None:
    held = run(MachineState(speed=600.0), replace(FREE, interlock=Reason.AIR_LOW), 60.0)
    assert (held.state, held.reason) == (PackState.HELD, Reason.AIR_LOW)
    assert run(held, FREE, 10.0).state is PackState.EXECUTE


def test_what_a_person_stopped_only_a_person_starts() -> None:
    stopped = run(command_machine(MachineState(speed=600.0), Command.STOP), FREE, 120.0)
    assert (stopped.state, stopped.reason) == (PackState.STOPPED, Reason.OPERATOR)
    idle = run(command_machine(stopped, Command.RESET), FREE, 60.0)
    assert idle.state is PackState.IDLE
    assert run(command_machine(idle, Command.START), FREE, 30.0).state is PackState.EXECUTE


def test_a_command_that_the_state_does_not_allow_changes_only_its_register() -> None:
    machine = MachineState(speed=600.0)
    assert command_machine(machine, Command.START) == replace(machine, command=Command.START)


def test_a_jam_shows_as_a_jam_and_ends() -> None:
    jammed = run(MachineState(speed=600.0), FREE, 20.0, replace(CALM, jam_every_s=0.01, jam_s=(60, 60)))
    assert jammed.is_jammed
    assert not run(jammed, FREE, 90.0).is_jammed


def steps(seed: int, seconds: float, dt_s: float = 0.5) -> Iterator[tuple[Plant, LineState]]:
    plant = Plant(seed)
    for _ in range(round(seconds / dt_s)):
        before = plant.line
        plant.step(dt_s)
        yield plant, before


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_hours_of_the_line_break_no_law_of_nature(seed: int) -> None:
    reasons, states = set(), set()
    for plant, before in steps(seed, 3 * 3600.0):
        line = plant.line
        for index, (old, new) in enumerate(zip(before.machines, line.machines, strict=True)):
            if new.state is not old.state:
                assert new.state in LAWFUL[old.state], f"{MACHINES[index]}: {old.state.name} to {new.state.name}"
            assert 0.0 <= new.speed <= 700.0
            assert old.total <= new.total
            assert old.reject <= new.reject
            reasons.add(new.reason)
            states.add(new.state)
        for conveyor, bottles in enumerate(line.conveyors):
            assert 0.0 <= bottles <= CONVEYOR_BOTTLES
            gone_in = line.machines[conveyor].total - before.machines[conveyor].total
            refused = line.machines[conveyor].reject - before.machines[conveyor].reject
            gone_out = line.machines[conveyor + 1].total - before.machines[conveyor + 1].total
            assert bottles - before.conveyors[conveyor] == pytest.approx(gone_in - refused - gone_out)
        assert 0.0 <= plant.air.header_pressure <= 8.2
        assert 0.0 <= line.filler.bowl_level <= 100.0
    assert {Reason.STARVED, Reason.BLOCKED, Reason.MINOR, Reason.JAM, Reason.MATERIAL} <= reasons
    assert {PackState.HELD, PackState.SUSPENDED} <= states


def test_the_same_seed_gives_the_same_plant_and_another_another() -> None:
    plants = [Plant(5), Plant(5), Plant(6)]
    for plant in plants:
        plant.step(1200.0)
    assert plants[0].snapshot() == plants[1].snapshot()
    assert plants[0].snapshot() != plants[2].snapshot()


def test_a_standing_packer_blocks_the_line_back_to_the_filler_in_flow_order() -> None:
    line, rng = LineState(), Random(3)
    blocked_at: dict[str, float] = {}
    for step in range(2400):
        machines = list(line.machines)
        machines[3] = replace(machines[3], state=PackState.STOPPED, by_operator=True, speed=0.0)
        line = step_line(replace(line, machines=tuple(machines)), 7.0, 0.25, rng)
        for name, machine in zip(MACHINES, line.machines, strict=True):
            if machine.reason is Reason.BLOCKED:
                blocked_at.setdefault(name, step * 0.25)
    assert list(blocked_at) == ["labeller", "capper", "filler"]


def test_a_closed_infeed_starves_the_whole_line() -> None:
    plant = Plant(1)
    plant.write("filler/infeed_closed", 1)
    plant.step(900.0)
    assert {machine.speed for machine in plant.line.machines} == {0.0}
    assert plant.snapshot()["filler/starved"] is True


def test_a_speed_set_point_acts_by_a_ramp_on_the_whole_line() -> None:
    plant = Plant(1)
    plant.write("filler/speed_setpoint", 400)
    plant.step(1.0)
    assert float(plant.snapshot()["filler/speed"]) > 480.0, "no machine jumps to its set point"
    plant.step(40.0)
    for name in MACHINES:
        assert 300.0 < float(plant.snapshot()[f"{name}/speed"]) < 480.0


@pytest.mark.parametrize("value", [-1.0, 661.0, float("nan"), float("inf")])
def test_a_set_point_out_of_range_is_refused_and_changes_nothing(value: float) -> None:
    plant = Plant(1)
    before = plant.snapshot()
    with pytest.raises(RefusedError):
        plant.write("filler/speed_setpoint", value)
    assert plant.snapshot() == before


def test_every_writable_quantity_takes_what_it_shows_except_commands() -> None:
    plant = Plant(1)
    for key in WRITABLE:
        value = plant.snapshot()[key]
        plant.write(key, float(value))
        assert plant.snapshot()[key] == value


def test_a_heater_follows_its_set_point_by_its_time_constant() -> None:
    heater, rng = Heater(100.0, 200.0), Random(1)
    for _ in range(600):
        heater = step_heater(heater, 0.1, rng, tau_s=60.0, load=0.0, fails_every_s=NEVER)
    assert heater.temperature == pytest.approx(200.0 - 100.0 / 2.71828, abs=3.0)


def test_the_product_tank_empties_with_bottles_and_refills() -> None:
    filler, rng, levels = FillerProcess(tank_level=20.0), Random(1), []
    for _ in range(4000):
        filler = step_filler(filler, 5, 0.5, rng)
        levels.append(filler.tank_level)
    assert min(levels) < 15.5
    assert max(levels) > 90.0


def test_a_tripped_compressor_lets_the_header_fall_and_the_stand_by_one_brings_it_back() -> None:
    units = (
        Compressor(CompressorState.RUNNING, 84.0),
        Compressor(CompressorState.TRIPPED, 0.0, left_s=NEVER),
        Compressor(CompressorState.STANDBY),
    )
    air, rng, pressures = AirState(compressors=units, trip_in_s=NEVER, standby_fails=False), Random(1), []
    for _ in range(6000):
        air = step_air(air, 4, 0.2, rng)
        pressures.append(air.header_pressure)
    assert min(pressures) < 5.8
    assert pressures[-1] > 6.4
    assert air.compressors[2].state is CompressorState.RUNNING


def test_ramp_and_lag_do_not_depend_on_the_step() -> None:
    value, once = 0.0, lag(0.0, 10.0, 5.0, 1.0)
    for _ in range(10):
        value = lag(value, 10.0, 5.0, 0.1)
    assert value == pytest.approx(once)
    assert ramp(0.0, 10.0, 2.0, 100.0) == 10.0
    assert ramp(10.0, 0.0, 2.0, 1.0) == 8.0
