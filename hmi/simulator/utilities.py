"""Shrink tunnel, CIP skid and energy meter; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from hmi.simulator.packml import PackState
from hmi.simulator.signals import clamp, happens, jitter, lag, wander
from hmi.simulator.stations import Heater, step_heater


@dataclass(frozen=True, slots=True)
class TunnelState:
    """Three heated zones; belt in m/min. sensor_weak_s: while positive the sensor of zone 3 calls itself inaccurate."""

    zones: tuple[Heater, ...] = (Heater(178.4, 179.0), Heater(182.1, 182.0), Heater(181.0, 182.0))
    belt_speed: float = 12.4
    belt_setpoint: float = 12.4
    state: PackState = PackState.EXECUTE
    sensor_weak_s: float = 0.0


def step_tunnel(tunnel: TunnelState, load: float, dt_s: float, rng: Random) -> TunnelState:
    """Zones follow their set points by a minute or two; `load` (0..1) is what the line sends through."""
    weak_s = max(0.0, tunnel.sensor_weak_s - dt_s)
    if happens(1200.0, dt_s, rng):
        weak_s = rng.uniform(60.0, 180.0)
    return replace(
        tunnel,
        zones=tuple(
            step_heater(zone, dt_s, rng, tau_s=70.0 + 15.0 * index, load=load, fails_every_s=9000.0)
            for index, zone in enumerate(tunnel.zones)
        ),
        belt_speed=max(0.0, jitter(lag(tunnel.belt_speed, tunnel.belt_setpoint, 3.0, dt_s), 0.02, 5.0, dt_s, rng)),
        state=PackState.EXECUTE if load > 0.02 else PackState.SUSPENDED,
        sensor_weak_s=weak_s,
    )


@dataclass(frozen=True, slots=True)
class CipStep:
    """One step of the cleaning program: length, return temperature, flow in m³/h, conductivity in mS/cm."""

    name: str
    length_s: float
    temperature: float
    flow: float
    conductivity: float


CIP_PROGRAM: tuple[CipStep, ...] = (
    CipStep("Drain", 120.0, 30.0, 0.0, 0.8),
    CipStep("Pre-rinse", 300.0, 40.0, 15.5, 0.8),
    CipStep("Caustic heat-up", 420.0, 78.0, 12.0, 42.0),
    CipStep("Caustic wash", 1200.0, 79.0, 14.2, 55.0),
    CipStep("Intermediate rinse", 420.0, 45.0, 15.5, 1.2),
    CipStep("Acid wash", 720.0, 65.0, 14.0, 31.0),
    CipStep("Final rinse", 480.0, 30.0, 15.5, 0.8),
)
CIP_IDLE_S = 900.0


@dataclass(frozen=True, slots=True)
class CipState:
    """step: 1..7, 0 = no program running."""

    step: int = 4
    step_s: float = 520.0
    return_temperature: float = 78.6
    flow: float = 14.2
    conductivity: float = 54.6
    sensor_out: bool = False

    @property
    def state(self) -> PackState:
        """PackML word of the skid."""
        return PackState.EXECUTE if self.step else PackState.IDLE

    @property
    def step_name(self) -> str:
        """What the skid does in words."""
        return CIP_PROGRAM[self.step - 1].name if self.step else "Ready"

    @property
    def step_length_s(self) -> float:
        """How long the step lasts in all."""
        return CIP_PROGRAM[self.step - 1].length_s if self.step else CIP_IDLE_S


def step_cip(cip: CipState, dt_s: float, rng: Random) -> CipState:
    """Runs the seven steps one after the other, rests, begins again."""
    step, step_s = cip.step, cip.step_s + dt_s
    if step_s >= cip.step_length_s:
        step, step_s = (step + 1) % (len(CIP_PROGRAM) + 1), 0.0
    goal = CIP_PROGRAM[step - 1] if step else CipStep("Ready", CIP_IDLE_S, 24.0, 0.0, 0.8)
    return CipState(
        step=step,
        step_s=step_s,
        return_temperature=jitter(lag(cip.return_temperature, goal.temperature, 90.0, dt_s), 0.08, 10.0, dt_s, rng),
        flow=max(0.0, jitter(lag(cip.flow, goal.flow, 6.0, dt_s), 0.03, 4.0, dt_s, rng)),
        conductivity=max(0.0, jitter(lag(cip.conductivity, goal.conductivity, 25.0, dt_s), 0.05, 8.0, dt_s, rng)),
        sensor_out=not cip.sensor_out if happens(1500.0, dt_s, rng) else cip.sensor_out,
    )


@dataclass(frozen=True, slots=True)
class EnergyState:
    """Active power and 15 min demand in kW, energy in kWh, power factor."""

    active_power: float = 412.0
    demand: float = 398.0
    energy_kwh: float = 1_874_212.0
    power_factor: float = 0.93
    contract_demand: float = 450.0


def step_energy(energy: EnergyState, load_kw: float, dt_s: float, rng: Random) -> EnergyState:
    """The meter adds up `load_kw`; the demand is the 15 min average as the utility bills it."""
    power = max(0.0, jitter(lag(energy.active_power, load_kw, 2.0, dt_s), 2.5, 5.0, dt_s, rng))
    return EnergyState(
        active_power=power,
        demand=lag(energy.demand, power, 450.0, dt_s),
        energy_kwh=energy.energy_kwh + power * dt_s / 3600.0,
        power_factor=clamp(wander(energy.power_factor, 0.93, 0.004, 60.0, dt_s, rng), 0.0, 1.0),
        contract_demand=energy.contract_demand,
    )
