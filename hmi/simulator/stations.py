"""What each machine of the line measures beside its speed: levels, pressures, temperatures, material; pure."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from hmi.simulator.signals import clamp, happens, jitter, lag, ramp, wander


@dataclass(frozen=True, slots=True)
class FillerProcess:
    """Product side of the filler. Level in %, pressure in bar, temperature in °C; tank = the product tank upstream."""

    bowl_level: float = 62.4
    bowl_pressure: float = 2.84
    product_temperature: float = 7.8
    temperature_setpoint: float = 7.5
    tank_level: float = 71.0
    tank_filling: bool = False
    feed_weak_s: float = 0.0


def step_filler(now: FillerProcess, bottles: int, dt_s: float, rng: Random) -> FillerProcess:
    """The bowl follows its level control, weakens with the feed; the tank empties by bottles and refills from 15 %."""
    filling = (now.tank_filling and now.tank_level < 95.0) or now.tank_level < 15.0
    tank = clamp(now.tank_level - bottles * 0.0035 + (0.35 * dt_s if filling else 0.0), 0.0, 100.0)
    weak_s = max(0.0, now.feed_weak_s - dt_s)
    if happens(1500.0, dt_s, rng):
        weak_s = rng.uniform(40.0, 90.0)
    level_goal = 28.0 if weak_s > 0.0 else 62.4
    level = lag(now.bowl_level, level_goal, 30.0 if weak_s > 0.0 else 12.0, dt_s)
    pressure = lag(now.bowl_pressure, 2.80 + 0.04 * (level / 62.4), 8.0, dt_s)
    return FillerProcess(
        bowl_level=clamp(jitter(level, 0.35, 4.0, dt_s, rng), 0.0, 100.0),
        bowl_pressure=max(0.0, jitter(pressure, 0.012, 3.0, dt_s, rng)),
        # Standing bottles let the product warm up a little; the cooler brings it back.
        product_temperature=jitter(
            lag(now.product_temperature, now.temperature_setpoint + (0.3 if bottles else 1.5), 240.0, dt_s),
            0.03,
            20.0,
            dt_s,
            rng,
        ),
        temperature_setpoint=now.temperature_setpoint,
        tank_level=tank,
        tank_filling=filling,
        feed_weak_s=weak_s,
    )


@dataclass(frozen=True, slots=True)
class CapperProcess:
    """Torque in N·m, cap hopper in %, chuck air in bar; refill_wait_s: until somebody tips in the next box of caps."""

    torque_mean: float = 2.14
    torque_setpoint: float = 2.15
    cap_hopper_level: float = 46.0
    refill_wait_s: float = 0.0
    refilling: bool = False
    chuck_air: float = 5.6
    last_torque: float = 2.14


def step_capper(now: CapperProcess, bottles: int, header_bar: float, dt_s: float, rng: Random) -> CapperProcess:
    """Caps go down by bottles and are refilled by a person; chuck air follows the air header below its regulator."""
    hopper = now.cap_hopper_level - bottles * 0.006
    refilling, wait_s = now.refilling, max(0.0, now.refill_wait_s - dt_s)
    if not refilling and hopper < 20.0:
        if now.refill_wait_s <= 0.0:
            wait_s = rng.uniform(20.0, 160.0)
        elif wait_s <= 0.0:
            refilling = True
    if refilling:
        hopper += 2.5 * dt_s
        refilling = hopper < 90.0
    air = lag(now.chuck_air, min(5.6, max(0.0, header_bar - 0.25)), 5.0, dt_s)
    return CapperProcess(
        torque_mean=max(0.0, jitter(lag(now.torque_mean, now.torque_setpoint, 6.0, dt_s), 0.02, 15.0, dt_s, rng)),
        torque_setpoint=now.torque_setpoint,
        cap_hopper_level=clamp(hopper, 0.0, 100.0),
        refill_wait_s=wait_s,
        refilling=refilling,
        chuck_air=max(0.0, jitter(air, 0.008, 3.0, dt_s, rng)),
        last_torque=max(0.0, rng.gauss(now.torque_mean, 0.06)) if bottles else now.last_torque,
    )


@dataclass(frozen=True, slots=True)
class Heater:
    """A heated body with first-order lag and two-state trouble. Temperatures in °C."""

    temperature: float
    setpoint: float
    output: float = 35.0
    failed_s: float = 0.0


def step_heater(
    now: Heater, dt_s: float, rng: Random, *, tau_s: float, load: float, fails_every_s: float, ambient: float = 24.0
) -> Heater:
    """The body follows its set point by `tau_s`, droops with `load` (0..1) and cools while its heater has failed."""
    failed_s = max(0.0, now.failed_s - dt_s)
    if happens(fails_every_s, dt_s, rng):
        failed_s = rng.uniform(90.0, 200.0)
    if failed_s > 0.0:
        temperature = lag(now.temperature, ambient, tau_s * 12.0, dt_s)
        output = 0.0
    else:
        goal = now.setpoint - 1.2 * load
        temperature = lag(now.temperature, goal, tau_s, dt_s)
        output = clamp((now.setpoint - ambient) * 0.22 + 9.0 * load + 4.0 * (goal - now.temperature), 0.0, 100.0)
    return Heater(
        temperature=jitter(temperature, 0.12, 6.0, dt_s, rng),
        setpoint=now.setpoint,
        output=lag(now.output, output, 3.0, dt_s),
        failed_s=failed_s,
    )


@dataclass(frozen=True, slots=True)
class LabellerProcess:
    """Glue, label web tension in N, label reel in %."""

    glue: Heater = Heater(158.2, 159.0)
    web_tension: float = 24.6
    label_stock: float = 9.0
    reel_change_s: float = 0.0


def step_labeller(now: LabellerProcess, bottles: int, speed: float, dt_s: float, rng: Random) -> LabellerProcess:
    """Labels go down by bottles; an empty reel is changed within half a minute, the machine standing."""
    stock = now.label_stock - bottles * 0.011
    change_s = now.reel_change_s
    if change_s > 0.0:
        change_s = max(0.0, change_s - dt_s)
        if change_s == 0.0:
            stock = 100.0
    elif stock <= 0.5:
        change_s = rng.uniform(18.0, 40.0)
    tension = 24.6 if speed > 10.0 else 21.0
    return LabellerProcess(
        glue=step_heater(now.glue, dt_s, rng, tau_s=45.0, load=speed / 700.0, fails_every_s=5400.0),
        web_tension=max(0.0, wander(now.web_tension, tension, 0.45, 5.0, dt_s, rng)),
        label_stock=clamp(stock, 0.0, 100.0),
        reel_change_s=change_s,
    )


@dataclass(frozen=True, slots=True)
class PackerProcess:
    """Glue, carton magazine in %, cartons made and refused, bottles waiting for a full carton."""

    glue: Heater = Heater(171.3, 172.0)
    carton_stock: float = 71.0
    refilling: bool = False
    cartons: int = 8931
    carton_rejects: int = 14
    cartons_per_min: float = 0.0
    loose_bottles: int = 0


BOTTLES_PER_CARTON = 12


def step_packer(now: PackerProcess, bottles: int, dt_s: float, rng: Random) -> PackerProcess:
    """Twelve bottles make a carton; the magazine goes down by cartons and is refilled from 12 %."""
    loose = now.loose_bottles + bottles
    made, loose = divmod(loose, BOTTLES_PER_CARTON)
    refused = sum(rng.random() < 0.0015 for _ in range(made))
    refilling = (now.refilling and now.carton_stock < 92.0) or now.carton_stock < 12.0
    rate = made / dt_s * 60.0 if dt_s > 0.0 else 0.0
    return PackerProcess(
        glue=step_heater(now.glue, dt_s, rng, tau_s=60.0, load=min(1.0, rate / 60.0), fails_every_s=7200.0),
        carton_stock=clamp(now.carton_stock - made * 0.045 + (1.5 * dt_s if refilling else 0.0), 0.0, 100.0),
        refilling=refilling,
        cartons=now.cartons + made,
        carton_rejects=now.carton_rejects + refused,
        cartons_per_min=lag(now.cartons_per_min, rate, 8.0, dt_s),
        loose_bottles=loose,
    )


def ramp_speed(current: float, goal: float, dt_s: float) -> float:
    """The speed reference of the line moved towards a new set point at 20 bottles per minute and second."""
    return ramp(current, goal, 20.0, dt_s)
