"""Compressed air: a header fed by three compressors that trip, stand by and start; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from random import Random

from hmi.simulator.signals import clamp, jitter, lag, wander


class CompressorState(IntEnum):
    """What a compressor says of itself."""

    STANDBY = 0
    STARTING = 1
    RUNNING = 2
    TRIPPED = 3


CAPACITY_M3_MIN = 22.0
"""Full delivery of one compressor."""

BAR_PER_M3 = 0.06
"""Rise of the header per cubic metre of surplus (17 m³ of vessel and pipe)."""


@dataclass(frozen=True, slots=True)
class Compressor:
    """One compressor; load in %, left_s: how long the present state still lasts by itself."""

    state: CompressorState
    load: float = 0.0
    left_s: float = 0.0
    hours: float = 0.0


@dataclass(frozen=True, slots=True)
class AirState:
    """Header pressure in bar, flow to the users in m³/min, dew point in °C; trip_in_s: until the next trip."""

    header_pressure: float = 6.92
    pressure_setpoint: float = 7.0
    flow: float = 38.4
    demand: float = 38.4
    dew_point: float = 3.1
    trip_in_s: float = 260.0
    low_s: float = 0.0
    standby_fails: bool = True
    compressors: tuple[Compressor, ...] = (
        Compressor(CompressorState.RUNNING, 84.0, hours=14_210.0),
        Compressor(CompressorState.RUNNING, 92.0, hours=11_874.0),
        Compressor(CompressorState.STANDBY, hours=3_022.0),
    )


def step_air(air: AirState, running_machines: int, dt_s: float, rng: Random) -> AirState:
    """The header integrates delivery minus demand; compressor 3 is called when the pressure stays low."""
    demand = wander(air.demand, 14.0 + 6.1 * running_machines, 0.5, 8.0, dt_s, rng)
    # Users take less from a weak header, so the pressure settles instead of falling through zero.
    flow = demand * clamp(air.header_pressure / 6.0, 0.0, 1.0)
    low_s = air.low_s + dt_s if air.header_pressure < 5.9 else 0.0
    trip_in_s, compressors = _trip(air, dt_s, rng)
    standby_fails = air.standby_fails
    if low_s > 60.0 and compressors[2].state is CompressorState.STANDBY:
        if standby_fails:
            # It does not come the first time; the operator sees low-low before it does.
            standby_fails, low_s = False, -120.0
        else:
            compressors = (*compressors[:2], replace(compressors[2], state=CompressorState.STARTING, left_s=15.0))
            standby_fails = rng.random() < 0.5
    stepped = tuple(_step_compressor(unit, index, air, dt_s) for index, unit in enumerate(compressors))
    delivery = sum(unit.load for unit in stepped) / 100.0 * CAPACITY_M3_MIN
    pressure = air.header_pressure + (delivery - flow) * dt_s / 60.0 * BAR_PER_M3
    pressure = clamp(jitter(pressure, 0.006, 2.0, dt_s, rng), 0.0, 8.2)
    return AirState(
        header_pressure=pressure,
        pressure_setpoint=air.pressure_setpoint,
        flow=flow,
        demand=demand,
        dew_point=wander(air.dew_point, 3.1 + max(0.0, flow - 42.0) * 0.3, 0.1, 60.0, dt_s, rng),
        trip_in_s=trip_in_s,
        low_s=low_s,
        standby_fails=standby_fails,
        compressors=stepped,
    )


def reset_compressor(air: AirState, index: int) -> AirState:
    """A tripped compressor restarted by a person; nothing happens to one that is not tripped."""
    unit = air.compressors[index]
    if unit.state is not CompressorState.TRIPPED:
        return air
    units = list(air.compressors)
    units[index] = replace(unit, state=CompressorState.STARTING, left_s=15.0)
    return replace(air, compressors=tuple(units))


def _trip(air: AirState, dt_s: float, rng: Random) -> tuple[float, tuple[Compressor, ...]]:
    trip_in_s = air.trip_in_s - dt_s
    compressors = air.compressors
    if trip_in_s <= 0.0:
        trip_in_s = rng.uniform(2400.0, 5400.0)
        if compressors[1].state is CompressorState.RUNNING:
            tripped = Compressor(CompressorState.TRIPPED, left_s=rng.uniform(420.0, 780.0), hours=compressors[1].hours)
            compressors = (compressors[0], tripped, compressors[2])
    return trip_in_s, compressors


def _step_compressor(unit: Compressor, index: int, air: AirState, dt_s: float) -> Compressor:
    left_s = max(0.0, unit.left_s - dt_s)
    if unit.state is CompressorState.RUNNING:
        error = air.pressure_setpoint - air.header_pressure
        # Compressor 1 has a variable drive and trims; the others load and unload.
        goal = clamp(82.0 + 90.0 * error, 20.0, 100.0) if index == 0 else (92.0 if error > -0.25 else 30.0)
        state: CompressorState = unit.state
        if index == 2 and air.header_pressure > 6.8 and air.compressors[1].state is CompressorState.RUNNING:
            state = CompressorState.STANDBY
        return replace(unit, state=state, load=lag(unit.load, goal, 4.0, dt_s), hours=unit.hours + dt_s / 3600.0)
    if unit.state is CompressorState.STARTING and left_s <= 0.0:
        return replace(unit, state=CompressorState.RUNNING, left_s=0.0)
    if unit.state is CompressorState.TRIPPED and left_s <= 0.0:
        return replace(unit, state=CompressorState.STARTING, left_s=15.0)
    return replace(unit, load=lag(unit.load, 0.0, 2.0, dt_s), left_s=left_s)
