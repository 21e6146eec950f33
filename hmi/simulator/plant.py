"""The whole simulated plant in one value that steps, tells its state in engineering units and takes set points."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random

from hmi.simulator import air as air_model
from hmi.simulator import line as line_model
from hmi.simulator.air import AirState, step_air
from hmi.simulator.line import LineState, step_line
from hmi.simulator.stations import BOTTLES_PER_CARTON
from hmi.simulator.utilities import CipState, EnergyState, TunnelState, step_cip, step_energy, step_tunnel

Value = bool | int | float | str

LONGEST_STEP_S = 0.5
"""Physics never takes a longer step, however fast time runs."""


class RefusedError(Exception):
    """The plant does not take this set point."""


class Plant:
    """Machines and utilities as they are now; one seed always gives the same plant.

    `version` counts steps and writes, so that a server encodes only what is new.
    """

    def __init__(self, seed: int = 1) -> None:
        # A generator of its own for each part: a change in one part leaves the others as they were.
        self._rng = {part: Random(f"{seed}/{part}") for part in ("line", "air", "tunnel", "cip", "energy")}
        self.line = LineState()
        self.air = AirState(trip_in_s=self._rng["air"].uniform(90.0, 240.0))
        self.tunnel = TunnelState()
        self.cip = CipState()
        self.energy = EnergyState()
        self.resets = [False, False, False]
        self.time_s = 0.0
        self.version = 0

    def step(self, dt_s: float, at_most_s: float = LONGEST_STEP_S) -> None:
        """Lets `dt_s` of plant time pass in equal steps of `at_most_s`; the seed fixes what happens in them."""
        count = max(1, math.ceil(dt_s / at_most_s - 1e-9))
        for _ in range(count):
            self._step_once(dt_s / count)
        self.version += 1

    def check(self, key: str, value: float) -> None:
        """Raises RefusedError if `write` would refuse this."""
        if key not in _SETTERS:
            raise RefusedError(f"{key} cannot be written")
        low, high, _ = _SETTERS[key]
        # The comparison is written so that NaN is refused too.
        if not low <= value <= high:
            raise RefusedError(f"{key} takes {low:g} to {high:g}, not {value:g}")

    def write(self, key: str, value: float) -> None:
        """Takes a set point or command under its snapshot name; raises RefusedError for a wrong name or range."""
        self.check(key, value)
        _SETTERS[key][2](self, value)
        self.version += 1

    def snapshot(self) -> dict[str, Value]:
        """Every quantity in engineering units by name, e.g. `filler/speed`; counters unrolled."""
        values: dict[str, Value] = {}
        for index, name in enumerate(line_model.MACHINES):
            machine = self.line.machines[index]
            values |= {
                f"{name}/state": int(machine.state),
                f"{name}/reason": int(machine.reason),
                f"{name}/mode": 1,
                f"{name}/speed": machine.speed,
                f"{name}/speed_setpoint": machine.setpoint,
                f"{name}/total": machine.total,
                f"{name}/reject": machine.reject,
                f"{name}/stops": machine.stops,
                f"{name}/down_s": int(machine.down_s),
                f"{name}/state_s": machine.state_s,
                f"{name}/command": machine.command,
                f"{name}/running": machine.is_running,
                f"{name}/jam": machine.is_jammed,
                f"{name}/starved": self.line.starved[index],
                f"{name}/blocked": self.line.blocked[index],
                f"{name}/interlock": bool(machine.interlock),
                f"{name}/heartbeat": int(self.time_s) & 0xFFFF,
            }
        for conveyor in range(3):
            values[f"conveyor{conveyor + 1}/fill"] = 100.0 * line_model.fill_ratio(self.line, conveyor)
        values |= _station_values(self.line)
        values |= _utility_values(self)
        return values

    def _step_once(self, dt_s: float) -> None:
        self.time_s += dt_s
        self.line = step_line(self.line, self.air.header_pressure, dt_s, self._rng["line"])
        running = sum(machine.is_running for machine in self.line.machines)
        self.air = step_air(self.air, running, dt_s, self._rng["air"])
        load = min(1.0, self.line.machines[3].speed / 700.0)
        self.tunnel = step_tunnel(self.tunnel, load, dt_s, self._rng["tunnel"])
        self.cip = step_cip(self.cip, dt_s, self._rng["cip"])
        self.energy = step_energy(self.energy, self._load_kw(), dt_s, self._rng["energy"])

    def _load_kw(self) -> float:
        drives = sum(machine.speed for machine in self.line.machines) * 0.045
        compressors = sum(unit.load for unit in self.air.compressors) * 0.75
        heaters = sum(zone.output for zone in self.tunnel.zones) * 0.6
        pumps = self.cip.flow * 0.8
        return 68.0 + drives + compressors + heaters + pumps


def _station_values(line: LineState) -> dict[str, Value]:
    code, product, _ = line_model.PRODUCTS[line.product]
    return {
        "filler/bowl_level": line.filler.bowl_level,
        "filler/bowl_pressure": line.filler.bowl_pressure,
        "filler/product_temperature": line.filler.product_temperature,
        "filler/product_temperature_setpoint": line.filler.temperature_setpoint,
        "filler/tank_level": line.filler.tank_level,
        "filler/product_code": code,
        "filler/product": product,
        "filler/order": line.order,
        "filler/batch_left": max(0, line.batch_left),
        "filler/infeed_closed": line.infeed_closed,
        "capper/torque_mean": line.capper.torque_mean,
        "capper/torque_setpoint": line.capper.torque_setpoint,
        "capper/last_torque": line.capper.last_torque,
        "capper/cap_hopper_level": line.capper.cap_hopper_level,
        "capper/chuck_air": line.capper.chuck_air,
        "labeller/glue_temperature": line.labeller.glue.temperature,
        "labeller/glue_setpoint": line.labeller.glue.setpoint,
        "labeller/glue_output": line.labeller.glue.output,
        "labeller/web_tension": line.labeller.web_tension,
        "labeller/label_stock": line.labeller.label_stock,
        "labeller/reel_change": line.labeller.reel_change_s > 0.0,
        "packer/glue_temperature": line.packer.glue.temperature,
        "packer/glue_setpoint": line.packer.glue.setpoint,
        "packer/glue_output": line.packer.glue.output,
        "packer/carton_stock": line.packer.carton_stock,
        "packer/cartons": line.packer.cartons,
        "packer/carton_rejects": line.packer.carton_rejects,
        # The packer refuses whole cartons, so its rejected bottles come by the dozen.
        "packer/reject": line.packer.carton_rejects * BOTTLES_PER_CARTON,
        "packer/cartons_per_min": line.packer.cartons_per_min,
    }


def _utility_values(plant: Plant) -> dict[str, Value]:
    air, tunnel, cip, energy = plant.air, plant.tunnel, plant.cip, plant.energy
    values: dict[str, Value] = {
        "air/header_pressure": air.header_pressure,
        "air/pressure_setpoint": air.pressure_setpoint,
        "air/flow": air.flow,
        "air/dew_point": air.dew_point,
        "cip/state": int(cip.state),
        "cip/step": cip.step,
        "cip/step_name": cip.step_name,
        "cip/step_elapsed": cip.step_s,
        "cip/step_length": cip.step_length_s,
        "cip/return_temperature": cip.return_temperature,
        "cip/flow": cip.flow,
        "cip/conductivity": cip.conductivity,
        "cip/conductivity_out": cip.sensor_out,
        "tunnel/state": int(tunnel.state),
        "tunnel/belt_speed": tunnel.belt_speed,
        "tunnel/belt_setpoint": tunnel.belt_setpoint,
        "tunnel/zone3_sensor_weak": tunnel.sensor_weak_s > 0.0,
        "energy/active_power": energy.active_power,
        "energy/demand": energy.demand,
        "energy/energy": energy.energy_kwh,
        "energy/power_factor": energy.power_factor,
        "energy/contract_demand": energy.contract_demand,
    }
    for index, zone in enumerate(tunnel.zones, start=1):
        values[f"tunnel/zone{index}_temperature"] = zone.temperature
        values[f"tunnel/zone{index}_setpoint"] = zone.setpoint
        values[f"tunnel/zone{index}_output"] = zone.output
    for index, unit in enumerate(air.compressors, start=1):
        values[f"air/compressor{index}_state"] = int(unit.state)
        values[f"air/compressor{index}_load"] = unit.load
        values[f"air/compressor{index}_hours"] = unit.hours
        values[f"air/compressor{index}_reset"] = plant.resets[index - 1]
    return values


_Setter = tuple[float, float, Callable[[Plant, float], None]]


def _set_line(change: Callable[[LineState, float], LineState]) -> Callable[[Plant, float], None]:
    def apply(plant: Plant, value: float) -> None:
        plant.line = change(plant.line, value)

    return apply


def _set_air(plant: Plant, value: float) -> None:
    plant.air = replace(plant.air, pressure_setpoint=value)


def _set_belt(plant: Plant, value: float) -> None:
    plant.tunnel = replace(plant.tunnel, belt_setpoint=value)


def _set_zone(index: int) -> Callable[[Plant, float], None]:
    def apply(plant: Plant, value: float) -> None:
        zones = list(plant.tunnel.zones)
        zones[index] = replace(zones[index], setpoint=value)
        plant.tunnel = replace(plant.tunnel, zones=tuple(zones))

    return apply


def _reset(index: int) -> Callable[[Plant, float], None]:
    def apply(plant: Plant, value: float) -> None:
        # The bit stays as written, so that it reads back; only writing it true resets.
        plant.resets[index] = bool(value)
        if value:
            plant.air = air_model.reset_compressor(plant.air, index)

    return apply


def _machine_setters() -> dict[str, _Setter]:
    setters: dict[str, _Setter] = {}
    for name in line_model.MACHINES:
        setters[f"{name}/speed_setpoint"] = (
            0.0,
            660.0,
            _set_line(lambda line, value, name=name: line_model.set_speed(line, name, value)),  # type: ignore[misc]
        )
        setters[f"{name}/command"] = (
            0.0,
            10.0,
            _set_line(lambda line, value, name=name: line_model.command(line, name, int(value))),  # type: ignore[misc]
        )
    return setters


_SETTERS: Mapping[str, _Setter] = {
    **_machine_setters(),
    "filler/product_temperature_setpoint": (
        2.0,
        20.0,
        _set_line(lambda line, value: replace(line, filler=replace(line.filler, temperature_setpoint=value))),
    ),
    "filler/infeed_closed": (0.0, 1.0, _set_line(lambda line, value: replace(line, infeed_closed=bool(value)))),
    "capper/torque_setpoint": (
        0.5,
        4.0,
        _set_line(lambda line, value: replace(line, capper=replace(line.capper, torque_setpoint=value))),
    ),
    "labeller/glue_setpoint": (
        100.0,
        190.0,
        _set_line(
            lambda line, value: replace(
                line, labeller=replace(line.labeller, glue=replace(line.labeller.glue, setpoint=value))
            )
        ),
    ),
    "packer/glue_setpoint": (
        100.0,
        200.0,
        _set_line(
            lambda line, value: replace(
                line, packer=replace(line.packer, glue=replace(line.packer.glue, setpoint=value))
            )
        ),
    ),
    "air/pressure_setpoint": (5.0, 8.0, _set_air),
    "tunnel/belt_setpoint": (2.0, 20.0, _set_belt),
    "tunnel/zone1_setpoint": (60.0, 220.0, _set_zone(0)),
    "tunnel/zone2_setpoint": (60.0, 220.0, _set_zone(1)),
    "tunnel/zone3_setpoint": (60.0, 220.0, _set_zone(2)),
    "air/compressor1_reset": (0.0, 1.0, _reset(0)),
    "air/compressor2_reset": (0.0, 1.0, _reset(1)),
    "air/compressor3_reset": (0.0, 1.0, _reset(2)),
}

WRITABLE = frozenset(_SETTERS)
"""Snapshot names that `Plant.write` takes."""
